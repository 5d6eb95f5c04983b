package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The disk of this machine with the rules of NTFS and Windows Server 2019, below one folder, as far as they are known from
 * their documentation:
 *
 * <ul>
 *   <li>names: no devices (CON, NUL, COM1, with any ending), none of {@code <>:"|?*\}, no control characters, no dot or
 *       space at the end, at most 255 UTF-16 units; two names that differ in case only are one;
 *   <li>nothing is moved over a folder; nor over a file that anybody has open;
 *   <li>a folder in which anybody has a file open can be neither moved nor removed. This process's own files count:
 *       what Linux says that it has open;
 *   <li>what somebody has open who does not share deletion ({@link #hold}) can be neither moved nor deleted;
 *   <li>a symbolic link needs a privilege that the service account does not have;
 *   <li>a folder cannot be opened, and so not be synced; there are no POSIX permissions.
 * </ul>
 */
public final class WindowsDisk extends UnreliableDisk {

    private static final Set<String> DEVICES = Set.of("CON", "PRN", "AUX", "NUL");
    private static final Pattern NUMBERED_DEVICE = Pattern.compile("(?:COM|LPT)[0-9\u00b9\u00b2\u00b3]");
    private static final Pattern FORBIDDEN = Pattern.compile("[<>:\"|?*\\\\\\x00-\\x1f]");
    private static final int NAME_UNITS = 255;
    private static final Path OWN_HANDLES = Path.of("/proc/self/fd");

    private final Path root;
    private final Map<Path, Integer> held = new HashMap<>();
    private int refusals;

    /** @param root exists, without links in it */
    public WindowsDisk(Path root) {
        super(root, 1, "Windows Server 2019");
        this.root = root;
    }

    /** Like a virus scanner that has the file open, or a file in the folder, and shares no deletion. */
    public synchronized void hold(Path path) {
        hold(path, Integer.MAX_VALUE);
    }

    /** The same, until it was in the way so many times. */
    public synchronized void hold(Path path, int times) {
        held.put(path, times);
    }

    public synchronized void letGo() {
        held.clear();
    }

    /** How often something was refused because it was open. */
    public synchronized int refusals() {
        return refusals;
    }

    @Override
    void makeFolder(Path folder) throws IOException {
        named(folder);
        super.makeFolder(folder);
    }

    @Override
    public FileChannel createFile(Path file, Access access) throws IOException {
        named(file);
        return super.createFile(file, access);
    }

    @Override
    void makeLink(Path newName, Path existing) throws IOException {
        named(newName);
        super.makeLink(newName, existing);
    }

    @Override
    void makeSymbolicLink(Path link, Path target) throws IOException {
        throw new FileSystemException(
                link.toString(), target.toString(), "a required privilege is not held by the client");
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        boolean onlyItsCase = from.resolveSibling(to.getFileName()).equals(to)
                && from.getFileName()
                        .toString()
                        .equalsIgnoreCase(to.getFileName().toString());
        if (!onlyItsCase) {
            named(to);
        }
        boolean folder = Files.isDirectory(from, LinkOption.NOFOLLOW_LINKS);
        free(from, folder);
        if (Files.exists(to, LinkOption.NOFOLLOW_LINKS)) {
            if (folder || Files.isDirectory(to, LinkOption.NOFOLLOW_LINKS)) {
                throw new AccessDeniedException(from.toString(), to.toString(), null);
            }
            free(to, true);
        }
        super.moveAtomically(from, to);
    }

    @Override
    void remove(Path path) throws IOException {
        if (Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
            if (!handlesBelow(path).isEmpty()) {
                // Deleted files stay where they are until the last handle of them is closed.
                refused();
                throw new DirectoryNotEmptyException(path.toString());
            }
        }
        free(path, false);
        super.remove(path);
    }

    private synchronized void refused() {
        refusals++;
    }

    private synchronized void free(Path path, boolean fromThisProcessToo) throws IOException {
        Optional<Path> open =
                held.keySet().stream().filter(one -> one.startsWith(path)).findFirst();
        open.ifPresent(one -> held.computeIfPresent(one, (name, times) -> times == 1 ? null : times - 1));
        if (open.isPresent() || (fromThisProcessToo && !handlesBelow(path).isEmpty())) {
            refusals++;
            throw new FileSystemException(
                    path.toString(),
                    null,
                    "the process cannot access the file because it is being used by another process");
        }
    }

    /** What this process has open there, deleted or not. */
    private static List<Path> handlesBelow(Path path) throws IOException {
        List<Path> found = new ArrayList<>();
        try (Stream<Path> handles = Files.list(OWN_HANDLES)) {
            for (Path handle : handles.toList()) {
                try {
                    Path file = Files.readSymbolicLink(handle);
                    if (file.startsWith(path)) {
                        found.add(file);
                    }
                } catch (IOException e) {
                    // Closed meanwhile.
                }
            }
        }
        return found;
    }

    private void named(Path path) throws IOException {
        if (!path.startsWith(root)) {
            return;
        }
        for (Path part : root.relativize(path)) {
            String name = part.toString();
            String stem = name.substring(0, name.indexOf('.') < 0 ? name.length() : name.indexOf('.'))
                    .strip()
                    .toUpperCase(java.util.Locale.ROOT);
            if (DEVICES.contains(stem)
                    || NUMBERED_DEVICE.matcher(stem).matches()
                    || FORBIDDEN.matcher(name).find()
                    || name.endsWith(".")
                    || name.endsWith(" ")
                    || name.length() > NAME_UNITS) {
                throw new FileSystemException(
                        path.toString(), null, "the filename, directory name, or volume label syntax is incorrect");
            }
        }
        try (Stream<Path> others = Files.list(path.resolveSibling(""))) {
            String name = path.getFileName().toString();
            if (others.map(other -> other.getFileName().toString())
                    .anyMatch(other -> other.equalsIgnoreCase(name) && !other.equals(name))) {
                throw new FileAlreadyExistsException(path.toString());
            }
        }
    }

    @Override
    public void syncDirectory(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            throw new FileSystemException(folder.toString(), null, "not a folder");
        }
    }
}
