package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.EnumMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.KnownDigest;

/** What one pass over an archive file gave, or is known without one: its length and its digests. Memory does not grow with the file. */
final class RawBytes {

    private static final int BUFFER_BYTES = 128 * 1024;

    private final Path file;
    private final long size;
    private final Map<StrongHash, byte[]> digests = new EnumMap<>(StrongHash.class);
    /** Have seen every byte of the file. */
    private final Map<StrongHash, MessageDigest> begun;

    private RawBytes(Path file, long size, Map<StrongHash, MessageDigest> begun) {
        this.file = file;
        this.size = size;
        this.begun = begun;
        begun.keySet().forEach(hash -> digests.put(hash, begun(hash).digest()));
    }

    /**
     * Reads the file once.
     *
     * @param hashes wanted besides SHA-256, which is always computed
     * @param sinks see every byte of the same pass
     */
    static RawBytes read(Path file, Set<StrongHash> hashes, List<ByteSink> sinks) throws IOException {
        Map<StrongHash, MessageDigest> digests = new EnumMap<>(StrongHash.class);
        digests.put(StrongHash.SHA256, StrongHash.SHA256.start());
        hashes.forEach(hash -> digests.computeIfAbsent(hash, StrongHash::start));
        long size = stream(file, (buffer, length) -> {
            digests.values().forEach(digest -> digest.update(buffer, 0, length));
            sinks.forEach(sink -> sink.take(buffer, length));
        });
        return new RawBytes(file, size, digests);
    }

    /** Without reading the file. */
    static RawBytes known(Path file, KnownDigest known) {
        RawBytes bytes = new RawBytes(file, known.size(), Map.of());
        bytes.digests.put(
                StrongHash.SHA256, HexFormat.of().parseHex(known.sha256().hex()));
        return bytes;
    }

    /** @return the file's length in bytes */
    static long stream(Path file, ByteSink sink) throws IOException {
        long size = 0;
        byte[] buffer = new byte[BUFFER_BYTES];
        try (InputStream in = Files.newInputStream(file)) {
            for (int length = in.read(buffer); length >= 0; length = in.read(buffer)) {
                sink.take(buffer, length);
                size += length;
            }
        }
        return size;
    }

    Path file() {
        return file;
    }

    long size() {
        return size;
    }

    Digest sha256() {
        return Digest.of(digest(StrongHash.SHA256));
    }

    byte[] digest(StrongHash hash) {
        byte[] digest = digests.get(hash);
        if (digest == null) {
            throw new IllegalStateException(hash + " was not asked for");
        }
        return digest.clone();
    }

    /**
     * A hash of the file's bytes to go on with, as if it had just read them.
     *
     * @throws IllegalStateException where it was not asked for, or the file was not read
     */
    MessageDigest begun(StrongHash hash) {
        MessageDigest digest = begun.get(hash);
        if (digest == null) {
            throw new IllegalStateException(hash + " was not asked for");
        }
        try {
            return (MessageDigest) digest.clone();
        } catch (CloneNotSupportedException e) {
            throw new IllegalStateException(e);
        }
    }
}
