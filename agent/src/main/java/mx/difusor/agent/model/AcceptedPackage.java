package mx.difusor.agent.model;

import java.time.Instant;

/**
 * A package that stands in the archive and counts. What files it has is not kept in memory: see {@link Manifests}.
 *
 * @param contents what its manifest says of it as a whole
 * @param digest of the archive file
 * @param fileName of the archive file inside its folder
 * @param size of the archive file, in bytes
 */
public record AcceptedPackage(
        Receipt.Contents contents, Digest digest, String fileName, long size, Instant receivedAt, Instant decidedAt) {

    public String event() {
        return contents.event();
    }

    public Kind kind() {
        return contents.kind();
    }

    public long sequence() {
        return contents.sequence();
    }

    public Instant cut() {
        return contents.cut().toInstant();
    }
}
