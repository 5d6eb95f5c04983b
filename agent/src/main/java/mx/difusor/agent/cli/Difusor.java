package mx.difusor.agent.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.IVersionProvider;

/** The {@code difusor} command; everything it does is in its subcommands. */
@Command(name = "difusor", mixinStandardHelpOptions = true)
public final class Difusor {

    Difusor() {}

    /** The command of this process: its language, its standard streams in UTF-8. */
    public static CommandLine commandLine(Rooms rooms) {
        return commandLine(rooms, Surroundings.ofProcess())
                .setOut(utf8(FileDescriptor.out))
                .setErr(utf8(FileDescriptor.err));
    }

    static CommandLine commandLine(Rooms rooms, Surroundings surroundings) {
        CommandLine archive = new CommandLine(new ArchiveCommand())
                .addSubcommand(new ArchiveListCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveShowCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveExtractCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveCheckCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveExportCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveImportCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveRetireCommand(surroundings, rooms.archive()))
                .addSubcommand(new ArchiveReindexCommand(surroundings, rooms.archive()));
        CommandLine publish = new CommandLine(new PublishCommand())
                .addSubcommand(new PublishStatusCommand(surroundings))
                .addSubcommand(new PublishHoldCommand(surroundings))
                .addSubcommand(new PublishResumeCommand(surroundings))
                .addSubcommand(new PublishRollbackCommand(surroundings))
                .addSubcommand(new CommandLine(new PublishNoticeCommand())
                        .addSubcommand(new NoticeOnCommand(surroundings))
                        .addSubcommand(new NoticeOffCommand(surroundings)));
        CommandLine event = new CommandLine(new EventCommand()).addSubcommand(new EventActivateCommand(surroundings));
        CommandLine trust = new CommandLine(new TrustCommand())
                .addSubcommand(new TrustListCommand(surroundings))
                .addSubcommand(new TrustAllowExpiredCommand(surroundings))
                .addSubcommand(new TrustWithdrawCommand(surroundings));
        CommandLine alert = new CommandLine(new AlertCommand()).addSubcommand(new AlertTestCommand(surroundings));
        CommandLine root = new CommandLine(new Difusor())
                .addSubcommand(new RunCommand(surroundings, rooms.service()))
                .addSubcommand(new InitCommand(surroundings, rooms.hostKeys(), rooms.disk()))
                .addSubcommand(new DemoCommand(surroundings, rooms.service(), rooms.hostKeys()))
                .addSubcommand(new DrillCommand(surroundings, rooms.service(), rooms.hostKeys(), rooms.disk()))
                .addSubcommand(new PackCommand(surroundings))
                .addSubcommand(new SendCommand(surroundings))
                .addSubcommand(new VerifyCommand(surroundings, rooms.packageCheck()))
                .addSubcommand(archive)
                .addSubcommand(publish)
                .addSubcommand(event)
                .addSubcommand(trust)
                .addSubcommand(alert)
                .addSubcommand(new StatusCommand(surroundings))
                .addSubcommand(new DoctorCommand(surroundings, rooms.doctor()))
                .addSubcommand(new AdoptCommand(surroundings, rooms.disk()))
                .addSubcommand(new CheckConfigCommand(surroundings));
        showVersion(root);
        Texts texts = surroundings.texts();
        return root.setResourceBundle(texts.bundle())
                .setExecutionExceptionHandler(new ErrorReport(texts))
                .setParameterExceptionHandler(new UsageReport(texts))
                .setUsageHelpAutoWidth(false);
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
