package mx.difusor.agent.verify;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Predicate;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Disk.Access;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/**
 * Writes an archive's files below a folder, every byte hashed and counted on its way, and keeps the manifest aside.
 * Modes, owners and times that the archive gives are never applied.
 */
final class Unpacking implements ArchiveVisitor {

    /** What a file really is. */
    record Found(long size, Digest sha256) {}

    /** Where the files go. */
    interface Placement {
        /** Whatever the file needs to stand on; called in the archive's order on one thread, before {@link #place}. */
        default void prepare(String path) throws IOException {}

        /** A new file to write to; null where the bytes are only to be checked. */
        @Nullable
        FileChannel place(String path) throws IOException;
    }

    /** Below a folder of ours, readable by a web server: those of the files that are wanted. */
    static final class BelowFolder implements Placement {
        private final Path into;
        private final Disk disk;
        private final Predicate<String> wanted;
        private final Set<Path> folders = new HashSet<>();

        BelowFolder(Path into, Disk disk, Predicate<String> wanted) {
            this.into = into;
            this.disk = disk;
            this.wanted = wanted;
            folders.add(into);
        }

        @Override
        public void prepare(String path) throws IOException {
            Path folder = into.resolve(path).getParent();
            if (wanted.test(path) && folder != null && folders.add(folder)) {
                disk.makeDirectories(folder, Access.PUBLIC);
            }
        }

        @Override
        public @Nullable FileChannel place(String path) throws IOException {
            return wanted.test(path) ? disk.createFile(into.resolve(path), Access.PUBLIC) : null;
        }
    }

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int SMALL_BUFFER_BYTES = 512;

    /** Announced, and not yet read to its end. */
    private static final Found UNREAD = new Found(-1, Digest.ofContent(new byte[0]));

    private final PackageLimits limits;
    private final Placement placement;
    private final ReadingTurns.Turn turn;
    private final PathLedger ledger;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private volatile byte @Nullable [] manifest;

    Unpacking(PackageLimits limits, Placement placement, ReadingTurns.Turn turn) {
        this.limits = limits;
        this.placement = placement;
        this.turn = turn;
        this.ledger = new PathLedger(limits, "the archive", Reason.ARCHIVE_CORRUPT, Reason.ARCHIVE_BOMB);
    }

    /** Every file but the manifest, in the archive's order. */
    Map<String, Found> found() {
        return found;
    }

    boolean hasManifest() {
        return manifest != null;
    }

    /** @throws UnreadablePackageException {@code manifest-missing}, {@code manifest-invalid}, {@code path-unsafe} */
    Manifest manifest() throws UnreadablePackageException {
        byte[] content = manifest;
        if (content == null) {
            throw new UnreadablePackageException(
                    Reason.MANIFEST_MISSING, "no " + Manifest.NAME + " at the archive's root" + hint(), null);
        }
        if (content.length > limits.maxManifestBytes()) {
            throw new UnreadablePackageException(
                    Reason.MANIFEST_INVALID,
                    Manifest.NAME + " is longer than " + limits.maxManifestBytes() + " bytes: list fewer files",
                    Manifest.NAME);
        }
        return ManifestReader.read(content, limits);
    }

    private String hint() {
        for (String path : found.keySet()) {
            if (FoldedPath.of(path).equals(Manifest.NAME)) {
                return ", only " + PackagePath.printable(path) + ": write its name in lower case";
            }
            if (path.endsWith("/" + Manifest.NAME)) {
                return ", only " + PackagePath.printable(path) + ": make the archive from inside that folder";
            }
        }
        return ": put it beside the files, not into a folder";
    }

    @Override
    public void folder(String path) throws UnreadablePackageException, IOException {
        ledger.folder(path);
        turn.needs(ledger.size(), ReadingTurns.SMALL_ENTRIES);
    }

    @Override
    public Reception file(String path) throws UnreadablePackageException, IOException {
        ledger.file(path);
        turn.needs(ledger.size(), ReadingTurns.SMALL_ENTRIES);
        if (path.equals(Manifest.NAME)) {
            return content -> manifest = upToLimit(content);
        }
        placement.prepare(path);
        found.put(path, UNREAD);
        return content -> {
            try (FileChannel channel = placement.place(path)) {
                enter(path, copy(content, channel));
            }
        };
    }

    private void enter(String path, Found what) {
        synchronized (found) {
            found.put(path, what);
        }
    }

    /** One byte more than allowed tells that it is too long; the rest still has to be read for its checksum. */
    private byte[] upToLimit(Content content) throws UnreadablePackageException, IOException {
        byte[] buffer = bufferFor(content);
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            turn.needs((long) kept.size() + count, ReadingTurns.SMALL_JSON_BYTES);
            kept.write(buffer, 0, Math.min(count, limits.maxManifestBytes() + 1 - kept.size()));
        }
        return kept.toByteArray();
    }

    /** Most files are small, and there are many. */
    private static byte[] bufferFor(Content content) {
        return new byte[(int) Math.max(SMALL_BUFFER_BYTES, Math.min(content.promised(), BUFFER_BYTES))];
    }

    private Found copy(Content content, @Nullable FileChannel channel) throws UnreadablePackageException, IOException {
        byte[] buffer = bufferFor(content);
        MessageDigest sha256 = Digest.sha256();
        long size = 0;
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            sha256.update(buffer, 0, count);
            size += count;
            if (channel != null) {
                ByteBuffer bytes = ByteBuffer.wrap(buffer, 0, count);
                while (bytes.hasRemaining()) {
                    channel.write(bytes);
                }
            }
        }
        return new Found(size, Digest.of(sha256.digest()));
    }
}
