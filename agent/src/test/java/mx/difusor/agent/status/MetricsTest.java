package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.LiveState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MetricsTest {

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

    @Test
    void prometheusTextIsTheDefault() throws Exception {
        HttpResponse<String> answer = agent.get("/metrics");

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("text/plain")
                .contains("version=0.0.4");
        assertThat(answer.body().lines())
                .contains(
                        "difusor_ready 1.0",
                        "difusor_live_sequence 17.0",
                        "difusor_live_cut_timestamp_seconds 1.7173971E9",
                        "difusor_live_age_seconds 312.0",
                        "difusor_live_state{state=\"current\"} 1.0",
                        "difusor_live_state{state=\"late\"} 0.0",
                        "difusor_gaps 1.0",
                        "difusor_packages_total{outcome=\"accepted\"} 17.0",
                        "difusor_packages_total{outcome=\"duplicate\"} 2.0",
                        "difusor_packages_total{outcome=\"rejected\"} 3.0",
                        "difusor_received_bytes_total 1.8E7",
                        "difusor_publications_total 18.0",
                        "difusor_archive_packages 17.0",
                        "difusor_archive_bytes 1.7825792E7",
                        "difusor_archive_budget_bytes 2.0E10",
                        "difusor_disk_free_bytes 5.2E10",
                        "difusor_alerts_active{code=\"disk-low\"} 1.0",
                        "difusor_uptime_seconds 90.0",
                        "difusor_build_info{difusor=\"radio-universidad\",version=\"1.2.3\"} 1");
    }

    @Test
    void openMetricsComesToWhoAcceptsIt() throws Exception {
        HttpResponse<String> answer =
                agent.get("/metrics", "Accept", "application/openmetrics-text;version=1.0.0,text/plain;q=0.5");

        assertThat(answer.headers().firstValue("content-type").orElseThrow())
                .startsWith("application/openmetrics-text");
        assertThat(answer.body()).endsWith("# EOF\n");
    }

    @Test
    void everyNameIsOursAndHasHelp() throws Exception {
        List<String> lines = agent.get("/metrics").body().lines().toList();

        Set<String> helped = lines.stream()
                .filter(line -> line.startsWith("# HELP "))
                .map(line -> line.split(" ", -1)[2])
                .collect(Collectors.toSet());
        assertThat(lines)
                .filteredOn(line -> !line.startsWith("#"))
                .extracting(line -> line.split("[{ ]", -1)[0])
                .isNotEmpty()
                .allMatch(name -> name.startsWith("difusor_"))
                .allMatch(helped::contains);
    }

    @Test
    void whatOthersWroteStaysInsideItsLabel() throws Exception {
        agent.overview.alerts = List.of(new Alert("a\"} 1\ndifusor_ready 0\n\\", Instant.EPOCH, "x"));

        assertThat(agent.get("/metrics").body().lines())
                .contains("difusor_alerts_active{code=\"a\\\"} 1\\ndifusor_ready 0\\n\\\\\"} 1.0")
                .doesNotContain("difusor_ready 0");
    }

    @Test
    void exactlyOneStateIsOn() throws Exception {
        for (LiveState state : LiveState.values()) {
            Overview.Live live = agent.overview.live;
            agent.overview.live = new Overview.Live(
                    state,
                    live.event(),
                    live.sequence(),
                    live.cut(),
                    live.publishedAt(),
                    live.ageSeconds(),
                    live.tree(),
                    live.release());
            assertThat(agent.get("/metrics").body().lines().filter(line -> line.matches("difusor_live_state.* 1\\.0")))
                    .containsExactly("difusor_live_state{state=\"" + state.code() + "\"} 1.0");
        }
    }

    @Test
    void whatDoesNotExistYetHasNoSample() throws Exception {
        agent.overview.live = new Overview.Live(
                LiveState.WAITING,
                "pel-2024",
                null,
                null,
                null,
                null,
                new Digest(FakeOverview.TREE),
                "pel-2024/waiting");
        agent.overview.alerts = List.of();

        assertThat(agent.get("/metrics").body())
                .doesNotContain(
                        "difusor_live_sequence ", "difusor_live_cut_timestamp_seconds ", "difusor_alerts_active{");
    }
}
