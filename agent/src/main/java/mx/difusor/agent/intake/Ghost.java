package mx.difusor.agent.intake;

import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import mx.difusor.agent.model.Digest;
import org.jspecify.annotations.Nullable;

/**
 * What the uploader goes on seeing of a file that was taken in, for a while: rclone, lftp and paramiko stat, set
 * times and rename after closing. Guarded by its inbox's lock.
 */
final class Ghost {
    final UploadName.Role role;
    final long size;
    final Instant since;
    FileTime modified;

    /** Where its bytes stand now; null when only its attributes were kept. */
    @Nullable
    Path file;

    /** Of the file that its bytes stood in before, where they were copied: whoever reads that one reads on. */
    @Nullable
    Object formerKey;

    /** Its package is to be sent again, and soon must not look as if it were there. */
    boolean rejected;

    /** Of a decided archive. */
    @Nullable
    Digest sha256;

    Ghost(UploadName.Role role, long size, FileTime modified, @Nullable Path file, Instant since) {
        this.role = role;
        this.size = size;
        this.modified = modified;
        this.file = file;
        this.since = since;
    }
}
