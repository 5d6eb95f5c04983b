package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.File;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What installer packages ship: the launcher, its options, and the archive of classes made on the host. */
class DistributionIT {

    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Path DISTRIBUTION =
            Path.of(System.getProperty("distribution", "target/difusor")).toAbsolutePath();
    private static final Path LAUNCHER = DISTRIBUTION.resolve("bin/difusor");

    @TempDir
    private static Path folder;

    /** With a space: installations on other systems have one. */
    private static Path archive() {
        return folder.resolve("class archive");
    }

    private record Result(int code, String output) {}

    private static Result run(Map<String, String> more, List<String> command) throws Exception {
        Path output = Files.createTempFile(folder, "output", ".txt");
        Process process = start(output.toFile(), more, command);
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS))
                .as("%s", command)
                .isTrue();
        return new Result(process.exitValue(), Files.readString(output));
    }

    private static Process start(File output, Map<String, String> more, List<String> command) throws IOException {
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output);
        builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
        builder.environment().put("DIFUSOR_ARCHIVE", archive().toString());
        builder.environment().put("LC_ALL", "C.UTF-8");
        builder.environment().putAll(more);
        return builder.start();
    }

    private static Path home(String name) throws Exception {
        Path home = folder.resolve(name);
        Result made = run(Map.of(), List.of(LAUNCHER.toString(), "init", home.toString()));
        assertThat(made.code()).as(made.output()).isZero();
        // Some key and some certificate; nobody uploads here.
        Files.copy(
                home.resolve("keys/ssh_host_ed25519_key.pub"),
                home.resolve("keys/iee.pub"),
                StandardCopyOption.REPLACE_EXISTING);
        String store = home.resolve("store").toString();
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=IEE", "-keystore", store);
        String pem = home.resolve("trust/iee-root.pem").toString();
        keytool("-exportcert", "-rfc", "-file", pem, "-keystore", store);
        return home;
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-storepass", "password"));
        command.addAll(List.of(arguments));
        Result made = run(Map.of(), command);
        assertThat(made.code()).as(made.output()).isZero();
    }

    @BeforeAll
    static void makeTheArchive() throws Exception {
        Result made = run(
                Map.of(), List.of(DISTRIBUTION.resolve("bin/difusor-prepare").toString()));
        assertThat(made.code()).as(made.output()).isZero();
        assertThat(archive()).isDirectoryContaining("regex:.*/difusor\\.(jsa|aot)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "busybox sh", "bash"})
    void everyShellPassesArgumentsAsTheyAre(String shell) throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        Path home = folder.resolve("a home for '" + shell + "' $HOME *");
        command.addAll(List.of(LAUNCHER.toString(), "init", home.toString()));

        Result made = run(Map.of(), command);

        assertThat(made.code()).as(made.output()).isZero();
        assertThat(home.resolve("difusor.yaml")).exists();
    }

    @Test
    void theLauncherIsFoundThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("difusor"), LAUNCHER);

        Result version = run(Map.of(), List.of(link.toString(), "--version"));

        assertThat(version.code()).as(version.output()).isZero();
        assertThat(version.output()).startsWith("difusor ");
    }

    @Test
    void theExitCodeIsTheCommandsOwn() throws Exception {
        assertThat(run(Map.of(), List.of(LAUNCHER.toString(), "no-such-command"))
                        .code())
                .isEqualTo(2);
    }

    @Test
    void classesComeOutOfTheArchiveThoseOfSignedLibrariesToo() throws Exception {
        Path loaded = folder.resolve("loaded.txt");

        Result agent = runUntilReady("-Xlog:class+load:file=" + loaded);

        assertThat(agent.output()).contains("ready");
        for (String name : List.of(
                "mx.difusor.agent.app.Agent",
                "org.bouncycastle.jce.provider.BouncyCastleProvider",
                "org.apache.sshd.server.SshServer",
                "org.sqlite.JDBC")) {
            assertThat(Files.readAllLines(loaded))
                    .as(name)
                    .anyMatch(line -> line.contains(" " + name + " ") && line.contains("shared objects file"));
        }
    }

    @Test
    void withoutAnArchiveOrWithOneThatDoesNotFitItStartsAllTheSameAndSaysNothing() throws Exception {
        Path none = folder.resolve("none");
        Path broken = Files.createDirectory(folder.resolve("broken"));
        Files.writeString(broken.resolve("difusor.jsa"), "not an archive");
        Path foreign = Files.createDirectory(folder.resolve("foreign"));
        Files.writeString(foreign.resolve("difusor.aot"), "not a cache, and of another Java");
        for (Path one : List.of(none, broken, foreign)) {
            Result version = run(Map.of("DIFUSOR_ARCHIVE", one.toString()), List.of(LAUNCHER.toString(), "--version"));

            assertThat(version.code()).as(version.output()).isZero();
            assertThat(version.output()).startsWith("difusor ").hasLineCount(1);
        }
    }

    @Test
    void aJavaThatIsNotThereIsToldWithItsCure() throws Exception {
        Result result = run(Map.of("JAVA_HOME", "/nowhere"), List.of(LAUNCHER.toString(), "--version"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).contains("/nowhere", "cure:");
    }

    /** Started by the launcher, asked whether it is ready, and ended as a service manager ends it. */
    private static Result runUntilReady(String options) throws Exception {
        Path home = home("home");
        int port = freePort();
        Path config = home.resolve("difusor.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("0.0.0.0:2222", "127.0.0.1:" + freePort())
                        .replace("127.0.0.1:8480", "127.0.0.1:" + port));
        Path output = folder.resolve("agent.log");
        Process process = start(
                output.toFile(),
                Map.of("DIFUSOR_JAVA_OPTIONS", options),
                List.of(LAUNCHER.toString(), "run", "--config", config.toString()));
        try {
            Awaitility.await("readiness").atMost(PATIENCE).until(() -> {
                assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
                return ready(port);
            });
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return new Result(0, Files.readString(output));
    }

    private static boolean ready(int port) {
        try {
            HttpURLConnection asked = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
            asked.setConnectTimeout(1000);
            asked.setReadTimeout(5000);
            return asked.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    private static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
