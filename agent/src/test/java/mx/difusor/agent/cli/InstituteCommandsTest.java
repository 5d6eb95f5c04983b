package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Clock;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.institute.FakeAgent;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.institute.Unpacking;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** {@code pack}, {@code send} and {@code demo}, against an agent that takes everything. */
class InstituteCommandsTest {

    @TempDir
    private Path folder;

    private KeyPair hostKey;
    private ThrowawayKeys keys;
    private Locale locale = Locale.ENGLISH;

    @BeforeEach
    void keysAndFiles() throws Exception {
        hostKey = FakeAgent.newHostKey();
        keys = ThrowawayKeys.make(folder.resolve("keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        Files.createDirectories(folder.resolve("site"));
        Files.writeString(folder.resolve("site/index.html"), "hola");
    }

    @Test
    void packWritesThePackageAndItsSignature() throws Exception {
        CommandFixture.Outcome outcome = run(pack("--json"));

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        JsonNode json = Json.parse(outcome.out().getBytes(StandardCharsets.UTF_8));
        assertThat(json.at("/manifest/kind").textValue()).isEqualTo("site");
        assertThat(json.at("/manifest/final").booleanValue()).isFalse();
        assertThat(json.at("/manifest/files/0/path").textValue()).isEqualTo("index.html");
        assertThat(folder.resolve("p.zip")).exists();
        assertThat(folder.resolve("p.zip.p7s")).exists();
        assertThat(json.at("/size").longValue()).isEqualTo(Files.size(folder.resolve("p.zip")));
    }

    @ParameterizedTest
    @CsvSource({
        "--event, Elección",
        "--sequence, 0",
        "--sequence, 1000000000",
        "--cut, 2024-06-02T20:00:00",
        "--cut, ayer",
        "--kind, php"
    })
    void packRefusesWhatNoManifestMaySay(String option, String value) {
        String[] words = pack();
        boolean known = false;
        for (int i = 0; i < words.length - 1; i++) {
            if (words[i].equals(option)) {
                words[i + 1] = value;
                known = true;
            }
        }

        CommandFixture.Outcome outcome = run(words);
        assertThat(known).isTrue();
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.USAGE);
        assertThat(outcome.err()).contains(option, value);
        assertThat(folder.resolve("p.zip")).doesNotExist();
    }

    @Test
    void sendSaysWhatBecameOfEachAndEndsAccordingly() throws Exception {
        run(pack());
        Files.createDirectories(folder.resolve("live"));
        FakeAgent.Judge takes = new Unpacking(folder.resolve("live"));
        try (FakeAgent agent = new FakeAgent(folder.resolve("agent"), keys.authorizedKey(), hostKey, takes)) {
            CommandFixture.Outcome first = run(send(agent));
            assertThat(first.err()).isEmpty();
            assertThat(first.out()).startsWith("p.zip: accepted, live after 0 ms");
            assertThat(first.exitCode()).isEqualTo(ExitCode.DONE);

            locale = new Locale("es");
            CommandFixture.Outcome again = run(send(agent));
            assertThat(again.out()).startsWith("p.zip: ya fue aceptado, publicado");
            assertThat(again.exitCode()).isEqualTo(ExitCode.DONE);

            CommandFixture.Outcome json = run(send(agent, "--json"));
            JsonNode receipt = Json.parse(json.out().getBytes(StandardCharsets.UTF_8));
            assertThat(receipt.at("/0/receipt/outcome").textValue()).isEqualTo("duplicate");
        }
    }

    @Test
    void aRejectedPackageEndsSendWith4() throws Exception {
        run(pack());
        try (FakeAgent agent = new FakeAgent(
                folder.resolve("agent"), keys.authorizedKey(), hostKey, archive -> "rejected:event-unknown")) {
            CommandFixture.Outcome outcome = run(send(agent));

            assertThat(outcome.exitCode()).isEqualTo(ExitCode.REJECTED);
            assertThat(outcome.out()).contains("p.zip: rejected, event-unknown: made up for the test");
        }
    }

    @Test
    void anAgentThatIsNotThereEndsSendWith5AndAStrangerWith1() throws Exception {
        run(pack());
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        CommandFixture.Outcome nobody = run(
                "send",
                "p.zip",
                "--to",
                "sftp://iee@127.0.0.1:" + free,
                "--identity",
                keys.identity().toString());
        assertThat(nobody.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
        assertThat(nobody.err()).contains("cannot be reached", "cure: ");

        try (FakeAgent agent =
                new FakeAgent(folder.resolve("agent"), keys.authorizedKey(), hostKey, archive -> "accepted")) {
            String[] words = send(agent);
            Files.delete(folder.resolve("known_hosts"));
            CommandFixture.Outcome stranger = run(words);
            assertThat(stranger.exitCode()).isEqualTo(ExitCode.FAILED);
            assertThat(stranger.err()).contains("SHA256:", "cure: ");
        }
    }

    @Test
    void aDemoOnFoldersEndsWhenTheLastIsLiveAndKeepsItsHome() throws Exception {
        Files.createDirectories(folder.resolve("cuts/20210606_2240"));
        Files.writeString(folder.resolve("cuts/20210606_2240/BASE.csv"), "X\n06/06/2021 22:40 (UTC-5)\n");

        CommandFixture.Outcome outcome = run("demo", "--once", "--from", "cuts", "--dir", "home");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out())
                .contains("site · 22:40", "cut 1 · 22:40", "accepted, live in", "all 2 packages were accepted");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(folder.resolve("home/difusor.yaml")).exists();
        assertThat(folder.resolve("home/live/BASE.csv")).exists();
    }

    @Test
    void aDemoOfTheGeneratedElectionEndsWithTheFinalCut() {
        CommandFixture.Outcome outcome = run("demo", "--once", "--dir", "home", "--seed", "7");

        assertThat(outcome.err()).isEmpty();
        assertThat(outcome.out()).contains("cut 1 · 20:30 · ", "final cut 12 · 20:00 · 98.");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(folder.resolve("home/live/csv/CHIH_AYUN_2024.csv")).exists();
    }

    private String[] pack(String... more) {
        return with(
                more,
                "pack",
                "--event",
                "pel-2024",
                "--sequence",
                "1",
                "--cut",
                "2024-06-02T20:00:00-07:00",
                "--kind",
                "site",
                "--key",
                keys.key().toString(),
                "--cert",
                keys.certificate().toString(),
                "site",
                "-o",
                "p.zip");
    }

    private String[] send(FakeAgent agent, String... more) throws IOException {
        Files.writeString(
                folder.resolve("known_hosts"),
                "[127.0.0.1]:" + agent.target().port() + " " + PublicKeyEntry.toString(hostKey.getPublic()) + "\n");
        return with(
                more,
                "send",
                "p.zip",
                "--to",
                agent.target().toString(),
                "--identity",
                keys.identity().toString(),
                "--known-hosts",
                "known_hosts");
    }

    private static String[] with(String[] more, String... words) {
        String[] all = java.util.Arrays.copyOf(words, words.length + more.length);
        System.arraycopy(more, 0, all, words.length, more.length);
        return all;
    }

    private CommandFixture.Outcome run(String... words) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        Surroundings surroundings = new Surroundings(
                new Texts(locale),
                Clock.systemUTC(),
                folder,
                folder.resolve("installed/difusor.yaml"),
                "maria",
                new BufferedReader(new StringReader("")),
                false,
                false);
        Rooms rooms = new Rooms(
                new FakeStart(),
                new FakeArchive(),
                new FakeCheck(),
                this::publishHostKey,
                new RefusingDisk().disk(),
                new FakeDoctor());
        int exitCode = Difusor.commandLine(rooms, surroundings, List.of(words))
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        return new CommandFixture.Outcome(exitCode, out.toString(), err.toString());
    }

    private void publishHostKey(Path keysFolder) throws IOException {
        Files.writeString(
                keysFolder.resolve("ssh_host_ed25519_key.pub"),
                PublicKeyEntry.toString(hostKey.getPublic()) + " difusor");
    }

    /** Starts the agent that takes everything. */
    private final class FakeStart implements Service {
        @Override
        public int run(Config config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RunningAgent start(Config config, java.time.Clock clock) throws MachineException {
            return start(config);
        }

        @Override
        public RunningAgent start(Config config) throws MachineException {
            try {
                Path live = Files.createDirectories(config.publish().live());
                Path authorized =
                        config.sftp().uploaders().get(0).authorizedKeys().get(0);
                FakeAgent agent =
                        new FakeAgent(config.home().resolve("sftp"), authorized, hostKey, new Unpacking(live));
                return new Started(agent);
            } catch (Exception e) {
                throw new MachineException("listen-failed", "no agent", "none", e);
            }
        }
    }

    private record Started(FakeAgent agent) implements RunningAgent {
        @Override
        public int sftpPort() {
            return agent.target().port();
        }

        @Override
        public URI status() {
            return URI.create("http://127.0.0.1:1/");
        }

        @Override
        public void close() {
            try {
                agent.close();
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }
}
