package mx.difusor.agent.institute.drill;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Objects;
import java.util.stream.Stream;
import mx.difusor.agent.institute.DemoHome;
import mx.difusor.agent.model.MachineException;

/** A home of the drill's own beside the installation's: its own keys, ports, archive and live root. */
public final class DrillHome {

    private DrillHome() {}

    /**
     * Makes it, with the installation's own pages.
     *
     * @param folder missing or empty; on the installation's disk, so that the drill tries that too
     * @param clock the host's, for the validity of the throwaway keys
     */
    public static DemoHome make(DrillPlan plan, Path folder, Clock clock) throws MachineException {
        DemoHome home = DemoHome.make(
                folder,
                clock,
                new DemoHome.Occasion(
                        "drill",
                        plan.difusorId(),
                        plan.difusorName(),
                        DrillPlan.EVENT,
                        plan.opens(),
                        plan.closes(),
                        plan.offset(),
                        plan.cadence(),
                        plan.missedPeriods(),
                        plan.noticeWhenInterrupted()));
        try {
            copy(plan.pages(), folder.resolve("pages"));
            return home;
        } catch (IOException e) {
            throw new MachineException(
                    "drill-failed",
                    "cannot copy the pages in " + plan.pages() + ": " + e.getMessage(),
                    "check that this account can read them",
                    e);
        }
    }

    private static void copy(Path from, Path to) throws IOException {
        if (!Files.isDirectory(from)) {
            return;
        }
        try (Stream<Path> walk = Files.walk(from)) {
            for (Path path : walk.toList()) {
                Path target = to.resolve(from.relativize(path).toString());
                if (Files.isDirectory(path)) {
                    Files.createDirectories(target);
                } else {
                    Files.createDirectories(Objects.requireNonNull(target.getParent()));
                    Files.copy(path, target);
                }
            }
        }
    }
}
