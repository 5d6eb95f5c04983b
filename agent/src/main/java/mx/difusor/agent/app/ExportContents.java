package mx.difusor.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.archive.Checksums;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.verify.ExportReader;
import mx.difusor.agent.verify.UnreadablePackageException;

/**
 * What an export holds, every byte of it read.
 *
 * @param digests of every file but {@code SHA256SUMS}, by path
 * @param checksums what {@code SHA256SUMS} says
 * @param checksumsDigest of {@code SHA256SUMS} itself: it stands for the whole export
 */
record ExportContents(Map<String, Digest> digests, Checksums checksums, Digest checksumsDigest) {

    private static final int BUFFER_BYTES = 1 << 16;

    /** Says where a file's bytes go. */
    @FunctionalInterface
    interface Sinks {
        OutputStream open(String path) throws IOException;
    }

    /**
     * @throws UnreadablePackageException for what no export holds
     * @throws IOException when this machine fails, or {@code SHA256SUMS} is not there or no such file
     */
    static ExportContents read(Path export, Sinks sinks) throws UnreadablePackageException, IOException {
        Map<String, Digest> digests = new HashMap<>();
        List<byte[]> sums = new ArrayList<>();
        ExportReader.read(export, (path, content) -> {
            if (path.equals(Checksums.FILE)) {
                sums.add(limited(content));
            } else {
                digests.put(path, digest(content, sinks, path));
            }
        });
        if (sums.isEmpty()) {
            throw new IOException("it has no " + Checksums.FILE + ": name what `difusor archive export` wrote");
        }
        return new ExportContents(digests, Checksums.parse(sums.get(0)), Digest.ofContent(sums.get(0)));
    }

    private static byte[] limited(InputStream content) throws IOException {
        byte[] bytes = content.readNBytes(Checksums.MAX_BYTES + 1);
        if (bytes.length > Checksums.MAX_BYTES) {
            throw new IOException(Checksums.FILE + " is longer than " + Checksums.MAX_BYTES + " bytes");
        }
        return bytes;
    }

    private static Digest digest(InputStream content, Sinks sinks, String path) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        try (OutputStream sink = sinks.open(path)) {
            byte[] buffer = new byte[BUFFER_BYTES];
            for (int n = content.read(buffer); n >= 0; n = content.read(buffer)) {
                sha256.update(buffer, 0, n);
                sink.write(buffer, 0, n);
            }
        }
        return Digest.of(sha256.digest());
    }

    /** Whether the file is there with the bytes that {@code SHA256SUMS} lists. */
    boolean vouchesFor(String path) {
        Digest there = digests.get(path);
        return there != null && there.equals(checksums.byPath().get(path));
    }
}
