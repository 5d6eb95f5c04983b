package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
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
    @ValueSource(
            strings = {
                "Forwarded",
                "X-Real-IP",
                "Via",
                "X-Forwarded-For",
                "x-forwarded-host",
                "X-Forwarded-Proto",
                "X-Forwarded-Port",
                "X-Forwarded-Server",
                "X-Client-IP",
                "X-Cluster-Client-IP",
                "X-Original-URL",
                "X-Original-Host",
                "X-ARR-LOG-ID",
                "True-Client-IP",
                "CF-Connecting-IP"
            })
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

        assertThat(Caller.of(remote, HttpVersion.HTTP_1_1, HttpFields.EMPTY).local())
                .isEqualTo(local);
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
    void aProxyThatSpeaksAnOldHttpIsNotThisHost() throws Exception {
        String proxied = "GET /status HTTP/1.0\r\nHost: 127.0.0.1:8480\r\nConnection: close\r\n";

        assertThat(agent.raw(proxied + "\r\n")).startsWith("HTTP/1.1 401 ");
        assertThat(agent.raw(proxied + "Authorization: Bearer " + StartedServer.READER + "\r\n\r\n"))
                .startsWith("HTTP/1.1 200 ");
    }

    @Test
    void nothingTellsAnUnknownTokenFromAMalformedOne() throws Exception {
        Set<String> answers = new HashSet<>();
        for (String line : List.of(
                "",
                "Authorization:\r\n",
                "Authorization: Bearer\r\n",
                "Authorization: Bearer \r\n",
                "Authorization: Bearer unknown\r\n",
                "Authorization: Bearer " + StartedServer.READER.substring(1) + "\r\n",
                "Authorization: Bearer \u00e9\u00ff\r\n",
                "Authorization: Bearer " + "x".repeat(4_000) + "\r\n",
                "Authorization: Basic eDp5\r\n",
                "Authorization: " + StartedServer.READER + "\r\n",
                "Authorization: Bearer " + StartedServer.READER + "\r\nAuthorization: Bearer x\r\n")) {
            String answer =
                    agent.raw("GET /status HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n" + line + "\r\n");
            assertThat(answer).as(line).startsWith("HTTP/1.1 401 ");
            answers.add(answer.replaceFirst("Date: [^\r]*\r\n", ""));
        }
        assertThat(answers).hasSize(1);
    }

    @Test
    void theSchemesNameIsReadInAnyCase() throws Exception {
        assertThat(agent.get("/status", "Via", "1.1 x", "Authorization", "bEARER " + StartedServer.READER)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void tokensAreComparedInConstantTimeAndInNoOtherWay() {
        JavaClasses tokens = new ClassFileImporter().importClasses(Access.class, OperatorToken.class);
        for (JavaClass one : tokens) {
            Set<String> calls = one.getMethodCallsFromSelf().stream()
                    .map(call -> call.getTargetOwner().getSimpleName() + "." + call.getName())
                    .collect(Collectors.toSet());
            assertThat(calls).as(one.getSimpleName()).contains("MessageDigest.isEqual");
            assertThat(calls).as(one.getSimpleName()).noneMatch(call -> call.endsWith(".equals"));
            assertThat(calls)
                    .as(one.getSimpleName())
                    .doesNotContain("Arrays.compare", "List.contains", "Set.contains", "Map.get", "String.compareTo");
        }
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
