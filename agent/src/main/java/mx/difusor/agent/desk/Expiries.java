package mx.difusor.agent.desk;

import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.MachineException;

/** The operator's word on certificates and keys that expired in the middle of an election. Every use is recorded. */
public interface Expiries {

    /** Those in force now, the one that ends first first. */
    List<ExpiryOverride> inForce();

    /**
     * Lets one certificate or key count though it has expired; replaces what was in force for it.
     *
     * @param fingerprint as {@link ExpiryOverride#fingerprint()} wants it
     * @param by who asks
     * @param why in their words
     */
    void allow(String fingerprint, Instant until, String by, String why) throws MachineException, RefusedException;

    /** From now on its end counts again. */
    void withdraw(String fingerprint, String by, String why) throws MachineException, RefusedException;

    /** What was asked for is not possible; nothing was changed. */
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
