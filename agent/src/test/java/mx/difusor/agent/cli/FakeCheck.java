package mx.difusor.agent.cli;

import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;

/** Says what the test wants and remembers what it was asked. */
final class FakeCheck implements PackageCheck {

    Verdict verdict = Verdict.Rejected.of(Reason.SIGNATURE_MISSING, "no signature");

    @Nullable
    Candidate asked;

    @Override
    public Verdict check(Config config, Candidate candidate) {
        asked = candidate;
        return verdict;
    }
}
