package mx.difusor.agent.publish;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.model.MachineException;

/** POSIX: a symbolic link, replaced by renaming a new one over it. */
public final class SymlinkLiveRoot implements LiveRoot {

    private final Path link;
    private final Disk disk;

    public SymlinkLiveRoot(Path link, Disk disk) {
        this.link = link.toAbsolutePath();
        this.disk = disk;
    }

    @Override
    public Optional<Path> target() throws MachineException {
        Optional<BasicFileAttributes> found = found();
        if (found.isEmpty()) {
            return Optional.empty();
        }
        if (!found.get().isSymbolicLink()) {
            throw new MachineException(
                    "live-root-occupied",
                    "the live root " + link + " is a real folder or file, not a link",
                    "move it away, or point publish.live at a name that is free; the agent never replaces what it did"
                            + " not make",
                    null);
        }
        try {
            return Optional.of(parent().resolve(Files.readSymbolicLink(link)).normalize());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    /** A link that cannot be looked at is not taken for one that is not there. */
    private Optional<BasicFileAttributes> found() throws MachineException {
        try {
            return Optional.of(Files.readAttributes(link, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS));
        } catch (NoSuchFileException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void pointAt(Path release) throws MachineException {
        target(); // refuses to replace what is not a link
        try {
            // Relative, so that a home that was moved or restored elsewhere still shows its release.
            disk.linkAtomically(link, relative(release.toAbsolutePath()));
        } catch (IOException e) {
            throw failed(e);
        }
    }

    @Override
    public void settle() throws MachineException {
        try {
            Unfinished.clear(disk, parent());
            disk.syncDirectory(parent());
        } catch (IOException e) {
            throw failed(e);
        }
    }

    private Path relative(Path release) throws IOException {
        Path from = parent().toRealPath();
        return from.relativize(release.toRealPath());
    }

    private Path parent() {
        return Objects.requireNonNull(link.getParent(), "a live root is never the root of a file system");
    }

    private MachineException failed(IOException cause) {
        return new MachineException(
                "live-root-failed",
                "cannot switch the live root " + link + ": " + Failures.inWords(cause),
                "give the service account write permission on " + link.getParent(),
                cause);
    }
}
