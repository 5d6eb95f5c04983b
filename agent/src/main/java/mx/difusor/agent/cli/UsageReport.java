package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.util.stream.Collectors;
import picocli.CommandLine;
import picocli.CommandLine.IParameterExceptionHandler;
import picocli.CommandLine.MissingParameterException;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** A command line that cannot be understood: what is wrong with it and where its help is. picocli has only English. */
final class UsageReport implements IParameterExceptionHandler {

    private final Texts texts;

    UsageReport(Texts texts) {
        this.texts = texts;
    }

    @Override
    public int handleParseException(ParameterException e, String[] arguments) {
        CommandLine command = e.getCommandLine();
        PrintWriter errors = command.getErr();
        errors.println(message(e));
        errors.println(texts.of("msg.cure", cure(e, command)));
        errors.flush();
        return ExitCode.USAGE;
    }

    private String message(ParameterException e) {
        if (e instanceof UnmatchedArgumentException unmatched) {
            String all = String.join(" ", unmatched.getUnmatched());
            return texts.of(unmatched.isUnknownOption() ? "msg.unknown-option" : "msg.unknown-argument", all);
        }
        if (e instanceof MissingParameterException missing
                && !missing.getMissing().isEmpty()) {
            return texts.of(
                    "msg.missing-argument",
                    missing.getMissing().stream().map(UsageReport::name).collect(Collectors.joining(", ")));
        }
        ArgSpec argument = e.getArgSpec();
        if (argument != null && e.getValue() != null) {
            return texts.of("msg.bad-argument", name(argument), e.getValue());
        }
        if (argument == null && !e.getCommandLine().getSubcommands().isEmpty()) {
            return texts.of("msg.missing-command");
        }
        return String.valueOf(e.getMessage());
    }

    private String cure(ParameterException e, CommandLine command) {
        String help = command.getCommandSpec().qualifiedName() + " --help";
        if (e instanceof UnmatchedArgumentException unmatched
                && !unmatched.getSuggestions().isEmpty()) {
            return texts.of("msg.similar.cure", unmatched.getSuggestions().get(0), help);
        }
        return texts.of("msg.usage.cure", help);
    }

    private static String name(ArgSpec argument) {
        return argument instanceof OptionSpec option ? option.longestName() : argument.paramLabel();
    }
}
