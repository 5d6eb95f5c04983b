package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.zip.GZIPInputStream;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A hundred cuts while nginx and Apache, as shipped, are read over HTTP/2 as fast as they answer: no request fails, and
 * none that began after a cut was live is answered with an older one, be it whole, compressed or by a 304.
 */
class SwitchesUnderLoadIT {

    private static final int CUTS = 100;
    private static final int READERS_A_SERVER = 3;

    /** As shipped. */
    private static final int KEEPALIVE_REQUESTS = 10_000;

    private static final OffsetDateTime FIRST = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    /** Whole from end to end, and of one cut. */
    private static final Pattern SEQUENCE = Pattern.compile("corte (\\d+)\\s(?s:.*)\\sfin \\1\n");

    @TempDir
    Path folder;

    /** The newest sequence that /status called live: whoever asks from now on must see it or a newer one. */
    private final AtomicLong live = new AtomicLong(1);

    private final Queue<String> wrong = new ConcurrentLinkedQueue<>();
    private final AtomicInteger whole = new AtomicInteger();
    private final AtomicInteger compressed = new AtomicInteger();
    private final AtomicInteger unchanged = new AtomicInteger();
    private final AtomicInteger repeated = new AtomicInteger();
    private final AtomicInteger askedOfNginx = new AtomicInteger();
    private volatile boolean over;

    private Path cut(int sequence) throws IOException {
        String text = "corte " + sequence;
        String kind = sequence == 1 ? "site" : "data";
        // Of very different lengths, so that a file that was cut to another's is noticed.
        String filling = "1,2,3\n".repeat(300 + sequence * 7919 % 1900);
        PackageFolder one = new PackageFolder(
                        Site.EVENT,
                        kind,
                        sequence,
                        DateTimeFormatter.ISO_OFFSET_DATE_TIME.format(FIRST.plusMinutes(sequence)))
                .file("datos/votos.txt", text + "\n" + filling + "fin " + sequence + "\n")
                .file("datos/votos.csv", text + "\n" + filling + filling + "fin " + sequence + "\n");
        if (sequence == 1) {
            one.file("index.html", "<h1>" + text + "</h1>");
        }
        return one.archive(folder, "corte-" + sequence, "zip");
    }

    @Test
    void aHundredCutsFailNobodyAndShowNobodyAnOldOne() throws Exception {
        Shell.bash(folder, "chmod 755 .").ok();
        List<Path> cuts = new ArrayList<>();
        try (Site site = Site.open(folder, "publish: {precompress: true}\n").start()) {
            site.deliver(cut(1));
            site.awaitLive(1);
            for (int sequence = 2; sequence <= CUTS + 1; sequence++) {
                cuts.add(cut(sequence));
                site.iee.sign(cuts.get(cuts.size() - 1));
            }
            try (ShippedWebServer nginx = ShippedWebServer.nginx(folder, site);
                    ShippedWebServer apache = ShippedWebServer.apache(folder, site)) {
                ExecutorService readers = Executors.newFixedThreadPool(2 * READERS_A_SERVER);
                HttpClient http = client();
                for (int i = 0; i < READERS_A_SERVER; i++) {
                    readers.execute(() -> read("nginx", http, nginx));
                    readers.execute(() -> read("Apache", http, apache));
                }
                deliver(site, cuts);
                over = true;
                readers.shutdown();
                assertThat(readers.awaitTermination(30, TimeUnit.SECONDS)).isTrue();
            }
        }
        System.out.printf(
                "%d cuts: %d whole answers, %d of them compressed, %d times 304, %d repeated, %d wrong%n",
                CUTS, whole.get(), compressed.get(), unchanged.get(), repeated.get(), wrong.size());
        assertThat(wrong).isEmpty();
        assertThat(whole.get()).isGreaterThan(10 * CUTS);
        assertThat(compressed.get()).isGreaterThan(CUTS);
        assertThat(unchanged.get()).isGreaterThan(CUTS);
        // Each time that nginx ends a connection, each reader may have a request on its way.
        assertThat(repeated.get())
                .isLessThanOrEqualTo(READERS_A_SERVER * (askedOfNginx.get() / KEEPALIVE_REQUESTS + 1));
    }

