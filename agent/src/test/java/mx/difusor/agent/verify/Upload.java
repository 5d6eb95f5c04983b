package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import mx.difusor.agent.model.Candidate;

/** A folder with an archive file and what lies beside it. The bytes are no archive: nobody looks inside here. */
final class Upload {

    static final String NAME = "prep-0017.zip";

    private static final int SIZE = 60_000;

    final Path folder;

    private Upload(Path folder) {
        this.folder = folder;
    }

    /** The tools make keys and certificates by the machine's clock. */
    static Instant now() {
        return Instant.now();
    }

    static Upload in(Path folder) {
        byte[] bytes = new byte[SIZE];
        new Random(17).nextBytes(bytes);
        // Lines that end in every way, and NULs at a line's start and inside, as every archive has them.
        byte[] start = "PK\3\4 one\ntwo\r\nthree\r\r\n\n\0four\n".getBytes(StandardCharsets.ISO_8859_1);
        System.arraycopy(start, 0, bytes, 0, start.length);
        Upload upload = new Upload(folder);
        upload.write(NAME, bytes);
        return upload;
    }

    Path archive() {
        return folder.resolve(NAME);
    }

    Path write(String name, byte[] bytes) {
        try {
            return Files.write(folder.resolve(name), bytes);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    Path write(String name, String text) {
        return write(name, text.getBytes(StandardCharsets.UTF_8));
    }

    byte[] bytes(String name) {
        try {
            return Files.readAllBytes(folder.resolve(name));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    String text(String name) {
        return new String(bytes(name), StandardCharsets.ISO_8859_1);
    }

    /** Takes back every signature and the checksum. */
    void clear() {
        for (String ending : List.of(".p7s", ".sig", ".asc", ".sha256")) {
            try {
                Files.deleteIfExists(folder.resolve(NAME + ending));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /** With whatever of signatures and checksum lies there. */
    Candidate candidate() {
        List<Path> signatures = new ArrayList<>();
        for (String ending : List.of(".asc", ".p7s", ".sig")) {
            Path file = folder.resolve(NAME + ending);
            if (Files.exists(file)) {
                signatures.add(file);
            }
        }
        Path checksum = folder.resolve(NAME + ".sha256");
        return new Candidate("iee", NAME, archive(), signatures, Files.exists(checksum) ? checksum : null, now());
    }

    SignatureFinding check(Authenticator authenticator) {
        return check(authenticator, now());
    }

    SignatureFinding check(Authenticator authenticator, Instant at) {
        return check(authenticator, JudgingTime.at(at));
    }

    SignatureFinding check(Authenticator authenticator, JudgingTime when) {
        try {
            return authenticator.check(candidate(), when);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
