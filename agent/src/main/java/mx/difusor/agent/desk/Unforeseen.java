package mx.difusor.agent.desk;

import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/**
 * What nobody foresaw on the way to the public, as a failing machine is told: an alert that lasts until a try succeeds.
 * The package counts already and the page is shown already, so that neither may end with a defect.
 */
final class Unforeseen {

    /** Causes that are looked at. */
    private static final int DEPTH = 8;

    private Unforeseen() {}

    /** The failing machine behind what was thrown where nobody could throw it as such; null where it is a defect. */
    static @Nullable MachineException machine(Throwable thrown) {
        Throwable cause = thrown;
        for (int i = 0; cause != null && i < DEPTH; i++) {
            if (cause instanceof MachineException machine) {
                return machine;
            }
            cause = cause.getCause();
        }
        return null;
    }

    /** @param what could not be done, and who is left with what */
    static MachineException of(String code, String what, Throwable cause) {
        String words = cause instanceof IllegalStateException ? cause.getMessage() : null;
        return new MachineException(
                code,
                what + ": " + (words == null ? cause.toString() : words),
                "it is tried again by itself; where it lasts, start the agent again",
                cause);
    }
}
