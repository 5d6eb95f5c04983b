package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/**
 * Immutable directory trees under {@code releases/<event>/<name>}. Each is built beside the others out of hard links
 * to unchanged files and freshly written ones, synced, and only then given its name.
 */
final class Releases {

    private static final String UNFINISHED = ".building-";
    private static final int NAME_DIGITS = 12;

    private final Path root;
    private final Disk disk;

    Releases(Path root, Disk disk) {
        this.root = root;
        this.disk = disk;
    }

    /** Two trees with the same name are the same, bytes and times. */
    static String name(String label, Tree tree) {
        MessageDigest sha256 = Digest.sha256();
        for (TreeFile file : tree.files()) {
            String line = file.sha256() + " " + file.modified().getEpochSecond() + " " + file.path() + "\n";
            sha256.update(line.getBytes(StandardCharsets.UTF_8));
        }
        return label + "-" + Digest.of(sha256.digest()).hex().substring(0, NAME_DIGITS);
    }

    /**
     * A whole and durable release of this tree: one that stands already, or a new one.
     *
     * @param previous a release whose unchanged files can be linked; null where none is known for sure
     */
    Path of(String event, String label, Tree tree, @Nullable Release previous, Contents contents) throws IOException {
        Path folder = root.resolve(event);
        disk.createDirectories(folder, Disk.Access.PUBLIC);
        String name = name(label, tree);
        Path release = folder.resolve(name);
        for (int again = 2; Files.exists(release, LinkOption.NOFOLLOW_LINKS); again++) {
            if (shows(release, tree)) {
                return release;
            }
            // Somebody changed a release by hand. It may be live at this moment: it is left as it is, as evidence.
            release = folder.resolve(name + "-r" + again);
        }
        Path building = folder.resolve(UNFINISHED + UUID.randomUUID());
        try {
            build(building, tree, previous, contents);
            disk.moveAtomically(building, release);
            disk.syncDirectory(folder);
        } catch (IOException e) {
            try {
                disk.deleteTree(building);
            } catch (IOException second) {
                e.addSuppressed(second);
            }
            throw e;
        }
        return release;
    }

    /** A release and what was put there. */
    record Release(Path folder, Tree tree) {
        /** Equal bytes and time were put there, and by size and time they still are. */
        boolean has(TreeFile file) throws IOException {
            TreeFile mine = tree.get(file.path());
            return mine != null
                    && mine.sha256().equals(file.sha256())
                    && mine.modified().equals(file.modified())
                    && looksLike(folder.resolve(file.path()), file);
        }
    }

    private void build(Path building, Tree tree, @Nullable Release previous, Contents contents) throws IOException {
        disk.createDirectories(building, Disk.Access.PUBLIC);
        Set<Path> folders = new TreeSet<>(Set.of(building));
        List<TreeFile> missing = new ArrayList<>();
        for (TreeFile file : tree.files()) {
            Path target = building.resolve(file.path());
            for (Path folder = target.getParent(); folder != null && folders.add(folder); folder = folder.getParent()) {
                disk.createDirectories(folder, Disk.Access.PUBLIC);
            }
            if (previous != null && previous.has(file)) {
                disk.linkOrCopy(previous.folder().resolve(file.path()), target, Disk.Access.PUBLIC);
            } else {
                missing.add(file);
            }
        }
        if (!missing.isEmpty()) {
            contents.provide(missing, building);
        }
        for (TreeFile file : missing) {
            Path target = building.resolve(file.path());
            disk.setModified(target, file.modified());
            disk.sync(target);
        }
        for (Path folder : folders) {
            disk.syncDirectory(folder);
        }
    }

    /** Size and time, not bytes: what a web server compares too. */
    private static boolean looksLike(Path path, TreeFile file) throws IOException {
        try {
            BasicFileAttributes attributes =
                    Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
            return attributes.isRegularFile()
                    && attributes.size() == file.size()
                    && attributes.lastModifiedTime().toInstant().equals(file.modified());
        } catch (NoSuchFileException e) {
            return false;
        }
    }

    /** Whether the folder holds exactly this tree, as far as names, sizes and times tell. */
    boolean shows(Path release, Tree tree) throws IOException {
        if (!Files.isDirectory(release, LinkOption.NOFOLLOW_LINKS)) {
            return false;
        }
        for (TreeFile file : tree.files()) {
            if (!looksLike(release.resolve(file.path()), file)) {
                return false;
            }
        }
        long[] found = {0};
        Files.walkFileTree(release, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
                String path = release.relativize(file).toString().replace('\\', '/');
                found[0] += Precompression.isTwin(path, tree) ? 0 : 1;
                return FileVisitResult.CONTINUE;
            }
        });
        return found[0] == tree.files().size();
    }

    /**
     * Of every event the release that was made last, but for the live one. After a restart nobody remembers which one
     * was live before; this is it, or one made after it.
     */
    Set<Path> newestOthers(Path live) throws IOException {
        Set<Path> others = new TreeSet<>();
        for (Path event : list(root)) {
            newestFirst(event).stream()
                    .map(Aged::release)
                    .filter(release -> !release.equals(live))
                    .findFirst()
                    .ifPresent(others::add);
        }
        return others;
    }

    private static List<Aged> newestFirst(Path event) throws IOException {
        List<Aged> releases = new ArrayList<>();
        for (Path release : list(event)) {
            if (!release.getFileName().toString().startsWith(UNFINISHED)) {
                releases.add(
                        new Aged(release, Files.getLastModifiedTime(release).toInstant()));
            }
        }
        releases.sort(Comparator.comparing(Aged::made).reversed());
        return releases;
    }

    /** Removes all but the newest {@code keep} releases of every event, and never one of {@code spared}. */
    void removeOld(int keep, Set<Path> spared) throws IOException {
        for (Path event : list(root)) {
            for (Path release : list(event)) {
                if (release.getFileName().toString().startsWith(UNFINISHED)) {
                    disk.deleteTree(release); // of an agent that was stopped while building; ours is never here now
                }
            }
            List<Aged> releases = newestFirst(event);
            for (Aged old : releases.subList(Math.min(keep, releases.size()), releases.size())) {
                if (!spared.contains(old.release())) {
                    disk.deleteTree(old.release());
                }
            }
        }
    }

    private record Aged(Path release, Instant made) {}

    private static List<Path> list(Path folder) throws IOException {
        if (!Files.isDirectory(folder)) {
            return List.of();
        }
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.filter(entry -> Files.isDirectory(entry, LinkOption.NOFOLLOW_LINKS))
                    .toList();
        }
    }
}
