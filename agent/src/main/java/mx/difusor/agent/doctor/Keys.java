package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** The keys of this installation, read by the rooms that know them; a seam. */
public interface Keys {

    /** {@code SHA256:…} of the endpoint's own key. */
    String hostFingerprint() throws MachineException;

    /**
     * {@code SHA256:…} of the key that an SSH server shows.
     *
     * @return empty where none answers in time
     */
    Optional<String> fingerprintAt(String host, int port);

    /** An uploader's file: how many of its lines are keys that let in, and what is wrong with the others. */
    UploaderFile uploaderFile(Path file) throws IOException;

    /** Every anchor, revocation list and OpenPGP key that is trusted. */
    List<Trusted> trusted() throws MachineException;

    /** @param skipped what was said of each line that counts for nothing */
    record UploaderFile(int keys, List<String> skipped) {
        public UploaderFile {
            skipped = List.copyOf(skipped);
        }
    }

    /**
     * @param what {@code anchor}, {@code crl} or {@code openpgp}
     * @param name for people
     * @param ends null where it never does
     * @param refusal why no signature that rests on it counts today; null where some may
     */
    record Trusted(
            String what,
            String name,
            @Nullable Instant ends,
            @Nullable String refusal) {}
}
