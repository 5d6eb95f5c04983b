package mx.difusor.agent.verify;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;

/**
 * What a central directory entry or a local header says of one file (APPNOTE 6.3.10, 4.3.7 and 4.3.12), with its zip64
 * field applied.
 *
 * @param offset of the local header; 0 in a local header itself
 * @param unixMode upper half of the external attributes; 0 in a local header
 * @param dosAttributes lower half of them; 0 in a local header
 * @param extraFields how many there are
 */
record ZipHeader(
        RawName rawName,
        int flags,
        int method,
        long crc,
        long packedSize,
        long size,
        long offset,
        int unixMode,
        int dosAttributes,
        int extraFields) {

    /**
     * In one header: each is an object of its own to the library, and it compares each with all. Stock tools write 1 to
     * 5, of some ten bytes.
     */
    static final int MAX_EXTRA_FIELDS = 64;

    static final int MAX_EXTRA_BYTES = 16 << 10;

    static final int FLAG_ENCRYPTED = 1;
    static final int FLAG_DESCRIPTOR = 1 << 3;
    static final int FLAG_PATCH = 1 << 5;
    static final int FLAG_STRONG_ENCRYPTION = 1 << 6;
    static final int FLAG_UTF8 = 1 << 11;
    static final int FLAG_MASKED = 1 << 13;

    private static final int EXTRA_ZIP64 = 0x0001;
    private static final int EXTRA_UNICODE_PATH = 0x7075;
    private static final int EXTRA_ASI_UNIX = 0x756E;
    private static final long DEFERRED = 0xFFFFFFFFL;

    /** @param fixed positioned behind the signature of a central directory entry, its variable parts following */
    static ZipHeader central(ByteBuffer fixed) throws UnreadablePackageException {
        u32(fixed); // versions
        int flags = u16(fixed);
        int method = u16(fixed);
        u32(fixed); // time
        long crc = u32(fixed);
        long packedSize = u32(fixed);
        long size = u32(fixed);
        int nameLength = u16(fixed);
        int extraLength = u16(fixed);
        int commentLength = u16(fixed);
        int disk = u16(fixed);
        u16(fixed); // internal attributes
        int attributes = (int) u32(fixed);
        long offset = u32(fixed);
        RawName name = new RawName(take(fixed, nameLength));
        ByteBuffer extra = ByteBuffer.wrap(take(fixed, extraLength)).order(ByteOrder.LITTLE_ENDIAN);
        take(fixed, commentLength);
        if (disk != 0) {
            throw UnreadablePackageException.corrupt("the zip is split over several files: send one zip");
        }
        int unixMode = attributes >>> 16;
        return new ZipHeader(name, flags, method, crc, packedSize, size, offset, unixMode, attributes & 0xffff, 0)
                .withExtra(extra);
    }

    /** @param fixed positioned behind the signature of a local header, its variable parts following */
    static ZipHeader local(ByteBuffer fixed) throws UnreadablePackageException {
        u16(fixed); // version
        int flags = u16(fixed);
        int method = u16(fixed);
        u32(fixed); // time
        long crc = u32(fixed);
        long packedSize = u32(fixed);
        long size = u32(fixed);
        int nameLength = u16(fixed);
        int extraLength = u16(fixed);
        RawName name = new RawName(take(fixed, nameLength));
        ByteBuffer extra = ByteBuffer.wrap(take(fixed, extraLength)).order(ByteOrder.LITTLE_ENDIAN);
        return new ZipHeader(name, flags, method, crc, packedSize, size, 0, 0, 0, 0).withExtra(extra);
    }

    private ZipHeader withExtra(ByteBuffer extra) throws UnreadablePackageException {
        if (extra.remaining() > MAX_EXTRA_BYTES) {
            throw tooMuchExtra();
        }
        ZipHeader result = this;
        boolean zip64 = false;
        int fields = 0;
        while (extra.remaining() > 0) {
            if (++fields > MAX_EXTRA_FIELDS) {
                throw tooMuchExtra();
            }
            int id = u16(extra);
            ByteBuffer field = ByteBuffer.wrap(take(extra, u16(extra))).order(ByteOrder.LITTLE_ENDIAN);
            if (id == EXTRA_ZIP64) {
                if (zip64) {
                    throw badExtra();
                }
                zip64 = true;
                result = result.withZip64(field);
            } else if (id == EXTRA_UNICODE_PATH) {
                expectSameName(field);
            } else if (id == EXTRA_ASI_UNIX) {
                throw UnreadablePackageException.forbidden(
                        "the zip describes a file in a way that can hide a link: make it again with a stock zip",
                        rawName.printable());
            }
        }
        if (!zip64 && (packedSize == DEFERRED || size == DEFERRED || offset == DEFERRED)) {
            throw badExtra();
        }
        return result.withExtraFields(fields);
    }

    private ZipHeader withExtraFields(int count) {
        return new ZipHeader(rawName, flags, method, crc, packedSize, size, offset, unixMode, dosAttributes, count);
    }

    private UnreadablePackageException tooMuchExtra() {
        return UnreadablePackageException.bomb("the zip's header of " + rawName.printable() + " has more than "
                + MAX_EXTRA_FIELDS + " extra fields or " + MAX_EXTRA_BYTES
                + " bytes of them: make it again with a stock zip");
    }

    private ZipHeader withZip64(ByteBuffer field) throws UnreadablePackageException {
        long realSize = size == DEFERRED ? u64(field) : size;
        long realPackedSize = packedSize == DEFERRED ? u64(field) : packedSize;
        long realOffset = offset == DEFERRED ? u64(field) : offset;
        return new ZipHeader(
                rawName,
                flags,
                method,
                crc,
                realPackedSize,
                realSize,
                realOffset,
                unixMode,
                dosAttributes,
                extraFields);
    }

    /** Info-ZIP's second name: one that disagrees with the first would make two readers see two names. */
    private void expectSameName(ByteBuffer field) throws UnreadablePackageException {
        int version = field.remaining() > 0 ? field.get() : 0;
        boolean valid = version == 1 && field.remaining() >= 4 && u32(field) == rawName.crc();
        byte[] name = new byte[field.remaining()];
        field.get(name);
        if (!valid || !new RawName(name).isSameAs(rawName)) {
            throw UnreadablePackageException.unsafe(
                    "the zip gives a file two names: make it where file names are UTF-8, or use ASCII names",
                    rawName.printable());
        }
    }

    boolean has(int flag) {
        return (flags & flag) != 0;
    }

    /** Names are UTF-8 whether the flag says so or not: Info-ZIP's {@code zip} writes them without it. */
    String name() throws UnreadablePackageException {
        return rawName.decoded();
    }

    static int u16(ByteBuffer bytes) throws UnreadablePackageException {
        need(bytes, Short.BYTES);
        return Short.toUnsignedInt(bytes.getShort());
    }

    static long u32(ByteBuffer bytes) throws UnreadablePackageException {
        need(bytes, Integer.BYTES);
        return Integer.toUnsignedLong(bytes.getInt());
    }

    static long u64(ByteBuffer bytes) throws UnreadablePackageException {
        need(bytes, Long.BYTES);
        long value = bytes.getLong();
        if (value < 0) {
            throw badExtra();
        }
        return value;
    }

    private static byte[] take(ByteBuffer bytes, int length) throws UnreadablePackageException {
        need(bytes, length);
        byte[] taken = new byte[length];
        bytes.get(taken);
        return taken;
    }

    private static void need(ByteBuffer bytes, int length) throws UnreadablePackageException {
        if (bytes.remaining() < length) {
            throw badExtra();
        }
    }

    private static UnreadablePackageException badExtra() {
        return UnreadablePackageException.corrupt(
                "a header of the zip is damaged: make the archive again with a stock zip");
    }
}
