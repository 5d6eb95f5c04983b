package mx.difusor.agent.desk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.KnownDigest;

/** SHA-256 of a whole file. */
final class FileDigest {

    private static final int BUFFER_BYTES = 1 << 16;

    private FileDigest() {}

    /** Of the archive file, which is read only where its door does not know. */
    static Digest of(Candidate candidate) throws IOException {
        KnownDigest known = candidate.known();
        return known == null ? of(candidate.archive()) : known.sha256();
    }

    static Digest of(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (InputStream content = Files.newInputStream(file)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                sha256.update(buffer, 0, n);
            }
        }
        return Digest.of(sha256.digest());
    }
}
