package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/**
 * Proves that a zip has one meaning: central directory and local headers agree, and local headers, data, data
 * descriptors, the directory and the records at the end cover every byte of the file exactly once, in that order.
 */
final class ZipStructure {

    /** Names, extra fields and comments together: 50,000 entries need about 10 MB. */
    private static final long MAX_METADATA_BYTES = 32L << 20;

    /** Of both headers of all entries: 50,000 entries of Info-ZIP's have 200,000, and each takes 100 bytes of the heap. */
    static final int MAX_EXTRA_FIELDS = 500_000;

    private static final int CENTRAL_SIGNATURE = 0x02014b50;
    private static final int LOCAL_SIGNATURE = 0x04034b50;
    private static final int DESCRIPTOR_SIGNATURE = 0x08074b50;
    private static final int LOCAL_LENGTH = 30;
    private static final int STORED = 0;
    private static final int DEFLATED = 8;
    private static final int TYPE_MASK = 0xF000;
    private static final int TYPE_FILE = 0x8000;
    private static final int TYPE_FOLDER = 0x4000;
    private static final int DOS_VOLUME = 0x08;
    private static final int DOS_FOLDER = 0x10;
    private static final int DOS_DEVICE = 0x40;

    /** Windows' links and junctions. */
    private static final int DOS_REPARSE_POINT = 0x400;

    private final ArchiveFile file;
    private final UnpackBudget budget;
    private long metadataBytes;
    private int extraFields;

    ZipStructure(ArchiveFile file, UnpackBudget budget) {
        this.file = file;
        this.budget = budget;
    }

    /** All entries in the order of their bytes. */
    List<ZipEntryRecord> entries() throws UnreadablePackageException, IOException {
        ZipEnd end = ZipEnd.find(file);
        budget.entries(end.entries());
        List<ZipHeader> headers = centralDirectory(end);
        headers.sort(Comparator.comparingLong(ZipHeader::offset));
        List<ZipEntryRecord> entries = new ArrayList<>(headers.size());
        long cursor = 0;
        for (int i = 0; i < headers.size(); i++) {
            long next = i + 1 < headers.size() ? headers.get(i + 1).offset() : end.offset();
            if (headers.get(i).offset() != cursor) {
                throw outside();
            }
            entries.add(entry(headers.get(i), next));
            cursor = next;
        }
        if (cursor != end.offset()) {
            throw outside();
        }
        return entries;
    }

    private List<ZipHeader> centralDirectory(ZipEnd end) throws UnreadablePackageException, IOException {
        spendMetadata(end.end() - end.offset());
        ByteBuffer directory = file.bytes(end.offset(), (int) (end.end() - end.offset()));
        List<ZipHeader> headers = new ArrayList<>();
        while (directory.hasRemaining()) {
            if (headers.size() == end.entries() || ZipHeader.u32(directory) != CENTRAL_SIGNATURE) {
                throw UnreadablePackageException.corrupt(
                        "the zip's directory is damaged: make the archive again with a stock zip");
            }
            ZipHeader header = ZipHeader.central(directory);
            countExtraFields(header);
            headers.add(header);
        }
        if (headers.size() != end.entries()) {
            throw UnreadablePackageException.corrupt("the zip announces " + end.entries() + " entries and lists "
                    + headers.size() + ": make the archive again with a stock zip");
        }
        return headers;
    }

    private ZipEntryRecord entry(ZipHeader central, long next) throws UnreadablePackageException, IOException {
        String shown = central.rawName().printable();
        expectSupported(central, shown);
        ByteBuffer lengths = file.bytes(central.offset(), LOCAL_LENGTH);
        if (lengths.getInt() != LOCAL_SIGNATURE) {
            throw UnreadablePackageException.corrupt("the zip's directory points at no entry", shown);
        }
        int variable = Short.toUnsignedInt(lengths.getShort(26)) + Short.toUnsignedInt(lengths.getShort(28));
        spendMetadata(variable);
        ByteBuffer whole = file.bytes(central.offset(), LOCAL_LENGTH + variable);
        whole.getInt();
        ZipHeader local = ZipHeader.local(whole);
        countExtraFields(local);
        expectAgreement(central, local, shown);

        long dataOffset = central.offset() + LOCAL_LENGTH + variable;
        if (central.packedSize() > next - dataOffset) {
            throw UnreadablePackageException.bomb(
                    "entries of the zip overlap at " + shown + ": make the archive again with a stock zip");
        }
        long dataEnd = dataOffset + central.packedSize();
        if (central.has(ZipHeader.FLAG_DESCRIPTOR)) {
            expectDescriptor(central, dataEnd, next - dataEnd, shown);
        } else if (dataEnd != next) {
            throw outside();
        }
        String name = central.name();
        expectKind(central, name);
        boolean deflated = central.method() == DEFLATED;
        return new ZipEntryRecord(
                name, central.offset(), dataOffset, central.packedSize(), central.size(), central.crc(), deflated);
    }

