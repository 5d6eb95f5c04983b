package mx.difusor.agent.desk;

import java.time.Clock;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Puts a decision into the words of the contract's receipt. On the deciding thread. */
final class Receipts {

    private static final Logger LOG = LoggerFactory.getLogger(Desk.class);

    private final Archive archive;
    private final Publication publication;
    private final Alerts alerts;
    private final Clock clock;

    /** Of which the index could not tell the first receipt. */
    private Receipt.@Nullable Contents unanswered;

    Receipts(Archive archive, Publication publication, Alerts alerts, Clock clock) {
        this.archive = archive;
        this.publication = publication;
        this.alerts = alerts;
        this.clock = clock;
    }

    Receipt of(Judged judged, Verdict verdict) {
        Candidate claimed = judged.claimed();
        Receipt.Outcome outcome;
        Receipt.Refusal refusal = null;
        Manifest manifest;
        List<Signer> signers;
        List<String> warnings = List.of();
        if (verdict instanceof Verdict.Accepted accepted) {
            outcome = Receipt.Outcome.ACCEPTED;
            manifest = accepted.manifest();
            signers = accepted.signers();
            warnings = accepted.warnings();
        } else if (verdict instanceof Verdict.Duplicate duplicate) {
            outcome = Receipt.Outcome.DUPLICATE;
            manifest = duplicate.manifest();
            signers = duplicate.signers();
        } else {
            Verdict.Rejected rejected = (Verdict.Rejected) verdict;
            outcome = Receipt.Outcome.REJECTED;
            refusal = new Receipt.Refusal(rejected.reason(), rejected.message(), rejected.path());
            manifest = rejected.manifest();
            signers = rejected.signers();
        }
        return renewed(new Receipt(
                claimed.uploader(),
                claimed.name(),
                judged.sha256(),
                judged.size(),
                outcome,
                refusal,
                manifest == null ? null : Receipt.Contents.of(manifest),
                signers.stream().map(Signer::name).toList(),
                Receipt.Publication.NONE,
                claimed.receivedAt(),
                Collections.max(List.of(clock.instant(), claimed.receivedAt())), // a clock that is put back
                null,
                warnings));
    }

    /** Of the same again: with what has become of its package by now. */
    Receipt renewed(Receipt receipt) {
        Receipt.Contents contents = receipt.contents();
        if (receipt.outcome() != Receipt.Outcome.DUPLICATE || contents == null) {
            return receipt;
        }
        Optional<Receipt> first = firstReceipt(contents);
        Receipt.Publication told = first.map(Receipt::publication).orElse(Receipt.Publication.NONE);
        Receipt.Publication how = archive.history(contents.event())
                .get(contents.sequence())
                .map(one -> publication.standing(one, told))
                .orElse(told);
        return receipt.published(how, first.map(Receipt::liveAt).orElse(null));
    }

    private Optional<Receipt> firstReceipt(Receipt.Contents contents) {
        try {
            Optional<Receipt> first = archive.receipt(contents.event(), contents.sequence());
            answered();
            return first;
        } catch (MachineException e) {
            alerts.raise(e);
            unanswered = contents;
            return Optional.empty();
        }
    }

    /** An index that did not answer is asked again, so that its alert ends though no other package comes. */
    void tick() {
        if (unanswered != null) {
            firstReceipt(unanswered);
        }
    }

    /** Where something else is still to be written into it, the alert is ended by that. */
    private void answered() {
        if (unanswered != null && publication.delivered()) {
            alerts.clear("index-unusable");
            unanswered = null;
        }
    }

    static void log(Receipt receipt) {
        Receipt.Refusal refusal = receipt.refusal();
        Receipt.Contents contents = receipt.contents();
        LOG.info(
                "{} {} from {}: {}{}",
                receipt.outcome().code(),
                receipt.name(),
                receipt.uploader(),
                contents == null
                        ? ""
                        : contents.event() + " " + contents.sequence() + " cut " + Receipt.cut(contents.cut()),
                refusal == null
                        ? ", " + receipt.publication().code()
                        : " " + refusal.reason().code() + ": " + refusal.message());
    }
}
