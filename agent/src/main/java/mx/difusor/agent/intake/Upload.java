package mx.difusor.agent.intake;

import java.nio.file.Path;
import java.time.Instant;
import java.util.HashSet;
import java.util.Set;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/** One file in {@code /entrada} that is not decided yet. Guarded by its inbox's lock. */
final class Upload {
    UploadName name;
    Path file;
    long size;

    /** The size that whoever writes it now announced, or was let to write up to; counts while somebody writes. */
    long promised;

    /** Its bytes, where they are known without reading them and nobody writes it. */
    Arrival.@Nullable Whole whole;

    /** When its first byte could come; begun anew, the first of those that count. */
    Instant begun;

    /** When its last byte arrived. */
    Instant written;

    /** When anything about it changed last, its name included; time-outs count from here. */
    Instant changed;

    /** The session that wrote it last; null when it was found at the start. */
    @Nullable
    Visit lastWriter;

    /** An upload broke off or a write failed, or nobody knows: a part that may be resumed. */
    boolean broken;

    /** A signature or checksum that may belong to an earlier archive of the same name. */
    boolean doubtful;

    /** The last write was refused, too large or over the budget, and it was not begun anew since. */
    Offer.@Nullable CutShort cutShort;

    final Set<UploadChannel> writers = new HashSet<>();

    Upload(UploadName name, Path file, Instant now) {
        this.name = name;
        this.file = file;
        this.begun = now;
        this.written = now;
        this.changed = now;
    }

    boolean beingWritten() {
        return !writers.isEmpty();
    }

    /** Bytes that are kept free for it, those that it has included. */
    long reserved() {
        return beingWritten() ? Math.max(size, promised) : size;
    }

    /** @param bytes that it would have had at least */
    void refused(Refused refused, long bytes) {
        Reason reason = refused.kind().reason();
        if (reason != null) {
            cutShort = new Offer.CutShort(reason, Math.max(bytes, promised));
        }
    }

    boolean sessionOpen() {
        return lastWriter != null && lastWriter.isOpen();
    }
}
