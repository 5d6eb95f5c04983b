package mx.difusor.agent.desk;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Keeps the receipts of accepted packages at what became of them in public. */
final class Outcomes {

    private final Archive archive;
    private final Alerts alerts;
    private final Tally tally;

    /** Receipts that do not say yet how publication ended, by sequence. */
    private final Map<Long, Receipt> unsettled = new LinkedHashMap<>();

    /** What could not be written where the uploader reads it, of any event; tried again with each tick. */
    private final Map<Receipt.Contents, Receipt> undelivered = new LinkedHashMap<>();

    /** Of these this run has told that nothing is known; only the next decision tells it again. */
    private final Set<Long> toldNone = new HashSet<>();

    private @Nullable String event;

    Outcomes(Archive archive, Alerts alerts, Tally tally) {
        this.archive = archive;
        this.alerts = alerts;
        this.tally = tally;
    }

    /** Of this event from now on. */
    void open(String published) throws MachineException {
        List<Receipt> kept = archive.unsettled(published);
        event = published;
        unsettled.clear();
        toldNone.clear();
        kept.forEach(this::add);
    }

    void add(Receipt receipt) {
        toldNone.clear();
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
     * @param shown the packages whose tree is public; empty while none is
     * @param newest the one whose cut is public; null while none is
     * @param at when that went live
     * @param failed what is public may not be what shall be, so nothing counts as held
     */
    void settle(History shown, @Nullable Long newest, Instant at, boolean failed) {
        undelivered.keySet().removeIf(one -> one.event().equals(event)); // what is told of these is found out anew
        List.copyOf(undelivered.values()).forEach(this::deliver);
        for (Map.Entry<Long, Receipt> one : List.copyOf(unsettled.entrySet())) {
            long sequence = one.getKey();
            Receipt receipt = one.getValue();
            Receipt settled = failed ? receipt : settled(receipt, standing(sequence, shown, newest), at);
            boolean none = settled.publication() == Receipt.Publication.NONE;
            boolean told = receipt.publication() == settled.publication() && (!none || toldNone.contains(sequence));
            Optional<Receipt> delivered = told ? Optional.of(settled) : deliver(settled);
            if (delivered.isEmpty()) {
                unsettled.put(sequence, tried(receipt));
                continue;
            }
            if (none) {
                toldNone.add(sequence);
            }
            if (settled.publication() == Receipt.Publication.LIVE
                    || settled.publication() == Receipt.Publication.SUPERSEDED) {
                unsettled.remove(sequence);
            } else {
                unsettled.put(sequence, delivered.get());
            }
        }
    }

    private static Receipt settled(Receipt receipt, Receipt.Publication standing, Instant at) {
        Instant since = at.isBefore(receipt.decidedAt()) ? receipt.decidedAt() : at;
        return receipt.published(standing, standing == Receipt.Publication.LIVE ? since : null);
    }

    /**
     * A late package is not public where the page stands still without it, though a newer one is.
     *
     * @param newest as {@link #settle} has it
     */
    static Receipt.Publication standing(long sequence, History shown, @Nullable Long newest) {
        if (shown.get(sequence).isEmpty()) {
            return Receipt.Publication.HELD;
        }
        return newest != null && newest == sequence ? Receipt.Publication.LIVE : Receipt.Publication.SUPERSEDED;
    }

    /** As it was written; empty where it could not be: there is an alert then. */
    private Optional<Receipt> deliver(Receipt receipt) {
        try {
            Receipt delivered = archive.deliver(receipt);
            undelivered.remove(contents(receipt));
            tally.told(delivered);
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
