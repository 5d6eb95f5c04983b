package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.TreeFile;
import mx.difusor.agent.visit.PageLook;
import mx.difusor.agent.visit.SiteProbe;
import mx.difusor.agent.visit.Visitor;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The public site as visitors get it, and what it shows. */
class SiteChecksTest {

    @TempDir
    private Path folder;

    private Patient patient;

    @BeforeEach
    void make() throws IOException {
        patient = new Patient(folder.toRealPath());
    }

    private static PageLook.Seen seen(String... headers) {
        Map<String, List<String>> all = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        for (String header : headers) {
            String[] parts = header.split(": ", 2);
            all.put(parts[0], List.of(parts[1]));
        }
        return new PageLook.Seen(200, URI.create("http://example/"), all, null);
    }

    @ParameterizedTest
    @CsvSource({
        "'Cache-Control: no-cache', ✔ caching.asks",
        "'Cache-Control: max-age=0, must-revalidate', ✔ caching.asks",
        "'Cache-Control: no-store', ✔ caching.asks",
        "'Cache-Control: max-age=10', ✔ caching.asks",
        "'Cache-Control: max-age=60', ! caching.short",
        "'Cache-Control: max-age=61', ✘ caching.long",
        "'Cache-Control: max-age=0, s-maxage=600', ✘ caching.long",
        "'Expires: Mon, 03 Jun 2024 04:00:00 GMT', ✘ caching.long",
        "'Expires: 0', ✔ caching.asks",
        "'ETag: x', ! caching.unsaid"
    })
    void whatLetsABrowserShowAnOldCutIsAFault(String header, String outcome) {
        PageLook.Seen seen = seen("Date: Mon, 03 Jun 2024 03:00:00 GMT", header);

        assertThat(Patient.outcomes(() -> List.of(Caching.of("http://example/", seen))))
                .containsExactly(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "'X-Frame-Options: DENY', ✘ frames.forbidden",
        "'X-Frame-Options: SAMEORIGIN', ✘ frames.forbidden",
        "\"Content-Security-Policy: default-src 'self'; frame-ancestors 'none'\", ✘ frames.forbidden",
        "\"Content-Security-Policy: frame-ancestors 'self'\", ✘ frames.forbidden",
        "\"Content-Security-Policy: frame-ancestors 'self' https://portal.example\", ! frames.some",
        "'Content-Security-Policy: frame-ancestors *', ✔ frames.allowed",
        "'Server: nginx', ✔ frames.allowed"
    })
    void portalsMayShowThePageInAFrame(String header, String outcome) {
        PageLook.Seen seen = seen(header.replace("\"", ""));

        assertThat(Patient.outcomes(() -> List.of(Frames.of(seen)))).containsExactly(outcome);
    }

    @Test
    void theHeaderItselfIsAmongTheFigures() {
        assertThat(Caching.of("http://example/", seen("Cache-Control: No-Cache"))
                        .figures())
                .containsEntry("cacheControl", "No-Cache");
        assertThat(Caching.of("http://example/", seen("Expires: 0")).figures()).containsEntry("cacheControl", "-");
    }

    private SiteCheck site(String address) {
        URI site = URI.create(address);
        Visitor visitor = Visitor.ofThisJvm();
        return new SiteCheck(
                patient.subject(), site, new SiteProbe(site, "live", visitor, System::nanoTime), new PageLook(visitor));
    }

    /** It is 2024-06-03T03:30:00Z, and the event is kept until then. */
    @ParameterizedTest
    @CsvSource({
        "http, 2024-06-10T03:30:00Z, ! site-tls.plain",
        "https, , ! site-tls.silent",
        "https, 2024-06-10T03:29:59Z, ✘ site-tls.ends",
        "https, 2024-06-10T03:30:00Z, ! site-tls.before",
        "https, 2024-07-01T00:00:00Z, ✔ site-tls.lasts"
    })
    void aCertificateThatEndsWithinAWeekIsAFault(String scheme, @Nullable Instant ends, String outcome) {
        patient.yaml = patient.yaml.replace("sftp:\n", "    keepUntil: 2024-07-01T00:00:00Z\nsftp:\n");
        PageLook.Seen seen = new PageLook.Seen(200, URI.create(scheme + "://example/"), Map.of(), ends);

        assertThat(Patient.outcomes(() -> List.of(site("https://example/").tls(seen))))
                .containsExactly(outcome);
    }

