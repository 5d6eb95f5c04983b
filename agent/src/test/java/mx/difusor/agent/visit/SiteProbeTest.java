package mx.difusor.agent.visit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.zip.GZIPOutputStream;
import mx.difusor.agent.model.Digest;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each verdict about a site, with the cause that it names. */
class SiteProbeTest {

    private static final String LIVE_ROOT = "/var/lib/difusor/live";
    private static final SiteProbe.Limits PATIENT = SiteProbe.Limits.DEFAULT;
    private static final SiteProbe.Limits HASTY = new SiteProbe.Limits(Duration.ofSeconds(1), Duration.ofSeconds(3));

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private FakeSite site;

    private final Map<Digest, String> earlier = new HashMap<>();

    @BeforeEach
    void start() throws Exception {
        site = new FakeSite(folder)
                .file("index.html", "<html><body>17</body></html>")
                .file("datos/votos.json", "{\"votos\": 17}");
    }

    @AfterEach
    void stop() {
        site.close();
    }

    private Probe visit() throws Exception {
        return visit(site.url("/"), PATIENT);
    }

    private Probe visit(URI url, SiteProbe.Limits limits) throws Exception {
        return new SiteProbe(url, LIVE_ROOT, Visitor.ofThisJvm(), limits, System::nanoTime)
                .visit(site.shown(), 0, (path, sha256) -> Optional.ofNullable(earlier.get(sha256)));
    }

    private void known(String text, String origin) {
        earlier.put(Digest.ofContent(text.getBytes(StandardCharsets.UTF_8)), origin);
    }

    private static String message(Probe probe, Finding.Code code) {
        @Nullable Finding finding = probe.finding();
        if (finding == null) {
            throw new AssertionError("all is well");
        }
        assertThat(finding.code()).as(finding.message()).isEqualTo(code);
        return finding.message();
    }

    @Test
    void aSiteThatServesTheLiveFilesIsGood() throws Exception {
        Probe probe = visit();
        assertThat(probe.finding()).isNull();
        assertThat(probe.millis()).isPositive();
        assertThat(probe.certificateEnds()).isNull();
        assertThat(site.asked).as("as visitors ask, and nothing more").containsExactly("/", "/datos/votos.json");
    }

    @Test
    void namesAreEncodedAsBrowsersDo() throws Exception {
        site.file("datos/año 50% +1;#?.json", "{}");
        assertThat(visit().finding()).isNull();
        assertThat(site.asked).contains("/datos/a%C3%B1o%2050%25%20%2B1%3B%23%3F.json");
    }

    @Test
    void aRedirectIsFollowedAndFilesLieBesideWhereItEnds() throws Exception {
        site.redirect("/", "/prep/");
        assertThat(visit().finding()).isNull();
        assertThat(site.asked).containsExactly("/", "/prep/", "/prep/datos/votos.json");
        site.asked.clear();
        assertThat(visit(site.url("/prep/?a=b#top"), PATIENT).finding()).isNull();
        assertThat(site.asked).containsExactly("/prep/?a=b", "/prep/datos/votos.json");
    }

