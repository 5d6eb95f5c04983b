package mx.difusor.agent.desk;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** The operator's hand on what is public, and on what may sign. Every use is recorded. */
public interface Operator {

    /**
     * A publication on hold: the live root stays at {@code sequence} whatever comes.
     *
     * @param known sequences of the packages that are shown, so that no late one and no clock moves the root; null in a
     *     hold of an agent that did not note them, where {@code at} tells
     */
    record Hold(
            String event,
            @Nullable Long sequence,
            String by,
            String why,
            Instant at,
            @Nullable Set<Long> known) {
        public Hold(String event, @Nullable Long sequence, String by, String why, Instant at) {
            this(event, sequence, by, why, at, null);
        }
    }

    /**
     * A notice to the public, shown instead of everything else until it is taken down.
     *
     * @param message for the public, in one line; may be empty
     */
    record Notice(String by, String why, Instant at, String message) {}

    /** Certificates and keys that count though they expired. */
    Expiries expiries();

    Optional<Hold> onHold();

    Optional<Notice> notice();

    /** Why the page does not show yet what was ordered, or the newest cut; it is tried again by itself. */
    Optional<String> pending();

    /** The event that is published. */
    String event();

    /**
     * The live root stays where it is; packages are still taken. Under an operator's notice what would be public without
     * it is held.
     *
     * @param by who asks
     * @param why in their words
     * @throws RefusedException while a notice is up because cuts are missing, or would be: there is no cut to hold
     */
    Hold hold(String by, String why) throws MachineException, RefusedException;

    /** Ends a hold or a rollback: the newest cut goes live. */
    void resume(String by, String why) throws MachineException;

    /**
     * Shows what was live when {@code sequence} was the newest package, and stays there until {@code resume}.
     *
     * @throws UnknownException when no such package was accepted for the published event
     * @throws RefusedException before the event opens: nothing of a cut is public then
     */
    Hold rollback(long sequence, String by, String why) throws MachineException, UnknownException, RefusedException;

    /** The notice goes up, or its words change; a hold stays in force beneath it. */
    Notice noticeOn(String message, String by, String why) throws MachineException;

    /** The notice comes down. Does nothing but record it where none is up. */
    void noticeOff(String by, String why) throws MachineException;

    /**
     * Publishes another configured event from now on, until the configuration names another one.
     *
     * @throws UnknownException when no such event is configured
     * @throws RefusedException while the publication is on hold, or when the event was retired
     */
    void activate(String event, String by, String why) throws MachineException, UnknownException, RefusedException;

    /** There is nothing of that name. */
    final class UnknownException extends Exception {
        private final String cure;

        public UnknownException(String message, String cure) {
            super(message);
            this.cure = cure;
        }

        public String cure() {
            return cure;
        }
    }

    /** It cannot be done as things are. */
    final class RefusedException extends Exception {
        private final String cure;

        public RefusedException(String message, String cure) {
            super(message);
            this.cure = cure;
        }

        public String cure() {
            return cure;
        }
    }
}
