package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.ZipHeader.u16;
import static mx.difusor.agent.verify.ZipHeader.u32;
import static mx.difusor.agent.verify.ZipHeader.u64;

import java.io.IOException;
import java.nio.ByteBuffer;

/**
 * Where the central directory lies, as the records at a zip's end say (APPNOTE 4.3.14 to 4.3.16). The last record has
 * to end with the file, so that every reader finds the same one.
 *
 * @param end first byte behind the central directory; the zip64 records or the last record follow at once
 */
record ZipEnd(long entries, long offset, long end) {

    private static final int SIGNATURE = 0x06054b50;
    private static final int ZIP64_LOCATOR = 0x07064b50;
    private static final int ZIP64_SIGNATURE = 0x06064b50;
    private static final int LENGTH = 22;
    private static final int LOCATOR_LENGTH = 20;
    private static final int ZIP64_LENGTH = 56;
    private static final int MAX_COMMENT = 0xFFFF;
    private static final int DEFERRED_16 = 0xFFFF;
    private static final long DEFERRED_32 = 0xFFFFFFFFL;

    static ZipEnd find(ArchiveFile file) throws UnreadablePackageException, IOException {
        int tailLength = (int) Math.min(file.size(), LENGTH + MAX_COMMENT);
        ByteBuffer tail = file.bytes(file.size() - tailLength, tailLength);
        for (int at = tailLength - LENGTH; at >= 0; at--) {
            if (tail.getInt(at) == SIGNATURE) {
                expectNoOther(tail, at);
                tail.position(at + Integer.BYTES);
                return parse(file, tail, file.size() - tailLength + at);
            }
        }
        throw UnreadablePackageException.corrupt("not a whole zip, its end is missing: the name's extension has to say"
                + " the format; if it was cut off, send it again");
    }

    /** A record in another's comment: readers that search from the front would take the other. */
    private static void expectNoOther(ByteBuffer tail, int last) throws UnreadablePackageException {
        for (int at = last - 1; at >= 0; at--) {
            int commentLength = Short.toUnsignedInt(tail.getShort(at + LENGTH - Short.BYTES));
            if (tail.getInt(at) == SIGNATURE && at + LENGTH + commentLength == tail.limit()) {
                throw UnreadablePackageException.corrupt(
                        "the zip has two ends, one inside the other's comment: make it again without a comment");
            }
        }
    }

    private static ZipEnd parse(ArchiveFile file, ByteBuffer record, long position)
            throws UnreadablePackageException, IOException {
        int disk = u16(record);
        int directoryDisk = u16(record);
        int entriesOnDisk = u16(record);
        int entries = u16(record);
        long size = u32(record);
        long offset = u32(record);
        int commentLength = u16(record);
        if (position + LENGTH + commentLength != file.size()) {
            throw UnreadablePackageException.corrupt(
                    "bytes follow the zip's end: send the archive as the tool made it, into a file and not through a pipe,"
                            + " where some pad it");
        }
        if (disk != 0 || directoryDisk != 0 || entriesOnDisk != entries) {
            throw UnreadablePackageException.corrupt("the zip is split over several files: send one zip");
        }
        ZipEnd narrow = new ZipEnd(entries, offset, offset + size);
        return zip64(file, position, narrow);
    }

    private static ZipEnd zip64(ArchiveFile file, long position, ZipEnd narrow)
            throws UnreadablePackageException, IOException {
        boolean located = position >= LOCATOR_LENGTH + ZIP64_LENGTH
                && file.bytes(position - LOCATOR_LENGTH, Integer.BYTES).getInt() == ZIP64_LOCATOR;
        if (!located) {
            if (narrow.end != position) {
                throw incoherent();
            }
            return narrow;
        }
        ByteBuffer locator = file.bytes(position - LOCATOR_LENGTH, LOCATOR_LENGTH);
        locator.getInt();
        long disk = u32(locator);
        long wideAt = u64(locator);
        long disks = u32(locator);
        if (disk != 0 || disks > 1 || wideAt != position - LOCATOR_LENGTH - ZIP64_LENGTH) {
            throw incoherent();
        }
        ByteBuffer wide = file.bytes(wideAt, ZIP64_LENGTH);
        if (wide.getInt() != ZIP64_SIGNATURE || u64(wide) != ZIP64_LENGTH - 12) {
            throw incoherent();
        }
        wide.getInt(); // versions
        if (u64(wide) != 0) { // two disk numbers
            throw incoherent();
        }
        long entriesOnDisk = u64(wide);
        long entries = u64(wide);
        long size = u64(wide);
        long offset = u64(wide);
        boolean agrees = entriesOnDisk == entries
                && agrees(narrow.entries, entries, DEFERRED_16)
                && agrees(narrow.offset, offset, DEFERRED_32)
                && agrees(narrow.end - narrow.offset, size, DEFERRED_32);
        if (!agrees || size != wideAt - offset) { // no size is negative, so no offset is beyond
            throw incoherent();
        }
        return new ZipEnd(entries, offset, wideAt);
    }

    private static boolean agrees(long narrow, long wide, long deferred) {
        return narrow == deferred || narrow == wide;
    }

    private static UnreadablePackageException incoherent() {
        return UnreadablePackageException.corrupt(
                "the records at the zip's end contradict each other or leave bytes out: make the archive again with a"
                        + " stock zip");
    }
}