    @ParameterizedTest
    @CsvSource({
        "text/html; charset=UTF-8, ✔ content-type.html",
        "text/html; charset=iso-8859-1, ! content-type.charset",
        "text/plain, ✘ content-type.wrong"
    })
    void aPageIsHtmlInUtf8(String type, String outcome) {
        assertThat(Patient.outcomes(() -> List.of(SiteCheck.contentType(seen("Content-Type: " + type)))))
                .containsExactly(outcome);
        assertThat(SiteCheck.contentType(seen("Content-Type: text/plain")).arguments())
                .containsExactly("text/plain");
        assertThat(SiteCheck.contentType(seen("X: y")).arguments()).containsExactly("-");
    }

    private Path later(Path release, String path, String text, int seconds) throws IOException {
        Path file = Files.writeString(release.resolve(path), text);
        return Files.setLastModifiedTime(file, FileTime.from(Patient.NOW.plusSeconds(seconds)));
    }

    @Test
    void theFileThatChangedLastMayNotBeKeptEither() throws IOException {
        Path release = patient.release("r1", "page");
        later(release, "new.json", "new", 3);
        later(release, "old.json", "old", 2);
        later(release, "index.html", "page", 9);
        Map<String, String> kept = new HashMap<>(Map.of("/", "no-cache", "/old.json", "max-age=900"));
        Map<String, Integer> statuses = new HashMap<>();
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            String path = exchange.getRequestURI().getPath();
            byte[] body = Files.readAllBytes(release.resolve(path.equals("/") ? "index.html" : path.substring(1)));
            exchange.getResponseHeaders().set("Content-Type", "text/html");
            exchange.getResponseHeaders().set("Cache-Control", kept.getOrDefault(path, "no-cache"));
            exchange.sendResponseHeaders(statuses.getOrDefault(path, 200), body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            Check site = site("http://127.0.0.1:" + server.getAddress().getPort() + "/");
            assertThat(Patient.outcomes(site)).contains("✔ site.serves", "✔ caching.asks");
            kept.put("/new.json", "max-age=900");
            assertThat(Patient.outcomes(site)).contains("✘ caching.long");
            statuses.put("/new.json", 404);
            assertThat(Patient.outcomes(site)).as("an error page's").contains("✔ caching.asks");
            statuses.clear();
            kept.putAll(Map.of("/", "max-age=900", "/new.json", "no-cache"));
            assertThat(Patient.outcomes(site)).as("the page's own").contains("✘ caching.long");
            statuses.put("/", 503);
            assertThat(Patient.outcomes(site)).containsExactly("✘ site.wrong", "! site-tls.plain");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void thePageAndWhatChangedLastStandForARelease() throws IOException {
        Path release = patient.release("r1", "page");
        for (int i = 0; i < LiveSample.FILES; i++) {
            later(release, i + ".json", "n" + i, i);
        }
        later(release, "index.html", "page", -1);
        later(release, "7.json.gz", "twin", 99);
        Files.write(release.resolve("large"), new byte[(int) LiveSample.FILE_BYTES + 1]);

        assertThat(LiveSample.of(patient.home.root().resolve("live")).tree().files())
                .extracting(TreeFile::path)
                .containsExactly("1.json", "2.json", "3.json", "4.json", "5.json", "6.json", "7.json", "index.html");
    }

    @Test
    void whichReleaseHasTheseBytesIsSeenInFilesOfMeasure() throws IOException {
        Path release = patient.release("r1", "page");
        byte[] large = new byte[(int) LiveSample.FILE_BYTES];
        Files.write(release.resolve("large"), large);
        assertThat(LiveSample.origin(patient.home, "large", Digest.ofContent(large)))
                .contains("release pel-2024/r1");
        assertThat(LiveSample.origin(patient.home, "large", Digest.ofContent(new byte[1])))
                .isEmpty();
        assertThat(LiveSample.origin(patient.home, "gone", Digest.ofContent(new byte[0])))
                .isEmpty();

        large = new byte[large.length + 1];
        Files.write(release.resolve("large"), large);
        assertThat(LiveSample.origin(patient.home, "large", Digest.ofContent(large)))
                .isEmpty();
    }

    @Test
    void thePublicSiteIsHeldAgainstWhatIsLive() throws IOException {
        assertThat(Patient.outcomes(SiteCheck.of(patient.subject()))).containsExactly("! site.not-given");
        Map<String, String> headers = new TreeMap<>(Map.of("Content-Type", "text/html", "Cache-Control", "no-cache"));
        String[] page = {"<h1>2</h1>"};
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            headers.forEach((name, value) -> exchange.getResponseHeaders().set(name, value));
            byte[] body = page[0].getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        server.start();
        try {
            patient.yaml = patient.yaml.replace(
                    "name: Radio Universidad",
                    "name: Radio Universidad, site: \"http://127.0.0.1:"
                            + server.getAddress().getPort() + "/\"");
            assertThat(Patient.outcomes(SiteCheck.of(patient.subject()))).containsExactly("! site.no-live");

            patient.release("r1", "<h1>1</h1>");
            patient.release("r2", "<h1>2</h1>");
            assertThat(Patient.outcomes(SiteCheck.of(patient.subject())))
                    .containsExactly(
                            "✔ site.serves",
                            "! site-tls.plain",
                            "✔ content-type.html",
                            "✔ caching.asks",
                            "✔ frames.allowed");

            page[0] = "<h1>1</h1>";
            headers.put("Content-Type", "application/octet-stream");
            List<Finding> findings = Patient.look(SiteCheck.of(patient.subject()));
            assertThat(findings.get(0).message(java.util.Locale.ENGLISH)).contains("release pel-2024/r1");
            assertThat(findings.get(2).word()).isEqualTo("wrong");
            headers.put("Content-Type", "text/html; charset=iso-8859-1");
            assertThat(Patient.outcomes(SiteCheck.of(patient.subject()))).contains("! content-type.charset");
        } finally {
            server.stop(0);
        }
        assertThat(Patient.outcomes(SiteCheck.of(patient.subject()))).contains("✘ site.wrong");
    }

    @Test
    void theAvailabilityIsReadFromTheRecord() {
        assertThat(service()).containsExactly("! availability.unmeasured", "! cut-shown.no-cut");

        patient.yaml =
                patient.yaml.replace("name: Radio Universidad", "name: Radio Universidad, site: \"http://example/\"");
        assertThat(service()).contains("! availability.no-record");
        patient.agent = Patient.seen(null, List.of(), 0.999);
        assertThat(service()).contains("✔ availability.met");
        patient.agent = Patient.seen(null, List.of(), 0.9989);
        assertThat(service()).contains("✘ availability.below");
    }

    private List<String> service() {
        return Patient.outcomes(new ServiceCheck(patient.subject()));
    }

    @ParameterizedTest
    @CsvSource({
        "Corte del 02/06/2024 20:15 horas, ✔ cut-shown.shown",
        "'{\"corte\": \"2024-06-02T20:15:00\"}', ✔ cut-shown.shown",
        "2 de junio de 2024 a las 20:15, ✔ cut-shown.shown",
        "20240602_2015, ✔ cut-shown.shown",
        "02/06/2024 20:30, ! cut-shown.look",
        "03/06/2024 20:15, ! cut-shown.look"
    })
    void whatIsLiveNamesItsCut(String text, String outcome) throws IOException {
        patient.release("r1", text);
        patient.agent = Patient.seen("2024-06-02T20:15:00-07:00", List.of(), null);

        assertThat(service()).contains(outcome);
    }

    @Test
    void theCutIsLookedForInSmallTextsOnly() throws IOException {
        String text = "Corte del 02/06/2024 20:15 horas";
        patient.agent = Patient.seen("2024-06-02T20:15:00-07:00", List.of(), null);
        Path release = patient.release("r1", "no cut");
        Files.writeString(release.resolve("corte.png"), text);
        Files.writeString(release.resolve("large.csv"), text + " ".repeat(1 << 20));
        assertThat(service()).contains("! cut-shown.look");

        Files.writeString(release.resolve("corte.TXT"), text);
        assertThat(service()).contains("✔ cut-shown.shown");
    }
}
