package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.jcraft.jsch.ChannelSftp;
import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * An election night under siege: half-open connections, logins with wrong keys and slow readers on both ports, while
 * the Institute uploads with stock sftp. Everything stays within 127.0.0.0/8, each attacker at an address of its own.
 */
class SiegeIT {
    private static final int HALF_OPEN = 1_000;
    private static final int RENEWED_A_SECOND = 100;
    private static final int LOGINS_A_SECOND = 200;
    private static final int LOGIN_SOURCES = 40;
    private static final int SLOW_SFTP = 4;
    private static final int SLOW_HTTP = 100;
    private static final int LARGE_BYTES = 8_000_000;
    private static final int TIMEOUT_MILLIS = 20_000;

    @TempDir
    Path folder;

    private final ExecutorService attackers = Executors.newCachedThreadPool();
    private final ScheduledExecutorService pace = Executors.newSingleThreadScheduledExecutor();
    private final Queue<Future<?>> paced = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> sockets = new ConcurrentLinkedQueue<>();
    private final Queue<Socket> halfOpen = new ConcurrentLinkedQueue<>();
    private final AtomicInteger renewed = new AtomicInteger();
    private final Queue<Session> sessions = new ConcurrentLinkedQueue<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private final AtomicInteger handshakes = new AtomicInteger();
    private final AtomicInteger underWay = new AtomicInteger();

    @AfterEach
    void endOfTheSiege() throws IOException {
        paced.forEach(one -> one.cancel(true));
        pace.shutdownNow();
        attackers.shutdownNow();
        sessions.forEach(Session::disconnect);
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    private Path large(int sequence) throws IOException {
        byte[] bytes = new byte[LARGE_BYTES / 2];
        new Random(sequence).nextBytes(bytes);
        return new PackageFolder(
                        Site.EVENT,
                        sequence == 1 ? "site" : "data",
                        sequence,
                        "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file(sequence == 1 ? "index.html" : "datos/" + sequence + ".json", "[" + sequence + "]")
                .file(
                        sequence == 1 ? "app.js" : "datos/" + sequence + ".txt",
                        java.util.HexFormat.of().formatHex(bytes))
                .archive(folder, "p" + sequence, "tar");
    }

    private Socket connect(String from, int port) throws IOException {
        Socket socket = new Socket();
        socket.bind(new InetSocketAddress(InetAddress.getByName(from), 0));
        socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), TIMEOUT_MILLIS);
        socket.setSoTimeout(TIMEOUT_MILLIS);
        sockets.add(socket);
        return socket;
    }

    @Test
    void theInstitutesUploadGoesLiveUnderSiege() throws Exception {
        Shell.needs("sftp");
        try (Site site = Site.open(folder).start()) {
            assertThat(site.deliver(large(1)).path("outcome").asText()).isEqualTo("accepted");
            long calm = Math.min(timed(site, 2), timed(site, 3));

            beginSiege(site);
            Awaitility.await("the siege")
                    .atMost(Site.PATIENCE)
                    .until(() -> renewed.get() > 0 && attempts.get() >= 2 * LOGINS_A_SECOND);
            int attemptsBefore = attempts.get();
            long begun = System.nanoTime();
            List<Long> times = new ArrayList<>();
            for (int sequence = 4; sequence <= 8; sequence++) {
                times.add(timed(site, sequence));
            }
            double seconds = (System.nanoTime() - begun) / 1e9;
            long slowest = times.stream().mapToLong(Long::longValue).max().orElseThrow();
            System.out.printf(
                    "siege: upload to live %d ms in peace; under siege %s ms, ratio of the slowest %.1f;"
                            + " %d half-open, %.0f logins a second (%d key exchanges of %d), %d slow readers%n",
                    calm,
                    times,
                    (double) slowest / calm,
                    HALF_OPEN,
                    (attempts.get() - attemptsBefore) / seconds,
                    handshakes.get(),
                    attempts.get(),
                    SLOW_SFTP + SLOW_HTTP);
            assertThat(handshakes.get())
                    .as("some logins got as far as their key")
                    .isPositive();
            assertThat(site.json("/status").at("/live/sequence").asInt()).isEqualTo(8);
            assertThat(site.log()).doesNotContain("OutOfMemory", "Too many open files", "\tat ");
        }
    }

