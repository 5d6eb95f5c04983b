package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.regex.Pattern;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Sidecars;

/** A signature file's bytes, and how messages speak of it. */
final class SignatureFile {

    /** A detached signature with its whole chain has some ten kilobytes. */
    static final int MAX_BYTES = 1024 * 1024;

    private static final String PSS = " -keyopt rsa_padding_mode:pss";

    private static final int PREFIX_CHARS = 4096;

    private static final byte[] UTF8_MARK = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF};

    private static final Pattern MIME_HEADER = Pattern.compile(
            "\\s*(MIME-Version|Content-[A-Za-z-]+|To|From|Subject|Date|Received|Message-ID)\\s*:.*",
            Pattern.CASE_INSENSITIVE | Pattern.DOTALL);

    private final String archive;
    private final String name;
    private final byte[] bytes;

    private SignatureFile(String archive, String name, byte[] bytes) {
        this.archive = archive;
        this.name = name;
        this.bytes = bytes;
    }

    /** @param archive the name of the file that it is to sign */
    static SignatureFile read(Path file, String archive) throws IOException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = withoutMark(in.readNBytes(MAX_BYTES + 1));
            return new SignatureFile(archive, String.valueOf(file.getFileName()), bytes);
        }
    }

    /** Editors of Windows begin a text with a mark of its encoding; no signature that is not text begins so. */
    private static byte[] withoutMark(byte[] bytes) {
        boolean marked = bytes.length <= MAX_BYTES
                && bytes.length >= UTF8_MARK.length
                && Arrays.equals(bytes, 0, UTF8_MARK.length, UTF8_MARK, 0, UTF8_MARK.length);
        return marked ? Arrays.copyOfRange(bytes, UTF8_MARK.length, bytes.length) : bytes;
    }

    String name() {
        return name;
    }

    /** At most {@link #MAX_BYTES}, and one where there are more. Not to be changed. */
    byte[] bytes() {
        return bytes;
    }

    boolean tooLarge() {
        return bytes.length > MAX_BYTES;
    }

    /** By the mark at its begin, which begins no signature. */
    boolean isUtf16() {
        int mark = bytes.length < 2 ? 0 : ((bytes[0] & 0xFF) << Byte.SIZE) | (bytes[1] & 0xFF);
        return mark == 0xFFFE || mark == 0xFEFF;
    }

    boolean isOpenPgp() {
        return Sidecars.hasEnding(name, ".sig") || Sidecars.hasEnding(name, ".asc");
    }

    /** The whole file where it is text; otherwise nothing that can be mistaken for it. */
    String text() {
        return new String(bytes, StandardCharsets.ISO_8859_1);
    }

    boolean looksLikeMime() {
        String start = new String(bytes, 0, Math.min(bytes.length, PREFIX_CHARS), StandardCharsets.ISO_8859_1);
        return MIME_HEADER.matcher(start).matches();
    }

    /** The command that makes this file as it should be. */
    String command() {
        if (Sidecars.hasEnding(name, ".asc")) {
            return "gpg --armor --detach-sign " + archive;
        }
        if (Sidecars.hasEnding(name, ".sig")) {
            return "gpg --detach-sign " + archive;
        }
        return "openssl cms -sign -binary -md sha256 -in " + archive
                + " -signer CERT.pem -inkey KEY.pem -outform DER -out " + archive + ".p7s";
    }

    /** A form that is never accepted; the message names it and ends with the right command. */
    SignatureOutcome.Bad form(String what) {
        return form(what, "");
    }

    private SignatureOutcome.Bad form(String what, String options) {
        return new SignatureOutcome.Bad(
                Reason.SIGNATURE_INVALID, name + " " + what + ": sign with " + command() + options);
    }

    /** {@code openssl cms -sign} says rsa of every rsa key and pads as the key is for, so that the two do not agree. */
    SignatureOutcome.Bad withoutPss() {
        return form("is made with an rsa-pss key and without" + PSS, PSS);
    }

    /** Not (yet) a whole signature. */
    SignatureOutcome.Unfit incomplete(String what) {
        return new SignatureOutcome.Unfit(name + " " + what + ": send it again, or sign again with " + command());
    }

    /** @param who the signer as far as known */
    SignatureOutcome.Unfit unfit(String who, RawBytes read) {
        return new SignatureOutcome.Unfit("the signature of " + who + " in " + name + " does not fit the "
                + read.size() + " bytes of " + archive + " with sha-256 " + read.sha256()
                + ": send both again, or sign again with " + command());
    }

    SignatureOutcome.Bad untrusted(String what, String cure) {
        return new SignatureOutcome.Bad(Reason.SIGNATURE_UNTRUSTED, name + " " + what + ": " + cure);
    }

    /** Ends a message's cure: how the difusor's operator can let what expired count for a while. */
    String override(String fingerprint) {
        return SignatureFinding.MEANWHILE + "difusor trust allow-expired " + fingerprint;
    }

    /** @param what how it has expired */
    String allowed(String what, ExpiryOverride override) {
        return what + "; the difusor's operator lets it count until " + Receipt.time(override.until());
    }

    SignatureOutcome.Bad expired(String what, String cure) {
        return new SignatureOutcome.Bad(Reason.SIGNATURE_EXPIRED, name + " " + what + ": " + cure);
    }
}
