package mx.difusor.agent.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code difusor} command; everything it does is in its subcommands. */
@Command(name = "difusor", mixinStandardHelpOptions = true)
public final class Difusor {

    Difusor() {}

    /**
     * The command of this process: its language, its standard streams in UTF-8.
     *
     * @param arguments those of the process: where the first names a subcommand only that one is made, because picocli
     *     reads each one's annotations, a tenth of the time that {@code run} takes to be ready
     */
    public static CommandLine commandLine(Rooms rooms, List<String> arguments) {
        return commandLine(rooms, Surroundings.ofProcess(), arguments)
                .setOut(utf8(FileDescriptor.out))
                .setErr(utf8(FileDescriptor.err));
    }

    static CommandLine commandLine(Rooms rooms, Surroundings surroundings, List<String> arguments) {
        CommandLine root = new CommandLine(new Difusor());
        Map<String, Supplier<Object>> subcommands = subcommands(rooms, surroundings);
        Supplier<Object> named = arguments.isEmpty() ? null : subcommands.get(arguments.get(0));
        if (named == null) {
            subcommands.forEach((name, subcommand) -> root.addSubcommand(name, subcommand.get()));
        } else {
            root.addSubcommand(arguments.get(0), named.get());
        }
        showVersion(root);
        Texts texts = surroundings.texts();
        return root.setResourceBundle(texts.bundle())
                .setExecutionExceptionHandler(new ErrorReport(texts))
                .setParameterExceptionHandler(new UsageReport(texts))
                .setUsageHelpAutoWidth(false);
    }

    /** In the order of the help. */
    private static Map<String, Supplier<Object>> subcommands(Rooms rooms, Surroundings surroundings) {
        Map<String, Supplier<Object>> all = new LinkedHashMap<>();
        all.put("run", () -> new RunCommand(surroundings, rooms.service()));
        all.put("init", () -> new InitCommand(surroundings, rooms.hostKeys(), rooms.disk()));
        all.put("demo", () -> new DemoCommand(surroundings, rooms.service(), rooms.hostKeys()));
        all.put("drill", () -> new DrillCommand(surroundings, rooms.service(), rooms.hostKeys(), rooms.disk()));
        all.put("pack", () -> new PackCommand(surroundings));
        all.put("send", () -> new SendCommand(surroundings));
        all.put("verify", () -> new VerifyCommand(surroundings, rooms.packageCheck()));
        all.put("archive", () -> archive(rooms, surroundings));
        all.put("publish", () -> publish(rooms.doctor(), surroundings));
        all.put(
                "event",
                () -> new CommandLine(new EventCommand())
                        .addSubcommand(new EventActivateCommand(surroundings, rooms.doctor())));
        all.put("trust", () -> trust(rooms.doctor(), surroundings));
        all.put(
                "alert",
                () -> new CommandLine(new AlertCommand())
                        .addSubcommand(new AlertTestCommand(surroundings, rooms.doctor())));
        all.put("status", () -> new StatusCommand(surroundings));
        all.put("doctor", () -> new DoctorCommand(surroundings, rooms.doctor()));
        all.put("adopt", () -> new AdoptCommand(surroundings, rooms.disk()));
        all.put("check-config", () -> new CheckConfigCommand(surroundings));
        return all;
    }

    private static CommandLine archive(Rooms rooms, Surroundings surroundings) {
        return new CommandLine(new ArchiveCommand())
                .addSubcommand(new ArchiveListCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveShowCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveExtractCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveCheckCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveExportCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveImportCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveRetireCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveReindexCommand(surroundings, rooms.archive()));
    }

    private static CommandLine publish(AgentPresence presence, Surroundings surroundings) {
        return new CommandLine(new PublishCommand())
                .addSubcommand(new PublishStatusCommand(surroundings, presence))
                .addSubcommand(new PublishHoldCommand(surroundings, presence))
                .addSubcommand(new PublishResumeCommand(surroundings, presence))
                .addSubcommand(new PublishRollbackCommand(surroundings, presence))
                .addSubcommand(new CommandLine(new PublishNoticeCommand())
                        .addSubcommand(new NoticeOnCommand(surroundings, presence))
                        .addSubcommand(new NoticeOffCommand(surroundings, presence)));
    }

    private static CommandLine trust(AgentPresence presence, Surroundings surroundings) {
        return new CommandLine(new TrustCommand())
                .addSubcommand(new TrustListCommand(surroundings, presence))
                .addSubcommand(new TrustAllowExpiredCommand(surroundings, presence))
                .addSubcommand(new TrustWithdrawCommand(surroundings, presence));
    }

    static String version() {
        String version = Difusor.class.getPackage().getImplementationVersion();
        return version == null ? "dev" : version;
    }

    private static void showVersion(CommandLine command) {
        command.getCommandSpec().versionProvider(new Version());
        command.getSubcommands().values().forEach(Difusor::showVersion);
    }

    private static PrintWriter utf8(FileDescriptor stream) {
        return new PrintWriter(new OutputStreamWriter(new FileOutputStream(stream), StandardCharsets.UTF_8), true);
    }

    /** As the jar's manifest says; {@code dev} outside a jar. */
    static final class Version implements IVersionProvider {
        @Override
        public String[] getVersion() {
            return new String[] {"difusor " + Difusor.version()};
        }
    }
}
