package mx.difusor.agent.intake;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Consumer;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder {@code /entrada} of one uploader: what is being uploaded, what may be a whole package, and what was taken
 * in and is still shown. Everything that changes a file goes through here.
 *
 * <p>From an offer on until the desk claims or leaves it, every change of a file of that package waits. From a claim
 * on the names are free: what comes under them is another package.
 */
final class Inbox {
    /**
     * @param signatureTimeout how long a package without a change waits for what it needs
     * @param waitForDesk how long a change waits for the desk
     */
    record Limits(Duration signatureTimeout, Duration waitForDesk) {}

    private static final Logger LOG = LoggerFactory.getLogger(Inbox.class);

    private final Path folder;
    private final Limits limits;
    private final Disk disk;
    private final Clock clock;
    private final Room room;
    private final Shelf shelf = new Shelf();
    private final Judging judging;
    private final Housekeeping housekeeping;
    private final Reservations reservations;
    private final Readers readers;
    private final SparingLog log;

    Inbox(String uploader, Path folder, Limits limits, Disk disk, Clock clock, Room room, Consumer<Offer> desk) {
        this.folder = folder;
        this.log = new SparingLog(LOG::info, "lines about uploads of " + uploader, System::nanoTime);
        this.limits = limits;
        this.disk = disk;
        this.clock = clock;
        this.room = room;
        this.reservations = new Reservations(uploader, shelf, room, disk, clock);
        this.judging = new Judging(uploader, folder, limits.signatureTimeout(), disk, clock, desk, shelf, reservations);
        this.readers = new Readers(shelf, limits.signatureTimeout(), clock);
        this.housekeeping = new Housekeeping(uploader, folder, limits.signatureTimeout(), disk, clock, shelf, judging);
    }

    /** Takes up what an earlier run left. Nothing is offered before the next {@link #tick}. */
    void recover() throws IOException {
        housekeeping.recover();
        settle();
    }

    /** Offers what time has made ripe and clears what nobody needs; about once a second. */
    void tick() {
        log.tick();
        housekeeping.tick();
        readers.tick();
        settle();
    }

    private void settle() {
        shelf.lock.lock();
        try {
            reservations.settle();
        } finally {
            shelf.lock.unlock();
        }
    }

    /** What an uploader can provoke as often as it likes. */
    void say(String line) {
        log.say(line);
    }

    // What the uploader sees

    Set<String> names() {
        shelf.lock.lock();
        try {
            Set<String> names = new TreeSet<>(shelf.uploads.names());
            names.addAll(shelf.ghosts.names());
            return names;
        } finally {
            shelf.lock.unlock();
        }
    }

    Seen see(String name) throws IOException {
        shelf.lock.lock();
        try {
            Upload upload = shelf.uploads.get(name);
            if (upload != null) {
                BasicFileAttributes attributes = Files.readAttributes(upload.file, BasicFileAttributes.class);
                return Seen.file(attributes.size(), attributes.lastModifiedTime(), true);
            }
            Ghost ghost = require(shelf.ghosts.get(name), name);
            return Seen.file(ghost.size, ghost.modified, true);
        } finally {
            shelf.lock.unlock();
        }
    }

    SeekableByteChannel openForReading(String name) throws IOException {
        return readers.open(name);
    }

    // What the uploader changes

    /**
     * @param options of {@link StandardOpenOption}, as the client asked
     * @param announcedBytes the size that the client says the file will have, or -1
     */
    UploadChannel openForWriting(Visit visit, String text, Set<? extends OpenOption> options, long announcedBytes)
            throws IOException {
        UploadName name = UploadName.parse(text);
        room.requireTakeable(text, announcedBytes);
        shelf.lock.lock();
        try {
            awaitDesk(name);
            Upload upload = standing(name);
            long takenSize = 0;
            if (upload == null) {
                if (!options.contains(StandardOpenOption.CREATE) && !options.contains(StandardOpenOption.CREATE_NEW)) {
                    throw new NoSuchFileException(text);
                }
                Ghost ghost = shelf.ghosts.get(text);
                takenSize = ghost == null ? 0 : ghost.size;
                reservations.requireFile(name, announcedBytes);
                upload = create(visit, name);
            } else if (options.contains(StandardOpenOption.CREATE_NEW)) {
                throw new FileAlreadyExistsException(text);
            }
            reservations.begin(upload, announcedBytes);
            return open(visit, upload, options, takenSize);
        } finally {
            shelf.lock.unlock();
        }
    }

