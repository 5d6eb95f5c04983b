package mx.difusor.agent.doctor;

import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Pattern;

/**
 * Whether the clock is kept by time servers: a cut more than five minutes ahead of it is refused, and certificates count
 * by it. Whichever of the known programs answers is believed; one that says yes suffices.
 */
final class ClockCheck implements Check {

    private static final Pattern ADJTIMEX_STATUS = Pattern.compile("status:\\s*(?:0x)?([0-9a-fA-F]+)");

    /** {@code STA_UNSYNC} of adjtimex(2). */
    private static final int UNSYNCHRONISED = 0x40;

    private record Source(List<String> command, Predicate<String> synchronised) {}

    private static final List<Source> POSIX = List.of(
            new Source(
                    List.of("timedatectl", "show", "--property=NTPSynchronized", "--value"),
                    text -> text.strip().equals("yes")),
            new Source(List.of("chronyc", "-n", "tracking"), text -> {
                String low = text.toLowerCase(Locale.ROOT);
                return low.contains("leap status") && !low.contains("not synchronised");
            }),
            new Source(
                    List.of("ntpq", "-c", "rv 0 stratum,leap"),
                    text -> text.matches("(?s).*stratum=([1-9]|1[0-5])\\b.*")),
            new Source(List.of("ntpctl", "-s", "status"), text -> text.contains("clock synced")),
            new Source(List.of("adjtimex", "--print"), ClockCheck::kernelIsSynchronised));

    private static final List<Source> WINDOWS = List.of(new Source(
            List.of("w32tm", "/query", "/status"),
            text -> text.contains("0x")
                    && !text.contains("0x4C4F434C")
                    && !text.matches("(?s).*\\(?0x00000000\\)?.*")));

    private final Subject subject;

    ClockCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() {
        String denied = "";
        for (Source source : subject.machine().windows() ? WINDOWS : POSIX) {
            Optional<String> answer = subject.commands().run(source.command().toArray(new String[0]));
            if (answer.isEmpty()) {
                continue;
            }
            String program = source.command().get(0);
            if (source.synchronised().test(answer.get())) {
                return List.of(Finding.fine(CheckId.CLOCK, "kept", program).with("source", program));
            }
            denied = denied.isEmpty() ? program : denied;
        }
        return List.of(
                denied.isEmpty()
                        ? Finding.note(CheckId.CLOCK, "unknown")
                        : Finding.fault(CheckId.CLOCK, "free", denied).with("source", denied));
    }

    private static boolean kernelIsSynchronised(String text) {
        var found = ADJTIMEX_STATUS.matcher(text);
        if (!found.find()) {
            return false;
        }
        String number = found.group(1);
        int radix = found.group().contains("0x") ? 16 : 10;
        return (Integer.parseInt(number, radix) & UNSYNCHRONISED) == 0;
    }
}
