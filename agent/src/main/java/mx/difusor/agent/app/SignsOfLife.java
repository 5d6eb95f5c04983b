package mx.difusor.agent.app;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import mx.difusor.agent.watch.Watch;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether the agent still does what it is there for. Where one of its signs stays away too long, the service manager
 * hears no more of it, ends it and starts it again: what nobody looks after at night must not need anybody.
 */
final class SignsOfLife implements Watch.Duty {

    /** Longer than the longest decision that is not yet reported (docs/limits.md). */
    static final Duration AWAY = Duration.ofMinutes(6);

    private static final Logger LOG = LoggerFactory.getLogger(SignsOfLife.class);

    private final ServiceManager manager;
    private final Consumer<Boolean> alive;
    private final LongSupplier nanos;
    private final List<Sign> signs = new ArrayList<>();
    private List<String> missing = List.of();
    private long told;

    private static final class Sign {
        private final String name;
        private final BooleanSupplier given;
        private long last;

        Sign(String name, BooleanSupplier given, long now) {
            this.name = name;
            this.given = given;
            this.last = now;
        }
    }

    /**
     * @param alive hears at each beat whether no sign is missing
     * @param nanos a monotonic clock
     */
    SignsOfLife(ServiceManager manager, Consumer<Boolean> alive, LongSupplier nanos) {
        this.manager = manager;
        this.alive = alive;
        this.nanos = nanos;
        this.told = nanos.getAsLong();
    }

    /**
     * @param name of what gives it, for the log
     * @param given asked at each beat, without waiting
     */
    SignsOfLife of(String name, BooleanSupplier given) {
        signs.add(new Sign(name, given, nanos.getAsLong()));
        return this;
    }

    @Override
    public void tick() {
        long now = nanos.getAsLong();
        List<String> away = new ArrayList<>();
        for (Sign sign : signs) {
            if (sign.given.getAsBoolean()) {
                sign.last = now;
            } else if (now - sign.last > AWAY.toNanos()) {
                away.add(sign.name);
            }
        }
        if (!away.equals(missing)) {
            if (away.isEmpty()) {
                LOG.info("every part gives signs of life again");
            } else {
                LOG.error("no sign of life for {} s of: {}", AWAY.toSeconds(), String.join(", ", away));
            }
            missing = away;
        }
        alive.accept(away.isEmpty());
        if (away.isEmpty()) {
            tell(now);
        }
    }

    private void tell(long now) {
        Duration expected = manager.signsOfLife();
        if (expected != null && now - told >= expected.toNanos() / 2 - Watch.BEAT.toNanos()) {
            told = now;
            manager.tell("WATCHDOG=1");
        }
    }
}
