package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import mx.difusor.agent.institute.Answer;
import mx.difusor.agent.institute.SendProgress;
import mx.difusor.agent.institute.SendTarget;
import mx.difusor.agent.institute.Sender;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** The Institute's side: packages go to a difusor, receipts come back. */
@Command(name = "send", mixinStandardHelpOptions = true)
final class SendCommand implements Callable<Integer> {

    private static final Duration LONGEST_TIMEOUT = Duration.ofDays(1);

    private final Surroundings surroundings;

    @Parameters(paramLabel = "FILE", descriptionKey = "FILE", arity = "1..*")
    private List<Path> files = List.of();

    @Option(names = "--to", paramLabel = "sftp://USER@HOST:PORT", required = true, converter = Target.class)
    private SendTarget target = new SendTarget("", "", 0);

    @Option(names = "--identity", paramLabel = "KEY", required = true)
    private Path identity = Path.of("");

    @Option(names = "--known-hosts", paramLabel = "FILE")
    private Path knownHosts = Path.of(System.getProperty("user.home", "."), ".ssh", "known_hosts");

    @Mixin
    private final PassphraseOption passphrase;

    @Option(names = "--timeout", paramLabel = "PT5M", converter = Timeout.class)
    private Duration timeout = Duration.ofMinutes(5);

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    SendCommand(Surroundings surroundings) {
        this.surroundings = surroundings;
        this.passphrase = new PassphraseOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        List<Sender.Delivery> deliveries = send();
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(out, deliveries.stream().map(SendCommand::fields).toList());
        } else {
            deliveries.forEach(delivery -> print(out, delivery));
            out.flush();
        }
        return exitCode(deliveries);
    }

    private List<Sender.Delivery> send() throws MachineException, CommandFailure {
        List<Path> archives =
                files.stream().map(surroundings.workingFolder()::resolve).toList();
        try (Sender sender = new Sender(target, resolved(identity), resolved(knownHosts), timeout, passphrase);
                Bar bar = new Bar(surroundings, spec.commandLine().getErr())) {
            return sender.send(archives, bar);
        } catch (MachineException e) {
            if (e.code().equals(Sender.UNREACHABLE)) {
                throw new CommandFailure(ExitCode.UNREACHABLE, String.valueOf(e.getMessage()), e.cure());
            }
            throw e;
        }
    }

    private Path resolved(Path path) {
        return surroundings.workingFolder().resolve(path);
    }

    /** A package that is there already is where it should be; only a rejection or silence is a failure. */
    private static int exitCode(List<Sender.Delivery> deliveries) {
        if (deliveries.stream().allMatch(Sender.Delivery::good)) {
            return ExitCode.DONE;
        }
        boolean rejected = deliveries.stream().anyMatch(one -> one.answer() != null && !one.good());
        return rejected ? ExitCode.REJECTED : ExitCode.FAILED;
    }

    private void print(PrintWriter out, Sender.Delivery delivery) {
        Texts texts = surroundings.texts();
        Path name = delivery.archive().getFileName();
        Answer answer = delivery.answer();
        if (answer == null) {
            out.println(texts.of("msg.sent-no-receipt", name, timeout));
            out.println(texts.of("msg.cure", texts.of("msg.sent-no-receipt.cure", name)));
        } else if (answer.good()) {
            String live = answer.untilLive()
                    .map(time -> texts.of("msg.sent-live", time.toMillis()))
                    .orElse("");
            out.println(texts.of("msg.sent-" + answer.outcome(), name, publication(answer)) + live);
        } else {
            String path = answer.path() == null ? "" : " (" + answer.path() + ")";
            out.println(texts.of("msg.sent-rejected", name, known(answer.code()), known(answer.message())) + path);
        }
    }

    private static String known(@Nullable String text) {
        return text == null ? "?" : text;
    }

    private String publication(Answer answer) {
        return switch (answer.publication()) {
            case "live", "superseded", "held", "none" ->
                surroundings.texts().of("msg.publication-" + answer.publication());
            default -> answer.publication();
        };
    }

    private static Map<String, @Nullable Object> fields(Sender.Delivery delivery) {
        return Json.object(
                "package", String.valueOf(delivery.archive().getFileName()),
                "sha256", delivery.sha256().hex(),
                "size", delivery.size(),
                "receipt", delivery.answer() == null ? null : delivery.answer().json());
    }

    /** The upload on a progress line; waiting for receipts shows nothing. */
    private static final class Bar implements SendProgress, AutoCloseable {
        private final ProgressLine line;
        private long shown;

        Bar(Surroundings surroundings, PrintWriter errors) {
            this.line = new ProgressLine(
                    surroundings.texts().of("msg.sending"), errors, surroundings.errorsSeen(), System::nanoTime);
        }

        @Override
        public void begins(long bytes) {
            line.total(bytes);
        }

        @Override
        public void sends(String file) {}

        @Override
        public void sent(long bytes) {
            line.advance(bytes - shown);
            shown = bytes;
        }

        @Override
        public void uploaded() {}

        @Override
        public void close() {
            line.close();
        }
    }

    static final class Target implements ITypeConverter<SendTarget> {
        @Override
        public SendTarget convert(String text) {
            try {
                return SendTarget.parse(text);
            } catch (IllegalArgumentException e) {
                throw new TypeConversionException(String.valueOf(e.getMessage()));
            }
        }
    }

    static final class Timeout implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            try {
                Duration duration = Duration.parse(text);
                if (duration.isNegative() || duration.compareTo(LONGEST_TIMEOUT) > 0) {
                    throw new TypeConversionException("from PT0S to PT24H");
                }
                return duration;
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("write PT5M");
            }
        }
    }
}
