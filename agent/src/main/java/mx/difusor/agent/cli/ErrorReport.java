package mx.difusor.agent.cli;

import java.io.PrintWriter;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.IExecutionExceptionHandler;
import picocli.CommandLine.ParseResult;

/** The end of a command that failed: one message with its cure; a stack trace only where it is our bug. */
final class ErrorReport implements IExecutionExceptionHandler {

    private final Texts texts;

    ErrorReport(Texts texts) {
        this.texts = texts;
    }

    @Override
    public int handleExecutionException(Exception e, CommandLine command, @Nullable ParseResult parsed) {
        PrintWriter errors = command.getErr();
        if (e instanceof ConfigException bad) {
            new ProblemReport(texts).print(errors, bad);
            return ExitCode.BAD_CONFIGURATION;
        }
        if (e instanceof CommandFailure failure) {
            print(errors, failure.getMessage(), failure.cure());
            return failure.exitCode();
        }
        if (e instanceof MachineException failure) {
            print(errors, failure.getMessage(), failure.cure());
            return ExitCode.FAILED;
        }
        e.printStackTrace(errors);
        print(errors, texts.of("msg.bug"), texts.of("msg.bug.cure"));
        return ExitCode.FAILED;
    }

    private void print(PrintWriter errors, @Nullable String message, String cure) {
        errors.println(message);
        errors.println(texts.of("msg.cure", cure));
        errors.flush();
    }
}
