package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;

/** Receipts as short as they can be. */
final class Receipts {
    private Receipts() {}

    static Receipt of(Candidate candidate, boolean accepted) throws IOException {
        return new Receipt(
                candidate.uploader(),
                candidate.name(),
                digest(candidate.archive()),
                Files.size(candidate.archive()),
                accepted ? Receipt.Outcome.ACCEPTED : Receipt.Outcome.REJECTED,
                accepted ? null : new Receipt.Refusal(Reason.SIGNATURE_INVALID, "made up", null),
                null,
                List.of(),
                Receipt.Publication.NONE,
                candidate.receivedAt(),
                candidate.receivedAt(),
                null,
                List.of());
    }

    static Digest digest(Path file) throws IOException {
        return Digest.ofContent(Files.readAllBytes(file));
    }
}
