package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import org.eclipse.jetty.http.HttpFields;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class AccessTest {

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
    @ValueSource(strings = {"/", "/status", "/packages", "/metrics", "/assets/page.css"})
    void aProxysClientNeedsAToken(String path) throws Exception {
        HttpResponse<String> refused = agent.get(path, "X-Forwarded-For", "198.51.100.7");
        assertThat(refused.statusCode()).isEqualTo(401);
        assertThat(refused.headers().firstValue("www-authenticate").orElseThrow())
                .startsWith("Bearer");
        assertThat(refused.body()).contains("\"error\"", "\"cure\"");

        String token = "Bearer " + StartedServer.READER;
        assertThat(agent.get(path, "X-Forwarded-For", "198.51.100.7", "Authorization", token)
                        .statusCode())
                .isEqualTo(200);
        assertThat(agent.get(path, "X-Forwarded-For", "198.51.100.7", "Authorization", token + "x")
                        .statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @ValueSource(strings = {"/healthz", "/readyz"})
    void healthIsOpenToAll(String path) throws Exception {
        assertThat(agent.get(path, "X-Forwarded-For", "198.51.100.7").statusCode())
                .isEqualTo(200);
    }

    @Test
    void programsOnThisHostNeedNone() throws Exception {
        assertThat(agent.get("/status").statusCode()).isEqualTo(200);
    }

    @ParameterizedTest
    @ValueSource(strings = {"Forwarded", "X-Real-IP", "Via", "x-forwarded-host", "X-Forwarded-Proto"})
    void everyTraceOfAProxyCounts(String header) throws Exception {
        assertThat(agent.get("/status", header, "for=198.51.100.7").statusCode())
                .isEqualTo(401);
    }

    @ParameterizedTest
    @CsvSource({
        "127.0.0.1, true",
        "127.8.9.1, true",
        "::1, true",
        "::ffff:127.0.0.1, true",
        "192.0.2.1, false",
        "10.0.0.1, false",
        "2001:db8::1, false",
        "0.0.0.0, false"
    })
    void onlyLoopbackIsThisHost(String address, boolean local) throws UnknownHostException {
        InetSocketAddress remote = new InetSocketAddress(InetAddress.getByName(address), 50_000);

        assertThat(Caller.of(remote, HttpFields.EMPTY).local()).isEqualTo(local);
    }

    @ParameterizedTest
    @CsvSource({
        "evil.example, 401",
        "evil.example:8480, 401",
        "127.0.0.1.evil.example, 401",
        "localhost, 200",
        "LOCALHOST:8480, 200",
        "127.0.0.1:8480, 200",
        "[::1]:8480, 200",
        "agent.localhost, 200",
        "server7, 200"
    })
    void aNameThatOthersResolveIsNotThisHost(String host, int status) throws Exception {
        String answer = agent.raw("GET /status HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n");

        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
    }

    @Test
    void twoAuthorizationsAreNone() throws Exception {
        String token = "Bearer " + StartedServer.READER;

        assertThat(agent.get("/status", "Via", "1.1 x", "Authorization", token, "Authorization", "Basic eDp5")
                        .statusCode())
                .isEqualTo(401);
    }

    @Test
    void theOperatorsTokenIsNoReadersToken() throws Exception {
        assertThat(agent.get("/status", "Via", "1.1 x", "Authorization", "Bearer " + StartedServer.OPERATOR)
                        .statusCode())
                .isEqualTo(401);
    }
}
