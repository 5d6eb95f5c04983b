package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What the server does to clients that come in crowds, drip, stall or talk too much. */
class LimitsTest {

    private static final Limits STANDARD = Limits.STANDARD;
    private static final String HALF = "GET /healthz HTTP/1.1\r\nHost: loc";
    private static final String REST = "alhost\r\nConnection: close\r\n\r\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @Test
    void halfSentRequestsHoldNobodyUp() throws Exception {
        try (StartedServer agent = new StartedServer(folder)) {
            List<Socket> halves = new ArrayList<>();
            try {
                for (int i = 0; i < 5 * STANDARD.threads(); i++) {
                    Socket socket = agent.connect();
                    write(socket, HALF);
                    halves.add(socket);
                }
                assertThat(agent.get("/healthz").statusCode()).isEqualTo(200);
                // And whoever goes on is served.
                write(halves.get(0), REST);
                assertThat(rest(halves.get(0))).startsWith("HTTP/1.1 200 ");
            } finally {
                for (Socket socket : halves) {
                    socket.close();
                }
            }
        }
    }

    @Test
    void aSilentConnectionIsClosed() throws Exception {
        Limits limits = limits(512, 128, Duration.ofMillis(200), Duration.ofHours(1));
        try (StartedServer agent = new StartedServer(folder, limits);
                Socket socket = agent.connect()) {
            write(socket, HALF);

            assertThat(rest(socket)).isEmpty();
        }
    }

    @Test
    void aConnectionThatOnlyDripsIsClosedAllTheSame() throws Exception {
        Limits limits = limits(512, 128, Duration.ofHours(1), Duration.ofMillis(500));
        try (StartedServer agent = new StartedServer(folder, limits);
                Socket socket = agent.connect()) {
            Awaitility.await().atMost(StartedServer.PATIENCE).until(() -> isClosedWhileDripping(socket));
        }
    }

    @Test
    void aConnectionBetweenRequestsIsNotStuck() throws Exception {
        Limits limits = limits(512, 128, Duration.ofHours(1), Duration.ofSeconds(1));
        try (StartedServer agent = new StartedServer(folder, limits)) {
            Duration longestPause = limits.standstill();
            for (int i = 0; i < 20 && longestPause.compareTo(limits.standstill()) >= 0; i++) {
                longestPause = longestPauseWhileAsking(agent, Duration.ofMillis(2_500));
            }
            // A machine that stood still for as long was the stuck one: only a run without such a pause says anything.
            assertThat(longestPause).isLessThan(limits.standstill());
        }
    }

    /** Between two requests; asks until the time is over, or until it was cut off after a pause of its own. */
    private static Duration longestPauseWhileAsking(StartedServer agent, Duration time) throws IOException {
        try (Socket socket = agent.connect()) {
            long begin = System.nanoTime();
            long longest = 0;
            for (long last = begin; last - begin < time.toNanos(); ) {
                boolean answered = isAnswered(socket);
                long now = System.nanoTime();
                longest = Math.max(longest, now - last);
                last = now;
                if (!answered) {
                    assertThat(Duration.ofNanos(longest)).as("cut off after").isGreaterThan(Duration.ofSeconds(1));
                    return Duration.ofNanos(longest);
                }
            }
            return Duration.ofNanos(longest);
        }
    }

