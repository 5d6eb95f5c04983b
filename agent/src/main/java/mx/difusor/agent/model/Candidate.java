package mx.difusor.agent.model;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * An upload that its door believes may be whole: one archive file and what came beside it, all in one folder under
 * the names that the uploader gave them.
 *
 * @param uploader the configured name of who sent it
 * @param name the archive's file name, {@code NAME.EXT}
 * @param signatures {@code NAME.EXT.p7s}, {@code .sig}, {@code .asc}; possibly none
 * @param checksum {@code NAME.EXT.sha256}, when there
 * @param receivedAt when the last byte of these files arrived, by a clock that uploaders cannot set: ends of certificates are
 *     judged at it
 * @param known the archive file's digest, where its door can vouch for it and a claim makes sure of it again; null where
 *     the file has to be read
 */
public record Candidate(
        String uploader,
        String name,
        Path archive,
        List<Path> signatures,
        @Nullable Path checksum,
        Instant receivedAt,
        @Nullable KnownDigest known) {
    public Candidate {
        signatures = List.copyOf(signatures);
    }

    /** Whether this file of the uploader's is one of it. */
    public boolean has(Path file) {
        return file.equals(archive) || file.equals(checksum) || signatures.contains(file);
    }

    /** The same without some of what lies beside its archive. */
    public Candidate without(Collection<Path> some) {
        List<Path> others =
                signatures.stream().filter(file -> !some.contains(file)).toList();
        Path sum = checksum == null || some.contains(checksum) ? null : checksum;
        return new Candidate(uploader, name, archive, others, sum, receivedAt, known);
    }

    /** One whose archive file has to be read. */
    public Candidate(
            String uploader,
            String name,
            Path archive,
            List<Path> signatures,
            @Nullable Path checksum,
            Instant receivedAt) {
        this(uploader, name, archive, signatures, checksum, receivedAt, null);
    }
}
