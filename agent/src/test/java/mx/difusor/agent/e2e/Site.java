package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.File;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/** One difusor's installation, made with {@code init} and started from the jar; and the Institute that talks to it. */
public final class Site implements AutoCloseable {

    public static final String EVENT = "pel-2024";

    /** For a test that wants no alert: the usual budget is one where the disk has so much free. */
    static final String SMALL_ARCHIVE = "archive: {budget: 1GB}\n";

    static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final int HTTP_OK = 200;
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(3);

    private static final JsonMapper JSON = new JsonMapper();

    final Path folder;
    final Path home;
    final IeeKeys iee;
    final int sftpPort;
    final int statusPort;
    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(Duration.ofSeconds(5))
            .version(HttpClient.Version.HTTP_1_1)
            .build();
    private @Nullable Process process;
    private long loggedBefore;

    private Site(Path folder, IeeKeys iee) throws IOException {
        this(folder, folder.resolve("home"), iee, freePort(), freePort());
    }

    private Site(Path folder, Path home, IeeKeys iee, int sftpPort, int statusPort) {
        this.folder = folder;
        this.home = home;
        this.iee = iee;
        this.sftpPort = sftpPort;
        this.statusPort = statusPort;
    }

    /** The same installation in another folder, once this one is stopped. */
    Site at(Path otherHome) {
        return new Site(folder, otherHome, iee, sftpPort, statusPort);
    }

    /** Open since an hour ago, so that what arrives goes live. */
    public static Site open(Path folder) throws IOException {
        return open(folder, "");
    }

    /** @param more of the configuration */
    public static Site open(Path folder, String more) throws IOException {
        OffsetDateTime now = OffsetDateTime.now(ZoneOffset.ofHours(-7)).withNano(0);
        return with(folder, now.minusHours(1), now.plusHours(20), more);
    }

    public static Site with(Path folder, OffsetDateTime opens, OffsetDateTime closes, String more) throws IOException {
        Site site = new Site(folder, IeeKeys.make(folder.resolve("iee")));
        site.cli(
                        "init",
                        site.home.toString(),
                        "--iee-cert",
                        site.iee.root().toString(),
                        "--iee-key",
                        site.iee.sshPublic().toString())
                .ok();
        Files.writeString(site.config(), site.yaml(opens, closes, more));
        return site;
    }

    private String yaml(OffsetDateTime opens, OffsetDateTime closes, String more) {
        return """
                home: %s
                difusor: {id: radio-universidad, name: Radio Universidad}
                event: %s
                events:
                  - {id: %s, opens: %s, closes: %s, cadence: PT15M, missedPeriods: 3}
                  - {id: simulacro-1, drill: true, opens: %s, closes: %s}
                sftp:
                  listen: 127.0.0.1:%d
                  signatureTimeout: PT15S
                  uploaders:
                    - {name: iee, authorizedKeys: keys/iee.pub}
                trust:
                  cms: {anchors: [trust/iee-root.pem]}
                status: {listen: "127.0.0.1:%d"}
                """.formatted(home, EVENT, EVENT, opens, closes, opens, closes, sftpPort, statusPort) + more;
    }

