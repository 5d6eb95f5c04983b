package mx.difusor.agent.desk;

import mx.difusor.agent.model.MachineException;

/**
 * What nobody foresaw on the way to the public, as a failing machine is told: an alert that lasts until a try succeeds.
 * The package counts already and the page is shown already, so that neither may end with a defect.
 */
final class Unforeseen {

    private Unforeseen() {}

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
