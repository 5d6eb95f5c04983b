package mx.difusor.agent.visit;

import mx.difusor.agent.model.Digest;

/** The first {@link Visitor#MAX_BYTES} bytes of an answer. */
final class Body {

    private final byte[] bytes;
    private final boolean whole;

    /** @param whole false where more would have come */
    Body(byte[] bytes, boolean whole) {
        this.bytes = bytes;
        this.whole = whole;
    }

    byte[] bytes() {
        return bytes;
    }

    boolean whole() {
        return whole;
    }

    Digest sha256() {
        return Digest.ofContent(bytes);
    }
}