    private static void expectSupported(ZipHeader header, String shown) throws UnreadablePackageException {
        if (header.has(ZipHeader.FLAG_ENCRYPTED)
                || header.has(ZipHeader.FLAG_STRONG_ENCRYPTION)
                || header.has(ZipHeader.FLAG_MASKED)) {
            throw UnreadablePackageException.forbidden("the zip is encrypted: send it without a password", shown);
        }
        if (header.has(ZipHeader.FLAG_PATCH) || (header.method() != STORED && header.method() != DEFLATED)) {
            throw UnreadablePackageException.corrupt(
                    "the zip is compressed by method " + header.method() + ": use deflate, every tool's default",
                    shown);
        }
        if (header.method() == STORED && header.size() != header.packedSize()) {
            throw lies(shown);
        }
    }

    private static void expectAgreement(ZipHeader central, ZipHeader local, String shown)
            throws UnreadablePackageException {
        int relevant = ZipHeader.FLAG_ENCRYPTED
                | ZipHeader.FLAG_DESCRIPTOR
                | ZipHeader.FLAG_PATCH
                | ZipHeader.FLAG_STRONG_ENCRYPTION
                | ZipHeader.FLAG_UTF8
                | ZipHeader.FLAG_MASKED;
        boolean sameNumbers = local.crc() == central.crc()
                && local.size() == central.size()
                && local.packedSize() == central.packedSize();
        // With a data descriptor the local header may leave the numbers to it.
        boolean leftOut = central.has(ZipHeader.FLAG_DESCRIPTOR)
                && zeroOr(local.crc(), central.crc())
                && zeroOr(local.size(), central.size())
                && zeroOr(local.packedSize(), central.packedSize());
        if (!local.rawName().isSameAs(central.rawName())) {
            throw contradiction("names", shown);
        }
        if (local.method() != central.method() || (local.flags() & relevant) != (central.flags() & relevant)) {
            throw contradiction("methods or flags", shown);
        }
        if (!(sameNumbers || leftOut)) {
            throw contradiction("sizes or CRCs", shown);
        }
    }

    private static UnreadablePackageException contradiction(String what, String shown) {
        return UnreadablePackageException.corrupt(
                "the zip's directory and the entry itself give different " + what
                        + ": make the archive again with a stock zip",
                shown);
    }

    private static boolean zeroOr(long left, long right) {
        return left == 0 || left == right;
    }

    /** With or without a signature, with 4-byte or 8-byte sizes: its length tells which (APPNOTE 4.3.9). */
    private void expectDescriptor(ZipHeader central, long offset, long length, String shown)
            throws UnreadablePackageException, IOException {
        if (length != 12 && length != 16 && length != 20 && length != 24) {
            throw outside();
        }
        ByteBuffer descriptor = file.bytes(offset, (int) length);
        boolean signed = length == 16 || length == 24;
        boolean wide = length >= 20;
        if ((signed && ZipHeader.u32(descriptor) != DESCRIPTOR_SIGNATURE)
                || ZipHeader.u32(descriptor) != central.crc()
                || (wide ? ZipHeader.u64(descriptor) : ZipHeader.u32(descriptor)) != central.packedSize()
                || (wide ? ZipHeader.u64(descriptor) : ZipHeader.u32(descriptor)) != central.size()) {
            throw lies(shown);
        }
    }

    /** Files and folders only. Permission bits, setuid and sticky among them, are never looked at nor applied. */
    private static void expectKind(ZipHeader central, String name) throws UnreadablePackageException {
        boolean folder = name.endsWith("/");
        int type = central.unixMode() & TYPE_MASK;
        boolean known = type == 0 || type == TYPE_FILE || type == TYPE_FOLDER;
        if (!known || (central.dosAttributes() & (DOS_VOLUME | DOS_DEVICE | DOS_REPARSE_POINT)) != 0) {
            throw UnreadablePackageException.forbidden(
                    "neither a file nor a folder: packages hold no links and no devices", PackagePath.printable(name));
        }
        boolean saysFolder = type == TYPE_FOLDER || (type == 0 && (central.dosAttributes() & DOS_FOLDER) != 0);
        if (folder ? type == TYPE_FILE || central.size() != 0 || central.packedSize() > 2 : saysFolder) {
            throw UnreadablePackageException.corrupt(
                    "half a file and half a folder: make the archive again with a stock zip",
                    PackagePath.printable(name));
        }
    }

    private void spendMetadata(long bytes) throws UnreadablePackageException, IOException {
        metadataBytes += bytes;
        if (metadataBytes > MAX_METADATA_BYTES) {
            throw UnreadablePackageException.bomb("the zip's headers take more than " + MAX_METADATA_BYTES
                    + " bytes: make it again with a stock zip");
        }
        budget.turn().needs(metadataBytes, ReadingTurns.SMALL_METADATA_BYTES);
    }

    private void countExtraFields(ZipHeader header) throws UnreadablePackageException {
        extraFields += header.extraFields();
        if (extraFields > MAX_EXTRA_FIELDS) {
            throw UnreadablePackageException.bomb("the zip's headers have more than " + MAX_EXTRA_FIELDS
                    + " extra fields: make it again with a stock zip");
        }
    }

    private static UnreadablePackageException lies(String shown) {
        return UnreadablePackageException.corrupt(
                "the zip's sizes contradict each other: make the archive again with a stock zip", shown);
    }

    private static UnreadablePackageException outside() {
        return UnreadablePackageException.corrupt(
                "the zip holds bytes that belong to no entry: send the archive as a stock zip made it");
    }
}