    /** Cuts a file; a larger size is only checked, the bytes have to come by themselves. */
    void setSize(Visit visit, String text, long bytes) throws IOException {
        room.requireTakeable(text, bytes);
        if (see(text).size() <= bytes) {
            shelf.lock.lock();
            try {
                Upload upload = shelf.uploads.get(text);
                if (upload != null && upload.beingWritten()) { // only a close would end it
                    reservations.reserve(upload, bytes);
                }
            } finally {
                shelf.lock.unlock();
            }
            return;
        }
        try (UploadChannel channel = openForWriting(visit, text, Set.of(StandardOpenOption.WRITE), -1)) {
            channel.truncate(bytes);
        }
    }

    void setModified(String name, FileTime modified) throws IOException {
        shelf.lock.lock();
        try {
            Upload upload = shelf.uploads.get(name);
            if (upload != null) {
                boolean stood = upload.whole != null && upload.whole.stands(upload.file);
                Files.setLastModifiedTime(upload.file, modified);
                upload.whole = stood && upload.whole != null ? upload.whole.lookedAtAgain(upload.file) : null;
            } else {
                require(shelf.ghosts.get(name), name).modified = modified;
            }
        } finally {
            shelf.lock.unlock();
        }
    }

    void rename(String from, String to, boolean replace) throws IOException {
        UploadName target = UploadName.parse(to);
        List<Offer> offers;
        shelf.lock.lock();
        try {
            awaitDesk(UploadName.parse(from), target);
            Upload upload = shelf.uploads.get(from);
            if (upload == null) {
                Ghost ghost = require(shelf.ghosts.get(from), from);
                if (shelf.uploads.get(to) != null) {
                    throw new FileAlreadyExistsException(to);
                }
                shelf.ghosts.remove(from);
                shelf.ghosts.put(to, ghost);
                return;
            }
            if (from.equals(to)) {
                return;
            }
            Upload old = shelf.uploads.get(to);
            if (old != null && !replace) {
                throw new FileAlreadyExistsException(to);
            }
            move(upload, target, old);
            reservations.settle();
            offers = judging.ripe(shelf.uploads.setsOf(target));
        } finally {
            shelf.lock.unlock();
        }
        judging.deliver(offers);
    }

    void remove(String text) throws IOException {
        UploadName name = UploadName.parse(text);
        List<Offer> offers;
        shelf.lock.lock();
        try {
            awaitDesk(name);
            Upload upload = shelf.uploads.get(text);
            if (upload == null) {
                require(shelf.ghosts.remove(text), text);
                return;
            }
            disk.delete(upload.file);
            shelf.forget(upload);
            reservations.settle();
            offers = judging.ripe(shelf.uploads.setsOf(name));
        } finally {
            shelf.lock.unlock();
        }
        judging.deliver(offers);
    }

    void ended(Visit visit) {
        List<Offer> offers;
        shelf.lock.lock();
        try {
            visit.end();
            offers = judging.ripe(shelf.uploads.setsWrittenBy(visit));
        } finally {
            shelf.lock.unlock();
        }
        judging.deliver(offers);
    }

    // What a channel asks and tells

    /** Called before a write that would make the file at least {@code size} bytes long. */
    void requireRoomFor(UploadChannel channel, long size) throws Refused {
        Upload upload = channel.upload();
        shelf.lock.lock();
        try {
            upload.cutShort = null;
            room.requireTakeable(upload.name.text(), size);
            reservations.reserve(upload, size);
        } catch (Refused e) {
            upload.refused(e, size);
            throw e;
        } finally {
            shelf.lock.unlock();
        }
    }

    void wrote(UploadChannel channel, long size) {
        shelf.lock.lock();
        try {
            Upload upload = channel.upload();
            shelf.uploads.resized(upload, size);
            upload.lastWriter = channel.visit();
            upload.written = clock.instant();
            channel.isActive(upload.written);
            upload.doubtful = shelf.isDoubtful(upload.name, upload.lastWriter);
            shelf.uploads.touched(upload, upload.written);
        } finally {
            shelf.lock.unlock();
        }
    }

    /** Some clients begin a file anew without cutting it first, OpenSSH's scp among them. */
    void overwrote(UploadChannel channel) {
        shelf.lock.lock();
        try {
            beginsAnew(channel.upload());
        } finally {
            shelf.lock.unlock();
        }
    }

    void closed(UploadChannel channel) {
        List<Offer> offers;
        shelf.lock.lock();
        try {
            Upload upload = channel.upload();
            upload.writers.remove(channel);
            upload.whole = channel.arrival().end(upload.file); // none where another handle was open meanwhile
            reservations.settle();
            upload.broken |= channel.isLost() && !channel.isOutlived();
            outlive(channel);
            channel.tell(clock.instant());
            offers = judging.ripe(shelf.uploads.setsOf(upload.name));
        } finally {
            shelf.lock.unlock();
        }
        judging.deliver(offers);
    }

