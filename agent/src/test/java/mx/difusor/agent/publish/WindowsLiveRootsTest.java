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

    private static String run(String script) throws IOException {
        return new ProcessCommands(Duration.ofSeconds(1)).run(List.of("sh", "-c", script));
    }

    @Test
    void aCommandSaysWhatItSaid() throws Exception {
        assertThat(run("echo yes; echo no >&2")).isEqualTo("yes\nno\n");
        assertThat(new ProcessCommands(Duration.ofSeconds(20)).run(List.of("cat")))
                .as("told nothing")
                .isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "echo access is denied; exit 5, ended with code 5: access is denied",
        "exec sleep 30, did not answer within 1 s",
        "exec >&- 2>&-; exec sleep 30, did not end within 1 s"
    })
    void aCommandThatFailsOrHangsIsAFailure(String script, String words) {
        assertThatThrownBy(() -> run(script)).isInstanceOf(IOException.class).hasMessageContaining(words);
    }

    @Test
    void aCommandThatHungIsKilled() throws Exception {
        Path file = folder.resolve("pid");

        assertThatThrownBy(() -> run("echo $$ > " + file + "; exec sleep 300")).isInstanceOf(IOException.class);

        long pid = Long.parseLong(Files.readString(file).strip());
        Awaitility.await().until(() -> ProcessHandle.of(pid).isEmpty());
    }

    @Test
    void whoIsInterruptedMeanwhileStaysSo() throws Exception {
        Path runs = folder.resolve("runs");
        FutureTask<Boolean> asking = new FutureTask<>(() -> {
            try {
                new ProcessCommands(Duration.ofSeconds(20))
                        .run(List.of("sh", "-c", "echo > " + runs + "; exec sleep 30"));
                return false;
            } catch (IOException e) {
                return Thread.currentThread().isInterrupted();
            }
        });
        Thread thread = new Thread(asking);
        thread.start();
        Awaitility.await().until(() -> Files.exists(runs));
        thread.interrupt();

        assertThat(asking.get(25, TimeUnit.SECONDS)).isTrue();
    }
}
