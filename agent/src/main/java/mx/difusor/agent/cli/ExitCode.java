package mx.difusor.agent.cli;

/** What a command's end says to scripts (contract, "Running it"). */
public final class ExitCode {
    public static final int DONE = 0;
    public static final int FAILED = 1;
    public static final int USAGE = 2;
    public static final int BAD_CONFIGURATION = 3;
    public static final int REJECTED = 4;
    public static final int UNREACHABLE = 5;

    private ExitCode() {}
}