    public static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }

    public Path home() {
        return home;
    }

    public IeeKeys iee() {
        return iee;
    }

    public int sftpPort() {
        return sftpPort;
    }

    Path config() {
        return home.resolve("difusor.yaml");
    }

    public Path live() {
        return home.resolve("live");
    }

    static List<String> jar(String... arguments) {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-jar",
                Path.of(System.getProperty("agentJar", "target/difusor-agent.jar"))
                        .toAbsolutePath()
                        .toString()));
        command.addAll(List.of(arguments));
        return command;
    }

    /** A command of the jar, to its end. */
    Shell.Result cli(String... arguments) throws IOException {
        return Shell.run(folder, Map.of(), jar(arguments));
    }

    public Site start() throws IOException {
        return start(List.of());
    }

    /** @param under a command that runs the agent in its own process's place, with its options */
    public Site start(List<String> under) throws IOException {
        launch(under);
        Awaitility.await("readiness").atMost(PATIENCE).until(() -> {
            assertThat(running().isAlive()).as("%s", log()).isTrue();
            return code("/readyz") == HTTP_OK;
        });
        return this;
    }

    private void launch(List<String> under) throws IOException {
        File log = folder.resolve("agent.log").toFile();
        loggedBefore = log.length();
        List<String> command = new ArrayList<>(under);
        command.addAll(jar("run", "--config", config().toString()));
        process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log))
                .start();
    }

    /**
     * As {@link #start(List)}.
     *
     * @return milliseconds from the process's start until it says that it is ready
     */
    public double timedStart(List<String> under) throws Exception {
        long begun = System.nanoTime();
        launch(under);
        while (code("/readyz") != HTTP_OK) {
            assertThat(running().isAlive()).as("%s", log()).isTrue();
            assertThat(System.nanoTime() - begun).as("readiness").isLessThan(PATIENCE.toNanos());
            LockSupport.parkNanos(BETWEEN_LOOKS.toNanos());
        }
        return (System.nanoTime() - begun) / 1e6;
    }

    /** Until the agent has warmed its transport up, which it begins once it is ready. */
    public void awaitWarm() {
        Path scratch = home.resolve("work/warm-up");
        Awaitility.await("the warm-up").atMost(PATIENCE).until(() -> {
            byte[] log = Files.readAllBytes(folder.resolve("agent.log"));
            String ofThisStart =
                    new String(log, (int) loggedBefore, log.length - (int) loggedBefore, StandardCharsets.UTF_8);
            return ofThisStart.contains(" warmed up with ") || ofThisStart.contains(" no warm-up: ");
        });
        Awaitility.await("the warm-up's end").atMost(PATIENCE).until(() -> !Files.exists(scratch));
    }

    /** What the process holds of the machine's memory now (Linux). */
    public double residentMiB() throws IOException {
        return status("VmRSS");
    }

    /** The most that it ever held (Linux). */
    public double peakMiB() throws IOException {
        return status("VmHWM");
    }

    private double status(String field) throws IOException {
        for (String line : Files.readAllLines(Path.of("/proc/" + running().pid() + "/status"))) {
            if (line.startsWith(field + ":")) {
                return Double.parseDouble(line.replaceAll("\\D", "")) / 1024;
            }
        }
        throw new IOException("no " + field);
    }

    private Process running() {
        if (process == null) {
            throw new IllegalStateException("not started");
        }
        return process;
    }

    public String log() throws IOException {
        return Files.readString(folder.resolve("agent.log"));
    }

    /** What a hand does. */
    @FunctionalInterface
    interface Work {
        void run() throws IOException;
    }

    /** The agent's process stands still meanwhile. */
    void whileStopped(Work work) throws IOException {
        String signal = "kill -%s " + running().pid();
        Shell.bash(folder, signal.formatted("STOP")).ok();
        try {
            work.run();
        } finally {
            Shell.bash(folder, signal.formatted("CONT")).ok();
        }
    }

    /** As a power cut would. */
    public void kill() throws Exception {
        running().destroyForcibly().waitFor();
    }

    /** As systemd would. */
    public int stop() throws Exception {
        running().destroy();
        assertThat(running().waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        return running().exitValue();
    }

    int code(String path) {
        try {
            return http.send(request(path), HttpResponse.BodyHandlers.discarding())
                    .statusCode();
        } catch (IOException e) {
            return -1;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return -1;
        }
    }

    private HttpRequest request(String path) {
        return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + statusPort + path))
                .timeout(Duration.ofSeconds(10))
                .build();
    }

    public JsonNode json(String path) throws Exception {
        HttpResponse<String> response = http.send(request(path), HttpResponse.BodyHandlers.ofString());
        assertThat(response.statusCode()).as(response.body()).isEqualTo(200);
        return JSON.readTree(response.body());
    }

    static JsonNode parse(Path file) throws IOException {
        return JSON.readTree(Files.readAllBytes(file));
    }

    String knownHosts() throws IOException {
        Path file = folder.resolve("known_hosts");
        String key = Files.readString(home.resolve("keys/ssh_host_ed25519_key.pub"));
        Files.writeString(file, "[127.0.0.1]:" + sftpPort + " " + key);
        return file.toString();
    }

    /** Options for sftp and scp: this key, this host, nothing of the account's own. */
    String sshOptions() throws IOException {
        return "-F /dev/null -i '%s' -o IdentitiesOnly=yes -o UserKnownHostsFile='%s' -o StrictHostKeyChecking=yes -o BatchMode=yes"
                .formatted(iee.ssh(), knownHosts());
    }

    /** A batch of sftp commands in one session. */
    public Shell.Result sftp(String... commands) throws IOException {
        Shell.needs("sftp");
        Path batch = Files.createTempFile(folder, "batch", ".sftp");
        Files.write(batch, List.of(commands));
        return Shell.bash(folder, "sftp %s -P %d -b '%s' iee@127.0.0.1".formatted(sshOptions(), sftpPort, batch));
    }

    /** Signs and uploads with stock tools. */
    public void send(Path file) throws IOException {
        iee.sign(file);
        sftp("put '" + file + "'", "put '" + file + ".p7s'").ok();
    }

    /** Until the status says that this cut is what the public sees. */
    public void awaitLive(long sequence) {
        Awaitility.await("sequence " + sequence)
                .atMost(PATIENCE)
                .until(() -> json("/status").at("/live/sequence").asLong() == sequence);
    }

    /** The newest receipt under that name, as the Institute fetches it, once it is about these bytes. */
    JsonNode receipt(Path file) throws IOException {
        String sha256 = mx.difusor.agent.model.Digest.ofContent(Files.readAllBytes(file))
                .hex();
        Path receipt = home.resolve("receipts/iee/" + file.getFileName() + ".json");
        Awaitility.await("receipt of " + file.getFileName())
                .atMost(PATIENCE)
                .until(() -> Files.exists(receipt)
                        && parse(receipt).path("sha256").asText().equals(sha256));
        return parse(receipt);
    }

    /** Signed, sent, answered, and nothing of it is left to do. */
    public JsonNode deliver(Path file) throws IOException {
        send(file);
        JsonNode receipt = receipt(file);
        awaitDecided();
        return receipt;
    }

    /**
     * Until the agent has finished with what has a receipt: that can be read before the index and the status say the
     * same. The claim goes last.
     */
    void awaitDecided() {
        Path claims = home.resolve("incoming/iee/.claimed");
        Awaitility.await("the end of the claims").atMost(PATIENCE).until(() -> isEmpty(claims));
    }

    static boolean isEmpty(Path folder) throws IOException {
        try (Stream<Path> inside = Files.list(folder)) {
            return inside.findAny().isEmpty();
        } catch (NoSuchFileException e) {
            return true;
        }
    }

    /** What {@code sha256sum} says of the live root (contract, {@code live.tree}). */
    String treeBySha256sum() throws IOException {
        return Shell.bash(
                        live(), "find . -type f -printf '%P\\n' | LC_ALL=C sort | xargs -d '\\n' sha256sum | sha256sum")
                .ok()
                .output()
                .substring(0, 64);
    }

    @Override
    public void close() throws IOException {
        if (process != null) {
            process.destroyForcibly();
        }
    }
}
