package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Random;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SenderTest {

    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    private Path temp;

    private ThrowawayKeys keys;

    @BeforeEach
    void keys() throws Exception {
        keys = ThrowawayKeys.make(temp.resolve("keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
    }

    @Test
    void severalPackagesWithTheirSignaturesArriveAndTheirReceiptsComeBack() throws Exception {
        List<Path> packages = List.of(pack("a.zip", 1, 10), pack("b.tar.gz", 2, 2_000_000));
        Path entrada = temp.resolve("agent/entrada");
        try (FakeAgent agent = agent(archive -> {
                    assertThat(Files.exists(archive.resolveSibling(archive.getFileName() + ".p7s")))
                            .isTrue();
                    return "accepted";
                });
                Sender sender = sender(agent)) {
            List<Sender.Delivery> deliveries = sender.send(packages, SendProgress.NONE);

            assertThat(deliveries).extracting(Sender.Delivery::archive).isEqualTo(packages);
            assertThat(deliveries).allMatch(Sender.Delivery::good);
            assertThat(entrada).isDirectoryNotContaining(path -> path.toString().endsWith(".part"));
        }
    }

    @Test
    void anOldReceiptUnderTheSameNameIsNotTakenForTheAnswer() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        Path two = Files.createDirectories(temp.resolve("second")).resolve("prep.zip");
        pack(two, 2, 20);
        try (FakeAgent agent =
                        agent(archive -> Files.size(archive) == Files.size(one) ? "accepted" : "rejected:cut-invalid");
                Sender sender = sender(agent)) {
            assertThat(sender.send(List.of(one), SendProgress.NONE).get(0).good())
                    .isTrue();

            assertThat(sender.send(List.of(two), SendProgress.NONE).get(0).answer())
                    .extracting(Answer::outcome, Answer::code, Answer::message)
                    .containsExactly("rejected", "cut-invalid", "made up for the test");
        }
    }

    @Test
    void theSamePackageAgainIsADuplicateAndThatIsGood() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        try (FakeAgent agent = agent(archive -> "accepted");
                Sender sender = sender(agent)) {
            sender.send(List.of(one), SendProgress.NONE);
            // Before the upload, and twice after it: the old receipt speaks of the same bytes.
            agent.looksBeforeJudging.set(3);

            Sender.Delivery again = sender.send(List.of(one), SendProgress.NONE).get(0);
            assertThat(again.good()).isTrue();
            assertThat(again.answer()).extracting(Answer::outcome).isEqualTo("duplicate");
        }
    }

    @Test
    void aBrokenUploadIsContinuedWhereItBroke() throws Exception {
        Path big = pack("big.tar", 1, 3_000_000);
        Watcher watcher = new Watcher();
        try (FakeAgent agent = agent(archive -> "accepted");
                Sender sender = sender(agent)) {
            agent.breaks.set(2);

            assertThat(sender.send(List.of(big), watcher).get(0).good()).isTrue();
            assertThat(agent.breaks).hasValue(0);
            assertThat(watcher.highest).isEqualTo(watcher.total);
            assertThat(agent.written.get()).as("nothing is sent twice").isLessThan(Files.size(big) * 3 / 2);
        }
    }

    @Test
    void anUploadThatBreaksEachTimeEndsInAMessage() throws Exception {
        Path big = pack("big.tar", 1, 3_000_000);
        try (FakeAgent agent = agent(archive -> "accepted");
                Sender sender = sender(agent)) {
            agent.breaks.set(1_000);

            assertThatThrownBy(() -> sender.send(List.of(big), SendProgress.NONE))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("failed " + Sender.UPLOAD_ATTEMPTS + " times");
        }
    }

    @Test
    void aReceiptThatNeverComesIsNotWaitedForForEver() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        try (FakeAgent agent = agent(archive -> {
                    throw new java.io.IOException("this agent never answers");
                });
                Sender sender = sender(agent, Duration.ofMillis(300))) {
            Sender.Delivery delivery =
                    sender.send(List.of(one), SendProgress.NONE).get(0);

            assertThat(delivery.answer()).isNull();
            assertThat(delivery.good()).isFalse();
        }
    }

    @Test
    void anUnknownHostKeyIsRefusedWithItsFingerprintAndNothingIsWritten() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        Path empty = Files.createFile(temp.resolve("known_hosts"));
        try (FakeAgent agent = agent(archive -> "accepted");
                Sender sender =
                        new Sender(agent.target(), keys.identity(), empty, PATIENCE, SigningKey.Passphrase.NONE)) {
            assertThatThrownBy(() -> sender.send(List.of(one), SendProgress.NONE))
                    .isInstanceOfSatisfying(MachineException.class, e -> {
                        assertThat(e.code()).isEqualTo("host-key-unknown");
                        assertThat(e.getMessage()).contains("SHA256:");
                        assertThat(e.cure()).contains("[127.0.0.1]:", "ssh-ed25519 AAAA");
                    });
            assertThat(empty).isEmptyFile();
        }
    }

    @Test
    void aHostKeyThatChangedIsRefused() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        Path known = temp.resolve("known_hosts");
        try (FakeAgent agent = agent(archive -> "accepted")) {
            String other = Files.readString(keys.authorizedKey());
            Files.writeString(known, HostKeyCheck.hosts(agent.target()) + " " + other);
            try (Sender sender =
                    new Sender(agent.target(), keys.identity(), known, PATIENCE, SigningKey.Passphrase.NONE)) {
                assertThatThrownBy(() -> sender.send(List.of(one), SendProgress.NONE))
                        .isInstanceOfSatisfying(
                                MachineException.class,
                                e -> assertThat(e.code()).isEqualTo("host-key-changed"));
            }
        }
    }

    @Test
    void aKeyThatTheAgentDoesNotKnowIsRefusedAtOnce() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        ThrowawayKeys others =
                ThrowawayKeys.make(temp.resolve("others"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        try (FakeAgent agent = agent(archive -> "accepted");
                Sender sender = new Sender(
                        agent.target(),
                        others.identity(),
                        agent.knownHosts(temp.resolve("known_hosts")),
                        PATIENCE,
                        SigningKey.Passphrase.NONE)) {
            assertThatThrownBy(() -> sender.send(List.of(one), SendProgress.NONE))
                    .isInstanceOfSatisfying(
                            MachineException.class, e -> assertThat(e.code()).isEqualTo("login-refused"));
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"-t ed25519", "-t rsa -b 2048", "-t ecdsa", "-t rsa -b 2048 -m PEM", "-t ed25519 -N secreto"})
    void keysThatSshKeygenMakesLogIn(String made) throws Exception {
        Path key = temp.resolve("user-key");
        String secret = made.contains("-N") ? "secreto" : "";
        String[] options = made.replace("-N secreto", "").strip().split(" ");
        String[] all = java.util.stream.Stream.concat(
                        java.util.Arrays.stream(options),
                        java.util.stream.Stream.of("-q", "-N", secret, "-f", key.toString()))
                .toArray(String[]::new);
        Peer.named("ssh-keygen").run(temp, all);
        Path one = pack("prep.zip", 1, 10);
        try (FakeAgent agent = new FakeAgent(
                        temp.resolve("agent"), key.resolveSibling("user-key.pub"), archive -> "accepted");
                Sender sender = new Sender(
                        agent.target(),
                        key,
                        agent.knownHosts(temp.resolve("known_hosts")),
                        PATIENCE,
                        what -> secret.toCharArray())) {
            assertThat(sender.send(List.of(one), SendProgress.NONE)).allMatch(Sender.Delivery::good);
        }
    }

    @Test
    void nobodyListeningIsSaidSo() throws Exception {
        Path one = pack("prep.zip", 1, 10);
        int free;
        try (ServerSocket socket = new ServerSocket(0)) {
            free = socket.getLocalPort();
        }
        try (Sender sender = new Sender(
                new SendTarget("iee", "127.0.0.1", free),
                keys.identity(),
                temp.resolve("none"),
                PATIENCE,
                SigningKey.Passphrase.NONE)) {
            assertThatThrownBy(() -> sender.send(List.of(one), SendProgress.NONE))
                    .isInstanceOfSatisfying(
                            MachineException.class, e -> assertThat(e.code()).isEqualTo("agent-unreachable"));
        }
    }

    @Test
    void anUnsignedArchiveIsNotEvenSent() throws Exception {
        Path unsigned = Files.writeString(temp.resolve("prep.zip"), "PK");
        try (FakeAgent agent = agent(archive -> "accepted");
                Sender sender = sender(agent)) {
            assertThatThrownBy(() -> sender.send(List.of(unsigned), SendProgress.NONE))
                    .isInstanceOf(MachineException.class)
                    .hasMessageContaining("no signature");
            assertThat(agent.sessions).hasValue(0);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "http://iee@host:22",
                "sftp://host:22",
                "sftp://iee:secret@host",
                "sftp://iee@host:0",
                "sftp://iee@host:70000",
                "sftp://iee@host/entrada",
                "iee@host",
                "sftp://iee@ho st"
            })
    void anAddressThatIsNotOneIsRefused(String text) {
        assertThatThrownBy(() -> SendTarget.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void addressesAreRead() {
        assertThat(SendTarget.parse("sftp://iee@prep.example:2222"))
                .isEqualTo(new SendTarget("iee", "prep.example", 2222));
        assertThat(SendTarget.parse("sftp://iee@[::1]/")).isEqualTo(new SendTarget("iee", "::1", 22));
        assertThat(SendTarget.parse("sftp://iee@[::1]")).hasToString("sftp://iee@[::1]:22");
    }

    private FakeAgent agent(FakeAgent.Judge judge) throws Exception {
        return new FakeAgent(temp.resolve("agent"), keys.authorizedKey(), judge);
    }

    private Sender sender(FakeAgent agent) throws Exception {
        return sender(agent, PATIENCE);
    }

    private Sender sender(FakeAgent agent, Duration patience) throws Exception {
        return new Sender(
                agent.target(),
                keys.identity(),
                agent.knownHosts(temp.resolve("known_hosts")),
                patience,
                SigningKey.Passphrase.NONE);
    }

    private Path pack(String name, long sequence, int bytes) throws Exception {
        return pack(temp.resolve(name), sequence, bytes);
    }

    private Path pack(Path output, long sequence, int bytes) throws Exception {
        Path folder = Files.createDirectories(temp.resolve("folder-" + sequence));
        byte[] noise = new byte[bytes];
        new Random(sequence).nextBytes(noise);
        Files.write(folder.resolve("x.txt"), noise);
        SigningKey key = SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE);
        return new Packer(key, Clock.systemUTC())
                .pack(new Packer.Order(
                        "pel-2024",
                        Kind.DATA,
                        sequence,
                        OffsetDateTime.parse("2024-06-02T20:00:00-07:00"),
                        false,
                        List.of(),
                        folder,
                        output,
                        true))
                .archive();
    }

    private static final class Watcher implements SendProgress {
        private long total;
        private long highest;

        @Override
        public void begins(long bytes) {
            total = bytes;
        }

        @Override
        public void sends(String file) {}

        @Override
        public void sent(long bytes) {
            highest = Math.max(highest, bytes);
        }

        @Override
        public void uploaded() {}
    }
}
