package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeSet;
import java.util.stream.Collectors;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;

/**
 * Holds a release's names, types, sizes, times and permissions against its tree. It opens no file, so it is quick, and
 * blind for an edit that keeps size and time: {@link Rereading} sees that.
 */
public final class Inspection {

    private final Release release;
    private final Tree tree;
    private final boolean posix;
    private final Findings findings = new Findings();
    private final Set<String> folders;
    /** By what is equal for two of them ({@link FoldedPath}): only those that packages spell in more than one way. */
    private final Map<String, List<String>> spellings;

    private final Set<String> seen = new HashSet<>();
    private final List<String> closed = new ArrayList<>();

    private Inspection(Release release, boolean posix) {
        this.release = release;
        this.tree = release.tree();
        this.posix = posix;
        this.folders = folders(tree);
        this.spellings = spellings(folders);
    }

    /** Every folder that a tree's files are in, each after the one that it is in; not the root itself. */
    static SortedSet<String> folders(Tree tree) {
        SortedSet<String> folders = new TreeSet<>();
        for (TreeFile file : tree.files()) {
            String path = file.path();
            for (int slash = path.lastIndexOf('/'); slash > 0; slash = path.lastIndexOf('/', slash - 1)) {
                folders.add(path.substring(0, slash));
            }
        }
        return folders;
    }

    private static Map<String, List<String>> spellings(Set<String> folders) {
        Map<String, List<String>> spellings = folders.stream().collect(Collectors.groupingBy(FoldedPath::of));
        spellings.values().removeIf(same -> same.size() == 1);
        return spellings;
    }

    /** @throws IOException when the disk does not answer, which says nothing of the release */
    public static Findings of(Release release) throws IOException {
        return of(
                release,
                release.folder().getFileSystem().supportedFileAttributeViews().contains("posix"));
    }

    /** @param posix whether there are permissions */
    static Findings of(Release release, boolean posix) throws IOException {
        Inspection inspection = new Inspection(release, posix);
        inspection.walk();
        return inspection.findings;
    }

    private void walk() throws IOException {
        if (!Files.isDirectory(release.folder(), LinkOption.NOFOLLOW_LINKS)) {
            findings.add(Difference.missing("", "the folder of the release " + release.folder()));
            return;
        }
        folder("", attributes(release.folder()));
        Deque<String> waiting = new ArrayDeque<>(List.of(""));
        while (!waiting.isEmpty()) {
            list(waiting.pop(), waiting);
        }
        for (TreeFile file : tree.files()) {
            if (!seen.contains(file.path()) && closed.stream().noneMatch(file.path()::startsWith)) {
                findings.add(Difference.missing(file.path(), words(file)));
            }
        }
    }

