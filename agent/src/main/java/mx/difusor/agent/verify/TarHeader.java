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
    private static final int TYPE_AT = 156;
    private static final int MAGIC_AT = 257;
    private static final byte[] USTAR = {'u', 's', 't', 'a', 'r', 0};
    private static final int PREFIX_AT = 345;
    private static final int PREFIX_LENGTH = 155;

    /** @param block {@link #BLOCK_BYTES} long */
    static TarHeader parse(byte[] block) throws UnreadablePackageException {
        RawName name = text(block, 0, NAME_LENGTH);
        try {
            if (!TarUtils.verifyCheckSum(block)) {
                throw damaged();
            }
            long size = TarUtils.parseOctalOrBinary(block, SIZE_AT, SIZE_LENGTH);
            if (size < 0) {
                throw damaged();
            }
            if (Arrays.equals(block, MAGIC_AT, MAGIC_AT + USTAR.length, USTAR, 0, USTAR.length)) {
                name = name.below(text(block, PREFIX_AT, PREFIX_LENGTH));
            }
            return new TarHeader(name, (char) (block[TYPE_AT] & 0xff), size);
        } catch (IllegalArgumentException e) {
            throw damaged();
        }
    }

    static boolean isZero(byte[] bytes, int length) {
        for (int i = 0; i < length; i++) {
            if (bytes[i] != 0) {
                return false;
            }
        }
        return true;
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
