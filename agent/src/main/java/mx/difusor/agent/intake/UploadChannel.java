package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A file of {@code /entrada} open for writing. Its inbox is asked before each write and told after it. A handle that
 * lost a write takes no more: what follows would leave a hole that nobody sees.
 */
final class UploadChannel implements SeekableByteChannel {
    private static final Logger LOG = LoggerFactory.getLogger(UploadChannel.class);

    private final Inbox inbox;
    private final Upload upload;
    private final Visit visit;
    private final FileChannel file;
    private long position;
    private long bytes;
    private boolean closed;

    /** Size of a file of the same name that was taken in; a first write there is a resumption of what is gone. */
    private final long takenSize;

    private final Arrival arrival;

    private volatile boolean lost;

    /** Of the bytes that stood when it was opened, those that it has not written over yet, as far as they matter. */
    private long standing;

    private volatile Instant opened;
    private volatile Instant active;
    private volatile boolean outlived;
    private volatile boolean gone;

    UploadChannel(
            Inbox inbox,
            Upload upload,
            Visit visit,
            FileChannel file,
            Instant opened,
            long takenSize,
            Arrival arrival) {
        this.inbox = inbox;
        this.upload = upload;
        this.visit = visit;
        this.file = file;
        this.opened = opened;
        this.takenSize = takenSize;
        this.arrival = arrival;
        this.standing = upload.size;
        this.active = opened;
    }

    Upload upload() {
        return upload;
    }

    Arrival arrival() {
        return arrival;
    }

    Visit visit() {
        return visit;
    }

    Instant opened() {
        return opened;
    }

    long bytes() {
        return bytes;
    }

    boolean isLost() {
        return lost;
    }

    /** The client did not close it, or a write failed: the file may be a part. Takes effect at {@link #close}. */
    void breakOff() {
        lost = true;
    }

    /** When it was opened or took its last byte. */
    Instant active() {
        return active;
    }

    /** The clock was put back. */
    void notAfter(Instant now) {
        opened = Uploads.earlier(opened, now);
        active = Uploads.earlier(active, now);
    }

    /** It wrote: so its session lives. */
    void isActive(Instant now) {
        active = now;
        outlived = false;
    }

    /** Another session opened the same file after this one's last byte, wrote it and closed it. */
    boolean isOutlived() {
        return outlived;
    }

    void outlive() {
        outlived = true;
    }

    /** Its file is removed or replaced: what it holds goes with this. Waits for no other thread's locks. */
    void forgotten() {
        lost = true;
        gone = true;
        try {
            file.close();
        } catch (IOException e) {
            LOG.warn("{}: cannot close {}, which is gone: {}", visit, upload.name.text(), e.toString());
        }
    }

    /** For the log, how it ended. */
    void tell(Instant now) {
        if (visit.isLogged()) {
            inbox.say("%s: %s %s, %d bytes in %s s"
                    .formatted(
                            visit,
                            Words.printable(upload.name.text()),
                            lost ? "broke off" : "closed",
                            bytes,
                            Duration.between(opened, now).toMillis() / 1000.0));
        }
    }

    @Override
    public synchronized int write(ByteBuffer source) throws IOException {
        requireWritable();
        int length = source.remaining();
        ByteBuffer written = source.duplicate();
        long start = position;
        try {
            if (bytes == 0 && takenSize > 0 && position == takenSize) {
                throw new Refused(
                        Refused.Kind.BROKEN,
                        upload.name.text() + " was taken in already and cannot be resumed; send it from its start");
            }
            inbox.requireRoomFor(this, length > Long.MAX_VALUE - position ? Long.MAX_VALUE : position + length);
            while (source.hasRemaining()) {
                position += file.write(source, position);
            }
        } catch (Refused e) {
            lost = true;
            inbox.say(visit + " refused: " + Words.printable(e.getMessage()));
            throw e;
        } catch (ClosedChannelException e) {
            lost = true; // the session ended in the middle of the write
            throw e;
        } catch (IOException e) {
            lost = true;
            inbox.say(visit + " cannot write " + Words.printable(upload.name.text()) + ": " + e);
            throw new Refused(Refused.Kind.NO_SPACE, "the difusor's disk does not take more of " + upload.name.text());
        } catch (RuntimeException e) {
            lost = true;
            throw e;
        }
        arrival.wrote(start, written);
        bytes += length;
        if (start < standing) {
            standing = 0;
            inbox.overwrote(this);
        }
        inbox.wrote(this, file.size());
        return length;
    }

    @Override
    public synchronized SeekableByteChannel truncate(long size) throws IOException {
        requireWritable();
        if (size < file.size()) {
            arrival.lose();
            file.truncate(size);
            inbox.wrote(this, size);
        }
        return this;
    }

    @Override
    public synchronized int read(ByteBuffer target) throws IOException {
        int count = file.read(target, position);
        position += Math.max(count, 0);
        return count;
    }

    @Override
    public synchronized long position() {
        return position;
    }

    @Override
    public synchronized SeekableByteChannel position(long newPosition) {
        if (newPosition < 0) {
            throw new IllegalArgumentException("negative position");
        }
        position = newPosition;
        return this;
    }

    @Override
    public synchronized long size() throws IOException {
        return file.size();
    }

    void force() throws IOException {
        file.force(true);
    }

    @Override
    public synchronized boolean isOpen() {
        return !closed;
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            if (closed) {
                return;
            }
            closed = true;
        }
        try {
            file.close();
        } catch (IOException e) {
            lost = true;
            throw e;
        } finally {
            inbox.closed(this);
        }
    }

    private void requireWritable() throws IOException {
        if (closed) {
            throw new ClosedChannelException();
        }
        if (gone) {
            throw new Refused(
                    Refused.Kind.BROKEN,
                    upload.name.text() + " was removed or replaced while it was being written; open it again");
        }
        if (lost) {
            throw new Refused(
                    Refused.Kind.BROKEN,
                    "an earlier write to " + upload.name.text() + " failed or it was idle too long; open it again");
        }
    }
}
