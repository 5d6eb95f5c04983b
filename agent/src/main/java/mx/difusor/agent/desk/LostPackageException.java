package mx.difusor.agent.desk;

import java.io.IOException;
import mx.difusor.agent.model.MachineException;

/** What the page needs of an accepted package is gone or damaged: only good bytes that come again are a cure. */
final class LostPackageException extends IOException {

    private static final long serialVersionUID = 1L;

    LostPackageException(String message) {
        super(message);
    }

    LostPackageException(String message, Exception cause) {
        super(message, cause);
    }

    static boolean isBehind(MachineException failure) {
        return failure.getCause() instanceof LostPackageException;
    }

    /** With the cure for it, where that is behind the failure. */
    static MachineException withCure(MachineException failure) {
        return isBehind(failure)
                ? new MachineException(
                        failure.code(),
                        String.valueOf(failure.getMessage()),
                        "bring the package back with `difusor archive import` from another host, or let the Institute send"
                                + " it again; what is live stays meanwhile",
                        failure.getCause())
                : failure;
    }
}
