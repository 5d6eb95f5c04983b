package mx.difusor.agent.desk;

import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Keeps the receipts of accepted packages at what became of them in public. */
final class Outcomes {

    private final Archive archive;
    private final Alerts alerts;

    /** Receipts that do not say yet how publication ended, by sequence. */
    private final Map<Long, Receipt> unsettled = new LinkedHashMap<>();

    /** What could not be written where the uploader reads it, of any event; tried again with each tick. */
    private final Map<Receipt.Contents, Receipt> undelivered = new LinkedHashMap<>();

    private @Nullable String event;

    Outcomes(Archive archive, Alerts alerts) {
        this.archive = archive;
        this.alerts = alerts;
    }

    /** Of this event from now on. */
    void open(String published) throws MachineException {
        List<Receipt> kept = archive.unsettled(published);
        event = published;
        unsettled.clear();
        kept.forEach(this::add);
    }

    void add(Receipt receipt) {
        unsettled.put(contents(receipt).sequence(), receipt);
    }

    /** One of an event that is not the published one. */
    void hold(Receipt receipt) {
        deliver(receipt.published(Receipt.Publication.HELD, null));
    }

    boolean undelivered() {
        return !undelivered.isEmpty();
    }

    /**
     * Every receipt whose publication is known better than it says is written again.
     *
     * @param shown the sequence that is public; null while none is
     * @param at when it went live
     * @param failed what is public may not be what shall be, so nothing counts as held
     */
    void settle(@Nullable Long shown, Instant at, boolean failed) {
        undelivered.keySet().removeIf(one -> one.event().equals(event)); // what is told of these is found out anew
        List.copyOf(undelivered.values()).forEach(this::deliver);
        for (Map.Entry<Long, Receipt> one : List.copyOf(unsettled.entrySet())) {
            long sequence = one.getKey();
            Receipt receipt = one.getValue();
            Receipt settled = settled(receipt, sequence, failed ? null : shown, at, failed);
            boolean told =
                    receipt.publication() == settled.publication() && receipt.publication() != Receipt.Publication.NONE;
            Optional<Receipt> delivered = told ? Optional.of(settled) : deliver(settled);
            if (delivered.isEmpty()) {
                unsettled.put(sequence, tried(receipt));
                continue;
            }
            if (settled.publication() == Receipt.Publication.LIVE
                    || settled.publication() == Receipt.Publication.SUPERSEDED) {
                unsettled.remove(sequence);
            } else {
                unsettled.put(sequence, delivered.get());
            }
        }
    }

    private static Receipt settled(Receipt receipt, long sequence, @Nullable Long shown, Instant at, boolean failed) {
        if (shown != null && shown == sequence) {
            return receipt.published(
                    Receipt.Publication.LIVE, at.isBefore(receipt.decidedAt()) ? receipt.decidedAt() : at);
        }
        if (shown != null && sequence < shown) {
            return receipt.published(Receipt.Publication.SUPERSEDED, null);
        }
        return failed ? receipt : receipt.published(Receipt.Publication.HELD, null);
    }

    /** As it was written; empty where it could not be: there is an alert then. */
    private Optional<Receipt> deliver(Receipt receipt) {
        try {
            Receipt delivered = archive.deliver(receipt);
            undelivered.remove(contents(receipt));
            return Optional.of(delivered);
        } catch (MachineException e) {
            alerts.raise(e);
        } catch (RuntimeException | Error e) {
            alerts.raise(Unforeseen.of("storage-failed", "the receipt of " + receipt.name() + " cannot be written", e));
        }
        undelivered.put(contents(receipt), tried(receipt));
        return Optional.empty();
    }

    /** The next try is no first word any more: what was decided meanwhile under the same name is the newer one. */
    private Receipt tried(Receipt receipt) {
        return receipt.history() == null ? receipt.witnessing(archive.log().head()) : receipt;
    }

    private static Receipt.Contents contents(Receipt receipt) {
        return Objects.requireNonNull(receipt.contents(), receipt.name());
    }
}
