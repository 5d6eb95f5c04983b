package mx.difusor.agent.publish;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.MachineException;

/**
 * Beside the live root a file that names its release, for web servers that look at a file's path more than once in a
 * request: Apache asks for the size and then opens, and through a link that moves in between it would send the new bytes at
 * the old length. As a map of its mod_rewrite the file is asked once for each request (docs/web-servers.md).
 *
 * <p>One line, {@code release releases/EVENT/NAME}, relative to the home. The live root moves first, the file follows.
 */
public final class MappedLiveRoot implements LiveRoot {

    private static final String KEY = "release ";

    /** A longer one is not ours. */
    private static final int MAX_BYTES = 1_000;

    private final LiveRoot liveRoot;
    private final Path home;
    private final Path map;
    private final Disk disk;

    public MappedLiveRoot(LiveRoot liveRoot, Home home, Disk disk) {
        this.liveRoot = liveRoot;
        this.home = home.root().toAbsolutePath();
        this.map = home.liveMap();
        this.disk = disk;
    }

    /** Empty as well where the file names another release: then visitors do not all see the same. */
    @Override
    public Optional<Path> target() throws MachineException {
        Optional<Path> target = liveRoot.target();
        return target.isPresent() && contradicts(target.get()) ? Optional.empty() : target;
    }

    @Override
    public Optional<Path> shown() throws MachineException {
        return liveRoot.shown();
    }

    private boolean contradicts(Path release) throws MachineException {
        try {
            return Files.size(map) > MAX_BYTES || !Files.readString(map).equals(line(release));
        } catch (NoSuchFileException e) {
            return false; // a server finds the live root itself, as it did before there was such a file
        } catch (IOException e) {
            return true;
        }
    }

    @Override
    public boolean quick() {
        return liveRoot.quick();
    }

    @Override
    public void pointAt(Path release) throws MachineException {
        liveRoot.pointAt(release);
        write(release);
    }

    @Override
    public void settle() throws MachineException {
        liveRoot.settle();
        Optional<Path> target = liveRoot.target();
        if (target.isPresent() && (!Files.exists(map) || contradicts(target.get()))) {
            write(target.get());
        }
    }

    /** Not synced: a power cut that takes it leaves the server with the live root itself, and a start writes it anew. */
    private void write(Path release) throws MachineException {
        Path beside = Unfinished.beside(map);
        try {
            disk.write(
                    beside,
                    new ByteArrayInputStream(line(release).getBytes(StandardCharsets.UTF_8)),
                    Disk.Access.PUBLIC);
            disk.moveAtomically(beside, map);
        } catch (IOException e) {
            remove(beside, e); // it is tried again every second, and nobody looks for leftovers before the next start
            throw new MachineException(
                    "live-root-failed",
                    "the live root has moved, but " + map + " cannot say so: " + Failures.inWords(e),
                    "give the service account write permission on " + home + "; an Apache that reads the file shows the"
                            + " page before until then",
                    e);
        }
    }

    private void remove(Path leftover, IOException failure) {
        try {
            disk.delete(leftover);
        } catch (IOException second) {
            failure.addSuppressed(second);
        }
    }

    private String line(Path release) throws IOException {
        Path real = Files.exists(release) ? release.toRealPath() : release.toAbsolutePath();
        Path relative = home.toRealPath().relativize(real);
        return KEY + relative.toString().replace('\\', '/') + "\n";
    }
}
