package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ArrayBlockingQueue;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Tree;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Makes the live root show a target. A no-op when it already does. One thread calls it, but where it says so. */
public final class Publisher {

    private static final Logger LOG = LoggerFactory.getLogger(Publisher.class);

    /** Replacements that nobody has asked for yet; further ones are not told. */
    private static final int REPLACED_LIMIT = 16;

    private final Home home;
    private final Releases releases;
    private final LiveRoot liveRoot;
    private final int keepReleases;
    private final @Nullable Precompression precompression;
    private final Queue<Replaced> replaced = new ArrayBlockingQueue<>(REPLACED_LIMIT);
    private @Nullable Release live;
    private @Nullable Release linkedFrom;
    private Optional<Path> before = Optional.empty();

    /**
     * What this run wrote or read by every byte, and nobody was seen to alter since: files are linked to no other one.
     * Null where nothing is known of what is live.
     */
    private volatile @Nullable Path proved;

    /** Whatever the live root points at, it is certain to point there after a power cut too. */
    private volatile boolean pointedForGood;

    private volatile @Nullable Release settled;

    public Publisher(Home home, Disk disk, LiveRoot liveRoot, int keepReleases, boolean precompress) {
        this.precompression = precompress ? new Precompression(disk) : null;
        this.home = home;
        this.releases = new Releases(home.releases(), disk);
        this.liveRoot = liveRoot;
        this.keepReleases = keepReleases;
    }

    /**
     * What is live.
     *
     * @param release relative to {@code releases/}, {@code /}-separated
     * @param switched false when the live root showed it already
     */
    public record Shown(String release, boolean switched) {}

    /** A release that was live, did not show its tree, and was replaced on that account. */
    public record Replaced(Release altered, String by) {}

    /** After a crash at any line the live root is the old release or the new one, never a mix. */
    public Shown show(Target target) throws MachineException {
        return show(target, false);
    }

    /**
     * As {@link #show}, after what is live was found altered: the target is written whole from its contents under a new
     * name, because an altered file may be altered in every release that shares it; and the altered release is never
     * linked or shown again.
     */
    public Shown showAnew(Target target) throws MachineException {
        return show(target, true);
    }

    private Shown show(Target target, boolean anew) throws MachineException {
        try {
            Optional<Path> now = liveRoot.target().map(path -> inOurTerms(path, target.event()));
            if (anew && live != null) {
                releases.distrust(live.folder());
            }
            if (live == null && now.isPresent() && releases.isOf(target, now.get())) {
                releases.clearUnfinished(new Release(now.get(), target.tree())); // twins of a process that was killed
            }
            Optional<Path> standing = anew ? Optional.empty() : releases.standing(target, now.orElse(null));
            boolean altered = !anew && now.isPresent() && releases.isOf(target, now.get()) && !standing.equals(now);
            if (altered) {
                releases.distrust(now.get());
            }
            Release linkable = anew || altered ? null : linkable(standing.isPresent() ? null : target.tree());
            Path release = standing.isPresent() ? standing.get() : releases.build(target, linkable);
            boolean switched = now.isEmpty() || !sameFolder(now.get(), release);
            if (!pointedForGood) {
                liveRoot.settle();
            }
            if (switched) {
                turn(release);
                before = anew || altered ? before : now;
            }
            pointedForGood = true;
            linkedFrom = linkable;
            live = new Release(release, target.tree());
            if (switched || standing.isEmpty()) {
                know(release, linkable);
            }
            if (precompression == null) {
                settle();
            }
            Shown shown = new Shown(name(release), switched);
            if (altered) {
                replaced.offer(new Replaced(new Release(now.get(), target.tree()), shown.release()));
            }
            return shown;
        } catch (IOException e) {
            throw new MachineException(
                    "release-failed",
                    "cannot build the release of " + target.event() + " " + target.label() + ": " + Failures.inWords(e),
                    "check the free space, the mount and the permissions below " + home.releases()
                            + "; the old page stays live meanwhile",
                    e);
        }
    }

    /** As it stands in {@link Shown}. */
    public String name(Path release) {
        return home.releases().relativize(release).toString().replace('\\', '/');
    }

    /**
     * Of what is live, if its bytes are known and right: after a start they are not yet. Then they are read here, where
     * that spares anything, which is quicker than writing them.
     *
     * @param toBuild null where nothing is to be read
     */
    private @Nullable Release linkable(@Nullable Tree toBuild) throws IOException {
        Release now = live;
        if (now == null || releases.distrusts(now.folder())) {
            return null;
        }
        if (now.folder().equals(proved)) {
            return now;
        }
        if (toBuild == null || !now.sharesWith(toBuild)) {
            return null;
        }
        if (!Releases.stands(now)) {
            LOG.warn("{} is not as it was made: nothing of it is linked", now.folder());
            return null;
        }
        know(now.folder(), null);
        return now;
    }

    /** @param linked what it shares files with; whoever altered that one meanwhile altered both */
    private void know(Path release, @Nullable Release linked) {
        proved = release;
        if (releases.distrusts(release) || (linked != null && releases.distrusts(linked.folder()))) {
            proved = null;
        }
    }

    /** Every byte of it was read, and right. Any thread. */
    public void proved(Release release) {
        if (isSettled(release)) {
            know(release.folder(), null);
        }
    }

    /**
     * It was found altered: nothing of it is linked any more, whatever becomes of it, nor of one that may share files with
     * it before its own bytes were read. Any thread.
     */
    public void distrust(Release release) {
        releases.distrust(release.folder());
        proved = null;
    }

