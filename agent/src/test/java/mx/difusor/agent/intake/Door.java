package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.awaitility.Awaitility;
import org.awaitility.core.ConditionFactory;

/** A started endpoint on a free loopback port, with a {@link ScriptedDesk}, and what a client of it needs. */
final class Door implements AutoCloseable {
    static final long MAX_PACKAGE = 64L << 20;

    final Path home;
    final Path client;
    final Path incoming;
    final ScriptedDesk desk;
    final FakeSpace space = new FakeSpace();
    final SftpEndpoint endpoint;
    private final ScheduledExecutorService ticks = Executors.newSingleThreadScheduledExecutor();

    private Door(Path home, SftpEndpoint.Uploader... uploaders) throws IOException, MachineException {
        this.home = home;
        this.client = home.resolve("client");
        this.incoming = home.resolve("incoming");
        Path receipts = Files.createDirectories(home.resolve("acuses"));
        this.desk = new ScriptedDesk(receipts, Files.createDirectories(home.resolve("kept")));
        HostKeys.ensure(home.resolve("keys"), new LocalDisk());
        Files.createDirectories(home.resolve("archive/pel-2024/000001"));
        Files.writeString(home.resolve("archive/pel-2024/000001/prep.zip"), "archived");
        Files.createDirectories(home.resolve("releases/pel-2024/r1/datos"));
        Files.writeString(home.resolve("releases/pel-2024/r1/index.html"), "published");
        Files.createSymbolicLink(home.resolve("live"), Path.of("releases/pel-2024/r1"));
        SftpEndpoint.Settings settings = new SftpEndpoint.Settings(
                new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
                List.of(uploaders),
                MAX_PACKAGE,
                Duration.ofMinutes(10),
                home.resolve("keys"),
                incoming,
                receipts,
                home.resolve("live"),
                home.resolve("archive"));
        this.endpoint = new SftpEndpoint(settings, desk, space, new LocalDisk(), Clock.systemUTC());
    }

    /** One uploader, {@code iee}, with an Ed25519 key in {@code client/id}. */
    static Door open(Path home) throws IOException, MachineException {
        Path client = Files.createDirectories(home.resolve("client"));
        Peer.require("ssh-keygen");
        key(client, "id", "ed25519");
        return open(home, new SftpEndpoint.Uploader("iee", List.of(client.resolve("id.pub")), List.of()));
    }

    static Door open(Path home, SftpEndpoint.Uploader... uploaders) throws IOException, MachineException {
        Door door = new Door(home, uploaders);
        door.endpoint.start();
        ScheduledFuture<?> ticking = door.ticks.scheduleAtFixedRate(door.endpoint::tick, 1, 1, TimeUnit.SECONDS);
        assertThat(ticking.isDone()).isFalse();
        String host = Files.readString(home.resolve("keys/ssh_host_ed25519_key.pub"));
        Files.writeString(door.client.resolve("known_hosts"), "[127.0.0.1]:" + door.endpoint.port() + " " + host);
        return door;
    }

    static void key(Path folder, String name, String type, String... options) {
        List<String> command = new ArrayList<>(List.of("ssh-keygen", "-q", "-t", type, "-N", "", "-C", "", "-f", name));
        command.addAll(List.of(options));
        assertThat(Peer.run(folder, command.toArray(String[]::new)).exit()).isZero();
    }

    String port() {
        return String.valueOf(endpoint.port());
    }

    Path inbox() {
        return incoming.resolve("iee");
    }

    /** An archive of random bytes and its signature in the client's folder; returns its SHA-256. */
    Digest pack(String name, int bytes) throws IOException {
        byte[] content = new byte[bytes];
        new Random(name.hashCode()).nextBytes(content);
        Files.write(client.resolve(name), content);
        Digest digest = Digest.ofContent(content);
        Files.writeString(client.resolve(name + ".p7s"), digest.hex() + "\n");
        return digest;
    }

    Peer.Outcome run(String... command) {
        return Peer.run(client, command);
    }

    String ran(String... command) {
        Peer.Outcome outcome = run(command);
        assertThat(outcome.exit()).as("%s", outcome.output()).isZero();
        return outcome.output();
    }

    String refused(String... command) {
        Peer.Outcome outcome = run(command);
        assertThat(outcome.exit()).as("%s", outcome.output()).isNotZero();
        return outcome.output();
    }

    Path script(String name, String... lines) throws IOException {
        return Files.write(client.resolve(name), List.of(lines));
    }

    static ConditionFactory soon() {
        return Awaitility.await().atMost(Duration.ofSeconds(60)).pollInterval(Duration.ofMillis(20));
    }

    void awaitAccepted(String name, Digest sha256) {
        String decision = "accepted " + name + " " + sha256;
        soon().untilAsserted(() -> assertThat(desk.decisions()).contains(decision));
        soon().untilAsserted(() ->
                assertThat(home.resolve("acuses/iee/" + name + ".json")).hasContent("accepted"));
    }

    void assertNothingRefused() {
        assertThat(desk.decisions()).allMatch(decision -> decision.startsWith("accepted "));
    }

    @Override
    public void close() {
        ticks.shutdownNow();
        endpoint.close();
        desk.close();
    }
}
