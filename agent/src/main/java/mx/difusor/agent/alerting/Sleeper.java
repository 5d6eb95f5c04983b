package mx.difusor.agent.alerting;

import java.time.Duration;

/** How a thread of this room waits; tests do not. */
@FunctionalInterface
interface Sleeper {
    void sleep(Duration duration) throws InterruptedException;
}
