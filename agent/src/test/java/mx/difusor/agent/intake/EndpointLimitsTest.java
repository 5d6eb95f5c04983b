package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.ChannelShell;
import com.jcraft.jsch.ChannelSubsystem;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Stream;
import org.apache.sshd.server.channel.ChannelSession;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Reaches the limits of the endpoint over the wire. */
class EndpointLimitsTest {

    /** SSH_OPEN_RESOURCE_SHORTAGE of RFC 4254, 5.1. */
    private static final int RESOURCE_SHORTAGE = 4;

    private static final int TIMEOUT_MILLIS = 30_000;

    @TempDir
    Path home;

    private Door door;
    private final List<Socket> sockets = new ArrayList<>();
    private final List<Session> sessions = new ArrayList<>();

    @BeforeEach
    void open() throws Exception {
        door = Door.open(home);
    }

    @AfterEach
    void close() throws IOException {
        sessions.forEach(Session::disconnect);
        for (Socket socket : sockets) {
            socket.close();
        }
        door.close();
    }

    /** From any address of this host: all of 127.0.0.0/8 are. */
    private Socket connect(String from) throws IOException {
        Socket socket = new Socket();
        sockets.add(socket);
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), door.endpoint.port()), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        return socket;
    }

    /** Refused before anything was said. */
    private boolean isTurnedAway(String from) throws IOException {
        return endOf(connect(from)).isEmpty();
    }

    private static String endOf(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readNBytes(1), StandardCharsets.US_ASCII);
        } catch (SocketException e) {
            return "";
        }
    }

    private Session session(Path key) throws JSchException {
        JSch jsch = new JSch();
        jsch.addIdentity(key.toString());
        Session session = jsch.getSession("iee", "127.0.0.1", door.endpoint.port());
        session.setConfig("StrictHostKeyChecking", "no");
        session.setConfig("PreferredAuthentications", "publickey");
        sessions.add(session);
        session.connect(TIMEOUT_MILLIS);
        return session;
    }

    private Session session() throws JSchException {
        return session(door.client.resolve("id"));
    }

    private ChannelSftp sftp(Session session) throws JSchException {
        ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
        sftp.connect(TIMEOUT_MILLIS);
        return sftp;
    }

    @Test
    void whoHoldsConnectionsOpenKeepsTheInstituteNotOut() throws Exception {
        List<Socket> first = new ArrayList<>();
        for (int source = 1; source <= 2 * Places.MAX_STRANGERS / Places.MAX_PER_SOURCE; source++) {
            for (int i = 0; i < Places.MAX_PER_SOURCE; i++) {
                Socket socket = connect("127.0.1." + source);
                assertThat(socket.getInputStream().read()).isEqualTo('S');
                first.add(socket);
            }
        }
        assertThat(session().isConnected()).isTrue();
        Door.soon().untilAsserted(() -> assertThat(isOver(first.get(0))).isTrue());
    }

    private static boolean isOver(Socket socket) throws IOException {
        try {
            socket.setSoTimeout(1_000);
            socket.getInputStream().readAllBytes();
            return true;
        } catch (SocketException e) {
            return true;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    @Test
    void aSilentConnectionIsClosedInSeconds() throws Exception {
        Socket socket = connect("127.0.2.1");
        assertThat(new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII))
                .isEqualTo("SSH-2.0-difusor\r\n");
    }

    @Test
    void whoFailsAgainAndAgainIsTurnedAwayWhileTheOthersAreNot() throws Exception {
        assertThat(session().isConnected()).isTrue();
        for (String from : List.of("127.0.3.1", "127.0.0.1")) {
            for (int i = 0; i <= Lockouts.FREE_FAILURES; i++) {
                try (Socket socket = connect(from)) {
                    socket.getOutputStream().write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
                    // The server's proposal comes after it has read that.
                    socket.getInputStream().readNBytes(64);
                }
            }
        }
        Door.soon().untilAsserted(() -> assertThat(isTurnedAway("127.0.3.1")).isTrue());
        assertThat(isTurnedAway("127.0.3.2")).isFalse();
        assertThat(isTurnedAway("127.0.0.1"))
                .as("the Institute logged in from there")
                .isFalse();
        assertThat(session().isConnected()).isTrue();
    }

    @Test
    void anIdentificationHasAnEndAndNoOtherLines() throws Exception {
        for (String sent :
                List.of("SSH-2.0-" + "x".repeat(300), "GET / HTTP/1.1\r\n\r\n", "SSH-1.5-x\r\n", "\0\0\0\0")) {
            Socket socket = connect("127.0.4.1");
            socket.getOutputStream().write(sent.getBytes(StandardCharsets.US_ASCII));
            String answer = new String(socket.getInputStream().readAllBytes(), StandardCharsets.US_ASCII);
            assertThat(answer).as(sent).startsWith("SSH-2.0-difusor").doesNotContain("sshd", "apache", home.toString());
        }
    }

    @Test
    void aPacketThatIsTooLargeEndsTheConnection() throws Exception {
        Socket socket = connect("127.0.4.2");
        OutputStream out = socket.getOutputStream();
        out.write("SSH-2.0-x\r\n".getBytes(StandardCharsets.US_ASCII));
        new DataOutputStream(out).writeInt(8 * 32_768 + 1);
        // MINA reads on a little before it hangs up, so that nobody learns which check failed.
        assertThatThrownBy(() -> {
                    for (int i = 0; i < 8 * 32_768; i++) {
                        out.write(new byte[16]);
                    }
                })
                .isInstanceOf(SocketException.class);
    }

    @Test
    void onlySoManySessionsOfOneUploader() throws Exception {
        for (int i = 0; i < ServerSettings.SESSIONS_PER_UPLOADER; i++) {
            assertThat(session().isConnected()).isTrue();
        }
        assertThatThrownBy(this::session).isInstanceOf(JSchException.class);
        sessions.get(0).disconnect();
        Door.soon().ignoreExceptions().until(() -> session().isConnected());
    }

    @Test
    void onlySoManyChannelsInASession() throws Exception {
        Session session = session();
        ChannelSftp first = sftp(session);
        for (int i = 1; i < PlainChannels.MAX_PER_SESSION; i++) {
            assertThat(sftp(session).pwd()).isEqualTo("/entrada");
        }
        ChannelSftp refused = (ChannelSftp) session.openChannel("sftp");
        assertThatThrownBy(() -> refused.connect(TIMEOUT_MILLIS)).isInstanceOf(JSchException.class);
        assertThat(refused.getExitStatus()).as("told why, and not left waiting").isEqualTo(RESOURCE_SHORTAGE);
        assertThat(session.isConnected()).isTrue();
        first.disconnect();
        Door.soon().ignoreExceptions().until(() -> sftp(session).pwd().equals("/entrada"));
    }

    @Test
    void onlySoManyChannelsInAllSessionsOfAnUploader() throws Exception {
        for (int i = 0; i < PlainChannels.MAX_PER_UPLOADER; i++) {
            Session session = i % PlainChannels.MAX_PER_SESSION == 0 ? session() : sessions.get(sessions.size() - 1);
            assertThat(sftp(session).pwd()).isEqualTo("/entrada");
        }
        ChannelSftp refused = (ChannelSftp) session().openChannel("sftp");
        assertThatThrownBy(() -> refused.connect(TIMEOUT_MILLIS)).isInstanceOf(JSchException.class);
        assertThat(refused.getExitStatus()).isEqualTo(RESOURCE_SHORTAGE);
        sessions.get(0).disconnect();
        Session another = session();
        Door.soon().ignoreExceptions().until(() -> sftp(another).pwd().equals("/entrada"));
    }

    /** What waits for paramiko's answers is bounded by its window, never by an end of its session. */
    @Test
    void aWindowHoldsNoMoreOfParamikosRequestsThanMayWait() {
        int readRequestBytes = 33;
        assertThat(ServerSettings.WINDOW_BYTES / readRequestBytes).isLessThan(InstituteSftp.MAX_PENDING_REQUESTS);
    }

    @Test
    void onlySoManyTriesInAConnection() throws Exception {
        List<String> keys = new ArrayList<>();
        for (int i = 0; i < ServerSettings.AUTHENTICATION_REQUESTS + 1; i++) {
            Door.key(door.client, "k" + i, "ed25519");
            keys.addAll(List.of("-i", "k" + i));
        }
        List<String> command = new ArrayList<>(List.of("sftp", "-v", "-F", "/dev/null", "-P", door.port()));
        command.addAll(List.of("-o", "IdentitiesOnly=yes", "-o", "StrictHostKeyChecking=no", "-o", "BatchMode=yes"));
        command.addAll(keys);
        command.addAll(List.of("-i", "id", "iee@127.0.0.1"));
        assertThat(door.refused(command.toArray(String[]::new))).contains("Too many authentication failures");
    }

    @Test
    void onlySoManyOpenFoldersAndFilesInAChannel() throws Exception {
        try (Wire wire = new Wire(session())) {
            for (int i = 0; i < ServerSettings.HANDLES_PER_CHANNEL; i++) {
                assertThat(wire.ask(Wire.OPENDIR, "/entrada")).isEqualTo(Wire.HANDLE);
            }
            assertThat(wire.ask(Wire.OPENDIR, "/entrada")).isEqualTo(Wire.STATUS);
            assertThat(wire.status).isEqualTo(4);
        }
    }

    @Test
    void aPathHasAnEnd() throws Exception {
        try (Wire wire = new Wire(session())) {
            String longest = "/" + "x".repeat(SftpAccess.MAX_PATH_BYTES - 1);
            wire.ask(Wire.STAT, longest);
            assertThat(wire.status).as("no such file").isEqualTo(2);
            for (int request : List.of(Wire.STAT, Wire.OPENDIR, Wire.REALPATH, Wire.REMOVE)) {
                wire.ask(request, longest + "x");
                assertThat(wire.text).contains("path longer than 1024 bytes");
                wire.ask(request, "/" + "ñ".repeat(SftpAccess.MAX_PATH_BYTES / 2));
                assertThat(wire.text).contains("path longer than 1024 bytes");
            }
        }
        String scp = "scp -t " + "x".repeat(ScpCommands.MAX_COMMAND_CHARACTERS);
        assertThat(new ScpCommands()
                        .isSupportedCommand(new ChannelSession(), scp.substring(0, ScpCommands.MAX_COMMAND_CHARACTERS)))
                .isTrue();
        assertThat(new ScpCommands()
                        .isSupportedCommand(
                                new ChannelSession(), scp.substring(0, ScpCommands.MAX_COMMAND_CHARACTERS + 1)))
                .isFalse();
        assertThat(new ScpCommands().isSupportedCommand(new ChannelSession(), "scp" + " -a".repeat(100_000) + "\r"))
                .as("no deep recursion")
                .isFalse();
    }

    @Test
    void anSftpPacketHasAnEnd() throws Exception {
        Session session = session();
        try (Wire wire = new Wire(session)) {
            assertThat(wire.ask(Wire.STAT, "/entrada")).isEqualTo(Wire.ATTRS);
            wire.announce(InstituteSftp.MAX_PACKET_BYTES + 1);
            Door.soon().until(wire::isOver); // long before it counts as idle
            Door.soon().until(() -> !session.isConnected());
        }
    }

    @Test
    void onlySoManyRequestsWaitInAChannel() throws Exception {
        CountDownLatch answer = new CountDownLatch(1);
        door.desk.busyWith(() -> awaitUninterruptibly(answer));
        door.pack("prep.zip", 1_000);
        door.ran(sftpBatch("put prep.zip", "put prep.zip.p7s"));
        Session session = session();
        try (Wire wire = new Wire(session)) {
            wire.send(Wire.REMOVE, "/entrada/prep.zip"); // waits for the desk, and all others wait behind it
            CompletableFuture<Void> flood = CompletableFuture.runAsync(wire::flood);
            Door.soon().until(() -> !session.isConnected());
            flood.join();
        } finally {
            answer.countDown();
        }
    }

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private String[] sftpBatch(String... lines) throws IOException {
        return new String[] {
            "sftp",
            "-F",
            "/dev/null",
            "-i",
            "id",
            "-o",
            "UserKnownHostsFile=known_hosts",
            "-o",
            "BatchMode=yes",
            "-P",
            door.port(),
            "-b",
            door.script("batch", lines).toString(),
            "iee@127.0.0.1"
        };
    }

    @Test
    void aFolderIsReadAsItIsAskedFor() throws Exception {
        Path large = Files.createDirectories(home.resolve("archive/large"));
        for (int i = 0; i < 500; i++) {
            Files.createFile(large.resolve("f" + i));
        }
        ReadOnlyFolder folder = new ReadOnlyFolder(home.resolve("archive"));
        try (Stream<String> names = folder.list(List.of("large"))) {
            Iterator<String> some = names.iterator();
            String first = some.next();
            Files.delete(large.resolve(first.equals("f499") ? "f498" : "f499"));
            List<String> rest = new ArrayList<>();
            some.forEachRemaining(rest::add);
            assertThat(rest).as("not looked at before it is asked for").hasSize(498);
        }
        assertThat(sftp(session()).ls("/historico/large")).hasSize(501); // with . and .., without the one that went
    }

    @Test
    void noTerminalNoEnvironmentAndNoOtherSubsystem() throws Exception {
        Session session = session();
        ChannelShell shell = (ChannelShell) session.openChannel("shell");
        shell.setAgentForwarding(true);
        shell.setPty(true);
        shell.setEnv("LC_ALL", "C");
        InputStream output = shell.getInputStream();
        assertThatThrownBy(() -> {
                    shell.connect(TIMEOUT_MILLIS);
                    assertThat(output.read()).as("nothing is said").isEqualTo(-1);
                    throw new JSchException("no shell");
                })
                .isInstanceOf(JSchException.class);

        ChannelSubsystem other = (ChannelSubsystem) session.openChannel("subsystem");
        other.setSubsystem("netconf");
        assertThatThrownBy(() -> other.connect(TIMEOUT_MILLIS)).isInstanceOf(JSchException.class);
        assertThat(door.refused(
                        "ssh",
                        "-tt",
                        "-F",
                        "/dev/null",
                        "-i",
                        "id",
                        "-o",
                        "UserKnownHostsFile=known_hosts",
                        "-o",
                        "BatchMode=yes",
                        "-p",
                        door.port(),
                        "iee@127.0.0.1",
                        "id"))
                .contains("PTY allocation request failed");
        door.ran(sftpBatch("pwd"));
    }
}
