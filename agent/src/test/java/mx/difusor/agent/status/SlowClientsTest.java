package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Clients that read or send a byte now and then hold neither a connection for ever nor anybody else up. */
class SlowClientsTest {

    private static final Limits STANDARD = Limits.STANDARD;

    /** Cuts off who stands still for five seconds, and no idle time out that could help. */
    private static final Limits IMPATIENT = new Limits(
            STANDARD.connections(),
            STANDARD.connectionsPerAddress(),
            STANDARD.kept(),
            STANDARD.threads(),
            Duration.ofHours(1),
            Duration.ofSeconds(5),
            STANDARD.headerBytes(),
            STANDARD.bodyBytes(),
            STANDARD.stop());

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void readersThatTakeAByteNowAndThenAreCutOffAndHoldNobodyUp() throws Exception {
        try (StartedServer agent = new StartedServer(folder, IMPATIENT)) {
            fillTheIndex(agent);
            int whole = agent.get("/packages?limit=1000").body().length();
            List<Socket> readers = new ArrayList<>();
            try {
                for (int i = 0; i < 3 * STANDARD.threads(); i++) {
                    readers.add(slowReader(agent));
                }
                assertThat(agent.get("/healthz").statusCode()).isEqualTo(200);
                dripUntilCutOff(agent, readers);
                for (Socket reader : readers) {
                    assertThat(rest(reader)).as("bytes of %d", whole).isLessThan(whole);
                }
            } finally {
                for (Socket reader : readers) {
                    reader.close();
                }
            }
        }
    }

    @Test
    void aCommandWhoseBodyDripsIsCutOff() throws Exception {
        try (StartedServer agent = new StartedServer(folder, IMPATIENT);
                Socket socket = agent.connect()) {
            write(
                    socket,
                    "POST /operator/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + StartedServer.OPERATOR + "\r\nContent-Length: 16000\r\n\r\n");

            Awaitility.await().atMost(StartedServer.PATIENCE).until(() -> isClosedWhileDripping(socket));
            assertThat(agent.operator.uses).isEmpty();
        }
    }

    private static void fillTheIndex(StartedServer agent) {
        for (int i = 0; i < 1_000; i++) {
            agent.overview.add(FakeOverview.rejected("p" + i + ".zip", "x".repeat(5_000)));
        }
    }

    private static Socket slowReader(StartedServer agent) throws IOException {
        Socket socket = new Socket();
        socket.setReceiveBufferSize(2_048);
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), agent.server.port()));
        socket.setSoTimeout(Math.toIntExact(StartedServer.PATIENCE.toMillis()));
        write(socket, "GET /packages?limit=1000 HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        return socket;
    }

    /** Each takes a byte at a time, until the server has let them all go. */
    private static void dripUntilCutOff(StartedServer agent, List<Socket> readers) {
        Awaitility.await().atMost(StartedServer.PATIENCE).until(() -> {
            for (Socket reader : readers) {
                reader.getInputStream().read();
            }
            return agent.server.connections() <= 1;
        });
    }

    /** What still comes, at a fast pace now: what stood in the buffers when the server cut it off. */
    private static long rest(Socket reader) throws IOException {
        long read = 1;
        try {
            byte[] much = new byte[65_536];
            for (int n = reader.getInputStream().read(much);
                    n >= 0;
                    n = reader.getInputStream().read(much)) {
                read += n;
            }
        } catch (SocketException e) {
            return read;
        }
        return read;
    }

    private static boolean isClosedWhileDripping(Socket socket) throws IOException {
        try {
            write(socket, " ");
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }
}
