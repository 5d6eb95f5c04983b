package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import mx.difusor.agent.visit.Shown;

/** Some files of what is live: the page, and those that changed last, which tell one cut from another. */
final class LiveSample {

    static final int FILES = 8;
    private static final int FILES_SEEN = 50_000;
    static final long FILE_BYTES = 4_000_000;
    private static final int RELEASES = 200;
    private static final String PAGE = "index.html";

    private LiveSample() {}

    /** @throws IOException where the live root leads nowhere */
    static Shown of(Path live) throws IOException {
        Path folder = live.toRealPath();
        record Seen(Path file, BasicFileAttributes attributes) {}
        List<Seen> seen = new ArrayList<>();
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.limit(FILES_SEEN).toList()) {
                BasicFileAttributes attributes = Files.readAttributes(file, BasicFileAttributes.class);
                if (attributes.isRegularFile()
                        && attributes.size() <= FILE_BYTES
                        && !file.toString().endsWith(".gz")) {
                    seen.add(new Seen(file, attributes));
                }
            }
        }
        seen.sort(Comparator.<Seen, Boolean>comparing(one -> !one.file().equals(folder.resolve(PAGE)))
                .thenComparing(one -> one.attributes().lastModifiedTime(), Comparator.reverseOrder())
                .thenComparing(Seen::file));
        List<TreeFile> files = new ArrayList<>();
        for (Seen one : seen.subList(0, Math.min(FILES, seen.size()))) {
            files.add(new TreeFile(
                    folder.relativize(one.file()).toString().replace('\\', '/'),
                    one.attributes().size(),
                    Digest.ofContent(Files.readAllBytes(one.file())),
                    one.attributes().lastModifiedTime().toInstant().truncatedTo(ChronoUnit.SECONDS),
                    1));
        }
        return new Shown(String.valueOf(folder.getFileName()), folder, Tree.of(files));
    }

    /** Which other release that still stands has these bytes under that path. */
    static Optional<String> origin(Home home, String path, Digest sha256) {
        try (Stream<Path> folders = Files.walk(home.releases(), 2)) {
            return folders.filter(Files::isDirectory)
                    .limit(RELEASES)
                    .filter(release -> has(release.resolve(path), sha256))
                    .map(release -> "release " + home.releases().relativize(release))
                    .findFirst();
        } catch (IOException | java.io.UncheckedIOException e) {
            return Optional.empty();
        }
    }

    private static boolean has(Path file, Digest sha256) {
        try {
            return Files.size(file) <= FILE_BYTES
                    && Digest.ofContent(Files.readAllBytes(file)).equals(sha256);
        } catch (IOException e) {
            return false;
        }
    }
}
