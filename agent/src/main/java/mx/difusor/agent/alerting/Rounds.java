package mx.difusor.agent.alerting;

import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The life of a thread that nobody would start a second time: round after round, whatever goes wrong in one. */
final class Rounds {

    /** After one that went wrong: memory that is short for a moment comes back. */
    static final Duration PAUSE = Duration.ofSeconds(5);

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);

    private Rounds() {}

    @FunctionalInterface
    interface Round {
        void run() throws InterruptedException;
    }

    static void untilInterrupted(Round round, Sleeper sleeper) {
        try {
            while (!Thread.currentThread().isInterrupted()) {
                Throwable fault = fault(round);
                if (fault != null) {
                    sleeper.sleep(PAUSE);
                    tell(fault);
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static @Nullable Throwable fault(Round round) throws InterruptedException {
        try {
            round.run();
            return null;
        } catch (RuntimeException | Error e) {
            return e;
        }
    }

    /** What has no memory to work may have none for words either. */
    private static void tell(Throwable fault) {
        try {
            LOG.error("a fault of our own, it goes on: {}", fault.toString(), fault);
        } catch (RuntimeException | Error e) {
            // The next round shows how things are.
        }
    }
}
