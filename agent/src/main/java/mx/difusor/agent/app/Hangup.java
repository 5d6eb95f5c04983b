package mx.difusor.agent.app;

import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import sun.misc.Signal;

/**
 * SIGHUP, which ends a Java program that does not ask for it. The JDK has no public way to ask; {@code sun.misc.Signal}
 * of {@code jdk.unsupported} is the one that JEP 260 left open for this.
 */
final class Hangup {

    private static final Logger LOG = LoggerFactory.getLogger(Hangup.class);

    private Hangup() {}

    /** From now on the signal does that, and nothing else. Without it (Windows, {@code -Xrs}) nothing changes. */
    @SuppressWarnings("sunapi")
    static void does(Runnable reload) {
        try {
            Signal.handle(new Signal("HUP"), signal -> reload.run());
        } catch (IllegalArgumentException e) {
            LOG.debug("no SIGHUP here: {}", e.getMessage());
        }
    }
}
