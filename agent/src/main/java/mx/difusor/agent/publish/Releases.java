package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.InParallel;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Immutable directory trees under {@code releases/<event>/<name>}. Each is built beside the others out of hard links
 * to unchanged files and freshly written ones, synced, and only then given its name.
 */
final class Releases {

    private static final String UNFINISHED = ".building-";
    private static final String AGAIN = "-r";
    private static final int NAME_DIGITS = 12;

    /** Files that are worked on at once; not many, since it is the processor's work. */
    private static final int WRITERS = 2;

    private static final Logger LOG = LoggerFactory.getLogger(Releases.class);

    private final Path root;
    private final Disk disk;

    private final Set<Path> distrusted = ConcurrentHashMap.newKeySet();

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
     * A whole release of this tree that stands already. The one that is live is taken by its names, sizes and times:
     * the guard reads its bytes. Every other one is read here: files are shared, and what was altered in one release may
     * be altered in all.
     *
     * @param now what the live root points at
     */
    Optional<Path> standing(Target target, @Nullable Path now) throws IOException {
        String name = name(target.label(), target.tree());
        Path folder = root.resolve(target.event());
        if (now != null
                && isOf(target, now)
                && !distrusted.contains(now)
                && looksRight(new Release(now, target.tree()))) {
            return Optional.of(now);
        }
        for (Path release : list(folder)) {
            if (isNamed(release, name)
                    && !distrusted.contains(release)
                    && stands(new Release(release, target.tree()))) {
                // Whoever made it may have failed between its rename and this.
                disk.syncDirectory(folder);
                return Optional.of(release);
            }
        }
        return Optional.empty();
    }

    /** Those whose names begin with this label, the live one first, then the newest. */
    List<Path> labelled(String event, String label, Optional<Path> live) throws IOException {
        List<Path> labelled = new ArrayList<>();
        for (Aged one : newestFirst(root.resolve(event))) {
            if (one.release().getFileName().toString().startsWith(label + "-")) {
                labelled.add(live.filter(one.release()::equals).isPresent() ? 0 : labelled.size(), one.release());
            }
        }
        return labelled;
    }

    /** Whether it was made for this tree, by its name. */
    boolean isOf(Target target, Path release) {
        return root.resolve(target.event()).equals(release.getParent())
                && isNamed(release, name(target.label(), target.tree()));
    }

    static boolean isNamed(Path release, String name) {
        String own = release.getFileName().toString();
        return own.equals(name) || own.startsWith(name + AGAIN);
    }

    /** Removes what an earlier process was writing into it when it ended. What that fails at {@link Inspection} sees. */
    void clearUnfinished(Release release) {
        for (Path folder : folders(release.folder(), release.tree())) {
            try {
                Unfinished.clear(disk, folder);
            } catch (IOException e) {
                LOG.warn("cannot look for leftovers in {}: {}", folder, Failures.inWords(e));
            }
        }
    }

    /** Somebody altered it: it is never shown, linked or taken for this tree again. Any thread. */
    void distrust(Path release) {
        distrusted.add(release);
    }

    boolean distrusts(Path release) {
        return distrusted.contains(release);
    }

    private static boolean looksRight(Release release) throws IOException {
        return Inspection.of(release).isEmpty();
    }

    /** By every byte. One that cannot be read now is as good as gone: the archive has its bytes too. */
    static boolean stands(Release release) {
        try {
            return holds(release);
        } catch (IOException e) {
            LOG.warn("{} cannot be shown again: {}", release.folder(), Failures.inWords(e));
            return false;
        }
    }

    /** By every byte. */
    private static boolean holds(Release release) throws IOException {
        if (!looksRight(release)) {
            return false;
        }
        try (Rereading rereading = new Rereading(release)) {
            rereading.advance(Long.MAX_VALUE);
            return rereading.findings().isEmpty();
        }
    }

    /**
     * A whole, durable and new release. What stands under its name was altered by hand and is left as it is.
     *
     * @param previous a release whose unchanged files are linked; null where none is known for sure
     */
    Path build(Target target, @Nullable Release previous) throws IOException {
        Path folder = root.resolve(target.event());
        disk.createDirectories(folder, Disk.Access.PUBLIC);
        String name = name(target.label(), target.tree());
        Path release = folder.resolve(name);
        for (int again = 2; Files.exists(release, LinkOption.NOFOLLOW_LINKS) || distrusted.contains(release); again++) {
            release = folder.resolve(name + AGAIN + again);
        }
        Path building = folder.resolve(UNFINISHED + UUID.randomUUID());
        try {
            fill(building, target.tree(), previous, target.contents());
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

    private void fill(Path building, Tree tree, @Nullable Release previous, Contents contents) throws IOException {
        List<TreeFile> missing = new ArrayList<>();
        List<TreeFile> standing = new ArrayList<>();
        for (TreeFile file : tree.files()) {
            (previous != null && previous.has(file) ? standing : missing).add(file);
        }
        Path ready = missing.isEmpty() ? null : contents.ready(missing);
        if (ready != null) {
            disk.moveAtomically(ready, building);
        }
        List<Path> folders = folders(building, tree);
        for (Path folder : folders) {
            disk.makeDirectories(folder, Disk.Access.PUBLIC);
        }
        for (TreeFile file : standing) {
            Path there = Objects.requireNonNull(previous).folder().resolve(file.path());
            disk.linkOrCopy(there, building.resolve(file.path()), Disk.Access.PUBLIC);
        }
        if (ready == null && !missing.isEmpty()) {
            contents.provide(missing, building);
        }
        InParallel.forEach(WRITERS, missing, file -> disk.setModified(building.resolve(file.path()), file.modified()));
        List<Path> fresh =
                missing.stream().map(file -> building.resolve(file.path())).toList();
        disk.syncAll(building, fresh, folders);
    }

    /** Itself and every folder in it, each after the one that it is in. */
    private static List<Path> folders(Path release, Tree tree) {
        List<Path> folders = new ArrayList<>(List.of(release));
        Inspection.folders(tree).forEach(folder -> folders.add(release.resolve(folder)));
        return folders;
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
