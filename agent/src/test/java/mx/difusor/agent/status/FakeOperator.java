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
    volatile @Nullable String pending;
    final FakeExpiries expiries = new FakeExpiries();
    private @Nullable Hold hold;
    private @Nullable Notice notice;
    private String event = "pel-2024";

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
    public synchronized Hold rollback(long sequence, String by, String why) throws MachineException, UnknownException {
        use("rollback " + sequence, by, why);
        if (sequence > 17) {
            throw new UnknownException(
                    "no accepted package of pel-2024 has sequence " + sequence, "see difusor archive list");
        }
        Hold made = new Hold("pel-2024", sequence, by, why, AT);
        hold = made;
        return made;
    }

    @Override
    public synchronized Optional<Notice> notice() {
        return Optional.ofNullable(notice);
    }

    @Override
    public Optional<String> pending() {
        return Optional.ofNullable(pending);
    }

    @Override
    public synchronized String event() {
        return event;
    }

    @Override
    public synchronized Notice noticeOn(String message, String by, String why) throws MachineException {
        use("notice on (" + message + ")", by, why);
        Notice made = new Notice(by, why, AT, message);
        notice = made;
        return made;
    }

    @Override
    public synchronized void noticeOff(String by, String why) throws MachineException {
        use("notice off", by, why);
        notice = null;
    }

    @Override
    public synchronized void activate(String other, String by, String why)
            throws MachineException, UnknownException, RefusedException {
        use("activate " + other, by, why);
        if (other.equals("nowhere")) {
            throw new UnknownException("the event nowhere is not configured here", "choose another one");
        }
        if (hold != null) {
            throw new RefusedException("the publication is on hold", "difusor publish resume");
        }
        event = other;
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
