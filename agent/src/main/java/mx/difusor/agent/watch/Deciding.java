package mx.difusor.agent.watch;

import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.model.MachineException;

/** What the desk does by the clock. While a decision hangs the page stands still, and somebody has to hear why. */
public final class Deciding implements Watch.Duty {

    static final String SLOW = "storage-slow";

    private final Watch.Duty desk;
    private final Alerts alerts;

    /** @param desk waits for the deciding thread; {@code storage-slow} is what it throws when that takes too long */
    public Deciding(Watch.Duty desk, Alerts alerts) {
        this.desk = desk;
        this.alerts = alerts;
    }

    @Override
    public void tick() throws Exception {
        try {
            desk.tick();
        } catch (MachineException e) {
            if (!e.code().equals(SLOW)) {
                throw e;
            }
            alerts.raise(e);
            return;
        }
        alerts.clear(SLOW);
    }
}
