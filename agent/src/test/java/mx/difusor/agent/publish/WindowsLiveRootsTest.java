package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.e2e.HangingProgram;
import mx.difusor.agent.model.MachineException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What the live roots of Windows ask for; nothing of it runs there. */
class WindowsLiveRootsTest {

    @TempDir
    private Path folder;

    private final Disk disk = new LocalDisk();
    private Path live = Path.of("unset");
    private Path work = Path.of("unset");

    @BeforeEach
    void prepare() throws IOException {
        live = folder.resolve("live");
        work = Files.createDirectory(folder.resolve("work"));
    }

    @Test
    void iisIsToldTheReleaseAsItsPhysicalPath() throws Exception {
        List<List<String>> run = new ArrayList<>();
        IisLiveRoot root = new IisLiveRoot("Default Web Site/", command -> {
            run.add(command);
            return command.contains("list") ? folder + "\r\n" : "";
        });
        assertThat(root.target()).contains(folder);
        root.pointAt(folder.resolve("next"));
        assertThat(run.get(1)).endsWith("set", "vdir", "Default Web Site/", "/physicalPath:" + folder.resolve("next"));
    }

    @Test
    void aJunctionIsRetargetedByTheScriptThatTheJarBrings() throws Exception {
        List<List<String>> run = new ArrayList<>();
        JunctionLiveRoot root = new JunctionLiveRoot(live, work, disk, command -> {
            run.add(command);
            return "";
        });
        root.pointAt(folder.resolve("next"));
        assertThat(run.get(0))
                .contains(
                        "-Link",
                        live.toString(),
                        "-Target",
                        folder.resolve("next").toString());
        assertThat(work.resolve("point-junction.ps1")).content().contains("FSCTL_SET_REPARSE_POINT");
    }

    @Test
    void aWindowsCommandThatFailsIsAnErrorWithItsCure() {
        IisLiveRoot root = new IisLiveRoot("Default Web Site/", command -> {
            throw new IOException("access is denied");
        });
        assertThatThrownBy(() -> root.pointAt(folder))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.cure()).contains("publish.iisSite"));
    }

    @Test
    void aSiteThatIisDoesNotKnowPointsNowhere() throws Exception {
        assertThat(new IisLiveRoot("Default Web Site/", command -> "\r\n").target())
                .isEmpty();
        assertThat(new IisLiveRoot("Default Web Site/", command -> "").quick()).isFalse();
    }

    /** A junction is no symbolic link to Java; what it leads to is its real path. */
    @Test
    void aJunctionPointsWhereItLeadsAndARealFolderOrAGoneReleaseNowhere() throws Exception {
        JunctionLiveRoot root = new JunctionLiveRoot(live, work, disk, command -> "");
        assertThat(root.target()).isEmpty();
        Path release = Files.createDirectory(folder.resolve("release"));
        Files.createSymbolicLink(live, release);
        assertThat(root.target()).contains(release.toRealPath());

        Files.delete(release);
        assertThat(root.target()).isEmpty();
        Files.delete(live);
        Files.createDirectory(live);
        assertThat(root.target()).isEmpty();
    }

    private static String run(Duration timeout, String script) throws IOException {
        return new ProcessCommands(timeout).run(List.of("sh", "-c", script));
    }

    @Test
    void aCommandSaysWhatItSaid() throws Exception {
        assertThat(run(Duration.ofMinutes(1), "echo yes; echo no >&2")).isEqualTo("yes\nno\n");
        assertThat(new ProcessCommands(Duration.ofMinutes(1)).run(List.of("cat")))
                .as("told nothing")
                .isEmpty();
    }

    @Test
    void aCommandThatFailsIsAFailure() {
        assertThatThrownBy(() -> run(Duration.ofMinutes(1), "echo access is denied; exit 5"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("ended with code 5: access is denied");
    }

    @ParameterizedTest
    @CsvSource({"exec sleep 600, did not answer", "exec >&- 2>&-; echo $$ > PID; exec sleep 600, did not end"})
    void aCommandThatHangsIsAFailureAndIsKilled(String script, String words) throws Exception {
        Path file = folder.resolve("pid");
        String first = script.contains("PID") ? "" : "echo $$ > PID; ";
        List<String> said = new ArrayList<>();

        long pid = HangingProgram.ended(
                file,
                timeout -> assertThatThrownBy(() -> run(timeout, (first + script).replace("PID", file.toString())))
                        .isInstanceOf(IOException.class)
                        .satisfies(failure -> said.add(failure.getMessage()))
                        .hasMessageEndingWith(" within " + timeout.toSeconds() + " s"));

        assertThat(said.get(said.size() - 1)).contains(words);
        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void whoIsInterruptedMeanwhileStaysSo() throws Exception {
        Path runs = folder.resolve("runs");
        FutureTask<Boolean> asking = new FutureTask<>(() -> {
            try {
                new ProcessCommands(Duration.ofMinutes(10))
                        .run(List.of("sh", "-c", "echo > " + runs + "; exec sleep 600"));
                return false;
            } catch (IOException e) {
                return Thread.currentThread().isInterrupted();
            }
        });
        Thread thread = new Thread(asking);
        thread.start();
        Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(runs));
        thread.interrupt();

        assertThat(asking.get(5, TimeUnit.MINUTES)).isTrue();
    }
}
