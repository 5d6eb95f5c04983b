package mx.difusor.agent.status;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.desk.Expiries;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** Overrides that are only remembered; refuses what it is told to. */
final class FakeExpiries implements Expiries {

    private static final Instant FROM = Instant.parse("2024-06-03T07:00:00.123Z");

    final List<String> uses = new ArrayList<>();
    volatile @Nullable MachineException failure;
    volatile @Nullable RefusedException refusal;
    private final List<ExpiryOverride> inForce = new ArrayList<>();

    @Override
    public synchronized List<ExpiryOverride> inForce() {
        return List.copyOf(inForce);
    }

    @Override
    public synchronized void allow(String fingerprint, Instant until, String by, String why)
            throws MachineException, RefusedException {
        use("allow " + fingerprint + " until " + until + " by " + by + ": " + why);
        inForce.add(new ExpiryOverride(fingerprint, FROM, until, by, why, null));
    }

    @Override
    public synchronized void withdraw(String fingerprint, String by, String why)
            throws MachineException, RefusedException {
        use("withdraw " + fingerprint + " by " + by + ": " + why);
        inForce.removeIf(one -> one.fingerprint().equals(fingerprint));
    }

    private void use(String what) throws MachineException, RefusedException {
        MachineException machine = failure;
        if (machine != null) {
            throw machine;
        }
        RefusedException refused = refusal;
        if (refused != null) {
            throw refused;
        }
        uses.add(what);
    }
}
