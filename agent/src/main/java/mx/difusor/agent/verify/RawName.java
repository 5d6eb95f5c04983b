package mx.difusor.agent.verify;

import java.util.Arrays;
import java.util.zip.CRC32;

/** A path's bytes as an archive's header has them, before anybody decided what they mean. */
final class RawName {

    private final byte[] bytes;

    RawName(byte[] bytes) {
        this.bytes = bytes.clone();
    }

    /** @throws UnreadablePackageException {@code path-unsafe} unless the bytes are UTF-8 */
    String decoded() throws UnreadablePackageException {
        return PackagePath.decode(bytes);
    }

    String printable() {
        return PackagePath.printable(bytes);
    }

    long crc() {
        CRC32 crc = new CRC32();
        crc.update(bytes);
        return crc.getValue();
    }

    /** This one below the folder {@code prefix}; itself where that is empty. */
    RawName below(RawName prefix) {
        if (prefix.bytes.length == 0) {
            return this;
        }
        byte[] both = Arrays.copyOf(prefix.bytes, prefix.bytes.length + 1 + bytes.length);
        both[prefix.bytes.length] = '/';
        System.arraycopy(bytes, 0, both, prefix.bytes.length + 1, bytes.length);
        return new RawName(both);
    }

    boolean isSameAs(RawName other) {
        return Arrays.equals(bytes, other.bytes);
    }
}
