package mx.difusor.agent.cli;

/** A command that cannot do what was asked, with what the person can do about it. Not a bug. */
final class CommandFailure extends Exception {

    private final int exitCode;
    private final String cure;

    /** @param message lower case, no full stop, in the reader's language; so is the cure */
    CommandFailure(int exitCode, String message, String cure) {
        super(message);
        this.exitCode = exitCode;
        this.cure = cure;
    }

    int exitCode() {
        return exitCode;
    }

    String cure() {
        return cure;
    }
}