    // Inside; with the lock held

    /** Somebody may have removed the file behind the agent's back, or put one there: its name can come again. */
    private @Nullable Upload standing(UploadName name) throws IOException {
        Upload upload = shelf.uploads.get(name.text());
        if (upload == null) {
            return housekeeping.takeUp(name);
        }
        if (Leftovers.isGone(upload.file)) {
            shelf.forget(upload);
            return null;
        }
        return upload;
    }

    private Upload create(Visit visit, UploadName name) throws IOException {
        shelf.uploads.requireNoTwin(name, null);
        Path file = name.in(folder);
        housekeeping.createFile(file);
        Upload upload = new Upload(name, file, clock.instant());
        upload.lastWriter = visit;
        upload.doubtful = shelf.isDoubtful(name, visit);
        shelf.uploads.add(upload);
        shelf.doubtEarlier(upload);
        shelf.ghosts.remove(name.text());
        return upload;
    }

    private UploadChannel open(Visit visit, Upload upload, Set<? extends OpenOption> options, long takenSize)
            throws IOException {
        Set<OpenOption> allowed = new HashSet<>(Set.of(StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS));
        if (options.contains(StandardOpenOption.READ)) {
            allowed.add(StandardOpenOption.READ);
        }
        if (options.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            allowed.add(StandardOpenOption.TRUNCATE_EXISTING);
        }
        // Before the file is cut: two handles may do anything to each other's bytes.
        upload.writers.forEach(writer -> writer.arrival().lose());
        FileChannel file = FileChannel.open(upload.file, allowed);
        Arrival arrival = Arrival.of(upload.file, upload.whole, !upload.beingWritten());
        upload.whole = null;
        if (allowed.contains(StandardOpenOption.TRUNCATE_EXISTING)) {
            if (upload.size > 0) {
                beginsAnew(upload);
            }
            upload.cutShort = null;
            shelf.uploads.resized(upload, 0);
        }
        if (!upload.beingWritten()) {
            upload.broken = false;
        }
        UploadChannel channel = new UploadChannel(this, upload, visit, file, clock.instant(), takenSize, arrival);
        upload.writers.add(channel);
        upload.lastWriter = visit;
        shelf.uploads.touched(upload, clock.instant());
        return channel;
    }

    /** What lies beside it may have been made for the bytes that are gone. */
    private void beginsAnew(Upload upload) {
        upload.begun = clock.instant();
        PackageSet set = shelf.uploads.setOf(upload.name);
        if (set != null && upload.name.role() == UploadName.Role.ARCHIVE) {
            set.doubtSidecars();
        }
    }

    /** A session whose line is dead keeps its handle until it is idle too long; who came after it has the file. */
    private static void outlive(UploadChannel closed) {
        if (closed.bytes() == 0) {
            return;
        }
        for (UploadChannel other : closed.upload().writers) {
            if (other.visit() != closed.visit() && other.active().isBefore(closed.opened())) {
                other.outlive();
            }
        }
    }

    private void move(Upload upload, UploadName target, @Nullable Upload old) throws IOException {
        shelf.uploads.requireNoTwin(target, upload);
        Path to = target.in(folder);
        disk.moveAtomically(upload.file, to);
        if (old != null) {
            shelf.forget(old);
        }
        PackageSet set = shelf.uploads.setOf(target);
        if (old != null && set != null && target.role() == UploadName.Role.ARCHIVE) {
            set.doubtSidecars();
        }
        shelf.uploads.remove(upload);
        upload.name = target;
        upload.file = to;
        upload.doubtful = shelf.isDoubtful(target, upload.lastWriter);
        shelf.uploads.add(upload);
        shelf.uploads.touched(upload, clock.instant());
        shelf.doubtEarlier(upload);
        shelf.ghosts.remove(target.text());
    }

    private void awaitDesk(UploadName... names) throws IOException {
        long nanos = limits.waitForDesk().toNanos();
        while (shelf.uploads.anyAtDesk(names)) {
            if (nanos <= 0) {
                throw new Refused(
                        Refused.Kind.BUSY, names[0].archive() + " is being checked just now; try again in a moment");
            }
            try {
                nanos = shelf.deskAnswered.awaitNanos(nanos);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new InterruptedIOException("the session ended");
            }
        }
    }

    private static <T> T require(@Nullable T found, String name) throws NoSuchFileException {
        if (found == null) {
            throw new NoSuchFileException(name);
        }
        return found;
    }
}
