package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SftpException;
import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Properties;
import mx.difusor.agent.model.Digest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** JSch, the SSH library of many Java programs. */
class JschTest {
    private static final int TIMEOUT_MILLIS = 30_000;

    @TempDir
    Path home;

    private Door door;
    private Session session;
    private ChannelSftp sftp;

    @BeforeEach
    void open() throws Exception {
        door = Door.open(home);
        JSch jsch = new JSch();
        jsch.addIdentity(door.client.resolve("id").toString());
        jsch.setKnownHosts(door.client.resolve("known_hosts").toString());
        session = jsch.getSession("iee", "127.0.0.1", door.endpoint.port());
        Properties config = new Properties();
        config.put("PreferredAuthentications", "publickey");
        session.setConfig(config);
        session.connect(TIMEOUT_MILLIS);
        sftp = (ChannelSftp) session.openChannel("sftp");
        sftp.connect(TIMEOUT_MILLIS);
        sftp.lcd(door.client.toString());
    }

    @AfterEach
    void close() {
        session.disconnect();
        door.close();
    }

    @Test
    void uploadsStatsAndFetches() throws Exception {
        Digest digest = door.pack("prep.zip", 2_000_000);
        assertThat(sftp.pwd()).isEqualTo("/entrada");
        sftp.put("prep.zip", "prep.zip");
        sftp.put("prep.zip.p7s", "prep.zip.p7s");
        sftp.setMtime("prep.zip", 1_700_000_000);
        assertThat(sftp.stat("prep.zip").getSize()).isEqualTo(2_000_000);
        assertThat(sftp.stat("prep.zip").getMTime()).isEqualTo(1_700_000_000);
        door.awaitAccepted("prep.zip", digest);

        assertThat(read("/acuses/prep.zip.json")).isEqualTo("accepted");
        assertThat(read("/publicado/index.html")).isEqualTo("published");
        assertThat(read("/historico/pel-2024/000001/prep.zip")).isEqualTo("archived");
        assertThat(sftp.ls("/acuses")).anyMatch(entry -> entry.getFilename().equals("prep.zip.json"));
        door.assertNothingRefused();
    }

    @Test
    void whoIsLoggedInIsAVisitorAndWhoOnlyConnectsIsNot() throws Exception {
        assertThat(door.endpoint.visited()).isTrue();
        session.disconnect();
        Door.soon().until(() -> !door.endpoint.visited());
        try (Socket stranger = new Socket(InetAddress.getLoopbackAddress(), door.endpoint.port())) {
            stranger.setSoTimeout(TIMEOUT_MILLIS);
            stranger.getOutputStream().write("SSH-2.0-stranger\r\n".getBytes(StandardCharsets.US_ASCII));
            assertThat(stranger.getInputStream().readNBytes(300))
                    .as("its proposal")
                    .hasSize(300);
            assertThat(door.endpoint.visited()).isFalse();
        }
    }

    /** A client that believes the server's list asks for nothing that is refused then. */
    @Test
    void whatIsAnnouncedIsWhatIsServed() throws Exception {
        try (Wire wire = new Wire(session)) {
            assertThat(wire.announced)
                    .containsOnlyKeys(
                            "fsync@openssh.com",
                            "limits@openssh.com",
                            "posix-rename@openssh.com",
                            "newline",
                            "supported",
                            "supported2",
                            "vendor-id",
                            "versions");
            assertThat(wire.announced.get("supported") + wire.announced.get("supported2"))
                    .doesNotContain("copy", "hash", "check", "space", "text-seek");
        }
    }

    /** The old scp protocol: the reason first; then the client may end, and where it does not the agent does. */
    @Test
    void aClientOfScpThatIsRefusedAndNeverEndsIsLetGo() throws Exception {
        door.space.budgetLeft = 200_000;
        ChannelExec scp = (ChannelExec) session.openChannel("exec");
        scp.setCommand("scp -t /entrada/prep.zip");
        OutputStream commands = scp.getOutputStream();
        InputStream answers = scp.getInputStream();
        scp.connect(TIMEOUT_MILLIS);
        assertThat(answers.read()).isZero();

        commands.write("C0644 300000 prep.zip\n".getBytes(StandardCharsets.UTF_8));
        commands.flush();

        Awaitility.await("the agent's end of it").atMost(Duration.ofSeconds(30)).until(scp::isClosed);
        assertThat(new String(answers.readAllBytes(), StandardCharsets.UTF_8))
                .contains("no space left here for prep.zip");
        assertThat(scp.getExitStatus()).isNotZero();
    }

