package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;
import picocli.CommandLine.TypeConversionException;

/** Reads and verifies every byte of the archive again. */
@Command(name = "check", mixinStandardHelpOptions = true)
final class ArchiveCheckCommand implements Callable<Integer> {

    private final Surroundings surroundings;
    private final Texts texts;
    private final ArchiveAccess archive;

    @Mixin
    private final ConfigOption config;

    @Option(names = "--event", paramLabel = "ID")
    private @Nullable String event;

    @Option(names = "--max-duration", paramLabel = "PT2H", converter = Span.class)
    private @Nullable Duration most;

    @Option(names = "--json")
    private boolean json;

    @Spec
    private CommandSpec spec = CommandSpec.create();

    ArchiveCheckCommand(Surroundings surroundings, ArchiveAccess archive) {
        this.surroundings = surroundings;
        this.texts = surroundings.texts();
        this.archive = archive;
        this.config = new ConfigOption(surroundings);
    }

    @Override
    public Integer call() throws Exception {
        ArchiveAccess.Checked checked;
        try (ProgressLine progress = new ProgressLine(
                texts.of("msg.checking"), spec.commandLine().getErr(), surroundings.errorsSeen(), System::nanoTime)) {
            checked = archive.check(config.read(), event, most, progress);
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            Json.print(
                    out,
                    Json.object(
                            "packages", checked.packages(),
                            "bytes", checked.bytes(),
                            "damaged",
                                    checked.damaged().stream()
                                            .map(one -> Json.object(
                                                    "event", one.event(),
                                                    "sequence", one.sequence(),
                                                    "path", one.path(),
                                                    "message", one.message()))
                                            .toList(),
                            "history",
                                    Json.object(
                                            "entries", checked.history().entries(),
                                            "head", checked.history().head().hex(),
                                            "problems", checked.alterations()),
                            "share", share(checked.share())));
        } else {
            print(out, checked);
        }
        return checked.whole() ? ExitCode.DONE : ExitCode.FAILED;
    }

    private static @Nullable Object share(ArchiveAccess.@Nullable Share share) {
        return share == null
                ? null
                : Json.object(
                        "packages", share.packages(),
                        "bytes", share.bytes(),
                        "runs", share.runs(),
                        "secondsForAll", share.all().toSeconds());
    }

    private void print(PrintWriter out, ArchiveAccess.Checked checked) {
        for (ArchiveAccess.Damage one : checked.damaged()) {
            String path = one.path() == null ? "" : " (" + one.path() + ")";
            out.println(texts.of("msg.damaged", one.event(), one.sequence(), one.message() + path));
        }
        if (checked.damaged().isEmpty()) {
            out.println(texts.of("msg.checked", checked.packages(), checked.bytes()));
        } else {
            out.println(texts.of(
                    "msg.checked-damaged", checked.packages(), checked.damaged().size()));
            out.println(texts.of("msg.cure", texts.of("msg.checked-damaged.cure")));
        }
        ArchiveAccess.Share share = checked.share();
        if (share != null) {
            out.println(texts.of(
                    "msg.checked-share", checked.packages(), share.packages(), share.runs(), hours(share.all())));
        }
        checked.alterations().forEach(one -> out.println(texts.of("msg.history-altered", one)));
        if (checked.alterations().isEmpty()) {
            out.println(texts.of(
                    "msg.history-whole",
                    checked.history().entries(),
                    checked.history().head()));
        } else {
            out.println(texts.of("msg.cure", texts.of("msg.history-altered.cure")));
        }
        out.flush();
    }

    /** {@code 14:05:30}, in hours, minutes and seconds. */
    private static String hours(Duration duration) {
        return "%d:%02d:%02d".formatted(duration.toHours(), duration.toMinutesPart(), duration.toSecondsPart());
    }

    /** {@code PT2H}, or as people type it: {@code 2h}, {@code 30m}, {@code 1h30m}. */
    static final class Span implements ITypeConverter<Duration> {

        static final Duration LONGEST = Duration.ofDays(7);

        @Override
        public Duration convert(String text) {
            try {
                String upper = text.toUpperCase(Locale.ROOT);
                Duration duration = Duration.parse(upper.startsWith("P") ? upper : "PT" + upper);
                if (duration.isNegative() || duration.isZero() || duration.compareTo(LONGEST) > 0) {
                    throw new TypeConversionException("from PT1S to PT168H");
                }
                return duration;
            } catch (DateTimeParseException e) {
                throw new TypeConversionException("write PT2H");
            }
        }
    }
}
