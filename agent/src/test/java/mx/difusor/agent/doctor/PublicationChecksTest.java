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
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.visit.PageLook;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PublicationChecksTest {

    private static final String PROCESSES = "ps -A -o comm=";

    @TempDir
    private Path folder;

    private Patient patient;

    @BeforeEach
    void make() throws IOException {
        patient = new Patient(folder.toRealPath());
    }

    private List<String> live() {
        return Patient.outcomes(new LiveCheck(patient.subject()));
    }

    private List<String> webServer() {
        return Patient.outcomes(new WebServerCheck(patient.subject()));
    }

    @Test
    void theLiveRootIsALinkToAReleaseThatOthersGetThroughTo() throws IOException {
        assertThat(live()).containsExactly("✔ event.open", "! live.not-yet");
        patient.running = true;
        assertThat(live()).contains("✘ live.missing");

        Path release = patient.release("r1", "<h1>1</h1>");
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx--x--x"));
        assertThat(live()).containsExactly("✔ event.open", "✔ live.points", "✔ traverse.open");

        Files.setPosixFilePermissions(release.resolve("index.html"), PosixFilePermissions.fromString("rw-------"));
        assertThat(live()).contains("✘ traverse.unreadable");

        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwx------"));
        Finding closed = Patient.look(new LiveCheck(patient.subject())).get(2);
        assertThat(closed.word()).isEqualTo("closed");
        assertThat(closed.figures()).containsEntry("closed", folder.toRealPath().toString());
    }

    @Test
    void aLiveRootThatIsNoLinkOrLeadsElsewhereIsAFault() throws IOException {
        Path live = patient.home.root().resolve("live");
        Files.createDirectory(live);
        assertThat(live()).contains("✘ live.not-a-link");

        Files.delete(live);
        Files.createSymbolicLink(live, Path.of("/"));
        assertThat(live()).contains("✘ live.elsewhere");

        Files.delete(live);
        Files.createSymbolicLink(live, Path.of("gone"));
        assertThat(live()).contains("✘ live.dangling");

        patient.with("publish: {iisSite: \"Default Web Site/\"}\n");
        assertThat(live()).contains("! live.iis");
    }

    @Test
    void anEventThatIsOverOrADrillIsTold() {
        patient.yaml = patient.yaml.replace("2024-06-0", "2023-06-0");
        assertThat(live()).contains("! event.over");

        patient.yaml = patient.yaml.replace("2023-06-0", "2025-06-0");
        assertThat(live()).contains("✔ event.opens");

        patient.yaml = patient.yaml.replace("id: pel-2024\n", "id: pel-2024\n    drill: true\n");
        assertThat(live()).contains("! event.drill");
    }

    @Test
    void anAdoptedDocrootIsToldAndSoIsOneThatSomebodyTookBack() throws IOException {
        patient.release("r1", "1");
        Path docroot = folder.toRealPath().resolve("html");
        Files.writeString(
                patient.home.adoptions(),
                "{\"adoptions\": [{\"docroot\": \"%s\", \"kept\": \"x\", \"live\": \"y\", \"at\": \"z\"}]}"
                        .formatted(docroot));
        Files.createDirectory(docroot);
        assertThat(live()).contains("✘ docroots.back");

        Files.delete(docroot);
        Files.createSymbolicLink(docroot, patient.home.root().resolve("live"));
        assertThat(live()).contains("✔ docroots.linked");
    }

    private void nginx(String config) {
        patient.commands.answer(PROCESSES, "systemd\nnginx\nnginx\n").answer("nginx -T", config);
    }

    @Test
    void theRootOfNginxLeadsToTheLiveRoot() throws IOException {
        assertThat(webServer()).containsExactly("! web-server.none");
        patient.commands.answer(PROCESSES, "nginx\n");
        assertThat(webServer()).containsExactly("! web-server.unread");

        Path release = patient.release("r1", "1");
        Path live = patient.home.root().resolve("live");
        nginx("server { root /var/www; # root " + live + ";\n}");
        assertThat(webServer()).containsExactly("! web-server.elsewhere", "✔ nginx.good");
        nginx("server { root " + live + "; }");
        assertThat(webServer()).containsExactly("✔ web-server.serves", "✔ nginx.good");
        nginx("server { root " + release + "; }");
        assertThat(webServer()).contains("✘ web-server.release");
    }

    @Test
    void trapsOfNginxAreFaults() throws IOException {
        patient.release("r1", "1");
        nginx("http { open_file_cache max=100; server { root "
                + patient.home.root().resolve("live") + "; disable_symlinks if_not_owner from=/; } }");
        assertThat(webServer())
                .containsExactly("✔ web-server.serves", "✘ nginx.open-file-cache", "✘ nginx.disable-symlinks");

        nginx("http { open_file_cache off; disable_symlinks off; # open_file_cache max=1;\n}");
        assertThat(webServer()).contains("✔ nginx.good");
    }

    @Test
    void theConfigurationThatTheServerWasStartedWithIsRead() throws IOException {
        patient.release("r1", "1");
        patient.commands
                .answer(PROCESSES, "nginx\n")
                .answer("ps -A -o args=", "nginx: master process /usr/sbin/nginx -g daemon on; -c /srv/n.conf\n")
                .answer("nginx -T -c /srv/n.conf", "root " + patient.home.root().resolve("live") + ";");

        assertThat(webServer()).contains("✔ web-server.serves");
    }

    private void apache(String config) throws IOException {
        Path file = Files.writeString(folder.resolve("apache.conf"), config);
        patient.commands
                .answer(PROCESSES, "apache2\n")
                .answer("apachectl -t -D DUMP_INCLUDES", "Included configuration files:\n  (*) " + file + "\n");
    }

    @Test
    void apacheHasToFollowLinks() throws IOException {
        patient.release("r1", "1");
        String root = "DocumentRoot \"" + patient.home.root().resolve("live") + "\"\n";

        apache(root + "Options Indexes FollowSymLinks\n");
        assertThat(webServer()).containsExactly("✔ web-server.serves", "✔ apache.good");
        apache(root + "Options SymLinksIfOwnerMatch\n");
        assertThat(webServer()).contains("! apache.owner-match");
        apache(root + "Options None\n# Options FollowSymLinks\n");
        assertThat(webServer()).contains("! apache.no-links");
        apache(root + "Options -FollowSymLinks\n");
        assertThat(webServer()).contains("! apache.no-links");
    }

    @Test
    void otherServersAreNamed() {
        patient.commands.answer(PROCESSES, "/usr/local/bin/caddy\n");
        assertThat(webServer()).containsExactly("! web-server.other");

        patient.system = "Windows Server 2022";
        patient.commands.answer("tasklist /fo csv /nh", "\"w3wp.exe\",\"4711\",\"Services\"\n");
        assertThat(webServer()).containsExactly("! web-server.other");
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
        "\"Content-Security-Policy: frame-ancestors 'self' https://portal.example\", ! frames.some",
        "'Content-Security-Policy: frame-ancestors *', ✔ frames.allowed",
        "'Server: nginx', ✔ frames.allowed"
    })
    void portalsMayShowThePageInAFrame(String header, String outcome) {
        PageLook.Seen seen = seen(header.replace("\"", ""));

        assertThat(Patient.outcomes(() -> List.of(Frames.of(seen)))).containsExactly(outcome);
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
        "02/06/2024 20:30, ! cut-shown.look",
        "03/06/2024 20:15, ! cut-shown.look"
    })
    void whatIsLiveNamesItsCut(String text, String outcome) throws IOException {
        patient.release("r1", text);
        patient.agent = Patient.seen("2024-06-02T20:15:00-07:00", List.of(), null);

        assertThat(service()).contains(outcome);
    }
}
