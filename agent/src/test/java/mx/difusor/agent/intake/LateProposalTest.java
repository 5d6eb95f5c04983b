package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.DataInputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.sshd.common.SshConstants;
import org.apache.sshd.common.util.buffer.ByteArrayBuffer;
import org.apache.sshd.server.SshServer;
import org.apache.sshd.sftp.server.SftpSubsystemFactory;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is proposed when, seen on the wire; what waits runs when a test says so. */
class LateProposalTest {
    private static final String GCM = "aes128-gcm@openssh.com,aes256-gcm@openssh.com";
    private static final String CTR = "aes128-ctr,aes192-ctr,aes256-ctr";
    private static final String STOCK_OPENSSH = "chacha20-poly1305@openssh.com," + CTR + "," + GCM;
    private static final int READ_TIMEOUT_MILLIS = 20_000;
    private static final int PADDING_BYTES = 8;
    private static final int COOKIE_BYTES = 16;

    private record Waiting(Runnable task, long nanos) {}

    private final BlockingQueue<Waiting> waiting = new LinkedBlockingQueue<>();
    private final ScheduledThreadPoolExecutor timer = new ScheduledThreadPoolExecutor(1) {
        @Override
        public @Nullable ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
            waiting.add(new Waiting(command, unit.toNanos(delay)));
            return null;
        }
    };
    private final List<Socket> sockets = new ArrayList<>();
    private final SshServer server = SshServer.setUpDefaultServer();

    @BeforeEach
    void start(@TempDir Path home) throws Exception {
        HostKeys.ensure(home, new mx.difusor.agent.disk.LocalDisk());
        server.setKeyPairProvider(org.apache.sshd.common.keyprovider.KeyPairProvider.wrap(HostKeys.load(home)));
        server.setHost("127.0.0.1");
        server.setScheduledExecutorService(timer, false);
        Algorithms.applyTo(server);
        server.start();
    }

    @AfterEach
    void stop() throws IOException {
        for (Socket socket : sockets) {
            socket.close();
        }
        server.stop(true);
        timer.shutdownNow();
    }

    @Test
    void whoKnowsGcmIsOfferedNothingElse() throws Exception {
        DataInputStream answers = identified();
        send(STOCK_OPENSSH, STOCK_OPENSSH);
        assertThat(proposedCiphers(answers)).containsExactly(GCM, GCM);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {CTR + "|" + STOCK_OPENSSH, STOCK_OPENSSH + "|" + CTR})
    void whoKnowsItInOneDirectionOnlyIsOfferedEverything(String toServer, String toClient) throws Exception {
        DataInputStream answers = identified();
        send(toServer, toClient);
        assertThat(proposedCiphers(answers)).containsExactly(GCM + "," + CTR, GCM + "," + CTR);
    }

    @Test
    void whoWantsCtrIsOfferedIt() throws Exception {
        DataInputStream answers = identified();
        send("aes256-ctr", "aes256-ctr");
        assertThat(proposedCiphers(answers)).containsExactly(GCM + "," + CTR, GCM + "," + CTR);
    }

    @Test
    void whoWaitsForTheServerGetsEverythingAfterABoundedWait() throws Exception {
        DataInputStream answers = identified();
        Waiting proposal = waiting.poll(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(proposal).isNotNull();
        assertThat(proposal.nanos()).isEqualTo(LateProposal.WAIT.toNanos());
        assertThat(answers.available()).as("bytes before the wait is over").isZero();
        proposal.task().run();
        assertThat(proposedCiphers(answers)).containsExactly(GCM + "," + CTR, GCM + "," + CTR);
    }

    @Test
    void nobodyIsOfferedTwice() throws Exception {
        DataInputStream answers = identified();
        send(STOCK_OPENSSH, STOCK_OPENSSH);
        assertThat(proposedCiphers(answers)).containsExactly(GCM, GCM);
        Waiting proposal = waiting.poll(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
        assertThat(proposal).isNotNull();
        proposal.task().run();
        sockets.get(0).shutdownOutput();
        assertThat(answers.readAllBytes()).isEmpty();
    }

    /** And what both agree on then holds, for later exchanges too. */
    @Test
    @Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD) // JSch waits for new keys without an end
    void whoWaitsForTheServerLogsInAndChangesKeys() throws Exception {
        server.setPasswordAuthenticator((name, password, session) -> true);
        server.setSubsystemFactories(List.of(new SftpSubsystemFactory()));
        CountDownLatch goOn = new CountDownLatch(1);
        try (HesitantClient relay = new HesitantClient(server.getPort(), goOn)) {
            Session session = new JSch().getSession("iee", "127.0.0.1", relay.port());
            session.setConfig("StrictHostKeyChecking", "no");
            session.setPassword("any".getBytes(US_ASCII));
            CompletableFuture<Void> connected = CompletableFuture.runAsync(() -> connect(session));
            Waiting proposal = waiting.poll(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);
            assertThat(proposal).isNotNull();
            proposal.task().run();
            goOn.countDown();
            connected.get(READ_TIMEOUT_MILLIS, TimeUnit.MILLISECONDS);

            session.rekey();
            ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
            sftp.connect(READ_TIMEOUT_MILLIS);
            assertThat(sftp.pwd()).isNotEmpty();
            session.disconnect();
        }
    }

    private static void connect(Session session) {
        try {
            session.connect(READ_TIMEOUT_MILLIS);
        } catch (JSchException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Connected, and each side knows who the other is. */
    private DataInputStream identified() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.getPort());
        sockets.add(socket);
        socket.setSoTimeout(READ_TIMEOUT_MILLIS);
        socket.getOutputStream().write("SSH-2.0-test\r\n".getBytes(US_ASCII));
        DataInputStream answers = new DataInputStream(socket.getInputStream());
        int read = answers.read();
        while (read != '\n') {
            assertThat(read).isNotNegative();
            read = answers.read();
        }
        return answers;
    }

    /** The client's {@code SSH_MSG_KEXINIT} (RFC 4253, section 7.1). */
    private void send(String toServer, String toClient) throws IOException {
        ByteArrayBuffer packet = new ByteArrayBuffer();
        packet.putInt(0);
        packet.putByte((byte) PADDING_BYTES);
        packet.putByte(SshConstants.SSH_MSG_KEXINIT);
        packet.putRawBytes(new byte[COOKIE_BYTES]);
        packet.putString("curve25519-sha256,ext-info-c,kex-strict-c-v00@openssh.com");
        packet.putString("ssh-ed25519");
        packet.putString(toServer);
        packet.putString(toClient);
        for (String each : List.of("hmac-sha2-256-etm@openssh.com", "none")) {
            packet.putString(each);
            packet.putString(each);
        }
        packet.putString("");
        packet.putString("");
        packet.putBoolean(false);
        packet.putInt(0);
        int unpadded = packet.wpos();
        int padding = PADDING_BYTES + (PADDING_BYTES - (unpadded % PADDING_BYTES)) % PADDING_BYTES;
        packet.putRawBytes(new byte[padding]);
        byte[] bytes = packet.getCompactData();
        java.nio.ByteBuffer.wrap(bytes).putInt(bytes.length - Integer.BYTES).put((byte) padding);
        sockets.get(0).getOutputStream().write(bytes);
    }

    /** From the server's proposal: what it would decrypt, and what it would encrypt with. */
    private static List<String> proposedCiphers(DataInputStream answers) throws IOException {
        ByteArrayBuffer packet = new ByteArrayBuffer(answers.readNBytes(answers.readInt()));
        packet.getByte();
        assertThat(packet.getByte()).isEqualTo(SshConstants.SSH_MSG_KEXINIT);
        packet.rpos(packet.rpos() + COOKIE_BYTES);
        assertThat(packet.getString()).contains("kex-strict-s-v00@openssh.com");
        packet.getString();
        return List.of(packet.getString(), packet.getString());
    }
}
