package mx.difusor.agent.intake;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import mx.difusor.agent.model.Digest;

/** A file as {@code sha256sum} writes it: 64 hex digits first. */
final class ChecksumFile {
    private static final int DIGITS = 64;

    private ChecksumFile() {}

    /** False also where it cannot be read. */
    static boolean agrees(Path file, Digest digest) {
        try (InputStream in = Files.newInputStream(file)) {
            // sha256sum puts a backslash first where the name has special characters
            String start = new String(in.readNBytes(DIGITS + 1), StandardCharsets.US_ASCII);
            String hex = start.startsWith("\\") ? start.substring(1) : start;
            return hex.length() >= DIGITS
                    && hex.substring(0, DIGITS).toLowerCase(Locale.ROOT).equals(digest.hex());
        } catch (IOException e) {
            return false;
        }
    }
}
