package mx.difusor.agent.verify;

/**
 * How many values there are in encoded ASN.1, without making an object of any: the library makes some of each, which take
 * dozens of times the bytes of the smallest ones, and whoever sends a file chooses how many it has.
 */
final class BerValues {

    private static final int CONSTRUCTED = 0x20;
    private static final int LONG_TAG = 0x1F;
    private static final int INDEFINITE = 0x80;
    private static final int MORE = 0x80;

    /** Nothing that is here is longer than 31 bits can say, however many zeros a length begins with. */
    private static final int MOST_BEFORE_ITS_LAST_BYTE = Integer.MAX_VALUE >> Byte.SIZE;

    private final byte[] bytes;
    private int at;

    /** Values of indefinite length whose end has not come yet (X.690, 8.1.5). */
    private int open;

    private BerValues(byte[] bytes) {
        this.bytes = bytes;
    }

    /** Values inside of others included; what follows something that is none is not counted, as no reader goes on there. */
    static int count(byte[] encoded) {
        BerValues values = new BerValues(encoded);
        int count = 0;
        while (values.at < encoded.length && values.next()) {
            count++;
        }
        return count;
    }

    /** Goes on to the value behind this one, or to the first one inside of it. */
    private boolean next() {
        int tag = read();
        if ((tag & LONG_TAG) == LONG_TAG) {
            int part;
            do {
                part = read();
            } while (part >= MORE);
        }
        long length = read();
        if (length == INDEFINITE) {
            open++;
            return (tag & CONSTRUCTED) != 0;
        }
        if (length > INDEFINITE) {
            length = longLength((int) length - INDEFINITE);
        }
        if (tag == 0) {
            return open-- > 0;
        }
        if (length < 0 || length > bytes.length - at) {
            return false;
        }
        at += (tag & CONSTRUCTED) == 0 ? (int) length : 0;
        return true;
    }

    private long longLength(int count) {
        long length = 0;
        for (int i = 0; i < count; i++) {
            if (length > MOST_BEFORE_ITS_LAST_BYTE) {
                return -1;
            }
            length = (length << Byte.SIZE) | read(); // -1 at the end makes it -1
        }
        return length;
    }

    /** -1 at the end. */
    private int read() {
        return at < bytes.length ? bytes[at++] & 0xFF : -1;
    }
}
