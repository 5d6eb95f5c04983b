package mx.difusor.agent.app;

import java.time.Duration;
import mx.difusor.agent.watch.Watch;

/** A duty that is done once in so many beats. */
final class Seldom implements Watch.Duty {

    private final long beats;
    private final Watch.Duty duty;
    private long beat;

    Seldom(Duration every, Watch.Duty duty) {
        this.beats = Math.max(1, every.dividedBy(Watch.BEAT));
        this.duty = duty;
    }

    @Override
    public void tick() throws Exception {
        if (++beat % beats == 0) {
            duty.tick();
        }
    }
}
