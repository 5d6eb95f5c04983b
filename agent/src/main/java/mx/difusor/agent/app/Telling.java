package mx.difusor.agent.app;

import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.SteadyClock;

/** Alerts about what the archive and the clock found out by themselves. */
final class Telling {

    /** A disk may be damaged everywhere; `archive check` names all of it. */
    static final int MOST_TOLD = 20;

    private Telling() {}

    static void damage(Archive archive, List<String> damaged, Alerts alerts) {
        int unwritten = archive.log().retry();
        if (unwritten == 0) {
            alerts.clear("history-unwritten");
        } else {
            alerts.raise(
                    "history-unwritten",
                    unwritten + " entries could not be written to history.log yet; check the free space and the"
                            + " permissions; they are tried again every second");
        }
        List<String> problems = Stream.concat(archive.problems().stream(), damaged.stream())
                .distinct() // both may have read the same in history.log
                .toList();
        if (problems.isEmpty()) {
            alerts.clear("archive-damaged");
        } else {
            alerts.raise(
                    "archive-damaged",
                    told(problems) + "; run `difusor archive check`; bring what is damaged back with"
                            + " `difusor archive import` from another host, or ask the Institute to send it again");
        }
    }

    private static String told(List<String> problems) {
        String first = problems.stream().limit(MOST_TOLD).collect(Collectors.joining("; "));
        int more = problems.size() - MOST_TOLD;
        return more > 0 ? first + "; and " + more + " more" : first;
    }

    static void jump(SteadyClock clock, Alerts alerts) {
        clock.newJump()
                .ifPresent(by -> alerts.incident(
                        "clock-jumped",
                        "the host's clock jumped by " + by.toSeconds() + " s; it is believed if it stays so for "
                                + SteadyClock.SETTLES.toSeconds() + " s; check its time server"));
    }
}
