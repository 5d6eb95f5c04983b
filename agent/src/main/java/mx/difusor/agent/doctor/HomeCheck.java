package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Home;

/** Whose the home is, and that what is nobody else's business is closed (contract, "Home"). */
final class HomeCheck implements Check {

    private static final int NAMED = 5;

    private static final Set<PosixFilePermission> OF_OTHERS = EnumSet.of(
            PosixFilePermission.OTHERS_READ, PosixFilePermission.OTHERS_WRITE, PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> OF_ALL_BUT_THE_OWNER = EnumSet.of(
            PosixFilePermission.GROUP_READ,
            PosixFilePermission.GROUP_WRITE,
            PosixFilePermission.GROUP_EXECUTE,
            PosixFilePermission.OTHERS_READ,
            PosixFilePermission.OTHERS_WRITE,
            PosixFilePermission.OTHERS_EXECUTE);
    private static final Set<PosixFilePermission> WRITE_OF_OTHERS = EnumSet.of(PosixFilePermission.OTHERS_WRITE);

    private final Subject subject;

    HomeCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() throws IOException {
        Path home = subject.config().home();
        if (!Files.isDirectory(home)) {
            return List.of(Finding.note(CheckId.ACCOUNT, "no-home", home.toString()));
        }
        if (subject.machine().windows()) {
            return List.of(
                    Finding.note(CheckId.ACCOUNT, "no-modes", home.toString()),
                    Finding.note(CheckId.MODES, "no-modes", home.toString()));
        }
        return List.of(account(home), modes(subject.home()));
    }

    private Finding account(Path home) throws IOException {
        String owner = attributes(home).owner().getName();
        List<String> others = new ArrayList<>();
        for (Path entry : entries(home)) {
            if (!attributes(entry).owner().getName().equals(owner) && !isOfOperators(entry)) {
                others.add(entry.toString());
            }
        }
        String account = subject.machine().account();
        if (!others.isEmpty()) {
            return Finding.fault(CheckId.ACCOUNT, "mixed", named(others), owner, home.toString());
        }
        if (owner.equals("root")) {
            return Finding.note(CheckId.ACCOUNT, "root", home.toString());
        }
        return account.equals(owner)
                ? Finding.fine(CheckId.ACCOUNT, "own", owner)
                : Finding.note(CheckId.ACCOUNT, "other", owner, account);
    }

    /** What an administrator may have put there; the agent only reads it. */
    private static boolean isOfOperators(Path entry) {
        String name = String.valueOf(entry.getFileName());
        return Set.of("difusor.yaml", "adoptions.json", "pages", "lost+found").contains(name);
    }

    private static Finding modes(Home home) throws IOException {
        List<String> open = new ArrayList<>();
        for (Path folder : List.of(
                home.keys(),
                home.tls(),
                home.trust(),
                home.incoming(),
                home.receipts(),
                home.archive(),
                home.quarantine(),
                home.evidence(),
                home.work())) {
            addIf(open, folder, OF_OTHERS);
        }
        addIf(open, home.index(), OF_ALL_BUT_THE_OWNER);
        for (Path root : List.of(home.root(), home.releases())) {
            addIf(open, root, WRITE_OF_OTHERS);
        }
        if (Files.isReadable(home.keys())) {
            for (Path key : entries(home.keys())) {
                String name = String.valueOf(key.getFileName());
                if (name.endsWith("_key") || name.endsWith(".token")) {
                    addIf(open, key, OF_ALL_BUT_THE_OWNER);
                }
            }
        }
        return open.isEmpty()
                ? Finding.fine(CheckId.MODES, "closed")
                : Finding.fault(CheckId.MODES, "open", named(open)).with("open", List.copyOf(open));
    }

    private static void addIf(List<String> open, Path path, Set<PosixFilePermission> wrong) throws IOException {
        if (Files.exists(path, LinkOption.NOFOLLOW_LINKS)
                && attributes(path).permissions().stream().anyMatch(wrong::contains)) {
            open.add(path.toString());
        }
    }

    private static String named(List<String> paths) {
        String first = String.join(", ", paths.subList(0, Math.min(NAMED, paths.size())));
        return paths.size() > NAMED ? first + ", …" : first;
    }

    private static List<Path> entries(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private static PosixFileAttributes attributes(Path path) throws IOException {
        return Files.readAttributes(path, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }
}
