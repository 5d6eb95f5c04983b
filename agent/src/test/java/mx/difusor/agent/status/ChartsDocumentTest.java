package mx.difusor.agent.status;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.ProbedHour;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ChartsDocumentTest {

    private static final int MOST_BYTES = 60_000;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    @BeforeEach
    void start() throws Exception {
        agent = new StartedServer(folder, Limits.STANDARD, Clock.fixed(ElectionNight.NOW, ZoneOffset.UTC));
        ElectionNight.show(agent.overview, LiveState.CURRENT);
    }

    @AfterEach
    void stop() {
        agent.close();
    }

    @Test
    void theColumnsOfAChartAreOfOneLength() throws Exception {
        JsonNode charts = agent.json("/dashboard.json");

        assertThat(charts.at("/offsetSeconds").asInt()).isEqualTo(-7 * 3600);
        assertThat(charts.at("/speed/at")).hasSize(23);
        assertThat(charts.at("/speed/seconds")).hasSize(23);
        assertThat(charts.at("/speed/seconds/0").asDouble()).isEqualTo(1.271);
        assertThat(charts.at("/archive/at")).hasSize(24);
        assertThat(charts.at("/archive/bytes")).hasSize(24);
        assertThat(charts.at("/archive/bytes/23").asLong()).isEqualTo(23 * 330_000_000L);
        assertThat(charts.at("/archive/bytes/0").asLong()).isEqualTo(330_000_000L);
        assertThat(charts.at("/archive/budget").asLong()).isEqualTo(20_000_000_000L);
        assertThat(charts.at("/archive/fullAt").asLong())
                .isBetween(
                        ElectionNight.NOW.plus(Duration.ofHours(8)).getEpochSecond(),
                        ElectionNight.NOW.plus(Duration.ofHours(11)).getEpochSecond());
        assertThat(charts.at("/answers/at")).hasSize(AvailabilityText.HOURS_SHOWN);
        assertThat(charts.at("/answers/slowest")).hasSize(AvailabilityText.HOURS_SHOWN);
        List<Double> percent = new ArrayList<>();
        charts.at("/answers/percent").forEach(hour -> percent.add(hour.asDouble()));
        List<ProbedHour> hours = agent.overview.probed;
        assertThat(percent)
                .contains(0.0, 95.0)
                .containsExactlyElementsOf(
                        hours.subList(hours.size() - AvailabilityText.HOURS_SHOWN, hours.size()).stream()
                                .map(hour -> hour.good() * 100.0 / hour.probes())
                                .toList());
    }

    @Test
    void onlyTheSampleOfNowIsRoundedSoThatTheAnswerServesForAWhile() throws Exception {
        Clock later = Clock.fixed(ElectionNight.NOW.plusSeconds(30), ZoneOffset.UTC);
        Path another = Files.createDirectory(folder.resolve("another"));
        try (StartedServer inAMinute = new StartedServer(another, Limits.STANDARD, later)) {
            ElectionNight.show(inAMinute.overview, LiveState.CURRENT);
            JsonNode times = inAMinute.json("/dashboard.json").at("/archive/at");

            assertThat(times.get(23).asLong()).isEqualTo(ElectionNight.NOW.getEpochSecond());
            assertThat(times.get(0).asLong() % 60).isNotZero();
        }
    }

    @Test
    void beforeAnythingCameNothingIsForetoldAndAnHourWithoutProbesIsAtZero() throws Exception {
        ElectionNight.show(agent.overview, LiveState.WAITING);
        agent.overview.probed = List.of(new ProbedHour(ElectionNight.OPENS, 0, 0, 0));
        JsonNode charts = agent.json("/dashboard.json");

        assertThat(charts.at("/archive/fullAt").isNull()).isTrue();
        assertThat(charts.at("/answers/percent/0").isNumber()).isTrue();
        assertThat(charts.at("/answers/percent/0").asDouble()).isZero();
    }

    @Test
    void aBrowserThatHasItIsToldThatItIsTheSame() throws Exception {
        String etag = agent.get("/dashboard.json").headers().firstValue("ETag").orElseThrow();

        HttpResponse<String> again = agent.get("/dashboard.json", "If-None-Match", "\"other\", " + etag);
        assertThat(again.statusCode()).isEqualTo(304);
        assertThat(again.body()).isEmpty();
        assertThat(again.headers().firstValue("Content-Security-Policy")).isPresent();

        assertThat(agent.raw("GET /dashboard.json HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\nIf-None-Match: "
                        + etag + "\r\n\r\n"))
                .as("the length of what is not sent, and not a word of it")
                .startsWith("HTTP/1.1 304 ")
                .contains(
                        "Content-Length: " + agent.get("/dashboard.json").body().getBytes(UTF_8).length + "\r\n")
                .endsWith("\r\n\r\n");
        assertThat(agent.get("/healthz", "If-None-Match", etag).statusCode())
                .as("what has no tag is never the same")
                .isEqualTo(200);

        agent.overview.add(ElectionNight.cut(25, ElectionNight.NOW, ElectionNight.NOW, Duration.ofSeconds(1)));
        assertThat(agent.get("/dashboard.json", "If-None-Match", etag).statusCode())
                .isEqualTo(200);
    }

    @Test
    void itIsAnsweredToWhoMayReadTheStatus() throws Exception {
        assertThat(agent.get("/dashboard.json", "X-Forwarded-For", "203.0.113.9")
                        .statusCode())
                .isEqualTo(401);
        assertThat(agent.get(
                                "/dashboard.json",
                                "X-Forwarded-For",
                                "203.0.113.9",
                                "Authorization",
                                "Bearer " + StartedServer.READER)
                        .statusCode())
                .isEqualTo(200);
    }

    @Test
    void itIsBoundedHoweverMuchCame() throws Exception {
        Instant first = ElectionNight.OPENS;
        for (int i = 25; i < 1_100; i++) {
            agent.overview.add(ElectionNight.cut(i, first.plusSeconds(i), first.plusSeconds(i), Duration.ofSeconds(1)));
        }
        List<ProbedHour> hours = new ArrayList<>();
        for (int i = 0; i < 24 * 365; i++) {
            hours.add(new ProbedHour(first.minus(Duration.ofHours(24L * 365 - i)), 60, 60, 199));
        }
        agent.overview.probed = hours;

        assertThat(agent.get("/dashboard.json").body().length()).isLessThan(MOST_BYTES);
        assertThat(agent.get("/").body().length()).isLessThan(2 * MOST_BYTES);
    }
}
