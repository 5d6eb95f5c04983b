package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Random;
import org.jspecify.annotations.Nullable;

/**
 * The disk of this machine, below one folder, that fails at a chosen operation. The recipes of {@link LocalDisk} are
 * used as they are; what is counted, and may fail, is each single system call that they make: create, one write, sync,
 * sync of a folder, rename, link, delete, time.
 *
 * <p>The processes see the real folder, as they would see the kernel's cache. What would be on the platters is
 * remembered beside it ({@link Platters}): a {@code sync} of a file keeps its bytes and its time, a
 * {@code syncDirectory} the names in that folder and no others. {@link #cutPower} then makes the real folder what a
 * restart would find:
 *
 * <ul>
 *   <li>a name that was made, moved or taken away without a sync of its folder is as it was at the last one, for all
 *       such changes, for the later ones or for any of them; a rename within a folder is lost or kept as one change, one
 *       between folders counts as durable in a folder from that folder's sync on;
 *   <li>bytes that were written without a sync of their file are missing, cut off or zeros, whatever its name;
 *   <li>a file whose time was set without a sync of it has another.
 * </ul>
 *
 * <p>What the agent writes past the seam (SQLite's files) is left as it is, and the bytes of an upload count as not
 * synced until its file is. A sync itself always tells the truth or reports an error.
 */
public class UnreliableDisk extends LocalDisk {

    private static final int FULL_FOR = 40;

    /** Done or not, it tells the truth about itself, unlike the others. */
    private static final String CREATE = "create";

    private final Random random;
    private final Platters platters;
    private int operations;
    private int faultAt = -1;
    private @Nullable String wanted;
    private boolean afterWanted;
    private boolean before;
    private Fault fault = Fault.FAILS;
    private int fullFor;
    private boolean dead;
    private boolean struck;
    private String struckAt = "nothing yet";

    /** @param root exists; nothing outside it is touched through this disk */
    public UnreliableDisk(Path root, long seed) {
        this(root, seed, System.getProperty("os.name", ""));
    }

    UnreliableDisk(Path root, long seed, String system) {
        super(system);
        this.random = new Random(seed);
        this.platters = new Platters(root);
    }

    /** How many there were so far. */
    public synchronized int operations() {
        return operations;
    }

    /** @param operation counted as {@link #operations} does, the first is 1 */
    public synchronized void failAt(int operation, Fault what) {
        faultAt = operation;
        fault = what;
    }

    /**
     * What kills, or cuts the power, comes before that operation is done.
     *
     * @param words of the next operation's description, as {@link #struckAt} gives it
     */
    public synchronized void failWhere(String words, Fault what) {
        wanted = words;
        before = true;
        afterWanted = false;
        fault = what;
    }

    /** The same, at the operation after that one. */
    public synchronized void failAfter(String words, Fault what) {
        failWhere(words, what);
        afterWanted = true;
    }

    /** The fault has come to pass. */
    public synchronized boolean struck() {
        return struck;
    }

    /** Which operation it was, for people. */
    public synchronized String struckAt() {
        return struckAt;
    }

    /** Nothing works until {@link #mend}. */
    public synchronized boolean isDead() {
        return dead;
    }

    /** The machine runs again, with what is there; after a power cut that is {@link #cutPower}'s to say. */
    public synchronized void mend() {
        dead = false;
        fullFor = 0;
        faultAt = -1;
    }

    /** From here on nothing works. */
    public synchronized void stop() {
        dead = true;
    }

    /** What a restart would find after a power cut at this moment. Nobody may be using the folder. */
    public synchronized void cutPower(Loss loss) throws IOException {
        platters.cut(loss, random);
    }

    private interface Call {
        void run() throws IOException;
    }

    /** Whatever happens happens under one lock, so that an operation has one number. */
    private synchronized void step(String what, Path path, boolean needsSpace, Call call) throws IOException {
        String why = next(what, path, needsSpace);
        if (why == null || (doneAllTheSame() && !what.equals(CREATE))) {
            call.run();
        }
        if (why != null) {
            throw new FileSystemException(path.toString(), null, why);
        }
    }

    private boolean doneAllTheSame() {
        return operations == faultAt
                && switch (fault) {
                    case FAILS, FULL -> false;
                    case TEARS -> true;
                    case KILL, POWER_CUT -> !before && random.nextBoolean();
                };
    }

