package mx.difusor.agent.config;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributeView;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.config.Section.Placed;
import org.jspecify.annotations.Nullable;

/** Paths of the file, which start at {@code home}, and whether what they name is there. */
final class HomePaths {

    private static final List<String> OWN_FOLDERS =
            List.of("archive", "incoming", "keys", "quarantine", "receipts", "releases", "tls", "trust", "work");

    private final Path home;
    private final boolean looked;
    private final Problems problems;
    private final Form<Path> form;

    /** @param looked whether files are looked for; false where {@code home} itself is wrong */
    HomePaths(Path home, boolean looked, Problems problems) {
        this.home = home;
        this.looked = looked;
        this.problems = problems;
        this.form = Form.path(home);
    }

    /** The files under {@code key} that are there and readable; a problem for each that is not. */
    List<Path> files(Section section, String key) {
        return files(section, key, false);
    }

    private List<Path> files(Section section, String key, boolean mayBeEmpty) {
        List<Path> files = new ArrayList<>();
        for (Placed<Path> placed : section.list(key, form)) {
            if (isReadable(placed.value(), placed.path(), placed.at(), mayBeEmpty)) {
                files.add(placed.value());
            }
        }
        return files;
    }

    /** As {@link #files}, where at least one must be named and any may be empty: nothing is in force by it then. */
    List<Path> someFilesMaybeEmpty(Section section, String key) {
        if (!section.has(key)) {
            section.required(key, form);
        } else if (section.isEmptyList(key)) {
            problems.add(section.at(key), "empty-list", section.path(key), form.accepted());
        }
        return files(section, key, true);
    }

    @Nullable
    Path file(Section section, String key) {
        Path file = section.required(key, form);
        return file != null && isReadable(file, section.path(key), section.at(key), false) ? file : null;
    }

    /**
     * A file with a secret in it: of at least {@code least} bytes, and closed to other accounts where the file system
     * knows them.
     */
    @Nullable
    Path secret(Section section, String key, int least) {
        Path file = file(section, key);
        if (file == null || !looked) {
            return file;
        }
        try {
            if (isOpenToOthers(file)) {
                problems.add(section.at(key), "secret-open", section.path(key), file);
            }
            if (Files.size(file) < least) {
                problems.add(section.at(key), "secret-short", section.path(key), file, least);
            }
        } catch (IOException e) {
            problems.add(section.at(key), "unreadable-file", section.path(key), file);
        }
        return file;
    }

    private static boolean isOpenToOthers(Path file) throws IOException {
        PosixFileAttributeView view = Files.getFileAttributeView(file, PosixFileAttributeView.class);
        return view != null
                && view.readAttributes().permissions().stream()
                        .anyMatch(one ->
                                one == PosixFilePermission.OTHERS_READ || one == PosixFilePermission.OTHERS_WRITE);
    }

    /** The live root: a link beside the agent's own folders, never one of them or around them. */
    Path live(Section section, String key) {
        Path live = section.orDefault(key, form, home.resolve("live"));
        boolean around = home.startsWith(live);
        boolean inside = OWN_FOLDERS.stream().map(home::resolve).anyMatch(live::startsWith);
        if (around || inside) {
            problems.add(section.at(key), "live-misplaced", live, home);
        }
        return live;
    }

    private boolean isReadable(Path file, String key, Position at, boolean mayBeEmpty) {
        String code = null;
        if (!looked) {
            return true;
        }
        if (!Files.exists(file)) {
            code = "missing-file";
        } else if (Files.isDirectory(file)) {
            code = "file-is-folder";
        } else if (!Files.isReadable(file)) {
            code = "unreadable-file";
        } else if (!mayBeEmpty && isEmpty(file)) {
            code = "empty-file";
        }
        if (code != null) {
            problems.add(at, code, key, file);
        }
        return code == null;
    }

    private static boolean isEmpty(Path file) {
        try {
            return Files.size(file) == 0;
        } catch (IOException e) {
            return true;
        }
    }
}
