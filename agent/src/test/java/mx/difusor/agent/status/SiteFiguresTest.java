package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What {@code /status} and {@code /metrics} say about the site. */
class SiteFiguresTest {

    private static final URI URL = URI.create("https://prep.radio.example/");

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    @BeforeEach
    void start() throws Exception {
        agent = new StartedServer(folder);
        Instant hour = Instant.parse("2024-06-02T18:00:00Z");
        agent.overview.probed = List.of(
                new ProbedHour(hour.minus(Duration.ofDays(40)), 60, 0, 9),
                new ProbedHour(hour.minus(Duration.ofDays(2)), 60, 30, 9),
                new ProbedHour(hour, 40, 39, 80));
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void withoutASiteNothingIsSaid() throws Exception {
        assertThat(agent.json("/status").has("site")).isFalse();
        assertThat(agent.get("/metrics").body()).doesNotContain("difusor_site");
    }

    @Test
    void beforeTheFirstProbeThereIsTheRecordOfEarlierRuns() throws Exception {
        agent.overview.site = new Overview.Site(URL, 0, 0, null);
        assertThat(agent.json("/status").get("site"))
                .isEqualTo(new JsonMapper()
                        .readTree("{\"url\":\"https://prep.radio.example/\","
                                + "\"availability\":{\"day\":0.975,\"month\":0.69},\"lastProbe\":null}"));
        assertThat(agent.get("/metrics").body())
                .contains("difusor_site_availability_ratio{window=\"day\"} 0.975")
                .doesNotContain("difusor_site_up ", "difusor_site_answer_seconds ");
    }

    @Test
    void aGoodProbe() throws Exception {
        Instant at = Instant.parse("2024-06-02T18:01:00Z");
        agent.overview.site = new Overview.Site(
                URL, 5, 4, new Overview.LastProbe(at, null, null, 80, Instant.parse("2024-09-01T00:00:00Z")));
        JsonNode last = agent.json("/status").at("/site/lastProbe");
        assertThat(last)
                .isEqualTo(new JsonMapper()
                        .readTree("{\"at\":\"2024-06-02T18:01:00.000Z\",\"good\":true,"
                                + "\"code\":null,\"message\":null,\"millis\":80,"
                                + "\"certificateEnds\":\"2024-09-01T00:00:00.000Z\"}"));
        assertThat(agent.get("/metrics").body().lines())
                .contains(
                        "difusor_site_up 1.0",
                        "difusor_site_answer_seconds 0.08",
                        "difusor_site_certificate_end_timestamp_seconds 1.7251488E9",
                        "difusor_site_probes_total{found=\"good\"} 4.0",
                        "difusor_site_probes_total{found=\"bad\"} 1.0",
                        "difusor_site_availability_ratio{window=\"month\"} 0.69");
    }

    @Test
    void aBadProbeAndAnIndexThatDoesNotAnswer() throws Exception {
        agent.overview.site =
                new Overview.Site(URL, 1, 0, new Overview.LastProbe(Instant.EPOCH, "site-down", "because", 0, null));
        agent.overview.failure = new MachineException("index-unusable", "the index cannot be used", "mend it", null);
        JsonNode site = agent.json("/status").get("site");
        assertThat(site.at("/lastProbe/good").asBoolean()).isFalse();
        assertThat(site.at("/lastProbe/code").asText()).isEqualTo("site-down");
        assertThat(site.at("/availability/day").isNull()).isTrue();
        assertThat(agent.get("/metrics").body())
                .contains("difusor_site_up 0.0")
                .doesNotContain(
                        "difusor_site_answer_seconds ",
                        "difusor_site_certificate_end_timestamp_seconds ",
                        "difusor_site_availability_ratio{");
    }
}
