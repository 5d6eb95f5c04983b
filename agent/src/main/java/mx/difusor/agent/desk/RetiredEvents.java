package mx.difusor.agent.desk;

import java.util.Optional;
import mx.difusor.agent.archive.Retirement;
import mx.difusor.agent.archive.Retirements;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Verdict;

/**
 * Packages of events that were retired: what was accepted once is a duplicate, another one under its sequence a
 * conflict, and a new one is refused, because a tree made of it alone would not be the event's.
 */
public final class RetiredEvents {

    private RetiredEvents() {}

    /** Empty where the event is not retired. */
    public static Optional<Verdict> verdict(Retirements retirements, Verdict.Accepted accepted, Digest sha256) {
        Manifest manifest = accepted.manifest();
        return retirements.of(manifest.event()).map(retirement -> {
            Optional<Retirement.Gone> gone = retirement.gone(manifest.sequence());
            if (gone.isPresent() && gone.get().sha256().equals(sha256)) {
                return new Verdict.Duplicate(manifest, accepted.signers());
            }
            Verdict.Rejected refused = gone.isPresent() ? conflict(gone.get(), manifest, sha256) : closed(retirement);
            return refused.knowing(manifest, accepted.signers());
        });
    }

    private static Verdict.Rejected conflict(Retirement.Gone gone, Manifest manifest, Digest sha256) {
        return Verdict.Rejected.of(
                Reason.SEQUENCE_CONFLICT,
                "sequence %d of %s was taken by %s (sha256 %s) before that event was retired, this one is %s"
                        .formatted(gone.sequence(), manifest.event(), gone.name(), gone.sha256(), sha256));
    }

    private static Verdict.Rejected closed(Retirement retirement) {
        return Verdict.Rejected.of(
                Reason.EVENT_UNKNOWN,
                "the packages of %s were retired on %s; ask the difusor to bring them back with `difusor archive import`"
                        .formatted(retirement.event(), Receipt.time(retirement.at())));
    }
}
