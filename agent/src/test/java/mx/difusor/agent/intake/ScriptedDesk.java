package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;

/**
 * A desk for which a signature is the archive's SHA-256 in hex. It keeps accepted archives in a folder and writes
 * receipts of one word, on one thread of its own.
 */
final class ScriptedDesk implements Consumer<Offer>, AutoCloseable {
    private final Path receipts;
    private final Path kept;
    private final ExecutorService thread = Executors.newSingleThreadExecutor();
    private final List<String> decisions = Collections.synchronizedList(new ArrayList<>());
    private int count;

    ScriptedDesk(Path receipts, Path kept) {
        this.receipts = receipts;
        this.kept = kept;
    }

    /** {@code accepted NAME SHA256} or {@code rejected NAME SHA256}, in order. */
    List<String> decisions() {
        return List.copyOf(decisions);
    }

    /** The next offers wait behind it. */
    void busyWith(Runnable task) {
        thread.execute(task);
    }

    @Override
    public void accept(Offer offer) {
        thread.execute(() -> {
            try {
                judge(offer);
            } catch (IOException | RuntimeException e) {
                decisions.add("failed " + e);
                offer.failed();
            }
        });
    }

    private void judge(Offer offer) throws IOException {
        Candidate seen = offer.candidate();
        boolean signed = isSigned(seen);
        boolean wait = offer.cutShort().isPresent()
                ? !offer.quiet()
                : offer.mayGrow() || !offer.quiet() || (seen.signatures().isEmpty() && !offer.overdue());
        if (!signed && wait) {
            offer.leave();
            return;
        }
        Candidate candidate = offer.claim().orElse(null);
        if (candidate == null) {
            return;
        }
        Receipt receipt = Receipts.of(candidate, signed);
        Path archive = kept.resolve(++count + "-" + candidate.name());
        Files.move(candidate.archive(), archive);
        Path folder = Files.createDirectories(receipts.resolve(candidate.uploader()));
        Files.writeString(
                folder.resolve(candidate.name() + ".json"), receipt.outcome().code());
        String why = offer.cutShort().map(cut -> cut.reason().code()).orElse(String.valueOf(receipt.sha256()));
        decisions.add(receipt.outcome().code() + " " + candidate.name() + " " + why);
        offer.decided(receipt, archive);
    }

    private static boolean isSigned(Candidate candidate) throws IOException {
        String sha256 = Receipts.digest(candidate.archive()).hex();
        for (Path signature : candidate.signatures()) {
            if (Files.readString(signature).startsWith(sha256)) {
                return true;
            }
        }
        return false;
    }

    @Override
    public void close() {
        thread.shutdownNow();
    }
}
