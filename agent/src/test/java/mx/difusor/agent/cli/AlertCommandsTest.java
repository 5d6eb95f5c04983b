package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mx.difusor.agent.config.HomeFixture;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code alert test} against an agent that is an HTTP server of the test's. */
class AlertCommandsTest {

    private static final String WORKS = "{\"channel\": \"webhook\", \"ok\": true, \"reason\": null, \"millis\": 42}";
    private static final String FAILS =
            "{\"channel\": \"mail\", \"ok\": false, \"reason\": \"mail.example:587: no\", \"millis\": 7}";

    @TempDir
    private Path folder;

    private final List<String> requests = new CopyOnWriteArrayList<>();
    private volatile String answer = "{\"channels\": [" + WORKS + "]}";
    private CommandFixture fixture = new CommandFixture(Path.of(""));
    private @org.jspecify.annotations.Nullable HttpServer agent;

    @BeforeEach
    void startAgent() throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
        agent = server;
        fixture = new CommandFixture(folder);
        new HomeFixture(folder)
                .write(HomeFixture.LEAST + "status: {listen: 127.0.0.1:"
                        + server.getAddress().getPort() + "}\n");
        Files.writeString(folder.resolve("keys/operator.token"), "f00d\n");
    }

    @AfterEach
    void stopAgent() {
        if (agent != null) {
            agent.stop(0);
        }
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization")
                + (body.isEmpty() ? "" : " " + new JsonMapper().readTree(body)));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(200, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Test
    void whereEveryChannelWorksItIsDone() {
        assertThat(fixture.run("alert", "test"))
                .isEqualTo(new CommandFixture.Outcome(0, HelpTest.lines("webhook: works (42 ms)"), ""));
        assertThat(requests)
                .containsExactly("POST /operator/alerts Bearer f00d {\"command\":\"test\",\"by\":\"maria\"}");
    }

    @Test
    void oneThatFailsIsAFailureAndTheOthersAreToldAllTheSame() {
        answer = "{\"channels\": [" + FAILS + "," + WORKS + "]}";
        CommandFixture.Outcome outcome = fixture.run("alert", "test");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.out())
                .isEqualTo(HelpTest.lines("mail: fails (7 ms): mail.example:587: no", "webhook: works (42 ms)"));
        CommandFixture.Outcome json = fixture.run("alert", "test", "--json");
        assertThat(json.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(json.out()).contains("\"reason\" : \"mail.example:587: no\"").doesNotContain("works");
        assertThat(fixture.speaking("es").run("alert", "test").out())
                .isEqualTo(HelpTest.lines("mail: falla (7 ms): mail.example:587: no", "webhook: funciona (42 ms)"));
    }

    @Test
    void whereNoChannelIsConfiguredThatIsAFailureWithItsCure() {
        answer = "{\"channels\": []}";
        CommandFixture.Outcome outcome = fixture.run("alert", "test");
        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains("no channel is configured", "add an alerts section");
        assertThat(fixture.speaking("es").run("alert", "test").err()).contains("no hay ningún canal configurado");
    }

    @Test
    void anAgentThatDoesNotRunIsUnreachable() {
        stopAgent();
        assertThat(fixture.run("alert", "test").exitCode()).isEqualTo(ExitCode.UNREACHABLE);
    }
}
