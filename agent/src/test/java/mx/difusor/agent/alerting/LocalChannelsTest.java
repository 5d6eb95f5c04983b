package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import mx.difusor.agent.e2e.HangingProgram;
import mx.difusor.agent.e2e.Shell;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** The command and the system's log, with real programs of this machine. */
@DisabledOnOs(OS.WINDOWS)
class LocalChannelsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private Path script(String text) throws IOException {
        Path file = Files.writeString(folder.resolve("avisar"), "#!/bin/sh\n" + text + "\n");
        Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwx------"));
        return file;
    }

    private CommandChannel command(Duration timeout, String... arguments) {
        return new CommandChannel(new Program(List.of(arguments), folder, timeout), Settings.spanish());
    }

    @Test
    void theCommandReadsTheJsonAndItsArgumentsAreNoShellsWords() throws Exception {
        Path script = script("printf '%s\\n' \"$@\" > arguments; cat > body");
        command(Program.TIMEOUT, script.toString(), "--to=$HOME", "a b;c").send(Settings.BEGIN, Settings.AT);
        assertThat(Files.readAllLines(folder.resolve("arguments"))).containsExactly("--to=$HOME", "a b;c");
        assertThat(new JsonMapper().readTree(Files.readAllBytes(folder.resolve("body"))))
                .isEqualTo(new JsonMapper().readTree(Settings.spanish().json(Settings.BEGIN, Settings.AT)));
    }

    @Test
    void aCommandThatReadsNothingIsJudgedByItsCode() throws Exception {
        command(Program.TIMEOUT, script("exec <&-; exit 0").toString()).send(Settings.BEGIN, Settings.AT);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() ->
                        command(Program.TIMEOUT, script("exit 3").toString()).send(Settings.BEGIN, Settings.AT))
                .withMessageEndingWith("avisar ended with code 3")
                .matches(ChannelException::again);
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(
                        () -> command(Program.TIMEOUT, folder.resolve("gone").toString())
                                .send(Settings.BEGIN, Settings.AT))
                .withMessageContaining("cannot run");
    }

    @Test
    void aCommandThatHangsIsKilledWithItsChildrenEvenWhereItsInputDoesNotFit() throws Exception {
        Path script = script("sleep 600 & echo $! > child; wait");
        long child = HangingProgram.ended(folder.resolve("child"), timeout -> {
            Program program = new Program(List.of(script.toString()), folder, timeout);
            assertThatExceptionOfType(ChannelException.class)
                    .isThrownBy(() -> program.run(new byte[1 << 20]))
                    .withMessageEndingWith("did not end within " + timeout.toSeconds() + " s");
        });
        Awaitility.await()
                .until(() ->
                        ProcessHandle.of(child).filter(ProcessHandle::isAlive).isEmpty());
    }

    @Test
    void theSystemsLogGetsOneLineThroughItsOwnTool() throws Exception {
        Shell.needs("logger", "python3");
        Path socket = folder.resolve("log");
        Path came = folder.resolve("came");
        Process listening = new ProcessBuilder("python3", "-c", """
                import socket, sys
                s = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM); s.bind(sys.argv[1]); s.settimeout(30)
                open(sys.argv[2], 'wb').write(s.recv(65536))
                """, socket.toString(), came + ".part").start();
        try {
            Awaitility.await().atMost(Duration.ofMinutes(1)).until(() -> Files.exists(socket));
            SystemLogChannel log = new SystemLogChannel(
                    List.of("logger", "-u", socket.toString(), "-t", "difusor"),
                    List.of(socket),
                    false,
                    folder,
                    Settings.spanish());
            Announcement forged = Announcement.begin("late", Settings.SINCE, "one\n<0>kernel: two\u2028three");
            log.send(forged, Settings.AT);
            assertThat(listening.waitFor()).isZero();
        } finally {
            listening.destroyForcibly();
        }
        String line = Files.readString(Path.of(came + ".part"));
        // Facility daemon (3), severity warning (4): RFC 5424, 6.2.1.
        assertThat(line)
                .startsWith("<28>")
                .endsWith("difusor: late empieza: Falta un corte: one <0>kernel: two three")
                .doesNotContain("\n");
    }

    @Test
    void whereNobodyListensTheLogSaysSo() {
        SystemLogChannel log = new SystemLogChannel(
                List.of("/usr/bin/logger"), List.of(folder.resolve("dev-log")), false, folder, Settings.spanish());
        assertThatExceptionOfType(ChannelException.class)
                .isThrownBy(() -> log.send(Settings.BEGIN, Settings.AT))
                .withMessage("this host has no system log: there is no " + folder.resolve("dev-log"));
    }

    @Test
    void onWindowsTheEventLogIsWrittenByEventcreate() {
        SystemLogChannel log = new SystemLogChannel(List.of("logger"), List.of(), true, folder, Settings.english());
        Announcement quoted = Announcement.begin("late", Settings.SINCE, "a \" /T ERROR");
        assertThat(log.command(quoted))
                .containsSequence("/T", "WARNING", "/D", "late begins: A cut is missing: a ' /T ERROR")
                .contains("/SO", "Difusor");
        assertThat(log.command(Settings.END)).contains("INFORMATION");
    }

    @Test
    void aLongMessageIsCutAndStaysWhole() {
        String line = Settings.spanish().line(Announcement.begin("late", Settings.SINCE, "🗳".repeat(3_000)));
        assertThat(line).hasSizeLessThanOrEqualTo(Wording.MAX_LINE).endsWith("🗳…");
        assertThat(new String(line.getBytes(StandardCharsets.UTF_8), StandardCharsets.UTF_8))
                .isEqualTo(line);
    }
}
