package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.cli.ExitCode;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The two calls that procrun makes, in one process as there. */
class WindowsServiceTest {

    private static final Duration PATIENCE = Duration.ofMinutes(3);

    @TempDir
    Path folder;

    private Path logs() {
        return folder.resolve("logs");
    }

    private String log() throws Exception {
        Path log = logs().resolve("difusor.log");
        return Files.exists(log) ? Files.readString(log) : "";
    }

    private String[] arguments(Path config) {
        return new String[] {logs().toString(), "run", "--config", config.toString()};
    }

    private Path home() throws Exception {
        Path home = folder.resolve("home");
        assertThat(Main.commandLine(new AgentService(), List.of()).execute("init", home.toString()))
                .isZero();
        Files.copy(home.resolve("keys/ssh_host_ed25519_key.pub"), home.resolve("keys/iee.pub"));
        String store = folder.resolve("store").toString();
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=IEE", "-keystore", store);
        String pem = home.resolve("trust/iee-root.pem").toString();
        keytool("-exportcert", "-rfc", "-file", pem, "-keystore", store);
        Path config = home.resolve("difusor.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("0.0.0.0:2222", "127.0.0.1:0")
                        .replace("127.0.0.1:8480", "127.0.0.1:0"));
        return config;
    }

    private static void keytool(String... arguments) throws Exception {
        String program =
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        List<String> command = new java.util.ArrayList<>(List.of(program, "-storepass", "password"));
        command.addAll(List.of(arguments));
        Process made = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        assertThat(made.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(made.exitValue()).isZero();
    }

    @Test
    void startRunsUntilStopEndsItAndTheProcessGoesOn() throws Exception {
        Path config = home();

        CompletableFuture<Void> started = CompletableFuture.runAsync(() -> WindowsService.start(arguments(config)));
        Awaitility.await("readiness").atMost(PATIENCE).until(() -> {
            assertThat(started).as(log()).isNotDone();
            return log().contains("ready");
        });
        WindowsService.stop(new String[0]);

        started.get(PATIENCE.toSeconds(), TimeUnit.SECONDS);
        assertThat(log()).containsSubsequence("ready", "stopping", "stopped");
        // The home, its lock and its index are free: the same process could start it again.
        WindowsService again = new WindowsService();
        again.end();
        assertThat(again.run(arguments(config))).as(log()).isZero();
        assertThat(log()).containsSubsequence("ready", "stopped", "ready", "stopped");
    }

    @Test
    void aConfigurationThatIsNoGoodIsToldInTheLogAndNotTriedAgain() throws Exception {
        Path config = Files.writeString(folder.resolve("difusor.yaml"), "home: .\nno-such-key: 1\n");

        int code = new WindowsService().run(arguments(config));

        assertThat(code).isEqualTo(ExitCode.BAD_CONFIGURATION);
        assertThat(WindowsService.anotherStartMayHeal(code)).isFalse();
        assertThat(log()).contains("no-such-key");
    }

    @Test
    void aStartThatTheMachineMadeFailIsTriedAgain() throws Exception {
        Path config = home();
        WindowsService first = new WindowsService();
        CompletableFuture<Integer> runs = CompletableFuture.supplyAsync(() -> first.run(arguments(config)));
        Awaitility.await("readiness").atMost(PATIENCE).until(() -> log().contains("ready"));

        int second = new WindowsService()
                .run(new String[] {folder.resolve("other logs").toString(), "run", "--config", config.toString()});

        first.end();
        assertThat(runs.get(PATIENCE.toSeconds(), TimeUnit.SECONDS)).isZero();
        assertThat(second).isEqualTo(ExitCode.FAILED);
        assertThat(WindowsService.anotherStartMayHeal(second)).isTrue();
    }

    @Test
    void withoutTheLogsFolderItIsWrongUsage() {
        assertThat(new WindowsService().run(new String[0])).isEqualTo(ExitCode.USAGE);
    }
}
