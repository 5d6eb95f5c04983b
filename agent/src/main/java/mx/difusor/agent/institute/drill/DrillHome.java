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
        DemoHome home = DemoHome.make(folder, clock, yaml(plan));
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

    private static String yaml(DrillPlan plan) {
        return """
                # A home that "difusor drill" made. Its keys are worth nothing.
                home: .
                difusor:
                  id: %s
                  name: "%s"
                event: %s
                events:
                  - id: %s
                    drill: true
                    opens: %s
                    closes: %s
                    cadence: %s
                    missedPeriods: %d
                sftp:
                  listen: 127.0.0.1:0
                  uploaders:
                    - name: iee
                      authorizedKeys: keys/iee.pub
                      from: [127.0.0.0/8]
                trust:
                  threshold: 1
                  cms:
                    anchors: [trust/iee-root.pem]
                archive:
                  budget: 1GB
                publish:
                  live: live
                  interruption: %s
                status:
                  listen: 127.0.0.1:0
                """.formatted(
                        plan.difusorId(),
                        quoted(plan.difusorName()),
                        DrillPlan.EVENT,
                        DrillPlan.EVENT,
                        plan.opens().atOffset(plan.offset()),
                        plan.closes().atOffset(plan.offset()),
                        plan.cadence(),
                        plan.missedPeriods(),
                        plan.noticeWhenInterrupted() ? "notice" : "keep");
    }

    /** Inside double quotes of YAML. */
    private static String quoted(String text) {
        StringBuilder quoted = new StringBuilder();
        text.codePoints().forEach(one -> {
            if (one == '"' || one == '\\') {
                quoted.append('\\').appendCodePoint(one);
            } else if (Character.isISOControl(one)) {
                quoted.append("\\u%04x".formatted(one));
            } else {
                quoted.appendCodePoint(one);
            }
        });
        return quoted.toString();
    }
}
