package mx.difusor.agent.verify;

import java.util.Arrays;
import org.apache.commons.compress.archivers.tar.TarUtils;

/**
 * One 512-byte header block of a tar: ustar, GNU or the older v7 (POSIX.1-2017, pax, "ustar Interchange Format").
 *
 * @param rawName as in the block, prefix included
 * @param size of what follows, in bytes
 */
record TarHeader(RawName rawName, char type, long size) {

    static final int BLOCK_BYTES = 512;

    private static final int NAME_LENGTH = 100;
    private static final int SIZE_AT = 124;
    private static final int SIZE_LENGTH = 12;
    private static final byte BASE_256 = (byte) 0x80;
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0};
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_LENGTH = 155;
    private static final byte[] GNU = {'u', 's', 't', 'a', 'r', ' ', ' ', 0};

    /** star's own ustar has times where others have the end of the prefix, and says so in the last bytes. */
    private static final byte[] STAR = {'t', 'a', 'r', 0};

    private static final int STAR_AT = 508;
    private static final int STAR_PREFIX_LENGTH = 131;

    /** @param block {@link #BLOCK_BYTES} long */
    static TarHeader parse(byte[] block) throws UnreadablePackageException {
        RawName name = text(block, 0, NAME_LENGTH);
        try {
            if (!TarUtils.verifyCheckSum(block)) {
                throw damaged();
            }
            long size = TarUtils.parseOctalOrBinary(block, SIZE_AT, SIZE_LENGTH);
            // Readers disagree about digits behind a NUL, and about other bits beside base 256's own.
            boolean twofold = (block[SIZE_AT] == 0 && !isZero(block, SIZE_AT, SIZE_AT + SIZE_LENGTH))
                    || (block[SIZE_AT] < 0 && block[SIZE_AT] != BASE_256);
            if (size < 0 || twofold) {
                throw damaged();
            }
            if (has(USTAR, block, MAGIC_AT)) {
                name = name.below(
                        text(block, PREFIX_AT, has(STAR, block, STAR_AT) ? STAR_PREFIX_LENGTH : PREFIX_LENGTH));
            } else if (!has(GNU, block, MAGIC_AT) && !isZero(block, PREFIX_AT, PREFIX_AT + PREFIX_LENGTH)) {
                // Older than ustar: some readers would take what stands there for the beginning of the name.
                throw damaged();
            }
            return new TarHeader(name, (char) (block[TYPE_AT] & 0xff), size);
        } catch (IllegalArgumentException e) {
            throw damaged();
        }
    }

    private static boolean has(byte[] magic, byte[] block, int at) {
        return Arrays.equals(block, at, at + magic.length, magic, 0, magic.length);
    }

    static boolean isZero(byte[] bytes, int length) {
        return isZero(bytes, 0, length);
    }

    private static boolean isZero(byte[] bytes, int from, int to) {
        for (int i = from; i < to; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
    }

    /** Up to the first NUL, which nothing but NULs may follow: readers disagree about the rest. */
    static RawName terminated(byte[] bytes) throws UnreadablePackageException {
        int end = 0;
        while (end < bytes.length && bytes[end] != 0) {
            end++;
        }
        if (!isZero(bytes, end, bytes.length)) {
            throw damaged();
        }
        return new RawName(Arrays.copyOf(bytes, end));
    }

    /** Up to the first NUL. */
    static RawName text(byte[] bytes, int from, int maxLength) {
        int end = from;
        while (end < from + maxLength && bytes[end] != 0) {
            end++;
        }
        return new RawName(Arrays.copyOfRange(bytes, from, end));
    }

    private static UnreadablePackageException damaged() {
        return UnreadablePackageException.corrupt(
                "a header of the tar is damaged: test the archive with the tool that made it, and send it again");
    }
}
