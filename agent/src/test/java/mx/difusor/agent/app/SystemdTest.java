package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.e2e.HangingProgram;
import mx.difusor.agent.e2e.Shell;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The other side of sd_notify(3); the whole service under a real systemd is the installer's to test. */
@DisabledOnOs(OS.WINDOWS)
class SystemdTest {

    private static final long PROCESS = 4711;
    private static final Path PROGRAM = Path.of("/usr/bin/systemd-notify");

    /** Binds the socket and writes down each message that comes. */
    private static final String LISTENER = """
            import socket, sys
            s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
            s.bind(sys.argv[1])
            print('bound', flush=True)
            while True:
                print(s.recv(4096).decode().replace('\\n', ' '), flush=True)
            """;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path program(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("notify"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    @Test
    void withoutASocketNobodyIsTold() {
        assertThat(Systemd.of(Map.of(), PROCESS, PROGRAM)).isSameAs(ServiceManager.NONE);
        assertThat(Systemd.of(Map.of("NOTIFY_SOCKET", "/run/s"), PROCESS, null)).isSameAs(ServiceManager.NONE);
    }

    @Test
    void theWatchdogIsThisProcessesOnlyIfItIsNamed() {
        Map<String, String> ours = Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "4711");
        Map<String, String> another = Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", "60000000", "WATCHDOG_PID", "1");
        Map<String, String> none = Map.of("NOTIFY_SOCKET", "/s", "WATCHDOG_USEC", "soon");

        assertThat(Systemd.of(ours, PROCESS, PROGRAM).signsOfLife()).isEqualTo(Duration.ofSeconds(60));
        assertThat(Systemd.of(another, PROCESS, PROGRAM).signsOfLife()).isNull();
        assertThat(Systemd.of(none, PROCESS, PROGRAM).signsOfLife()).isNull();
    }

    @Test
    void eachAssignmentIsAnArgumentOfItsOwn() throws Exception {
        Path program = program("printf '%s\\n' \"$@\" > " + folder.resolve("told"));

        new Systemd(program, null, Systemd.TIMEOUT).tell("READY=1", "STATUS=a $b; c");

        assertThat(Files.readAllLines(folder.resolve("told"))).containsExactly("READY=1", "STATUS=a $b; c");
    }

    @Test
    void aProgramThatHangsFailsOrIsNotThereDoesNotKeepTheAgentWaiting() throws Exception {
        long begun = System.nanoTime();

        Path pid = folder.resolve("pid");
        HangingProgram.ended(
                pid,
                timeout ->
                        new Systemd(program("echo $$ > " + pid + "; exec sleep 600"), null, timeout).tell("READY=1"));
        new Systemd(program("exit 3"), null, Systemd.TIMEOUT).tell("READY=1");
        new Systemd(folder.resolve("gone"), null, Systemd.TIMEOUT).tell("READY=1");

        assertThat(Duration.ofNanos(System.nanoTime() - begun)).isLessThan(Duration.ofMinutes(9));
    }

    @Test
    void systemdsOwnProgramBringsItToTheSocket() throws Exception {
        Shell.needs("systemd-notify", "python3");
        Path socket = folder.resolve("socket");
        Path heard = folder.resolve("heard");
        Process listener = new ProcessBuilder("python3", "-c", LISTENER, socket.toString())
                .redirectOutput(heard.toFile())
                .start();
        try {
            Awaitility.await("the socket").atMost(1, TimeUnit.MINUTES).until(() -> Files.size(heard) > 0);
            Path program = program("NOTIFY_SOCKET=" + socket + " exec systemd-notify \"$@\"");

            new Systemd(program, null, Systemd.TIMEOUT).tell("READY=1", "STATUS=sftp on port 2222");

            Awaitility.await("the message")
                    .atMost(1, TimeUnit.MINUTES)
                    .until(() ->
                            lines(heard).stream().anyMatch(line -> line.contains("READY=1 STATUS=sftp on port 2222")));
        } finally {
            listener.destroyForcibly();
        }
    }

    private static List<String> lines(Path file) throws IOException {
        return Files.readAllLines(file);
    }
}
