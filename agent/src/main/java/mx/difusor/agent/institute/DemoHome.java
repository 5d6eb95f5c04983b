package mx.difusor.agent.institute;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.stream.Stream;
import mx.difusor.agent.model.MachineException;

/**
 * A home for a demo: the agent's configuration and trust, and beside them, in {@code instituto/}, the other side's keys
 * and the packages that it sends.
 *
 * @param folder the home
 * @param keys the throwaway Institute's
 */
public record DemoHome(Path folder, ThrowawayKeys keys) {

    public static final String EVENT = "demo";

    /** The opening lies so far back that nothing waits for it, and less than a cadence, so that nothing is late. */
    private static final Duration OPEN_SINCE = Duration.ofMinutes(1);

    private static final Duration OPEN_FOR = Duration.ofDays(1);

    private static final Duration CADENCE = Duration.ofMinutes(15);

    private static final int MISSED_PERIODS = 3;

    /**
     * What the home is for.
     *
     * @param command that makes it, for whoever finds it
     * @param offset of the times in its configuration
     * @param noticeWhenInterrupted {@code publish.interruption}
     */
    public record Occasion(
            String command,
            String difusorId,
            String difusorName,
            String event,
            Instant opens,
            Instant closes,
            ZoneOffset offset,
            Duration cadence,
            int missedPeriods,
            boolean noticeWhenInterrupted) {}

    /**
     * Makes the home of a demo; the agent makes the rest when it starts.
     *
     * @param folder missing or empty
     * @throws MachineException {@code demo-failed} where it holds something or cannot be written
     */
    public static DemoHome make(Path folder, Clock clock) throws MachineException {
        Instant now = clock.instant().truncatedTo(ChronoUnit.SECONDS);
        return make(
                folder,
                clock,
                new Occasion(
                        "demo",
                        "demo",
                        "Difusor de demostración",
                        EVENT,
                        now.minus(OPEN_SINCE),
                        now.plus(OPEN_FOR),
                        ZoneOffset.UTC,
                        CADENCE,
                        MISSED_PERIODS,
                        true));
    }

    /**
     * As {@link #make(Path, Clock)}, for another occasion.
     *
     * @param clock the host's, for the validity of the throwaway keys
     */
    public static DemoHome make(Path folder, Clock clock, Occasion occasion) throws MachineException {
        try {
            Files.createDirectories(folder);
            try (Stream<Path> inside = Files.list(folder)) {
                if (inside.findAny().isPresent()) {
                    throw new MachineException(
                            "demo-failed",
                            folder + " is not empty",
                            "give a folder that is empty or not there yet; a demo never overwrites anything",
                            null);
                }
            }
            ThrowawayKeys keys =
                    ThrowawayKeys.make(folder.resolve("instituto/llaves"), ThrowawayKeys.Algorithm.EC_P256, clock);
            DemoHome home = new DemoHome(folder, keys);
            home.copy(keys.root(), "trust/iee-root.pem");
            home.copy(keys.authorizedKey(), "keys/iee.pub");
            Files.writeString(home.config(), yaml(occasion));
            return home;
        } catch (IOException e) {
            throw new MachineException(
                    "demo-failed",
                    "cannot make a home in " + folder + ": " + e.getMessage(),
                    "give --dir a folder that can be written",
                    e);
        }
    }

    public Path config() {
        return folder.resolve("difusor.yaml");
    }

    /** Where the agent keeps its host keys. */
    public Path agentKeys() {
        return folder.resolve("keys");
    }

    /** Where the Institute makes its packages. */
    public Path workshop() {
        return folder.resolve("instituto/paquetes");
    }

    /**
     * Tells the Institute the agent's host key, as a difusor does over the telephone.
     *
     * @param hostKey the agent's public key in OpenSSH format
     * @return the {@code known_hosts} file
     */
    public Path introduce(SendTarget agent, Path hostKey) throws MachineException {
        Path knownHosts = folder.resolve("instituto/known_hosts");
        try {
            String key = Files.readString(hostKey, StandardCharsets.US_ASCII).strip();
            Files.writeString(knownHosts, HostKeyCheck.hosts(agent) + " " + key + "\n", StandardCharsets.US_ASCII);
            return knownHosts;
        } catch (IOException e) {
            throw new MachineException(
                    "demo-failed",
                    "cannot read the agent's host key " + hostKey + ": " + e.getMessage(),
                    "see what the agent logged when it started",
                    e);
        }
    }

    private void copy(Path from, String to) throws IOException {
        Path target = folder.resolve(to);
        Path parent = target.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.copy(from, target, StandardCopyOption.COPY_ATTRIBUTES);
    }

    private static String yaml(Occasion occasion) {
        return """
                # A home that "difusor %s" made. Its keys are worth nothing.
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
                  budget: 2GB
                publish:
                  live: live
                  interruption: %s
                status:
                  listen: 127.0.0.1:0
                """.formatted(
                        occasion.command(),
                        occasion.difusorId(),
                        quoted(occasion.difusorName()),
                        occasion.event(),
                        occasion.event(),
                        occasion.opens().atOffset(occasion.offset()),
                        occasion.closes().atOffset(occasion.offset()),
                        occasion.cadence(),
                        occasion.missedPeriods(),
                        occasion.noticeWhenInterrupted() ? "notice" : "keep");
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