    /** One after another through one session of stock sftp. */
    private void deliver(Site site, List<Path> cuts) throws Exception {
        Process sftp = new ProcessBuilder(
                        "bash",
                        "-c",
                        "exec sftp %s -P %d -b - iee@127.0.0.1".formatted(site.sshOptions(), site.sftpPort))
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sftp.log").toFile())
                .start();
        try (OutputStream commands = sftp.getOutputStream()) {
            for (int i = 0; i < cuts.size(); i++) {
                String put = "put '%1$s'%nput '%1$s.p7s'%n".formatted(cuts.get(i));
                commands.write(put.getBytes(StandardCharsets.UTF_8));
                commands.flush();
                site.awaitLive(i + 2L);
                live.set(i + 2L);
            }
        }
        assertThat(sftp.waitFor(30, TimeUnit.SECONDS)).isTrue();
        assertThat(sftp.exitValue())
                .as(Files.readString(folder.resolve("sftp.log")))
                .isZero();
    }

    private HttpClient client() throws Exception {
        KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
        store.load(null, null);
        byte[] certificate = Files.readAllBytes(folder.resolve("web.pem"));
        store.setCertificateEntry(
                "web",
                CertificateFactory.getInstance("X.509").generateCertificate(new ByteArrayInputStream(certificate)));
        TrustManagerFactory trust = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        trust.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, trust.getTrustManagers(), null);
        return HttpClient.newBuilder()
                .sslContext(context)
                .version(HttpClient.Version.HTTP_2)
                .build();
    }

    /** As a browser would: what it has, it asks about; what it gets, it keeps. */
    private void read(String server, HttpClient http, ShippedWebServer web) {
        String[] paths = {"/datos/votos.txt", "/datos/votos.csv"};
        String tag = "";
        long kept = 0;
        for (int i = 0; !over; i++) {
            String path = paths[i / 8 % 2];
            if (i % 8 == 0) {
                tag = "";
            }
            boolean gzip = i / 16 % 2 == 0;
            long atLeast = live.get();
            askedOfNginx.addAndGet(server.equals("nginx") ? 1 : 0);
            try {
                HttpRequest.Builder request =
                        HttpRequest.newBuilder(URI.create(web.localUrl(path))).timeout(Duration.ofSeconds(20));
                if (gzip) {
                    request.header("Accept-Encoding", "gzip");
                }
                if (!tag.isEmpty()) {
                    request.header("If-None-Match", tag);
                }
                HttpResponse<byte[]> answer = answer(http, request.build());
                if (answer.statusCode() == 304) {
                    unchanged.incrementAndGet();
                } else {
                    kept = sequence(answer);
                    whole.incrementAndGet();
                    tag = answer.headers().firstValue("etag").orElse("");
                }
                if (kept < atLeast || answer.version() != HttpClient.Version.HTTP_2) {
                    wrong.add("%s %s: %s, cut %d after %d".formatted(server, path, answer, kept, atLeast));
                }
            } catch (IOException | RuntimeException e) {
                wrong.add(server + " " + path + ": " + e);
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return;
            }
        }
    }

    /** nginx ends a connection after keepalive_requests; what was on its way then, browsers ask once more, as this does. */
    private HttpResponse<byte[]> answer(HttpClient http, HttpRequest request) throws IOException, InterruptedException {
        try {
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        } catch (IOException e) {
            repeated.incrementAndGet();
            return http.send(request, HttpResponse.BodyHandlers.ofByteArray());
        }
    }

    private long sequence(HttpResponse<byte[]> answer) throws IOException {
        byte[] body = answer.body();
        if (answer.headers().firstValue("content-encoding").isPresent()) {
            body = new GZIPInputStream(new ByteArrayInputStream(body)).readAllBytes();
            compressed.incrementAndGet();
        }
        Matcher matcher = SEQUENCE.matcher(new String(body, StandardCharsets.UTF_8));
        if (answer.statusCode() != 200 || !matcher.matches()) {
            throw new IOException("status " + answer.statusCode() + ", " + body.length + " bytes");
        }
        return Long.parseLong(matcher.group(1));
    }
}
