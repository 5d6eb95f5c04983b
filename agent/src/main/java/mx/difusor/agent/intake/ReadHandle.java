package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.NonWritableChannelException;
import java.nio.channels.SeekableByteChannel;
import java.time.Clock;
import java.time.Instant;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A file of {@code /entrada} open for reading, until its client or {@link Readers} ends it. */
final class ReadHandle implements SeekableByteChannel {
    private static final Logger LOG = LoggerFactory.getLogger(ReadHandle.class);

    private final String name;
    private final @Nullable Object key;
    private final SeekableByteChannel file;
    private final Clock clock;
    private final Consumer<ReadHandle> closed;
    private volatile Instant used;
    private volatile boolean ended;

    /**
     * @param key of the file itself, whatever its name is; null where there is none
     * @param closed is told once nothing is held open
     */
    ReadHandle(String name, @Nullable Object key, SeekableByteChannel file, Clock clock, Consumer<ReadHandle> closed) {
        this.name = name;
        this.key = key;
        this.file = file;
        this.clock = clock;
        this.closed = closed;
        this.used = clock.instant();
    }

    String name() {
        return name;
    }

    @Nullable
    Object key() {
        return key;
    }

    boolean isIdleSince(Instant then) {
        return used.isBefore(then);
    }

    /** Not by its client, which is told when it reads on. */
    void end() {
        ended = true;
        try {
            close();
        } catch (IOException e) {
            LOG.warn("cannot close {}, open for reading: {}", name, e.toString());
        }
    }

    @Override
    public int read(ByteBuffer target) throws IOException {
        used = clock.instant();
        try {
            return file.read(target);
        } catch (ClosedChannelException e) {
            if (ended) {
                throw new Refused(
                        Refused.Kind.BROKEN,
                        name + " was removed or replaced, or not read for too long; open it again");
            }
            throw e;
        }
    }

    @Override
    public int write(ByteBuffer source) {
        throw new NonWritableChannelException();
    }

    @Override
    public SeekableByteChannel truncate(long size) {
        throw new NonWritableChannelException();
    }

    @Override
    public long position() throws IOException {
        return file.position();
    }

    @Override
    public SeekableByteChannel position(long newPosition) throws IOException {
        if (!ended) {
            file.position(newPosition); // who reads there is told why not
        }
        return this;
    }

    @Override
    public long size() throws IOException {
        return file.size();
    }

    @Override
    public boolean isOpen() {
        return file.isOpen();
    }

    @Override
    public void close() throws IOException {
        try {
            file.close();
        } finally {
            closed.accept(this);
        }
    }
}
