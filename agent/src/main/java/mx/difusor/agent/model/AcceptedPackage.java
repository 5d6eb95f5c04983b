package mx.difusor.agent.model;

import java.time.Instant;

/**
 * A package that stands in the archive and counts.
 *
 * @param digest of the archive file
 * @param fileName of the archive file inside its folder
 * @param size of the archive file, in bytes
 */
public record AcceptedPackage(
        Manifest manifest, Digest digest, String fileName, long size, Instant receivedAt, Instant decidedAt) {
    public long sequence() {
        return manifest.sequence();
    }

    public Instant cut() {
        return manifest.cut().toInstant();
    }
}
