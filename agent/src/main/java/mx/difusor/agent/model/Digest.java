package mx.difusor.agent.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** A SHA-256 digest as 64 lower-case hex digits, as manifests, receipts and {@code sha256sum} write it. */
public record Digest(String hex) implements Comparable<Digest> {

    private static final int HEX_LENGTH = 64;

    /** @throws IllegalArgumentException unless {@code hex} is 64 digits of {@code 0-9a-f} */
    public Digest {
        if (!isHex(hex)) {
            throw new IllegalArgumentException("not a SHA-256 digest in lower-case hex: " + hex);
        }
    }

    public static boolean isHex(String text) {
        if (text.length() != HEX_LENGTH) {
            return false;
        }
        for (int i = 0; i < HEX_LENGTH; i++) {
            char c = text.charAt(i);
            if ((c < '0' || c > '9') && (c < 'a' || c > 'f')) {
                return false;
            }
        }
        return true;
    }

    /** @param sha256 32 bytes */
    public static Digest of(byte[] sha256) {
        return new Digest(HexFormat.of().formatHex(sha256));
    }

    /** The digest of {@code content} itself. */
    public static Digest ofContent(byte[] content) {
        return of(sha256().digest(content));
    }

    /** A fresh SHA-256 computation; every Java platform has to offer it. */
    public static MessageDigest sha256() {
        try {
            return MessageDigest.getInstance("SHA-256");
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    @Override
    public int compareTo(Digest other) {
        return hex.compareTo(other.hex);
    }

    @Override
    public String toString() {
        return hex;
    }
}