    private void list(String prefix, Deque<String> waiting) throws IOException {
        List<String> names = namesOf(prefix);
        try (DirectoryStream<Path> entries =
                Files.newDirectoryStream(release.folder().resolve(prefix))) {
            for (Path entry : entries) {
                look(inTree(names, entry.getFileName().toString()), entry, waiting);
            }
        } catch (NoSuchFileException e) {
            // Gone since its parent was read: its files are missing.
        } catch (AccessDeniedException e) {
            closed.add(prefix);
            findings.add(Difference.changed(
                    prefix, "a folder that can be listed", "a folder that even the agent cannot list"));
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * A folder's own name first, then what else the tree calls it: two packages may spell it in two ways, which are two
     * folders here and one on Windows.
     */
    private List<String> namesOf(String prefix) throws IOException {
        if (prefix.isEmpty() || spellings.isEmpty()) {
            return List.of(prefix);
        }
        String folder = prefix.substring(0, prefix.length() - 1);
        List<String> names = new ArrayList<>(List.of(prefix));
        for (String other : spellings.getOrDefault(FoldedPath.of(folder), List.of())) {
            Path there = release.folder().resolve(other);
            if (!other.equals(folder)
                    && Files.isDirectory(there, LinkOption.NOFOLLOW_LINKS)
                    && Files.isSameFile(release.folder().resolve(folder), there)) {
                names.add(other + "/");
            }
        }
        return names;
    }

    /** The path under which the tree knows an entry; where it does not, the one by the folder's own name. */
    private String inTree(List<String> names, String entry) {
        if (names.size() == 1) {
            return names.get(0) + entry;
        }
        return names.stream()
                .map(name -> name + entry)
                .filter(path ->
                        tree.get(path) != null || folders.contains(path) || Precompression.twinned(path, tree) != null)
                .findFirst()
                .orElse(names.get(0) + entry);
    }

    private void look(String path, Path entry, Deque<String> waiting) throws IOException {
        BasicFileAttributes found;
        try {
            found = attributes(entry);
        } catch (NoSuchFileException e) {
            return; // gone since the folder was read: missing, or never ours
        }
        TreeFile expected = tree.get(path);
        if (expected != null) {
            seen.add(path);
            file(path, expected, entry, found);
        } else if (found.isDirectory()) {
            boolean ours = folder(path, found);
            if (ours || !findings.full()) {
                waiting.push(path + "/");
            }
        } else if (folders.contains(path)) {
            findings.add(Difference.changed(path, "a folder", words(entry, found)));
        } else {
            TreeFile of = Precompression.twinned(path, tree);
            if (of != null && found.isRegularFile()) {
                twin(path, of, entry, found);
            } else {
                findings.add(Difference.added(path, words(entry, found)));
            }
        }
    }

    private void file(String path, TreeFile expected, Path entry, BasicFileAttributes found) throws IOException {
        boolean same = found.isRegularFile()
                && found.size() == expected.size()
                && found.lastModifiedTime().toInstant().equals(expected.modified());
        if (!same || closedToOthers(found)) {
            findings.add(Difference.changed(path, words(expected), words(entry, found)));
        }
    }

    private void twin(String path, TreeFile of, Path entry, BasicFileAttributes found) throws IOException {
        if (!found.lastModifiedTime().toInstant().equals(of.modified()) || closedToOthers(found)) {
            findings.add(Difference.changed(path, Precompression.words(path), words(entry, found)));
        }
    }

    /** @return whether the tree has such a folder */
    private boolean folder(String path, BasicFileAttributes found) {
        boolean ours = path.isEmpty() || folders.contains(path);
        if (!ours) {
            findings.add(Difference.added(path, "a folder"));
        } else if (closedToOthers(found)) {
            findings.add(Difference.changed(path, "a folder that others may read", "a folder of " + mode(found)));
        }
        return ours;
    }

    private BasicFileAttributes attributes(Path path) throws IOException {
        Class<? extends BasicFileAttributes> kind = posix ? PosixFileAttributes.class : BasicFileAttributes.class;
        return Files.readAttributes(path, kind, LinkOption.NOFOLLOW_LINKS);
    }

    /** A web server of another user gets an error for it. */
    private static boolean closedToOthers(BasicFileAttributes found) {
        if (!(found instanceof PosixFileAttributes owned)) {
            return false;
        }
        Set<PosixFilePermission> permissions = owned.permissions();
        return !permissions.contains(PosixFilePermission.OTHERS_READ)
                || (found.isDirectory() && !permissions.contains(PosixFilePermission.OTHERS_EXECUTE));
    }

    private static String mode(BasicFileAttributes found) {
        return found instanceof PosixFileAttributes owned
                ? "mode " + PosixFilePermissions.toString(owned.permissions())
                : "no mode";
    }

    static String words(TreeFile file) {
        return file.size() + " bytes, modified " + file.modified() + ", sha256 " + file.sha256();
    }

    private static String words(Path path, BasicFileAttributes found) throws IOException {
        if (found.isSymbolicLink()) {
            try {
                return "a symbolic link to " + Files.readSymbolicLink(path);
            } catch (NoSuchFileException e) {
                return "a symbolic link that is gone by now";
            }
        }
        if (found.isDirectory()) {
            return "a folder";
        }
        if (!found.isRegularFile()) {
            return "neither a file nor a folder";
        }
        return found.size() + " bytes, modified " + found.lastModifiedTime().toInstant() + ", " + mode(found);
    }
}
