package mx.difusor.agent.desk;

import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** The operator's hand on the live root, and on what may sign. Every use is recorded. */
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

    /** Certificates and keys that count though they expired. */
    Expiries expiries();

    Optional<Hold> onHold();

    /**
     * The live root stays where it is; packages are still taken.
     *
     * @param by who asks
     * @param why in their words
     */
    Hold hold(String by, String why) throws MachineException;

    /** Ends a hold or a rollback: the newest cut goes live. */
    void resume(String by, String why) throws MachineException;

    /**
     * Shows what was live when {@code sequence} was the newest package, and stays there until {@code resume}.
     *
     * @throws UnknownSequenceException when no such package was accepted for the published event
     */
    Hold rollback(long sequence, String by, String why) throws MachineException, UnknownSequenceException;

    /** No accepted package has that sequence. */
    final class UnknownSequenceException extends Exception {
        public UnknownSequenceException(long sequence, String event) {
            super("no accepted package of " + event + " has sequence " + sequence);
        }
    }
}