    @Test
    void resumesAndRenamesOverAnother() throws Exception {
        Digest digest = door.pack("prep.zip", 1_000_000);
        byte[] part = Arrays.copyOf(Files.readAllBytes(door.client.resolve("prep.zip")), 300_000);
        sftp.put(new ByteArrayInputStream(part), "prep.zip.part");
        sftp.put("prep.zip", "prep.zip.part", ChannelSftp.RESUME);
        sftp.put(new ByteArrayInputStream(part), "prep.zip");
        sftp.rename("prep.zip.part", "prep.zip");
        sftp.put("prep.zip.p7s", "prep.zip.p7s");
        door.awaitAccepted("prep.zip", digest);
        door.assertNothingRefused();
    }

    @Test
    void isToldWhyItIsRefused() {
        assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(new byte[1]), "/publicado/index.html"))
                .isInstanceOf(SftpException.class)
                .hasMessageContaining("read only");
        assertThatThrownBy(() -> sftp.put(new ByteArrayInputStream(new byte[1]), "prep.exe"))
                .hasMessageContaining("file name not taken here");
        assertThatThrownBy(() -> sftp.mkdir("folder")).hasMessageContaining("no folders");
        assertThatThrownBy(() -> sftp.symlink("/publicado/index.html", "x.zip")).hasMessageContaining("no links");
        assertThatThrownBy(() -> sftp.hardlink("/publicado/index.html", "x.zip"))
                .isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.readlink("/publicado")).isInstanceOf(SftpException.class);
        assertThatThrownBy(() -> sftp.rm("/publicado/index.html")).hasMessageContaining("read only");
        assertThatThrownBy(() -> sftp.rmdir("/publicado/datos")).hasMessageContaining("read only");
        assertThatThrownBy(() -> sftp.stat("/publicado/nothing"))
                .isInstanceOfSatisfying(
                        SftpException.class, e -> assertThat(e.id).isEqualTo(ChannelSftp.SSH_FX_NO_SUCH_FILE));
        assertThat(home.resolve("releases/pel-2024/r1/index.html")).hasContent("published");
    }

    @Test
    void announcesOnlyTheExtensionsThatAreServed() {
        assertThat(sftp.getExtension("posix-rename@openssh.com")).isEqualTo("1");
        assertThat(sftp.getExtension("fsync@openssh.com")).isEqualTo("1");
        assertThat(sftp.getExtension("limits@openssh.com")).isEqualTo("1");
        assertThat(sftp.getExtension("hardlink@openssh.com")).isNull();
        assertThat(sftp.getExtension("lsetstat@openssh.com")).isNull();
        assertThat(sftp.getExtension("copy-data")).isNull();
    }

    @Test
    void theServerDoesNotSayWhatItIsMadeOf() {
        assertThat(session.getServerVersion()).isEqualTo("SSH-2.0-difusor");
    }

    @Test
    void handlesAndChannelsHaveALimit() throws Exception {
        for (int i = 0; i < ServerSettings.HANDLES_PER_CHANNEL; i++) {
            sftp.put("prep-" + i + ".zip.part");
        }
        assertThatThrownBy(() -> sftp.put("one-more.zip.part")).isInstanceOf(SftpException.class);
        for (int i = 1; i < PlainChannels.MAX_PER_SESSION; i++) {
            session.openChannel("sftp").connect(TIMEOUT_MILLIS);
        }
        assertThatThrownBy(() -> session.openChannel("sftp").connect(TIMEOUT_MILLIS))
                .isInstanceOf(JSchException.class)
                .hasMessageContaining("not opened");
        sftp.disconnect();
        Door.soon().ignoreExceptionsInstanceOf(JSchException.class).until(() -> {
            session.openChannel("sftp").connect(TIMEOUT_MILLIS);
            return true;
        });
    }

    @Test
    void noTerminalNoEnvironmentNoAgent() throws Exception {
        ChannelExec exec = command("env");
        exec.setEnv("LD_PRELOAD", "x");
        exec.setAgentForwarding(true);
        InputStream errors = exec.getErrStream();
        exec.connect(TIMEOUT_MILLIS);
        assertThat(new String(errors.readAllBytes(), StandardCharsets.UTF_8))
                .contains("only sftp and scp are served here");
        Door.soon().until(exec::isClosed);
        assertThat(exec.getExitStatus()).isEqualTo(1);

        ChannelExec terminal = command("env");
        terminal.setPty(true);
        assertThatThrownBy(() -> terminal.connect(TIMEOUT_MILLIS)).isInstanceOf(JSchException.class);
    }

    private ChannelExec command(String command) throws JSchException {
        ChannelExec exec = (ChannelExec) session.openChannel("exec");
        exec.setCommand(command);
        return exec;
    }

    private String read(String path) throws Exception {
        return new String(sftp.get(path).readAllBytes(), StandardCharsets.UTF_8);
    }
}
