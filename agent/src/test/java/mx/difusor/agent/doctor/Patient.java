package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.OptionalLong;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.config.ConfigException;
import mx.difusor.agent.config.ConfigReader;
import mx.difusor.agent.config.HomeFixture;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import org.jspecify.annotations.Nullable;

/** A host that a test makes ill in one way. */
final class Patient {

    /** The event of {@link HomeFixture#LEAST} is under way. */
    static final Instant NOW = Instant.parse("2024-06-03T03:30:00Z");

    final FakeCommands commands = new FakeCommands();
    final FakeKeys keys = new FakeKeys();
    final Home home;
    String yaml = HomeFixture.LEAST;
    String system = "Linux";
    String java = "17.0.9";
    String account = "difusor";
    long heap = 256L << 20;
    OptionalLong openFiles = OptionalLong.of(65_536);
    boolean running;

    @Nullable
    AgentSeen agent;

    @Nullable
    String owner;

    private final HomeFixture fixture;

    Patient(Path folder) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
        fixture = new HomeFixture(folder);
        home = new Home(folder);
        for (Path closed : List.of(home.keys(), home.trust(), home.tls())) {
            Files.setPosixFilePermissions(closed, PosixFilePermissions.fromString("rwx------"));
        }
        home.prepare(new LocalDisk());
    }

    Patient with(String more) {
        yaml += more;
        return this;
    }

    /** A release that is live. */
    Path release(String name, String page) throws IOException {
        Path release = home.releases().resolve("pel-2024").resolve(name);
        Files.createDirectories(release);
        Files.writeString(release.resolve("index.html"), page);
        new LocalDisk().linkAtomically(home.root().resolve("live"), home.root().relativize(release));
        return release;
    }

    Subject subject() {
        Machine machine = new Machine("prep1", system, "6.1", "amd64", java, heap, openFiles, account);
        return new Subject(config(), machine, commands, NOW, running, agent, owner);
    }

    private Config config() {
        try {
            return ConfigReader.read(fixture.write(yaml));
        } catch (ConfigException | IOException e) {
            throw new AssertionError(e);
        }
    }

    static AgentSeen seen(@Nullable String cut, List<String> alerts, @Nullable Double month) {
        return new AgentSeen("1.0", "2024-06-02T00:00:00Z", "current", cut, alerts, month);
    }

    /** Every text is there in both languages, and each finding that is not fine says what to do. */
    static List<Finding> look(Check check) {
        List<Finding> findings;
        try {
            findings = Doctor.look(CheckId.SYSTEM, check);
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
        for (Finding finding : findings) {
            for (Locale locale : List.of(Locale.ENGLISH, new Locale("es"))) {
                assertThat(finding.message(locale)).isNotBlank().doesNotEndWith(".");
                assertThat(finding.cure(locale).isPresent())
                        .as(finding + " has a cure")
                        .isEqualTo(finding.level() != Level.FINE);
            }
        }
        return findings;
    }

    /** {@code ✘ space.short} for each finding. */
    static List<String> outcomes(Check check) {
        return look(check).stream().map(Patient::outcome).toList();
    }

    static String outcome(Finding finding) {
        return finding.level().sign() + " " + finding.check().code() + "." + finding.word();
    }
}
