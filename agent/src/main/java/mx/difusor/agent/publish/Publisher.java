package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** Makes the live root show a target. A no-op when it already does. One thread calls it. */
public final class Publisher {

    private final Home home;
    private final Releases releases;
    private final LiveRoot liveRoot;
    private final int keepReleases;
    private final @Nullable Precompression precompression;
    private Releases.@Nullable Release live;
    private Releases.@Nullable Release linkedFrom;
    private @Nullable Path before;

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

    /** After a crash at any line the live root is the old release or the new one, never a mix. */
    public Shown show(Target target) throws MachineException {
        try {
            Optional<Path> now = liveRoot.target();
            // After a start the bytes of what is live are not known for sure: nothing is linked to them.
            Path release = releases.of(target.event(), target.label(), target.tree(), live, target.contents());
            boolean switched = now.isEmpty() || !sameFolder(now.get(), release);
            if (switched) {
                liveRoot.pointAt(release);
                before = now.orElse(null);
            }
            linkedFrom = live;
            live = new Releases.Release(release, target.tree());
            return new Shown(home.releases().relativize(release).toString().replace('\\', '/'), switched);
        } catch (IOException e) {
            throw new MachineException(
                    "release-failed",
                    "cannot build the release of " + target.event() + " " + target.label() + ": " + Failures.inWords(e),
                    "check the free space, the mount and the permissions below " + home.releases()
                            + "; the old page stays live meanwhile",
                    e);
        }
    }

    private static boolean sameFolder(Path a, Path b) {
        return a.toAbsolutePath().normalize().equals(b.toAbsolutePath().normalize());
    }

    /** After a switch: what is not part of the tree but helps a web server. */
    public void precompress() throws MachineException {
        if (precompression == null || live == null) {
            return;
        }
        try {
            precompression.addTwins(live, linkedFrom);
        } catch (IOException e) {
            throw new MachineException(
                    "precompress-failed",
                    "cannot write the .gz twins of " + live.folder() + ": " + Failures.inWords(e),
                    "check the free space; the pages themselves are complete",
                    e);
        }
    }

    /** Whether the live root shows something at all, of whatever start. */
    public boolean somethingIsLive() throws MachineException {
        return liveRoot.target().filter(Files::isDirectory).isPresent();
    }

    /**
     * Removes releases beyond {@code keepReleases}; never the live one or the one before it, and none at all while what
     * is live could not be made sure of since the start.
     */
    public void removeOldReleases() throws IOException {
        if (live == null) {
            return;
        }
        Set<Path> spared = new HashSet<>(releases.newestOthers(live.folder()));
        spared.add(live.folder());
        if (before != null) {
            spared.add(before);
        }
        releases.removeOld(keepReleases, spared);
    }
}
