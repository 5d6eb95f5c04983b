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
        public @Nullable FileChannel place(String path) throws IOException {
            if (!wanted.test(path)) {
                return null;
            }
            Path file = into.resolve(path);
            Path folder = file.getParent();
            if (folder != null && folders.add(folder)) {
                disk.createDirectories(folder, Access.PUBLIC);
            }
            return disk.createFile(file, Access.PUBLIC);
        }
    }

    private static final int BUFFER_BYTES = 1 << 16;

    private final PackageLimits limits;
    private final Placement placement;
    private final ReadingTurns.Turn turn;
    private final PathLedger ledger;
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final byte[] buffer = new byte[BUFFER_BYTES];
    private byte @Nullable [] manifest;

    Unpacking(PackageLimits limits, Placement placement, ReadingTurns.Turn turn) {
        this.limits = limits;
        this.placement = placement;
        this.turn = turn;
        this.ledger = new PathLedger(limits, "the archive", Reason.ARCHIVE_CORRUPT);
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
    public void folder(String path) throws UnreadablePackageException {
        ledger.folder(path);
    }

    @Override
    public void file(String path, Content content) throws UnreadablePackageException, IOException {
        ledger.file(path);
        if (path.equals(Manifest.NAME)) {
            manifest = upToLimit(content);
            return;
        }
        try (FileChannel channel = placement.place(path)) {
            found.put(path, copy(content, channel));
        }
    }

    /** One byte more than allowed tells that it is too long; the rest still has to be read for its checksum. */
    private byte[] upToLimit(Content content) throws UnreadablePackageException, IOException {
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
            turn.needs((long) kept.size() + count, ReadingTurns.SMALL_JSON_BYTES);
            kept.write(buffer, 0, Math.min(count, limits.maxManifestBytes() + 1 - kept.size()));
        }
        return kept.toByteArray();
    }

    private Found copy(Content content, @Nullable FileChannel channel) throws UnreadablePackageException, IOException {
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