    /** @return milliseconds from the start of sftp until the package is live */
    private long timed(Site site, int sequence) throws Exception {
        Path file = large(sequence);
        site.iee.sign(file);
        long begun = System.nanoTime();
        site.sftp("put '" + file + "'", "put '" + file + ".p7s'").ok();
        JsonNode receipt = site.receipt(file);
        assertThat(receipt.path("publication").asText()).as("%s", receipt).isEqualTo("live");
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - begun);
    }

    private void beginSiege(Site site) throws Exception {
        for (int i = 0; i < SLOW_SFTP; i++) {
            readSlowly(site);
        }
        for (int i = 0; i < SLOW_HTTP; i++) {
            halfARequest(connect("127.0.9." + i % 5, site.statusPort), i);
        }
        attackers.execute(() -> {
            for (int i = 0; i < HALF_OPEN; i++) {
                halfOpen(site, i);
            }
            paced.add(
                    pace.scheduleAtFixedRate(() -> renewOne(site), 0, 1_000 / RENEWED_A_SECOND, TimeUnit.MILLISECONDS));
        });
        Path key = folder.resolve("wrong");
        Shell.bash(folder, "ssh-keygen -q -t ed25519 -N '' -f '" + key + "'").ok();
        paced.add(pace.scheduleAtFixedRate(
                () -> login(site, key), 0, TimeUnit.SECONDS.toNanos(1) / LOGINS_A_SECOND, TimeUnit.NANOSECONDS));
    }

    /** The oldest hangs up, if it was not sent away long ago, and another takes its turn. */
    private void renewOne(Site site) {
        Socket oldest = halfOpen.poll();
        if (oldest != null) {
            try {
                oldest.close();
            } catch (IOException e) {
                // It is gone either way.
            }
        }
        halfOpen(site, renewed.getAndIncrement());
    }

    /** A third says nothing, a third says who it is, a third begins a key exchange; each from another address. */
    private void halfOpen(Site site, int i) {
        try {
            Socket socket = connect("127.0.%d.%d".formatted(1 + i % 4, 1 + i / 4 % 250), site.sftpPort);
            halfOpen.add(socket);
            OutputStream out = socket.getOutputStream();
            if (i % 3 > 0) {
                out.write("SSH-2.0-OpenSSH_9.2\r\n".getBytes(StandardCharsets.US_ASCII));
            }
            if (i % 3 > 1) {
                out.write(new byte[] {0, 0, 2, 0, 4, 20, 1, 2, 3});
            }
            out.flush();
        } catch (IOException e) {
            // That one was turned away.
        }
    }

    private static void halfARequest(Socket socket, int i) throws IOException {
        String request = "GET / HTTP/1.1\r\nHost: localhost\r\n" + (i % 2 == 0 ? "" : "\r\n");
        socket.setReceiveBufferSize(1_024);
        socket.getOutputStream().write(request.getBytes(StandardCharsets.US_ASCII));
    }

    private void login(Site site, Path key) {
        int attempt = attempts.incrementAndGet();
        if (underWay.get() > LOGINS_A_SECOND) {
            return;
        }
        underWay.incrementAndGet();
        attackers.execute(() -> {
            try {
                Session session = session(site, key, "127.0.8." + (1 + attempt % LOGIN_SOURCES));
                session.disconnect();
            } catch (JSchException e) {
                if (String.valueOf(e.getMessage()).contains("Auth fail")) {
                    handshakes.incrementAndGet();
                }
            } finally {
                underWay.decrementAndGet();
            }
        });
    }

    private Session session(Site site, Path key, String from) throws JSchException {
        JSch jsch = new JSch();
        jsch.addIdentity(key.toString());
        Session session = jsch.getSession("iee", "127.0.0.1", site.sftpPort);
        session.setConfig("StrictHostKeyChecking", "no");
        session.setConfig("PreferredAuthentications", "publickey");
        session.setConfig("kex", "curve25519-sha256");
        session.setSocketFactory(new From(from));
        session.connect(TIMEOUT_MILLIS);
        return session;
    }

    /** With a key that is known: asks for large files through every channel and reads a byte of each. */
    private void readSlowly(Site site) throws Exception {
        Session session = session(site, site.iee.ssh(), "127.0.0.1");
        sessions.add(session);
        for (int i = 0; i < 2; i++) {
            ChannelSftp sftp = (ChannelSftp) session.openChannel("sftp");
            sftp.connect(TIMEOUT_MILLIS);
            attackers.execute(() -> {
                try {
                    InputStream file = sftp.get("/historico/pel-2024/1/p1.tar");
                    assertThat(file.read()).isNotNegative();
                } catch (Exception e) {
                    // It was cut off.
                }
            });
        }
    }

    /** A client at one of this host's many addresses. */
    private record From(String address) implements SocketFactory {
        @Override
        public Socket createSocket(String host, int port) throws IOException {
            Socket socket = new Socket();
            socket.bind(new InetSocketAddress(InetAddress.getByName(address), 0));
            socket.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), (int)
                    Duration.ofSeconds(10).toMillis());
            return socket;
        }

        @Override
        public InputStream getInputStream(Socket socket) throws IOException {
            return socket.getInputStream();
        }

        @Override
        public OutputStream getOutputStream(Socket socket) throws IOException {
            return socket.getOutputStream();
        }
    }
}
