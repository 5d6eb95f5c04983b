package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.OpenToAll;
import mx.difusor.agent.publish.adopt.AdoptionRefused.Why;

/** Whether a folder may become a link to the live root at all. */
final class Suitability {

    private static final Path LINUX_MOUNTS = Path.of("/proc/self/mountinfo");
    private static final int MOUNT_POINT_COLUMN = 4;

    private final Home home;
    private final Path live;
    private final boolean windows;
    private final Path mounts;

    Suitability(Home home, Path live, boolean windows, Path mounts) {
        this.home = home;
        this.live = live;
        this.windows = windows;
        this.mounts = mounts;
    }

    static Suitability ofThisSystem(Home home, Path live) {
        return new Suitability(home, live, System.getProperty("os.name", "").startsWith("Windows"), LINUX_MOUNTS);
    }

    /** On Windows a folder's link cannot take another's place, and IIS has its physical path. */
    void expectSystem(Path folder) throws AdoptionRefused {
        if (windows) {
            throw new AdoptionRefused(Why.WINDOWS, folder);
        }
    }

    void expectSuitable(Docroot docroot) throws AdoptionRefused, IOException {
        expectLive();
        expectApart(docroot);
        if (isMountPoint(docroot)) {
            throw new AdoptionRefused(Why.MOUNT_POINT, docroot.folder());
        }
        expectWritable(docroot.parent());
        Optional<Path> closed = OpenToAll.closed(live);
        if (closed.isPresent()) {
            throw new AdoptionRefused(Why.CLOSED, closed.get(), live);
        }
    }

    void expectLive() throws AdoptionRefused {
        if (!Files.isDirectory(live)) {
            throw new AdoptionRefused(Why.LIVE_MISSING, live);
        }
    }

    void expectWritable(Path parent) throws AdoptionRefused {
        for (Path folder : new Path[] {parent, home.root()}) {
            if (!Files.isWritable(folder)) {
                throw new AdoptionRefused(Why.NOT_PERMITTED, folder);
            }
        }
    }

    /** A link inside itself would lead nowhere, and the agent's own folders are not for the web. */
    private void expectApart(Docroot docroot) throws AdoptionRefused, IOException {
        Path folder = docroot.folder().toRealPath();
        Path root = home.root().toRealPath();
        Path link = live.toAbsolutePath().normalize();
        Path linkParent = link.getParent();
        Path realLink = linkParent == null ? link : linkParent.toRealPath().resolve(link.getFileName());
        if (root.startsWith(folder) || folder.startsWith(root)) {
            throw new AdoptionRefused(Why.AROUND_HOME, folder, root);
        }
        if (realLink.startsWith(folder) || live.toRealPath().startsWith(folder)) {
            throw new AdoptionRefused(Why.AROUND_HOME, folder, link);
        }
    }

    /** Linux lists them, also those that show a folder of the same file system; elsewhere only other ones are seen. */
    private boolean isMountPoint(Docroot docroot) throws IOException {
        if (Files.isReadable(mounts)) {
            String wanted = docroot.folder().toString();
            return Files.readString(mounts, StandardCharsets.UTF_8)
                    .lines()
                    .map(line -> line.split(" ", -1))
                    .anyMatch(cells -> cells.length > MOUNT_POINT_COLUMN
                            && unescaped(cells[MOUNT_POINT_COLUMN]).equals(wanted));
        }
        return !Files.getFileStore(docroot.folder()).equals(Files.getFileStore(docroot.parent()));
    }

    /** Blanks and the like stand there as three octal digits. */
    private static String unescaped(String path) {
        return path.replace("\\040", " ")
                .replace("\\011", "\t")
                .replace("\\012", "\n")
                .replace("\\134", "\\");
    }
}