    /** @return what to report; null where it works */
    private @Nullable String next(String what, Path path, boolean needsSpace) {
        operations++;
        if (dead) {
            return "the machine is off";
        }
        if (wanted != null && (what + " " + platters.relative(path)).contains(wanted)) {
            wanted = null;
            faultAt = afterWanted ? operations + 1 : operations;
        }
        if (operations == faultAt) {
            struck = true;
            struckAt = what + " " + platters.relative(path);
            switch (fault) {
                case FAILS, TEARS -> {
                    return "input/output error";
                }
                case FULL -> fullFor = 1 + random.nextInt(FULL_FOR);
                case KILL, POWER_CUT -> {
                    dead = true;
                    return "the machine is off";
                }
            }
        }
        if (needsSpace && fullFor > 0) {
            fullFor--;
            return "no space left on device";
        }
        return null;
    }

    @Override
    void makeFolder(Path folder) throws IOException {
        step("make folder", folder, true, () -> {
            super.makeFolder(folder);
            platters.made(folder, new Platters.Folder());
        });
    }

    @Override
    public FileChannel createFile(Path file, Access access) throws IOException {
        FileChannel[] made = new FileChannel[1];
        try {
            step(CREATE, file, true, () -> {
                made[0] = super.createFile(file, access);
                platters.made(file, new Platters.Bytes());
            });
        } catch (IOException e) {
            if (made[0] != null) {
                made[0].close();
            }
            throw e;
        }
        return new WatchedChannel(made[0], watcher(file));
    }

    @Override
    FileChannel openToAppend(Path file) throws IOException {
        return new WatchedChannel(super.openToAppend(file), watcher(file));
    }

    private synchronized WatchedChannel.Watcher watcher(Path file) throws IOException {
        Platters.Bytes bytes = platters.bytes(file);
        return new WatchedChannel.Watcher() {
            @Override
            public int write(ByteBuffer source, WatchedChannel.Writing real) throws IOException {
                return writeStep(file, source, real);
            }

            @Override
            public void force() throws IOException {
                step("sync", file, false, () -> platters.synced(bytes));
            }
        };
    }

    private synchronized int writeStep(Path file, ByteBuffer source, WatchedChannel.Writing real) throws IOException {
        String why = next("write", file, true);
        if (why == null) {
            return real.write(source);
        }
        boolean part = operations == faultAt && fault != Fault.FAILS;
        if (part && source.hasRemaining()) {
            ByteBuffer some = source.duplicate();
            some.limit(some.position() + random.nextInt(some.remaining()));
            real.write(some);
        }
        throw new FileSystemException(file.toString(), null, why);
    }

    @Override
    public void sync(Path file) throws IOException {
        step("sync", file, false, () -> platters.synced(platters.bytes(file)));
    }

    @Override
    boolean syncFileSystem(Path below) {
        return false; // past what is counted here
    }

    @Override
    public void syncDirectory(Path folder) throws IOException {
        step("sync folder", folder, false, () -> platters.synced(folder));
    }

    @Override
    public void moveAtomically(Path from, Path to) throws IOException {
        step("rename to " + platters.relative(to), from, true, () -> {
            super.moveAtomically(from, to);
            platters.moved(from, to);
        });
    }

    @Override
    void makeLink(Path newName, Path existing) throws IOException {
        step("link", newName, true, () -> {
            super.makeLink(newName, existing);
            platters.made(newName, platters.bytes(existing));
        });
    }

    @Override
    void makeSymbolicLink(Path link, Path target) throws IOException {
        step("symbolic link", link, true, () -> {
            super.makeSymbolicLink(link, target);
            platters.made(link, new Platters.Link(target));
        });
    }

    @Override
    public void setModified(Path file, Instant modified) throws IOException {
        step("set time", file, false, () -> super.setModified(file, modified));
    }

    @Override
    void cut(Path file, long size) throws IOException {
        step("truncate", file, false, () -> super.cut(file, size));
    }

    @Override
    void remove(Path path) throws IOException {
        if (!Files.exists(path, LinkOption.NOFOLLOW_LINKS)) {
            return;
        }
        step("delete", path, false, () -> {
            super.remove(path);
            platters.removed(path);
        });
    }

    @Override
    public long freeBytes(Path folder) {
        return Long.MAX_VALUE;
    }
}
