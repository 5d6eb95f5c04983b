package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.locks.LockSupport;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** One agent to a home: the operating system gives the lock back when the process ends, however it ends. */
final class HomeLock implements AutoCloseable {

    private static final int TRIES = 5;
    private static final long PAUSE_NANOS = 20_000_000;

    private final FileChannel channel;

    private HomeLock(FileChannel channel) {
        this.channel = channel;
    }

    /** @throws MachineException {@code agent-running} when another agent works on this home */
    static HomeLock take(Home home, Disk disk) throws MachineException {
        return take(home, disk, () -> LockSupport.parkNanos(PAUSE_NANOS));
    }

    /** @param pause between two tries: a command that only asks whether the lock is free has it for a moment */
    static HomeLock take(Home home, Disk disk, Runnable pause) throws MachineException {
        for (int tried = 0; tried < TRIES; tried++) {
            if (tried > 0) {
                pause.run();
            }
            HomeLock taken = tryToTake(home, disk);
            if (taken != null) {
                return taken;
            }
        }
        throw new MachineException(
                "agent-running",
                "another agent already works on " + home.root(),
                "stop it first, or give this one a home of its own",
                null);
    }

    /** Null where another has it. */
    private static @Nullable HomeLock tryToTake(Home home, Disk disk) throws MachineException {
        try {
            FileChannel channel = open(home.lock(), disk);
            if (tryLock(channel) != null) {
                return new HomeLock(channel);
            }
            channel.close();
            return null;
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot lock " + home.lock() + ": " + Failures.inWords(e),
                    "give the service account write permission on " + home.root(),
                    e);
        }
    }

    /** Made where it is missing and never replaced: a lock is on a file, not on its name. */
    private static FileChannel open(Path lock, Disk disk) throws IOException {
        try {
            return disk.createFile(lock, Disk.Access.PRIVATE);
        } catch (FileAlreadyExistsException e) {
            return FileChannel.open(lock, StandardOpenOption.WRITE);
        }
    }

    /**
     * For a command that writes where the agent does.
     *
     * @param command as people type it
     * @throws MachineException {@code agent-running} while an agent works on this home, {@code home-of-another}
     */
    static HomeLock takeFor(String command, Home home, Disk disk) throws MachineException {
        HomeOwner.expectOwn(command, home);
        try {
            return take(home, disk);
        } catch (MachineException e) {
            if (!e.code().equals("agent-running")) {
                throw e;
            }
            throw new MachineException(
                    e.code(),
                    "the agent is running on " + home.root() + ", and `" + command + "` needs it stopped",
                    "stop the agent, run this again, and start it; the public goes on seeing the live root meanwhile",
                    e);
        }
    }

    /** Whether an agent works on this home now. */
    static boolean isTaken(Home home, Disk disk) throws MachineException {
        try (HomeLock free = tryToTake(home, disk)) {
            return free == null;
        }
    }

    /**
     * Whether an agent works on this home now, as far as this account can see. Asks by reading alone: neither is the lock
     * made, which would be this account's then, nor is a home that went read-only taken for one without an agent.
     */
    static boolean isSeenTaken(Home home) throws MachineException {
        try (FileChannel channel = FileChannel.open(home.lock(), StandardOpenOption.READ)) {
            return !canShare(channel);
        } catch (NoSuchFileException | AccessDeniedException e) {
            return false;
        } catch (IOException e) {
            throw new MachineException(
                    "home-unreadable",
                    "cannot ask for the lock " + home.lock() + ": " + Failures.inWords(e),
                    "check the disk",
                    e);
        }
    }

    /** Not while somebody has the lock for itself. */
    private static boolean canShare(FileChannel channel) throws IOException {
        try (FileLock shared = channel.tryLock(0, Long.MAX_VALUE, true)) {
            return shared != null;
        } catch (OverlappingFileLockException e) {
            return false; // this very process holds it
        }
    }

    private static @Nullable FileLock tryLock(FileChannel channel) throws IOException {
        try {
            return channel.tryLock();
        } catch (OverlappingFileLockException e) {
            return null; // this very process holds it
        }
    }

    @Override
    public void close() throws MachineException {
        try {
            channel.close();
        } catch (IOException e) {
            throw new MachineException("home-unwritable", "cannot unlock the home: " + e, "check the disk", e);
        }
    }
}