    @Test
    void aReleaseWithoutAPageIsAskedForItsFilesOnly() throws Exception {
        FakeSite bare = new FakeSite(Files.createDirectory(folder.resolve("bare"))).file("votos.json", "[]");
        try (bare) {
            Probe probe = new SiteProbe(bare.url(""), LIVE_ROOT, Visitor.ofThisJvm(), System::nanoTime)
                    .visit(bare.shown(), 0, (path, sha256) -> Optional.empty());
            assertThat(probe.finding()).isNull();
            assertThat(bare.asked).containsExactly("/votos.json");
        }
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "/ | 404 | its root is not the live link; let it name /var/lib/difusor/live",
                "/ | 410 | its root is not the live link",
                "/ | 403 | Options FollowSymLinks",
                "/ | 403 | namei -l /var/lib/difusor/live",
                "/ | 401 | password",
                "/ | 429 | limits requests",
                "/ | 400 | only 200 is right here",
                "/ | 500 | the web server fails",
                "/ | 502 | gets no answer from the web server",
                "/ | 504 | gets no answer from the web server",
                "/ | 505 | the web server fails",
                "/ | 204 | only 200 is right here",
                "/ | 304 | it redirects in a circle",
                "/datos/votos.json | 404 | the page is right, but this file",
                "/datos/votos.json | 403 | Options FollowSymLinks",
            })
    void anotherStatusThan200IsDown(String path, int status, String cause) throws Exception {
        site.status(path, status);
        assertThat(message(visit(), Finding.Code.DOWN))
                .startsWith(site.url(path) + " is answered with the status " + status)
                .contains(cause);
        assertThat(site.asked).as("without a page nothing more is asked for").endsWith(path);
    }

    @Test
    void redirectsInACircleAreDown() throws Exception {
        site.redirect("/", "/a").redirect("/a", "/");
        assertThat(message(visit(), Finding.Code.DOWN)).contains("it redirects in a circle");
    }

    @Test
    void aPortWhereNobodyListensIsDown() throws Exception {
        URI url = site.url("/");
        site.close();
        Probe probe = visit(url, PATIENT);
        assertThat(message(probe, Finding.Code.DOWN)).contains("the connection is refused", "start the web server");
        assertThat(probe.millis()).isZero();
    }

    @Test
    void aNameThatNobodyKnowsIsDown() throws Exception {
        assertThat(message(visit(URI.create("http://prep.example.invalid/"), PATIENT), Finding.Code.DOWN))
                .contains("its name is not known to this host's DNS");
    }

    @Test
    void aServerThatTakesTheConnectionAndSaysNothingIsDown() throws Exception {
        try (ServerSocket mute = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            assertThat(message(
                            visit(URI.create("http://localhost:" + mute.getLocalPort() + "/"), HASTY),
                            Finding.Code.DOWN))
                    .contains("no whole answer comes in time", "load of the web server");
        }
    }

    @Test
    void anAnswerThatTricklesForEverIsDown() throws Exception {
        site.on("/", exchange -> {
            exchange.sendResponseHeaders(200, 1_000);
            exchange.getResponseBody().write('<');
            exchange.getResponseBody().flush(); // and no more, until the visitor has gone
        });
        assertThat(message(visit(site.url("/"), HASTY), Finding.Code.DOWN)).contains("no whole answer comes in time");
    }

    @Test
    void whatDoesNotSpeakHttpIsDown() throws Exception {
        Thread thread;
        try (ServerSocket rude = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            thread = new Thread(() -> greet(rude));
            thread.start();
            assertThat(message(
                            visit(URI.create("http://localhost:" + rude.getLocalPort() + "/"), PATIENT),
                            Finding.Code.DOWN))
                    .contains("what comes is not HTTP");
        }
        thread.join();
    }

    private static void greet(ServerSocket rude) {
        try {
            while (true) {
                try (Socket socket = rude.accept()) {
                    socket.getOutputStream().write("220 mail.example ESMTP\r\n".getBytes(StandardCharsets.US_ASCII));
                }
            }
        } catch (IOException e) {
            return; // the test is over
        }
    }

    @Test
    void aVisitEndsInTimeHoweverManyAnswersAreSlow() throws Exception {
        long[] now = {0};
        site.on("/", exchange -> {
            now[0] = PATIENT.visit().toNanos(); // the page took all the time that there was
            site.sendFile(exchange);
        });
        site.on("/datos/votos.json", exchange -> exchange.sendResponseHeaders(200, 5));
        long begin = System.nanoTime();
        Probe probe = new SiteProbe(site.url("/"), LIVE_ROOT, Visitor.ofThisJvm(), PATIENT, () -> now[0])
                .visit(site.shown(), 0, (path, sha256) -> Optional.empty());
        assertThat(message(probe, Finding.Code.DOWN)).contains("votos.json", "no whole answer comes in time");
        assertThat(Duration.ofNanos(System.nanoTime() - begin)).isLessThan(PATIENT.answer());
    }

    @Test
    void bytesOfAnEarlierReleaseAreOldAndTheWebServersFault() throws Exception {
        site.text("/", "<html><body>16</body></html>");
        known("<html><body>16</body></html>", "sequence 16, cut 2024-06-02T20:15:00-07:00");
        assertThat(message(visit(), Finding.Code.OLD))
                .contains(
                        "comes as it was in sequence 16, cut 2024-06-02T20:15:00-07:00, but pel-2024/000017-aa is live")
                .contains("names the folder of a release", LIVE_ROOT, "open_file_cache");
    }

    @Test
    void bytesThatOnlyAPlainRequestGetsOldAreACachesFault() throws Exception {
        site.on("/datos/votos.json", exchange -> {
            if ("no-cache".equals(exchange.getRequestHeaders().getFirst("Cache-Control"))) {
                site.sendFile(exchange);
            } else {
                exchange.getResponseHeaders().set("Age", "312");
                exchange.getResponseHeaders().set("X-Cache", "HIT");
                FakeSite.send(exchange, 200, "{\"votos\": 16}".getBytes(StandardCharsets.UTF_8));
            }
        });
        known("{\"votos\": 16}", "sequence 16");
        assertThat(message(visit(), Finding.Code.OLD))
                .contains("as it was in sequence 16", "a cache in between keeps it (Age: 312, X-Cache: HIT)")
                .doesNotContain("open_file_cache");
        site.file("datos/votos.json", "{\"votos\": 18}");
        earlier.clear();
        assertThat(message(visit(), Finding.Code.WRONG)).contains("a cache in between keeps something else");
    }

    @Test
    void aFileThatAnEarlierReleaseHasNotGotIsOldWhereAnotherFileTells() throws Exception {
        site.text("/", "16").status("/datos/votos.json", 404);
        known("16", "sequence 16");
        assertThat(message(visit(), Finding.Code.OLD)).contains("sequence 16");
    }

    @Test
    void bytesOfNoReleaseAreWrong() throws Exception {
        site.text("/", "<h1>Welcome to nginx, which serves another page</h1>");
        known("16", "sequence 16");
        site.text("/datos/votos.json", "16");
        assertThat(message(visit(), Finding.Code.WRONG))
                .as("it says more than the old file")
                .contains(site.url("/") + " comes with bytes that are of no release")
                .contains("the web server's root is another folder", LIVE_ROOT);
    }

    @Test
    void whatIsPutBetweenTheRightBytesIsWrongAndNamed() throws Exception {
        site.text("/", "<html><body>17<script>ads()</script></body></html>");
        assertThat(message(visit(), Finding.Code.WRONG)).contains("22 bytes are put in after the first 15", "CDN");
    }

    @Test
    void aFragmentOfTheAddressIsNeverSent() throws Exception {
        site.text("/", "other");
        assertThat(message(visit(site.url("/#top"), PATIENT), Finding.Code.WRONG))
                .startsWith(site.url("/") + " comes");
        assertThat(site.asked).last().asString().startsWith("/?difusor=");
    }

    @Test
    void anAnswerThatIsCutOffIsWrongAndNamed() throws Exception {
        site.text("/", "<html><bo");
        assertThat(message(visit(), Finding.Code.WRONG)).contains("only the first 9 of 28 bytes come");
    }

    @Test
    void anAnswerThatIsCompressedUnaskedIsWrongAndNamed() throws Exception {
        site.on("/", exchange -> {
            assertThat(exchange.getRequestHeaders()).doesNotContainKey("Accept-Encoding");
            exchange.getResponseHeaders().set("Content-Encoding", "gzip");
            exchange.sendResponseHeaders(200, 0);
            try (GZIPOutputStream out = new GZIPOutputStream(exchange.getResponseBody())) {
                out.write("<html><body>17</body></html>".getBytes(StandardCharsets.UTF_8));
            }
        });
        assertThat(message(visit(), Finding.Code.WRONG)).contains("they are compressed (gzip) though nobody asked");
    }

    @Test
    void anAnswerWithoutEndIsReadToTheLimitOnly() throws Exception {
        site.on("/", exchange -> {
            exchange.sendResponseHeaders(200, 0);
            byte[] chunk = new byte[1 << 16];
            for (int i = 0; i < 10_000; i++) {
                exchange.getResponseBody().write(chunk); // until the visitor hangs up
            }
        });
        assertThat(message(visit(), Finding.Code.WRONG)).contains("bytes that are of no release");
    }

    @Test
    void whatComesFromOutsideStaysShortInMessages() throws Exception {
        site.on("/", exchange -> {
            exchange.getResponseHeaders().set("Via", "x".repeat(5_000));
            FakeSite.send(exchange, 200, new byte[] {1});
        });
        assertThat(message(visit(), Finding.Code.WRONG)).contains("Via: xxx").hasSizeLessThan(1_000);
    }
}
