package mx.difusor.agent.app;

import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.SteadyClock;

/** Alerts about what the archive and the clock found out by themselves. */
final class Telling {

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
        List<String> problems = new ArrayList<>(archive.problems());
        problems.addAll(damaged);
        if (problems.isEmpty()) {
            alerts.clear("archive-damaged");
        } else {
            alerts.raise(
                    "archive-damaged",
                    String.join("; ", problems) + "; run `difusor archive check`; bring what is damaged back with"
                            + " `difusor archive import` from another host, or ask the Institute to send it again");
        }
    }

    static void jump(SteadyClock clock, Alerts alerts) {
        clock.newJump()
                .ifPresent(by -> alerts.incident(
                        "clock-jumped",
                        "the host's clock jumped by " + by.toSeconds() + " s; it is believed if it stays so for "
                                + SteadyClock.SETTLES.toSeconds() + " s; check its time server"));
    }
}
