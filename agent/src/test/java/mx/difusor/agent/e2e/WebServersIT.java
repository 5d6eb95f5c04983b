package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.model.Digest;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The configurations of nginx and Apache that installer packages ship, under real servers: docs/web-servers.md. */
class WebServersIT {

    private static final String TOKEN = "a token of the Institute's";
    private static final String LARGE = "{\"votos\": [" + "12345, ".repeat(2000) + "1]}";

    /** Every type that a package may bring (verify.FileTypes), with what a browser has to be told. */
    private static final Map<String, String> TYPES = new TreeMap<>(Map.ofEntries(
            Map.entry("html", "text/html; charset=utf-8"),
            Map.entry("htm", "text/html; charset=utf-8"),
            Map.entry("css", "text/css; charset=utf-8"),
            Map.entry("js", "text/javascript; charset=utf-8"),
            Map.entry("mjs", "text/javascript; charset=utf-8"),
            Map.entry("json", "application/json; charset=utf-8"),
            Map.entry("map", "application/json; charset=utf-8"),
            Map.entry("webmanifest", "application/manifest+json; charset=utf-8"),
            Map.entry("csv", "text/csv"),
            Map.entry("txt", "text/plain"),
            Map.entry("zip", "application/zip"),
            Map.entry("svg", "image/svg+xml; charset=utf-8"),
            Map.entry("png", "image/png"),
            Map.entry("jpg", "image/jpeg"),
            Map.entry("jpeg", "image/jpeg"),
            Map.entry("gif", "image/gif"),
            Map.entry("webp", "image/webp"),
            Map.entry("avif", "image/avif"),
            Map.entry("ico", "image/x-icon"),
            Map.entry("bmp", "image/bmp"),
            Map.entry("woff", "font/woff"),
            Map.entry("woff2", "font/woff2"),
            Map.entry("ttf", "font/ttf"),
            Map.entry("otf", "font/otf"),
            Map.entry("eot", "application/vnd.ms-fontobject")));

    @TempDir
    private static Path folder;

    private static Site site;
    private static ShippedWebServer nginx;
    private static ShippedWebServer apache;

    @BeforeAll
    static void start() throws Exception {
        // The servers' own accounts have to come through.
        Shell.bash(folder, "chmod 755 .").ok();
        site = Site.open(folder, "publish: {precompress: true}\n");
        String config = Files.readString(site.config());
        String hash = Digest.ofContent(TOKEN.getBytes(StandardCharsets.UTF_8)).hex();
        Files.writeString(site.config(), config.replace("status: {", "status: {tokens: [" + hash + "], "));
        site.start();
        nginx = ShippedWebServer.nginx(folder, site);
        apache = ShippedWebServer.apache(folder, site);
        PackageFolder one = new PackageFolder(Site.EVENT, "site", 1, "2024-06-02T20:00:00-07:00")
                .file("index.html", "<!doctype html><h1>PREP</h1>")
                .file("datos/votos.json", LARGE)
                .file("datos/casillas.es.json", "{}");
        for (String type : TYPES.keySet()) {
            one.file("tipos/x." + type, type.matches("json|map|webmanifest") ? "{}" : "x");
        }
        assertThat(site.deliver(one.archive(folder, "sitio", "zip"))
                        .path("outcome")
                        .asText())
                .isEqualTo("accepted");
        Awaitility.await("the twin")
                .atMost(Site.PATIENCE)
                .until(() -> Files.exists(site.live().resolve("datos/votos.json.gz")));
    }

    @AfterAll
    static void stop() throws IOException {
        nginx.close();
        apache.close();
        site.close();
    }

    static List<ShippedWebServer> servers() {
        return List.of(nginx, apache);
    }