    private static boolean isAnswered(Socket socket) throws IOException {
        try {
            write(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            if (socket.getInputStream().read() != 'H') {
                return false;
            }
            assertThat(socket.getInputStream().skip(socket.getInputStream().available()))
                    .isPositive();
            return true;
        } catch (SocketException e) {
            return false;
        }
    }

    @Test
    void connectionsAreCountedAndFreedAgain() throws Exception {
        Limits limits = limits(3, 128, Duration.ofHours(1), Duration.ofHours(1));
        try (StartedServer agent = new StartedServer(folder, limits)) {
            expectThreeAtATime(agent);
        }
    }

    @Test
    void oneAddressCannotTakeThemAll() throws Exception {
        Limits limits = limits(512, 3, Duration.ofHours(1), Duration.ofHours(1));
        try (StartedServer agent = new StartedServer(folder, limits)) {
            List<Socket> busy = new ArrayList<>();
            for (int i = 0; i < 3; i++) {
                busy.add(served(agent));
            }
            served(agent).close();
            assertThat(rest(busy.get(0))).as("the stillest made room").doesNotContain("HTTP/1.1");
            for (Socket socket : busy) {
                socket.close();
            }
        }
    }

    @Test
    void aLongHeaderIsRefused() throws Exception {
        try (StartedServer agent = new StartedServer(folder)) {
            String answer = agent.raw("GET /status HTTP/1.1\r\nHost: localhost\r\nX-Long: "
                    + "x".repeat(STANDARD.headerBytes()) + "\r\n\r\n");
            assertThat(answer).startsWith("HTTP/1.1 431 ").contains("\"cure\":");

            String longPath = agent.raw("GET /" + "x".repeat(STANDARD.headerBytes()) + " HTTP/1.1\r\n\r\n");
            assertThat(longPath).startsWith("HTTP/1.1 414 ");
        }
    }

    @Test
    void theLimitOfAHeaderIsOurs() throws Exception {
        Limits small = new Limits(
                512, 128, 0, 16, STANDARD.idle(), STANDARD.standstill(), 1_024, STANDARD.bodyBytes(), STANDARD.stop());
        try (StartedServer agent = new StartedServer(folder, small)) {
            String head = "GET /status HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nX: ";
            assertThat(agent.raw(head + "x".repeat(900) + "\r\n\r\n")).startsWith("HTTP/1.1 200 ");
            assertThat(agent.raw(head + "x".repeat(1_024) + "\r\n\r\n")).startsWith("HTTP/1.1 431 ");
        }
    }

    @Test
    void aRefusedBodyIsNotReadToItsEnd() throws Exception {
        try (StartedServer agent = new StartedServer(folder);
                Socket socket = agent.connect()) {
            write(socket, "POST /operator/publish HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nx");

            assertThat(rest(socket)).startsWith("HTTP/1.1 401 ");
        }
    }

    @Test
    void aCommandThatTakesItsTimeIsNotCutOffAsIdle() throws Exception {
        Limits limits = limits(512, 128, Duration.ofSeconds(3), Duration.ofHours(1));
        try (StartedServer agent = new StartedServer(folder, limits)) {
            CountDownLatch never = new CountDownLatch(1);
            agent.operator.meanwhile = () -> await(never, Duration.ofSeconds(4));

            assertThat(agent.send(
                                    "POST",
                                    "/operator/publish",
                                    HttpRequest.BodyPublishers.ofString("{\"command\":\"hold\",\"by\":\"ana\"}"),
                                    "Authorization",
                                    "Bearer " + StartedServer.OPERATOR)
                            .statusCode())
                    .isEqualTo(200);
        }
    }

    @Test
    void closingTakesTwoSecondsAtMostWhateverClientsDo() throws Exception {
        StartedServer agent = new StartedServer(folder);
        try (Socket half = agent.connect();
                Socket idle = agent.connect()) {
            write(half, HALF);
            write(idle, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
            assertThat(idle.getInputStream().read()).isEqualTo('H');
            CountDownLatch started = new CountDownLatch(1);
            CountDownLatch never = new CountDownLatch(1);
            agent.operator.meanwhile = () -> {
                started.countDown();
                await(never, Duration.ofMinutes(2));
            };
            try (Socket busy = agent.connect()) {
                String command = "{\"command\":\"hold\",\"by\":\"ana\"}";
                write(
                        busy,
                        "POST /operator/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                                + StartedServer.OPERATOR + "\r\nContent-Length: " + command.length() + "\r\n\r\n"
                                + command);
                assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
                int port = agent.server.port();
                long begin = System.nanoTime();

                agent.close();

                // The clients would go on for minutes: that it ends at all is by its own limit, whose length is below.
                assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(Duration.ofSeconds(60));
                assertThat(STANDARD.stop()).isLessThanOrEqualTo(Duration.ofSeconds(1));
                assertThat(rest(busy)).isEmpty();
                assertThat(rest(half)).isEmpty();
                assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port))
                        .isInstanceOf(ConnectException.class);
            }
        }
    }

