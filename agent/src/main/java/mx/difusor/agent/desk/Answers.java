package mx.difusor.agent.desk;

import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/**
 * The answers to refused packages and to the same again. Such a verdict stands from its line in {@code history.log} on:
 * where its receipt cannot be written then, the claim stays with its door, and when it is offered again it is answered,
 * whatever it would be judged to be now. On the deciding thread.
 */
final class Answers {

    /** Claims whose answers are remembered; beyond, they are judged again. */
    static final int LIMIT = 1_000;

    private final Archive archive;
    private final Receipts receipts;
    private final Alerts alerts;

    /** By archive file in its claim's folder. */
    private final Map<Path, Answer> owed = new HashMap<>();

    /**
     * @param kept where the archive file is from now on
     * @param stored no failure of this machine kept the package from being judged
     */
    record Answer(Receipt receipt, Path kept, boolean stored) {}

    /** Writes a receipt where its uploader reads it, after whatever else is to be recorded. */
    @FunctionalInterface
    interface Delivery {
        Receipt deliver(Receipt receipt) throws MachineException;
    }

    Answers(Archive archive, Receipts receipts, Alerts alerts) {
        this.archive = archive;
        this.receipts = receipts;
        this.alerts = alerts;
    }

    /** Whether this claim was decided and waits for nothing but its receipt. */
    boolean owes(Candidate claimed) {
        return owed.containsKey(claimed.archive());
    }

    boolean delivered() {
        return owed.isEmpty();
    }

    /** @return as it was written; empty where it could not be: there is an alert then */
    Optional<Answer> give(Candidate claimed, Answer answer, Delivery delivery) {
        Receipt receipt = answer.receipt();
        try {
            Receipt written = delivery.deliver(receipt);
            owed.remove(claimed.archive());
            return Optional.of(new Answer(written, answer.kept(), answer.stored()));
        } catch (MachineException e) {
            alerts.raise(e);
        } catch (RuntimeException | Error e) {
            alerts.raise(Unforeseen.of("storage-failed", "the receipt of " + receipt.name() + " cannot be written", e));
        }
        if (owed.size() >= LIMIT) {
            owed.clear();
        }
        // The next try is no first word any more: what was decided meanwhile under the same name is the newer one.
        Receipt tried =
                receipt.history() == null ? receipt.witnessing(archive.log().head()) : receipt;
        owed.put(claimed.archive(), new Answer(tried, answer.kept(), answer.stored()));
        return Optional.empty();
    }

    /** As {@link #give}, to a claim that {@link #owes} says this of. */
    Optional<Answer> giveAgain(Candidate claimed) {
        Answer answer = Objects.requireNonNull(owed.get(claimed.archive()), claimed.name());
        Receipt now = receipts.renewed(answer.receipt());
        return give(claimed, new Answer(now, answer.kept(), answer.stored()), archive::deliver);
    }
}
