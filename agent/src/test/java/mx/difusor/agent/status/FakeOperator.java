package mx.difusor.agent.status;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.Operator;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** An operator's hand that remembers; sequences up to 17 exist. */
final class FakeOperator implements Operator {

    private static final Instant AT = Instant.parse("2024-06-03T07:00:00.123Z");

    final List<String> uses = new ArrayList<>();
    volatile @Nullable MachineException failure;
    volatile Runnable meanwhile = () -> {};
    final FakeExpiries expiries = new FakeExpiries();
    private @Nullable Hold hold;

    @Override
    public FakeExpiries expiries() {
        return expiries;
    }

    @Override
    public synchronized Optional<Hold> onHold() {
        return Optional.ofNullable(hold);
    }

    @Override
    public synchronized Hold hold(String by, String why) throws MachineException {
        use("hold", by, why);
        Hold made = new Hold("pel-2024", 17L, by, why, AT);
        hold = made;
        return made;
    }

    @Override
    public synchronized void resume(String by, String why) throws MachineException {
        use("resume", by, why);
        hold = null;
    }

    @Override
    public synchronized Hold rollback(long sequence, String by, String why)
            throws MachineException, UnknownSequenceException {
        use("rollback " + sequence, by, why);
        if (sequence > 17) {
            throw new UnknownSequenceException(sequence, "pel-2024");
        }
        Hold made = new Hold("pel-2024", sequence, by, why, AT);
        hold = made;
        return made;
    }

    private void use(String what, String by, String why) throws MachineException {
        meanwhile.run();
        MachineException machine = failure;
        if (machine != null) {
            throw machine;
        }
        uses.add(what + " by " + by + ": " + why);
    }
}
