package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mx.difusor.installer.Tool.Result;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What installer packages ship: the launcher, its options, and the archive of classes made on the host. */
class DistributionIT {

    @TempDir
    private static Path folder;

    /** With a space: installations on other systems have one. */
    private static Path archive() {
        return folder.resolve("class archive");
    }

    private static Result run(Map<String, String> more, List<String> command) throws Exception {
        return Tool.run(folder, environment(more), command);
    }

    private static Map<String, String> environment(Map<String, String> more) {
        Map<String, String> all =
                new HashMap<>(Map.of("DIFUSOR_ARCHIVE", archive().toString()));
        all.putAll(more);
        return all;
    }

    @BeforeAll
    static void makeTheArchive() throws Exception {
        Result made = run(
                Map.of(),
                List.of(Built.DISTRIBUTION.resolve("bin/difusor-prepare").toString()));
        assertThat(made.code()).as(made.output()).isZero();
        assertThat(archive()).isDirectoryContaining("regex:.*/difusor\\.(jsa|aot)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"sh", "dash", "busybox sh", "bash"})
    void everyShellPassesArgumentsAsTheyAre(String shell) throws Exception {
        List<String> command = new ArrayList<>(List.of(shell.split(" ")));
        Path home = folder.resolve("a home for '" + shell + "' $HOME *");
        command.addAll(List.of(Built.LAUNCHER.toString(), "init", home.toString()));

        Result made = run(Map.of(), command);

        assertThat(made.code()).as(made.output()).isZero();
        assertThat(home.resolve("difusor.yaml")).exists();
    }

    @Test
    void theLauncherIsFoundThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("difusor"), Built.LAUNCHER);

        Result version = run(Map.of(), List.of(link.toString(), "--version"));

        assertThat(version.code()).as(version.output()).isZero();
        assertThat(version.output()).startsWith("difusor ");
    }

    @Test
    void theExitCodeIsTheCommandsOwn() throws Exception {
        assertThat(run(Map.of(), List.of(Built.LAUNCHER.toString(), "no-such-command"))
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
            Result version =
                    run(Map.of("DIFUSOR_ARCHIVE", one.toString()), List.of(Built.LAUNCHER.toString(), "--version"));

            assertThat(version.code()).as(version.output()).isZero();
            assertThat(version.output()).startsWith("difusor ").hasLineCount(1);
        }
    }

    @Test
    void aJavaThatIsNotThereIsToldWithItsCure() throws Exception {
        Result result = run(Map.of("JAVA_HOME", "/nowhere"), List.of(Built.LAUNCHER.toString(), "--version"));

        assertThat(result.code()).isEqualTo(1);
        assertThat(result.output()).contains("/nowhere", "cure:");
    }

    /** Started by the launcher, asked whether it is ready, and ended as a service manager ends it. */
    private static Result runUntilReady(String options) throws Exception {
        AgentHome home = AgentHome.make(folder.resolve("home"));
        Path output = folder.resolve("agent.log");
        Process process = Tool.start(
                folder,
                output,
                environment(Map.of("DIFUSOR_JAVA_OPTIONS", options)),
                List.of(
                        Built.LAUNCHER.toString(),
                        "run",
                        "--config",
                        home.config().toString()));
        try {
            Awaitility.await("readiness").atMost(Tool.PATIENCE).until(() -> {
                assertThat(process.isAlive()).as(Files.readString(output)).isTrue();
                return home.ready();
            });
        } finally {
            process.destroy();
        }
        assertThat(process.waitFor(Tool.PATIENCE.toSeconds(), TimeUnit.SECONDS)).isTrue();
        assertThat(process.exitValue()).isZero();
        return new Result(0, Files.readString(output));
    }
}