    /** A home may be reached under several names; the live root gives the one that it knows. */
    private Path inOurTerms(Path target, String event) {
        Path name = target.getFileName();
        Path ours = name == null ? target : home.releases().resolve(event).resolve(name);
        return sameFolder(target, ours) ? ours : target;
    }

    private static boolean sameFolder(Path a, Path b) {
        try {
            return Files.isSameFile(a, b);
        } catch (IOException e) {
            return false;
        }
    }

    /** Nothing is written into the live release any more. */
    private void settle() {
        if (settled == null) {
            settled = live;
        }
    }

    /**
     * What is live, the same object from one switch to the next; null before the first one and while twins are being
     * written. Any thread.
     */
    public @Nullable Release settled() {
        return settled;
    }

    /** Whether this very release is {@link #settled}. Any thread. */
    @SuppressWarnings("ReferenceEquality") // a name may be used again; comparing whole trees is slow
    public boolean isSettled(Release release) {
        return settled == release;
    }

    /** Any thread. Null when there is none, or more than could be remembered. */
    public @Nullable Replaced nextReplaced() {
        return replaced.poll();
    }

    /** Whether {@link #pointsAt} may be asked every second. Any thread. */
    public boolean quickToAsk() {
        return liveRoot.quick();
    }

    /** Whether the live root points at this release. Any thread. */
    public boolean pointsAt(Release release) throws MachineException {
        Optional<Path> now = liveRoot.target();
        return now.isPresent() && sameFolder(now.get(), release.folder());
    }

    /** Somebody moved the live root: it points at what is live again. */
    public void pointBack(Release release) throws MachineException {
        point(release.folder());
        pointedForGood = true;
    }

    /**
     * To another release. It may fail half way, where the link has moved and its file or its sync has not: then nothing is
     * settled, so that the guard does not turn back what is on its way, until a switch succeeds.
     */
    private void turn(Path release) throws MachineException {
        Release old = settled;
        settled = null;
        try {
            point(release);
        } catch (MachineException e) {
            settled = old != null && stillShows(old) ? old : null;
            throw e;
        }
    }

    private boolean stillShows(Release old) {
        try {
            return pointsAt(old);
        } catch (MachineException e) {
            return false;
        }
    }

    private void point(Path release) throws MachineException {
        pointedForGood = false;
        liveRoot.pointAt(release);
    }

    /**
     * The tree of an unaltered release that begins with this label, read from its files: of the live one, or else of the
     * newest, which a notice may stand before; empty where there is none.
     *
     * @param sequence of the newest package in it
     * @throws MachineException {@code release-failed} where that cannot be read now, and a page is up that can stay
     */
    public Optional<Tree> stillStands(String event, String label, long sequence) throws MachineException {
        Optional<Path> now = liveRoot.target().map(path -> inOurTerms(path, event));
        try {
            for (Path release : releases.labelled(event, label, now)) {
                Optional<Tree> tree = StandingTree.of(release, label, sequence);
                if (tree.isPresent()) {
                    return tree;
                }
            }
        } catch (IOException e) {
            if (somethingIsLive()) {
                throw new MachineException(
                        "release-failed",
                        "cannot read the release of " + event + " " + label
                                + ", whose package is damaged in the archive: " + Failures.inWords(e),
                        "check the disk and the permissions below " + home.releases()
                                + "; the old page stays live meanwhile",
                        e);
            }
            LOG.warn("no release of {} {} can be read: {}", event, label, Failures.inWords(e));
        }
        return Optional.empty();
    }

    /** Where the live root points, for people. */
    public String target() throws MachineException {
        return liveRoot.target().map(Path::toString).orElse("nothing");
    }

    /** What the live root shows, of whatever start: as {@link #name} says it, or its whole path where it is none of ours. */
    public String liveName() throws MachineException {
        Path now = liveRoot.shown().orElse(home.releases());
        Path parent = now.getParent();
        Path event = parent == null ? null : parent.getFileName();
        Path ours = event == null ? now : inOurTerms(now, event.toString());
        return ours.startsWith(home.releases()) ? name(ours) : now.toString();
    }

    /** After a switch: what is not part of the tree but helps a web server. */
    public void precompress() throws MachineException {
        if (precompression == null || live == null || settled != null || !pointedForGood) {
            return;
        }
        Release from = linkedFrom;
        try {
            precompression.addTwins(live, from == null || releases.distrusts(from.folder()) ? null : from);
        } catch (IOException e) {
            throw new MachineException(
                    "precompress-failed",
                    "cannot write the .gz twins of " + live.folder() + ": " + Failures.inWords(e),
                    "check the free space; the pages themselves are complete",
                    e);
        } finally {
            settle();
        }
    }

    /** Whether the live root shows something at all, of whatever start. */
    public boolean somethingIsLive() throws MachineException {
        return liveRoot.shown().filter(Files::isDirectory).isPresent();
    }

    /**
     * Removes releases beyond {@code keepReleases}; never the live one or the last good one before it, and none at all
     * while what is live could not be made sure of since the start.
     */
    public void removeOldReleases() throws IOException {
        if (live == null) {
            return;
        }
        Set<Path> spared = new HashSet<>(releases.newestOthers(live.folder()));
        spared.add(live.folder());
        before.ifPresent(spared::add);
        releases.removeOld(keepReleases, spared);
    }
}