    private static String header(String headers, String name) {
        return headers.lines()
                .filter(line -> line.startsWith(name + ":"))
                .map(line -> line.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void everyTypeOfAPackageIsToldAsWhatItIs(ShippedWebServer web) throws Exception {
        Map<String, String> told = new TreeMap<>();
        for (String type : TYPES.keySet()) {
            told.put(type, header(web.headers("", web.url("/tipos/x." + type)), "content-type"));
        }
        assertThat(told).isEqualTo(TYPES);
        assertThat(web.headers("", web.url("/datos/casillas.es.json")))
                .contains("content-type: application/json; charset=utf-8");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void nothingIsUsedAgainWithoutAskingAndAskingIsCheap(ShippedWebServer web) throws Exception {
        for (String coding : List.of("", "-H 'Accept-Encoding: gzip'")) {
            String first = web.headers(coding, web.url("/datos/votos.json"));
            assertThat(header(first, "cache-control")).isEqualTo("no-cache");
            assertThat(first).doesNotContainPattern("\n(expires|age):");
            String tag = header(first, "etag");
            assertThat(tag).isNotEmpty();

            String again = web.headers(coding + " -H 'If-None-Match: " + tag + "'", web.url("/datos/votos.json"));

            assertThat(again).as(coding).startsWith("http/2 304");
            assertThat(header(again, "cache-control")).isEqualTo("no-cache");
        }
        assertThat(web.headers("-H 'If-None-Match: \"0-0\"'", web.url("/datos/votos.json")))
                .startsWith("http/2 200");
        // A date after the file's: what a browser has kept from before a rollback to an older cut.
        assertThat(web.headers("-H 'If-Modified-Since: Mon, 03 Jun 2024 20:00:00 GMT'", web.url("/datos/votos.json")))
                .startsWith("http/2 200");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void largeTextComesCompressedAndIsTheSameText(ShippedWebServer web) throws Exception {
        String headers = web.headers("-H 'Accept-Encoding: gzip'", web.url("/datos/votos.json"));
        assertThat(header(headers, "content-encoding")).isEqualTo("gzip");
        assertThat(header(headers, "vary")).contains("accept-encoding");
        assertThat(header(headers, "content-type")).isEqualTo("application/json; charset=utf-8");
        assertThat(web.body("--compressed", web.url("/datos/votos.json"))).isEqualTo(LARGE);
        assertThat(web.body("", web.url("/datos/votos.json"))).isEqualTo(LARGE);
        String plain = web.headers("", web.url("/datos/votos.json"));
        assertThat(header(plain, "content-length")).isEqualTo("" + LARGE.length());
        assertThat(header(plain, "vary")).contains("accept-encoding");
    }

    @Test
    void nginxServesTheTwinThatTheAgentMade() throws Exception {
        String headers = nginx.headers("-H 'Accept-Encoding: gzip'", nginx.url("/datos/votos.json"));
        assertThat(header(headers, "content-length"))
                .isEqualTo("" + Files.size(site.live().resolve("datos/votos.json.gz")));
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void portalsMayEmbedThePageAndReadTheData(ShippedWebServer web) throws Exception {
        String page = web.headers("-H 'Origin: https://portal.example'", web.url("/"));
        assertThat(page)
                .startsWith("http/2 200")
                .contains("content-security-policy: frame-ancestors *")
                .contains("x-content-type-options: nosniff")
                .doesNotContain("x-frame-options")
                .doesNotContain("access-control-allow-origin");
        assertThat(web.headers("-H 'Origin: https://portal.example'", web.url("/datos/votos.json")))
                .contains("access-control-allow-origin: *");
        assertThat(web.headers("", web.url("/tipos/x.csv"))).contains("access-control-allow-origin: *");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void plainHttpLeadsToTlsButForTheCertificatesRenewal(ShippedWebServer web) throws Exception {
        Files.createDirectories(folder.resolve("acme/.well-known/acme-challenge"));
        Files.writeString(folder.resolve("acme/.well-known/acme-challenge/x"), "prueba");
        assertThat(web.headers("", web.plainUrl("/datos/votos.json?a=1")))
                .startsWith("http/1.1 301")
                .contains("location: https://" + ShippedWebServer.NAME)
                .contains("/datos/votos.json?a=1");
        assertThat(web.body("", web.plainUrl("/.well-known/acme-challenge/x"))).isEqualTo("prueba");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void onlyTls12And13AreSpoken(ShippedWebServer web) throws Exception {
        for (String version : List.of("-tls1_2", "-tls1_3")) {
            assertThat(handshake(web, version)).as(version).isZero();
        }
        assertThat(handshake(web, "-tls1_1 -cipher DEFAULT@SECLEVEL=0")).isNotZero();
    }

    private int handshake(ShippedWebServer web, String options) throws IOException {
        return Shell.run(
                        folder,
                        Map.of(),
                        List.of(
                                "bash",
                                "-c",
                                "openssl s_client -connect 127.0.0.1:%d -servername %s %s -brief </dev/null"
                                        .formatted(web.tlsPort(), ShippedWebServer.NAME, options)))
                .code();
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void nothingButReadingAndNothingOfTheServersOwn(ShippedWebServer web) throws Exception {
        for (String method : List.of("POST", "PUT", "DELETE", "TRACE", "OPTIONS")) {
            assertThat(web.headers("-X " + method, web.url("/datos/votos.json")))
                    .as(method)
                    .matches("(?s)http/2 (403|405).*");
        }
        assertThat(web.headers("-I", web.url("/datos/votos.json"))).startsWith("http/2 200");
        assertThat(web.headers("", web.url("/.git/config"))).startsWith("http/2 404");
        assertThat(web.headers("", web.url("/no-hay.json")))
                .startsWith("http/2 404")
                .contains("cache-control: no-cache");
        assertThat(web.headers("", web.url("/datos/"))).matches("(?s)http/2 (403|404).*");
        assertThat(web.body("", web.url("/no-hay.json"))).doesNotContainPattern("nginx/\\d|Apache/\\d");
    }

    @ParameterizedTest(autoCloseArguments = false)
    @MethodSource("servers")
    void theInstituteReachesTheStatusWithItsTokenAndNobodyElseDoes(ShippedWebServer web) throws Exception {
        assertThat(web.headers("--interface " + ShippedWebServer.INSTITUTE, web.url("/difusor/healthz")))
                .startsWith("http/2 200");
        assertThat(web.headers("--interface " + ShippedWebServer.INSTITUTE, web.url("/difusor/status")))
                .as("without a token")
                .startsWith("http/2 401");
        assertThat(web.body(
                        "--interface " + ShippedWebServer.INSTITUTE + " -H \"Authorization: Bearer " + TOKEN + "\"",
                        web.url("/difusor/status")))
                .contains("\"sequence\":1");
        assertThat(web.headers("", web.url("/difusor/healthz")))
                .as("somebody else")
                .startsWith("http/2 403");
        String operator =
                Files.readString(site.home.resolve("keys/operator.token")).strip();
        assertThat(web.headers(
                        "--interface " + ShippedWebServer.INSTITUTE + " -H 'Authorization: Bearer " + operator
                                + "' -X POST",
                        web.url("/difusor/operator/publish")))
                .as("an operator's command")
                .matches("(?s)http/2 (403|405).*");
    }

    @Test
    void nginxHoldsAFloodOfOneAddressBackAndNobodyElse() throws Exception {
        Shell.needs("ab");
        Process flood = new ProcessBuilder(
                        "ab",
                        "-q",
                        "-k",
                        "-n",
                        "100000000",
                        "-t",
                        "120",
                        "-c",
                        "50",
                        "-B",
                        ShippedWebServer.VISITOR,
                        "https://127.0.0.1:" + nginx.tlsPort() + "/")
                .redirectOutput(folder.resolve("flood.txt").toFile())
                .start();
        try {
            String visitor = "--interface " + ShippedWebServer.VISITOR;
            Awaitility.await("an answer that there is too much")
                    .atMost(Site.PATIENCE)
                    .until(() -> nginx.headers(visitor, nginx.url("/")).startsWith("http/2 429"));
            assertThat(nginx.headers("--interface 127.0.0.10", nginx.url("/"))).startsWith("http/2 200");
            // On this signal it says what it has counted.
            Shell.bash(folder, "kill -INT " + flood.pid()).ok();
            assertThat(flood.waitFor(60, TimeUnit.SECONDS)).isTrue();
        } finally {
            flood.destroyForcibly();
        }
        assertThat(folder.resolve("flood.txt")).content().containsPattern("Non-2xx responses: +\\d{3,}");
    }

    /** What docs/web-servers.md says to type, with the tools' and folders' names of this test. */
    @ParameterizedTest
    @ValueSource(strings = {"nginx", "apache"})
    void theCommandsOfTheManualGiveAConfigurationOfOnesOwn(String server) throws Exception {
        Matcher block = Pattern.compile("<!-- test: " + server + " -->\\s*```bash\\n(.*?)```", Pattern.DOTALL)
                .matcher(Files.readString(Path.of("../docs/web-servers.md")));
        assertThat(block.find()).isTrue();
        Path made = folder.resolve("typed-" + server + ".conf");
        String script = block.group(1)
                .replace(
                        "/usr/lib/difusor/web",
                        ShippedWebServer.SHIPPED.toAbsolutePath().toString())
                .replaceAll("> /\\S+", "> " + made);

        Shell.bash(folder, "nginx() { :; }; a2enmod() { :; }; a2ensite() { :; }; apachectl() { :; }\n" + script)
                .ok();

        assertThat(made).content().contains("prep.mi-radio.example", "198.51.100.0/24");
        assertThat(made).content().doesNotContain("prep.radio.example").doesNotContain("203.0.113.0/24");
        String modules = Files.readString(ShippedWebServer.SHIPPED.resolve("apache/difusor.conf"))
                .lines()
                .filter(line -> line.contains("a2enmod "))
                .map(line -> line.substring(line.indexOf("a2enmod ")))
                .findFirst()
                .orElseThrow();
        assertThat(!server.equals("apache") || script.contains(modules)).isTrue();
    }

    @Test
    void nginxTakesNoBodies() throws Exception {
        assertThat(nginx.headers("-X GET --data-binary " + "x".repeat(2000), nginx.url("/")))
                .startsWith("http/2 413");
    }
}
