package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.SteadyClock;
import mx.difusor.agent.model.MachineException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole agent in this process, started where what it shall show cannot be made. */
class AgentStartTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private static Agent start(Config config) throws MachineException {
        return Agent.start(config, SteadyClock.trusting(Clock.systemUTC()), ServiceManager.NONE);
    }

    private static HttpResponse<String> get(Agent agent, String path) throws Exception {
        HttpRequest request = HttpRequest.newBuilder(agent.status().resolve(path))
                .timeout(Duration.ofSeconds(30))
                .build();
        return HttpClient.newHttpClient().send(request, HttpResponse.BodyHandlers.ofString());
    }

    private String page() throws Exception {
        return Files.readString(folder.resolve("home/live/index.html"));
    }

    @Test
    void anOldPageStaysAndTheAgentIsThereAndGoesOnTrying() throws Exception {
        CareBench bench = new CareBench(folder);
        start(bench.filled("home", 1, 2)).close();
        String live = folder.resolve("home/live").toRealPath().getFileName().toString();
        assertThat(page()).isEqualTo("cut 2");
        Path inTheWay = Files.writeString(folder.resolve("home/releases/simulacro"), "a file");

        Agent agent = start(bench.home("home", CareBench.DRILL));
        try {
            assertThat(get(agent, "/readyz").statusCode()).isEqualTo(200);
            assertThat(get(agent, "/status").body())
                    .contains("\"release-failed\"", "\"release\":\"pel/" + live + "\"", "\"sequence\":null");
            assertThat(page()).isEqualTo("cut 2");
            assertThat(get(agent, "/dashboard.json").statusCode()).isEqualTo(200);
            assertThat(get(agent, "/metrics").statusCode()).isEqualTo(200);

            Files.delete(inTheWay);
            Awaitility.await()
                    .atMost(Duration.ofMinutes(1))
                    .untilAsserted(() -> assertThat(get(agent, "/status").body())
                            .contains("\"release\":\"simulacro/000002-")
                            .doesNotContain("\"release-failed\""));
        } finally {
            agent.close();
        }
    }

    @Test
    void whereNothingIsLiveYetTheStartFailsAndSaysWhy() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.filled("home", 1);
        Files.writeString(folder.resolve("home/releases/pel"), "a file");
        assertThatThrownBy(() -> start(config))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("release-failed"));
        Files.delete(folder.resolve("home/releases/pel"));
        start(config).close();
        assertThat(page()).isEqualTo("cut 1");
    }
}
