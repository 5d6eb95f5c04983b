package mx.difusor.agent.status;

import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One block of a PEM file (RFC 7468).
 *
 * @param type the words after BEGIN
 */
record Pem(String type, String body) {

    private static final Pattern BLOCK = Pattern.compile("-----BEGIN ([A-Z0-9 ]{1,40})-----([^-]*)-----END \\1-----");

    private static final int SEQUENCE = 0x30;
    private static final int OCTET_STRING = 0x04;
    private static final byte[] VERSION_0 = {0x02, 0x01, 0x00};

    static List<Pem> blocks(String text) {
        List<Pem> blocks = new ArrayList<>();
        Matcher matcher = BLOCK.matcher(text);
        while (matcher.find()) {
            blocks.add(new Pem(matcher.group(1), matcher.group(2)));
        }
        return blocks;
    }

    /**
     * The private key as PKCS#8 (RFC 5958), or nothing where this block holds none. Older forms hold the key alone;
     * what kind it is, a curve's name included, is taken from the certificate.
     *
     * @param publicKey the certificate's, as SubjectPublicKeyInfo
     */
    Optional<byte[]> pkcs8(byte[] publicKey) {
        byte[] der;
        try {
            der = Base64.getMimeDecoder().decode(body);
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        return switch (type) {
            case "PRIVATE KEY" -> Optional.of(der);
            case "RSA PRIVATE KEY", "EC PRIVATE KEY" ->
                Optional.of(element(SEQUENCE, VERSION_0, firstInside(publicKey), element(OCTET_STRING, der)));
            default -> Optional.empty();
        };
    }

    /** What kind of key it is, from a DER sequence that the platform itself encoded: never longer than 127 bytes. */
    private static byte[] firstInside(byte[] sequence) {
        int length = sequence[1] & 0xff;
        int start = length < 0x80 ? 2 : 2 + (length & 0x7f);
        return Arrays.copyOfRange(sequence, start, start + 2 + sequence[start + 1]);
    }

    private static byte[] element(int tag, byte[]... parts) {
        ByteArrayOutputStream content = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            content.writeBytes(part);
        }
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.write(tag);
        int length = content.size();
        // DER wants the shortest form; a key is shorter than 2^16 bytes.
        if (length >= 0x100) {
            out.write(0x82);
            out.write(length >> 8);
        } else if (length >= 0x80) {
            out.write(0x81);
        }
        out.write(length);
        out.writeBytes(content.toByteArray());
        return out.toByteArray();
    }
}
