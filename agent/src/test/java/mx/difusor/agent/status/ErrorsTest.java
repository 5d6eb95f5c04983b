package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class ErrorsTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    @BeforeEach
    void start() throws Exception {
        agent = new StartedServer(folder);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS", "TRACE", "BREW"})
    void readingIsAllThatPagesOffer(String method) throws Exception {
        for (String path : List.of("/", "/status", "/packages", "/metrics", "/healthz", "/readyz", "/assets/page.js")) {
            String answer = agent.raw(method + " " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
                    + "Content-Length: 0\r\n\r\n");
            assertThat(answer).as(path).startsWith("HTTP/1.1 405 ").contains("Allow: GET, HEAD\r\n");
        }
        HttpResponse<String> operator = agent.send("PUT", "/operator/publish", HttpRequest.BodyPublishers.noBody());
        assertThat(operator.statusCode()).isEqualTo(405);
        assertThat(operator.headers().firstValue("allow")).hasValue("GET, HEAD, POST");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/", "/status", "/healthz", "/metrics"})
    void headIsGetWithoutTheBody(String path) throws Exception {
        String answer = agent.raw("HEAD " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 200 ").endsWith("\r\n\r\n");
        assertThat(answer).containsPattern("Content-Length: [1-9]");
    }

    @ParameterizedTest
    @ValueSource(strings = {"/nothing", "/status/", "/assets/", "/assets/../page.css", "/assets/messages.properties"})
    void anUnknownPathIsNotFound(String path) throws Exception {
        String answer = agent.raw("GET " + path + " HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 404 ").contains("\"error\":", "\"cure\":");
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "/, 200",
                "/status, 200",
                "/packages?limit=0, 400",
                "/nothing, 404",
                "/assets/page.css, 200",
                "/operator/publish, 401",
                "/healthz, 200"
            })
    void everyAnswerCarriesTheSecurityHeaders(String path, int status) throws Exception {
        HttpResponse<String> answer = agent.get(path);

        assertThat(answer.statusCode()).isEqualTo(status);
        assertThat(answer.headers().firstValue("content-security-policy").orElseThrow())
                .startsWith("default-src 'none';")
                .contains("frame-ancestors 'none'")
                .doesNotContain("unsafe");
        assertThat(answer.headers().firstValue("x-content-type-options")).hasValue("nosniff");
        assertThat(answer.headers().firstValue("x-frame-options")).hasValue("DENY");
        assertThat(answer.headers().firstValue("cross-origin-resource-policy")).hasValue("same-origin");
        assertThat(answer.headers().firstValue("cross-origin-opener-policy")).hasValue("same-origin");
        assertThat(answer.headers().firstValue("strict-transport-security"))
                .as("without TLS it would be a lie")
                .isEmpty();
        assertThat(answer.headers().firstValue("referrer-policy")).hasValue("no-referrer");
        assertThat(answer.headers().firstValue("cache-control"))
                .hasValue(path.startsWith("/assets") ? "private, no-cache" : "no-store");
        assertThat(answer.headers().firstValue("server")).isEmpty();
        assertThat(answer.headers().firstValue("x-powered-by")).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "GET /status HTTP/1.1\r\n\r\n",
                "GET\r\n\r\n",
                "GET /%zz HTTP/1.1\r\nHost: localhost\r\n\r\n",
                "GET /a%2f..%2fstatus HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n",
                "GET /status HTTP/1.1\r\nHost: localhost\r\nHost: other\r\n\r\n",
                "GET /status HTTP/1.1\r\nHost: localhost\r\nContent-Length: 1\r\nTransfer-Encoding: chunked\r\n\r\n",
                "GET /status HTTP/1.1\r\nHost: localhost\r\nBad Header: x\r\n\r\n"
            })
    void aMalformedRequestGetsAPlainAnswer(String request) throws Exception {
        String answer = agent.raw(request);

        assertThat(answer).matches("(?s)HTTP/1.1 4[0-9][0-9] .*");
        assertThat(answer).doesNotContain("Exception", "jetty", "Jetty", "Server:", "<html");
        assertThat(answer).contains("Content-Security-Policy:", "\"cure\":");
    }

    @Test
    void aFailingMachineIs503AndTheServerLivesOn() throws Exception {
        agent.overview.failure = new MachineException(
                "index-failed", "cannot read /var/lib/difusor/index.db", "run difusor archive reindex", null);

        HttpResponse<String> answer = agent.get("/packages");

        assertThat(answer.statusCode()).isEqualTo(503);
        JsonNode error = new ObjectMapper().readTree(answer.body());
        assertThat(error.get("code").asText()).isEqualTo("index-failed");
        assertThat(answer.body()).doesNotContain("/var/lib");

        agent.overview.failure = null;
        assertThat(agent.get("/packages").statusCode()).isEqualTo(200);
    }

    @Test
    void aBugIs500WithoutItsStackAndTheServerLivesOn() throws Exception {
        agent.overview.bug = new IllegalStateException("secret detail");
        for (String path : List.of("/", "/status", "/metrics", "/packages", "/readyz")) {
            HttpResponse<String> answer = agent.get(path);
            assertThat(answer.statusCode()).as(path).isEqualTo(500);
            assertThat(answer.body()).contains("\"error\"").doesNotContain("secret", "Exception", "at mx.");
        }
        assertThat(agent.get("/healthz").statusCode()).isEqualTo(200);

        agent.overview.bug = null;
        assertThat(agent.get("/status").statusCode()).isEqualTo(200);
    }

    @Test
    void aFaultIsLoggedOnceUntilItEnds() throws Exception {
        PrintStream usual = System.err;
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        try {
            System.setErr(new PrintStream(log, true, StandardCharsets.UTF_8));
            for (int night = 0; night < 2; night++) {
                agent.overview.bug = new IllegalStateException("the same bug");
                for (int i = 0; i < 5; i++) {
                    agent.get("/status");
                }
                agent.overview.bug = null;
                agent.get("/status");
            }
        } finally {
            System.setErr(usual);
        }
        assertThat(log.toString(StandardCharsets.UTF_8).lines().filter(line -> line.contains("this is a bug")))
                .hasSize(2);
    }
}
