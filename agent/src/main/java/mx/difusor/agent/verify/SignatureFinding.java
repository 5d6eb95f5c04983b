package mx.difusor.agent.verify;

import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;

/** What the checksum file and the detached signatures say of an archive file's raw bytes. */
public sealed interface SignatureFinding {

    /** Where a message has it, its end follows, for the difusor: a command with one fingerprint, and nothing behind that. */
    String MEANWHILE = "; meanwhile the difusor can let it count: ";

    /** SHA-256 and length of the archive file as it was read. */
    Digest sha256();

    long size();

    /**
     * At least {@code threshold} different trusted signers signed exactly these bytes.
     *
     * @param signers the different ones, by file in the order {@code .p7s}, {@code .sig}, {@code .asc}
     * @param warnings about further signatures that did not count
     */
    record Enough(Digest sha256, long size, List<Signer> signers, List<String> warnings) implements SignatureFinding {
        public Enough {
            signers = List.copyOf(signers);
            warnings = List.copyOf(warnings);
        }
    }

    /** Nothing is wrong with what is there, but more signers are needed: {@code signature-missing} in the end. */
    record Missing(Digest sha256, long size, String message) implements SignatureFinding {}

    /** These are not the signed bytes; they may be, once the rest of the archive or of a signature has arrived. */
    record Mismatch(Digest sha256, long size, Reason reason, String message) implements SignatureFinding {}

    /** No further byte of the archive can make this good. */
    record Refused(Digest sha256, long size, Reason reason, String message) implements SignatureFinding {}
}
