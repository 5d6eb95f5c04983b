package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Base II: available 99.9 % of the time, and showing the date of the cut. */
final class ServiceCheck implements Check {

    static final double ASKED = 0.999;

    private static final int FILES_READ = 40;
    private static final long FILE_BYTES = 1 << 20;
    private static final int LEVELS = 3;
    private static final int PERCENT = 100;

    /** How pages and data write a day. */
    private static final List<DateTimeFormatter> DAYS = Stream.of(
                    "uuuu-MM-dd", "dd/MM/uuuu", "d/M/uuuu", "dd-MM-uuuu", "d 'de' MMMM", "uuuuMMdd", "uuuu/MM/dd")
            .map(pattern -> DateTimeFormatter.ofPattern(pattern, new Locale("es", "MX")))
            .toList();

    private static final DateTimeFormatter TIME = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter BARE_TIME = DateTimeFormatter.ofPattern("HHmm", Locale.ROOT);

    private final Subject subject;

    ServiceCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() {
        return List.of(availability(), cutShown());
    }

    private Finding availability() {
        if (subject.config().difusor().site() == null) {
            return Finding.note(CheckId.AVAILABILITY, "unmeasured");
        }
        AgentSeen agent = subject.agent();
        Double month = agent == null ? null : agent.month();
        if (month == null) {
            return Finding.note(CheckId.AVAILABILITY, "no-record");
        }
        String percent = String.format(Locale.ROOT, "%.2f %%", Math.floor(month * PERCENT * PERCENT) / PERCENT);
        Finding finding = month >= ASKED
                ? Finding.fine(CheckId.AVAILABILITY, "met", percent)
                : Finding.fault(CheckId.AVAILABILITY, "below", percent);
        return finding.with("month", month);
    }

    private Finding cutShown() {
        AgentSeen agent = subject.agent();
        String cut = agent == null ? null : agent.cut();
        if (cut == null) {
            return Finding.note(CheckId.CUT_SHOWN, "no-cut");
        }
        Path live = subject.config().publish().live();
        try (Stream<Path> files = Files.walk(live.toRealPath(), LEVELS)) {
            OffsetDateTime at = OffsetDateTime.parse(cut);
            boolean shown =
                    files.filter(ServiceCheck::isSmallText).limit(FILES_READ).anyMatch(file -> names(file, at));
            return shown ? Finding.fine(CheckId.CUT_SHOWN, "shown", cut) : Finding.note(CheckId.CUT_SHOWN, "look", cut);
        } catch (IOException | java.io.UncheckedIOException | java.time.DateTimeException e) {
            return Finding.note(CheckId.CUT_SHOWN, "look", cut);
        }
    }

    private static boolean isSmallText(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        try {
            return name.matches(".*\\.(html?|json|csv|js|txt)") && Files.size(file) <= FILE_BYTES;
        } catch (IOException e) {
            return false;
        }
    }

    /** Day and time of the cut, in the offset that the Institute gives it. */
    static boolean names(Path file, OffsetDateTime cut) {
        try {
            String text = new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1);
            boolean time = text.contains(TIME.format(cut)) || text.contains(BARE_TIME.format(cut));
            return time && DAYS.stream().anyMatch(day -> text.contains(day.format(cut)));
        } catch (IOException e) {
            return false;
        }
    }
}
