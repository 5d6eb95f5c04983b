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

    /** Some could not be written where the uploader reads them; tried again with each tick. */
    private boolean undelivered;

    Outcomes(Archive archive, Alerts alerts) {
        this.archive = archive;
        this.alerts = alerts;
    }

    /** Of this event from now on. */
    void open(String event) throws MachineException {
        List<Receipt> kept = archive.unsettled(event);
        unsettled.clear();
        kept.forEach(this::add);
    }

    void add(Receipt receipt) {
        unsettled.put(Objects.requireNonNull(receipt.contents(), receipt.name()).sequence(), receipt);
    }

    boolean undelivered() {
        return undelivered;
    }

    /**
     * Every receipt whose publication is known better than it says is written again.
     *
     * @param shown the sequence that is public; null while none is
     * @param at when it went live
     * @param failed what is public may not be what shall be, so nothing counts as held
     */
    void settle(@Nullable Long shown, Instant at, boolean failed) {
        undelivered = false;
        for (Map.Entry<Long, Receipt> one : List.copyOf(unsettled.entrySet())) {
            long sequence = one.getKey();
            Receipt receipt = one.getValue();
            Receipt settled = settled(receipt, sequence, failed ? null : shown, at, failed);
            boolean told =
                    receipt.publication() == settled.publication() && receipt.publication() != Receipt.Publication.NONE;
            Optional<Receipt> delivered = told ? Optional.of(settled) : deliver(settled);
            if (delivered.isEmpty()) {
                undelivered = true;
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
    Optional<Receipt> deliver(Receipt receipt) {
        try {
            return Optional.of(archive.deliver(receipt));
        } catch (MachineException e) {
            alerts.raise(e);
            return Optional.empty();
        }
    }
}
