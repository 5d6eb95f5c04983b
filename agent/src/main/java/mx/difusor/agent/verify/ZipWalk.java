package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.DecodedBytes.decoding;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Enumeration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.zip.CRC32;
import java.util.zip.Inflater;
import java.util.zip.InflaterInputStream;
import mx.difusor.agent.disk.InParallel;
import org.apache.commons.compress.archivers.zip.ZipArchiveEntry;
import org.apache.commons.compress.archivers.zip.ZipFile;
import org.jspecify.annotations.Nullable;

/**
 * Shows a zip's entries in the order of their bytes, and inflates several at once. Two readers have to agree on each: {@link ZipStructure}, which
 * covers every byte, and commons-compress, which hands out the data.
 */
final class ZipWalk {

    private static final int BUFFER_BYTES = 1 << 16;
    private static final int SMALL_BUFFER_BYTES = 512;

    /** Entries that are inflated at once. */
    static final int READERS = Math.max(1, Math.min(4, Runtime.getRuntime().availableProcessors()));

    /** Visitors read to the end: nothing is left of an entry but that end. */
    private static final int REST_BYTES = 512;

    private final ArchiveFile file;
    private final UnpackBudget budget;

    ZipWalk(ArchiveFile file, UnpackBudget budget) {
        this.file = file;
        this.budget = budget;
    }

    void walk(ArchiveVisitor visitor) throws UnreadablePackageException, IOException {
        List<ZipEntryRecord> entries = new ZipStructure(file, budget).entries();
        try (ZipFile zip = decoding(() -> ZipFile.builder()
                .setSeekableByteChannel(file.channel())
                .setUseUnicodeExtraFields(false)
                .get())) {
            Map<Long, ZipArchiveEntry> byOffset = byOffset(zip);
            if (byOffset.size() != entries.size()) {
                throw ambiguous("");
            }
            List<Announced> announced = new ArrayList<>(entries.size());
            for (ZipEntryRecord entry : entries) {
                ZipArchiveEntry handle = agreeing(entry, byOffset.get(entry.offset()));
                ArchiveVisitor.Reception reception = announce(entry, visitor);
                if (reception != null) {
                    announced.add(new Announced(entry, handle, reception));
                }
            }
            InParallel.forEach(READERS, announced, one -> hand(one, zip));
        }
    }

    /** An entry whose bytes are wanted. */
    private record Announced(ZipEntryRecord entry, ZipArchiveEntry handle, ArchiveVisitor.Reception reception) {}

    private static ArchiveVisitor.@Nullable Reception announce(ZipEntryRecord entry, ArchiveVisitor visitor)
            throws UnreadablePackageException, IOException {
        String path = PackagePath.withoutDot(entry.name());
        if (!entry.isFolder()) {
            return visitor.file(path);
        }
        if (!path.isEmpty()) {
            visitor.folder(path.substring(0, path.length() - 1));
        }
        return content -> {};
    }

    private static Map<Long, ZipArchiveEntry> byOffset(ZipFile zip) {
        Map<Long, ZipArchiveEntry> found = new HashMap<>();
        Enumeration<ZipArchiveEntry> all = zip.getEntries();
        while (all.hasMoreElements()) {
            ZipArchiveEntry entry = all.nextElement();
            found.put(entry.getLocalHeaderOffset(), entry);
        }
        return found;
    }

    private static ZipArchiveEntry agreeing(ZipEntryRecord entry, @Nullable ZipArchiveEntry other)
            throws UnreadablePackageException {
        if (other == null
                // The library turns the backslashes of zips made on Windows; the path policy refuses them later.
                || !other.getName().replace('\\', '/').equals(entry.name().replace('\\', '/'))
                || other.getDataOffset() != entry.dataOffset()
                || other.getSize() != entry.size()
                || other.getCompressedSize() != entry.packedSize()) {
            throw ambiguous(entry.name());
        }
        return other;
    }

    private void hand(Announced one, ZipFile zip) throws UnreadablePackageException, IOException {
        ZipEntryRecord entry = one.entry();
        Inflater inflater = new Inflater(true);
        try {
            InputStream raw = decoding(() -> zip.getRawInputStream(one.handle()));
            int buffer = (int) Math.max(SMALL_BUFFER_BYTES, Math.min(entry.packedSize(), BUFFER_BYTES));
            InputStream data = entry.deflated() ? new InflaterInputStream(raw, inflater, buffer) : raw;
            ZipContent content = new ZipContent(entry, new DecodedBytes(data, budget), inflater);
            one.reception().take(content);
            content.finish();
        } finally {
            inflater.end();
        }
    }

    private static UnreadablePackageException ambiguous(String name) {
        return UnreadablePackageException.corrupt(
                "two readers of this zip see different things: make the archive again with a stock zip",
                PackagePath.printable(name));
    }

    /** One entry's real bytes against its declared size and CRC, which no library checks for us. */
    private static final class ZipContent implements ArchiveVisitor.Content {
        private final ZipEntryRecord entry;
        private final DecodedBytes data;
        private final Inflater inflater;
        private final CRC32 crc = new CRC32();
        private long count;

        ZipContent(ZipEntryRecord entry, DecodedBytes data, Inflater inflater) {
            this.entry = entry;
            this.data = data;
            this.inflater = inflater;
        }

        @Override
        public int read(byte[] buffer) throws UnreadablePackageException, IOException {
            int got = data.read(buffer, 0, buffer.length);
            if (got < 0) {
                expectPromised();
                return got;
            }
            crc.update(buffer, 0, got);
            count += got;
            if (count > entry.size()) {
                throw wrong("is longer than the zip says");
            }
            return got;
        }

        @Override
        public long promised() {
            return entry.size();
        }

        private void expectPromised() throws UnreadablePackageException {
            if (count != entry.size()) {
                throw wrong("is not as long as the zip says");
            }
            if (entry.deflated() && inflater.getBytesRead() != entry.packedSize()) {
                throw wrong("is followed by bytes that belong to no file");
            }
            if (crc.getValue() != entry.crc()) {
                throw wrong("does not have the CRC that the zip says");
            }
        }

        /** Whatever the visitor has left unread, the end is checked. */
        void finish() throws UnreadablePackageException, IOException {
            byte[] rest = new byte[REST_BYTES];
            int got;
            do {
                got = read(rest);
            } while (got >= 0);
        }

        private UnreadablePackageException wrong(String what) {
            return UnreadablePackageException.corrupt(
                    "the file " + what + ": make the archive again, and send it again",
                    PackagePath.printable(entry.name()));
        }
    }
}
