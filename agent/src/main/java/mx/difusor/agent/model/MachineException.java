package mx.difusor.agent.model;

import org.jspecify.annotations.Nullable;

/**
 * The machine failed, not the package: disk, network, permissions. Says what happened and what to do.
 * Its message is lower case, facts first, without a stack trace's worth of detail.
 */
public final class MachineException extends Exception {

    private final String code;
    private final String cure;

    /**
     * @param code stable, for alerts: {@code live-root-failed}, {@code listen-failed}
     * @param cure what the sysadmin does about it
     */
    public MachineException(String code, String message, String cure, @Nullable Throwable cause) {
        super(message, cause);
        this.code = code;
        this.cure = cure;
    }

    public String code() {
        return code;
    }

    public String cure() {
        return cure;
    }
}
