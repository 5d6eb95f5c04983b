package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Requests that no browser sends: each gets a plain refusal, with the headers of every other answer. */
class OddRequestsTest {

    private static final String CLOSE = " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    @BeforeEach
    void start() throws Exception {
        Limits standard = Limits.STANDARD;
        agent = new StartedServer(
                folder,
                new Limits(
                        standard.connections(),
                        standard.connectionsPerAddress(),
                        standard.kept(),
                        standard.threads(),
                        Duration.ofSeconds(5),
                        standard.standstill(),
                        standard.headerBytes(),
                        standard.bodyBytes(),
                        standard.stop()));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    static Stream<Arguments> odd() {
        return Stream.of(
                Arguments.of("garbage", "\u0000\u0001\u0002\u0003\r\n\r\n"),
                Arguments.of(
                        "a TLS greeting", "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\u0001\u00fc\u0003\u0003\r\n\r\n"),
                Arguments.of("HTTP/0.9", "GET /status\r\n\r\n"),
                Arguments.of("HTTP/2 preface", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"),
                Arguments.of("HTTP/9", "GET /status HTTP/9.9\r\nHost: localhost\r\n\r\n"),
                Arguments.of("no host", "GET /status HTTP/1.1\r\n\r\n"),
                Arguments.of("two hosts", "GET /status HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n"),
                Arguments.of("a bad host", "GET /status HTTP/1.1\r\nHost: a b/c\r\n\r\n"),
                Arguments.of("a folded header", "GET /status HTTP/1.1\r\nHost: localhost\r\nX: a\r\n b\r\n\r\n"),
                Arguments.of("a null in a header", "GET /status HTTP/1.1\r\nHost: localhost\r\nX: a\u0000b\r\n\r\n"),
                Arguments.of("a space before the colon", "GET /status HTTP/1.1\r\nHost : localhost\r\n\r\n"),
                Arguments.of(
                        "a length that is none",
                        "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: x\r\n\r\n"),
                Arguments.of(
                        "a negative length", "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: -1\r\n\r\n"),
                Arguments.of(
                        "two lengths",
                        "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nx"),
                Arguments.of(
                        "length and chunks",
                        "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n"),
                Arguments.of(
                        "an unknown coding",
                        "POST /operator/publish HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: gzip\r\n\r\n"),
                Arguments.of("a bad escape", "GET /%zz" + CLOSE),
                Arguments.of("half an escape", "GET /%2" + CLOSE),
                Arguments.of("bad UTF-8", "GET /%ff%fe" + CLOSE),
                Arguments.of("overlong UTF-8", "GET /%c0%ae%c0%ae/status" + CLOSE),
                Arguments.of("a null in the path", "GET /status%00.html" + CLOSE),
                Arguments.of("above the root", "GET /../../etc/passwd" + CLOSE),
                Arguments.of("above the root, escaped", "GET /%2e%2e/%2e%2e/etc/passwd" + CLOSE),
                Arguments.of("above the root, escaped slash", "GET /..%2f..%2fetc/passwd" + CLOSE),
                Arguments.of("above the root with a parameter", "GET /..;/..;x=y/etc/passwd" + CLOSE),
                Arguments.of("backslashes", "GET /..\\..\\etc\\passwd" + CLOSE),
                Arguments.of("escaped backslashes", "GET /..%5c..%5cetc%5cpasswd" + CLOSE),
                Arguments.of("double slashes", "GET //status" + CLOSE),
                Arguments.of("an asset above the assets", "GET /assets/../../../messages.properties" + CLOSE),
                Arguments.of("an asset, twice escaped", "GET /assets/%252e%252e/messages.properties" + CLOSE),
                Arguments.of("a class", "GET /assets/../Access.class" + CLOSE),
                Arguments.of("a star", "GET *" + CLOSE),
                Arguments.of("options of all", "OPTIONS *" + CLOSE),
                Arguments.of("a tunnel", "CONNECT localhost:22" + CLOSE),
                Arguments.of(
                        "a tunnel that names its host", "CONNECT localhost:22 HTTP/1.1\r\nHost: localhost:22\r\n\r\n"),
                Arguments.of("a trace", "TRACE /status" + CLOSE),
                Arguments.of("a lower case method", "get /status" + CLOSE),
                Arguments.of("a very long method", "G".repeat(3_000) + " /" + CLOSE),
                Arguments.of("another's absolute address", "GET http://evil.example/status" + CLOSE),
                Arguments.of("a file's address", "GET file:///etc/passwd" + CLOSE),
                Arguments.of("credentials in the address", "GET http://a:b@localhost/nothing" + CLOSE),
                Arguments.of("a bad query", "GET /packages?event=%zz" + CLOSE),
                Arguments.of("markup in a query", "GET /packages?%3Cscript%3Ealert(1)%3C/script%3E=1" + CLOSE),
                Arguments.of("markup in a path", "GET /%3Cscript%3Ealert(1)%3C/script%3E" + CLOSE),
                Arguments.of(
                        "many headers", "GET / HTTP/1.1\r\nHost: localhost\r\n" + "A: b\r\n".repeat(2_000) + "\r\n"),
                Arguments.of("a long path", "GET /" + "x".repeat(9_000) + CLOSE),
                Arguments.of("a long query", "GET /packages?event=" + "x".repeat(9_000) + CLOSE),
                Arguments.of(
                        "a long header", "GET / HTTP/1.1\r\nHost: localhost\r\nX: " + "x".repeat(9_000) + "\r\n\r\n"),
                Arguments.of("an endless line", "x".repeat(20_000)));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("odd")
    void anOddRequestGetsAPlainRefusalWithEverySecurityHeader(String name, String request) throws Exception {
        String answer = agent.raw(request);

        assertThat(answer).matches("(?s)HTTP/1\\.1 (4[0-9][0-9]|501|505) .*");
        expectSafe(answer);
        assertThat(answer).doesNotContain("<", "passwd", "alert(1)");
    }

    @ParameterizedTest
    @ValueSource(strings = {"HEAD /nothing", "HEAD /packages?limit=0", "HEAD /operator/publish", "HEAD /x/y"})
    void anErrorToHeadHasNoBodyEither(String line) throws Exception {
        String answer = agent.raw(line + CLOSE);

        assertThat(answer).startsWith("HTTP/1.1 4").endsWith("\r\n\r\n");
        expectSafe(answer);
    }

    @Test
    void pathParametersAndEscapesDoNotOpenAClosedPage() throws Exception {
        for (String path : new String[] {
            "/status;x=y",
            "/status;/",
            "/%73tatus",
            "/healthz/../status",
            "/healthz;/../status",
            "/./status",
            "//status"
        }) {
            String answer = agent.raw("GET " + path + " HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n");

            assertThat(answer)
                    .as(path)
                    .matches("(?s)HTTP/1\\.1 (400|401|404) .*")
                    .doesNotContain("\"live\"");
            expectSafe(answer);
        }
    }

    @Test
    void aBodyWhereNoneBelongsIsNotWaitedFor() throws Exception {
        assertThat(agent.raw("GET /healthz HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1000000000\r\n\r\nx"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void whatStandsBehindABodyIsNoRequestOfItsOwn() throws Exception {
        String hidden = "GET /nothing HTTP/1.1\r\nHost: localhost\r\n\r\n";
        String answer = agent.raw("POST /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nContent-Length: "
                + hidden.length() + "\r\n\r\n" + hidden);

        assertThat(answer).startsWith("HTTP/1.1 405 ").doesNotContain("404");
    }

    @Test
    void requestsInARowAreAnsweredInTheirOrder() throws Exception {
        String answers =
                agent.raw("GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n".repeat(200) + "GET /nothing" + CLOSE);

        assertThat(answers.split("HTTP/1\\.1 200 OK", -1)).hasSize(201);
        assertThat(answers).contains("HTTP/1.1 404 ");
    }

    private static void expectSafe(String answer) {
        assertThat(answer)
                .contains(
                        "Content-Security-Policy: default-src 'none';",
                        "X-Content-Type-Options: nosniff",
                        "X-Frame-Options: DENY",
                        "Referrer-Policy: no-referrer",
                        "Cross-Origin-Resource-Policy: same-origin",
                        "Cross-Origin-Opener-Policy: same-origin",
                        "Cache-Control: no-store",
                        "Content-Type: application/json");
        assertThat(answer)
                .doesNotContainIgnoringCase("jetty")
                .doesNotContainIgnoringCase("org.eclipse")
                .doesNotContainIgnoringCase("exception")
                .doesNotContain("Server:", "X-Powered-By", "at mx.", "at java.", "/tmp", ".java");
    }
}