    @Test
    void aRequestAtHandMayEndWhenTheServerIsClosed() throws Exception {
        Limits patient = new Limits(
                512, 128, 0, 16, Duration.ofHours(1), Duration.ofHours(1), 8_192, 16_384, Duration.ofMinutes(2));
        StartedServer agent = new StartedServer(folder, patient);
        CountDownLatch started = new CountDownLatch(1);
        CountDownLatch goOn = new CountDownLatch(1);
        agent.operator.meanwhile = () -> {
            started.countDown();
            Awaitility.await().atMost(StartedServer.PATIENCE).until(() -> goOn.getCount() == 0);
        };
        try (Socket busy = agent.connect()) {
            String command = "{\"command\":\"hold\",\"by\":\"ana\"}";
            write(
                    busy,
                    "POST /operator/publish HTTP/1.1\r\nHost: localhost\r\nAuthorization: Bearer "
                            + StartedServer.OPERATOR + "\r\nContent-Length: " + command.length() + "\r\n\r\n"
                            + command);
            assertThat(started.await(60, TimeUnit.SECONDS)).isTrue();
            int port = agent.server.port();
            Thread closing = new Thread(agent::close);
            closing.start();
            Awaitility.await().atMost(StartedServer.PATIENCE).until(() -> isRefused(port));
            goOn.countDown();
            assertThat(rest(busy)).startsWith("HTTP/1.1 200 ");
            closing.join();
        }
    }

    private static boolean isRefused(int port) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return !socket.isConnected();
        } catch (ConnectException e) {
            return true;
        }
    }

    /** It goes on standing open. */
    private static Socket served(StartedServer agent) throws IOException {
        Socket socket = agent.connect();
        write(socket, "GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n");
        assertThat(socket.getInputStream().read()).isEqualTo('H');
        return socket;
    }

    private static void expectThreeAtATime(StartedServer agent) throws IOException {
        List<Socket> held = new ArrayList<>();
        for (int i = 0; i < 3; i++) {
            held.add(served(agent));
        }
        try (Socket fourth = agent.connect()) {
            assertThat(rest(fourth)).isEmpty();
        }
        for (Socket socket : held) {
            socket.close();
        }
        Awaitility.await()
                .atMost(StartedServer.PATIENCE)
                .ignoreException(SocketException.class)
                .until(() -> agent.raw(HALF + REST).startsWith("HTTP/1.1 200 "));
    }

    private static boolean isClosedWhileDripping(Socket socket) throws IOException {
        try {
            write(socket, "x");
            return false;
        } catch (SocketException e) {
            return true;
        }
    }

    private static void await(CountDownLatch latch, Duration time) {
        try {
            assertThat(latch.await(time.toMillis(), TimeUnit.MILLISECONDS)).isFalse();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Limits limits(int connections, int perAddress, Duration idle, Duration standstill) {
        return new Limits(
                connections,
                perAddress,
                0,
                STANDARD.threads(),
                idle,
                standstill,
                STANDARD.headerBytes(),
                STANDARD.bodyBytes(),
                STANDARD.stop());
    }

    private static void write(Socket socket, String text) throws IOException {
        socket.getOutputStream().write(text.getBytes(StandardCharsets.ISO_8859_1));
    }

    /** What still comes; a reset is an end like any other. */
    private static String rest(Socket socket) throws IOException {
        try {
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        } catch (SocketException e) {
            return "";
        }
    }
}
