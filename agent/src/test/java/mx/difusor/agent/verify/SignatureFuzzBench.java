package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;

/** A signed file and whom to trust, for fuzzing. The private keys were thrown away. */
final class SignatureFuzzBench {

    /** While every certificate of the fixtures is valid. */
    static final Instant AT = Instant.parse("2030-01-01T00:00:00Z");

    private static final String ARCHIVE = "signed.zip";

    final Path folder;
    final Authenticator authenticator;

    SignatureFuzzBench() {
        try {
            folder = Files.createTempDirectory("fuzz");
            Path root = copy("root.pem");
            Path keys = copy("keys.gpg");
            copy(ARCHIVE);
            authenticator =
                    Authenticator.load(new TrustSettings(1, List.of(root), List.of(), List.of(), List.of(keys)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (MachineException e) {
            throw new IllegalStateException(e);
        }
    }

    private Path copy(String name) throws IOException {
        return Files.write(folder.resolve(name), resource(name));
    }

    static byte[] resource(String name) {
        try (InputStream in = SignatureFuzzBench.class.getResourceAsStream("fuzz/" + name)) {
            return java.util.Objects.requireNonNull(in, name).readAllBytes();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] archive() {
        return resource(ARCHIVE);
    }

    /** What comes of these bytes as the archive's signature file. */
    SignatureFinding judge(String ending, byte[] signature) {
        try {
            Path file = Files.write(folder.resolve(ARCHIVE + ending), signature);
            return authenticator.check(
                    new Candidate("iee", ARCHIVE, folder.resolve(ARCHIVE), List.of(file), null, AT), AT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
