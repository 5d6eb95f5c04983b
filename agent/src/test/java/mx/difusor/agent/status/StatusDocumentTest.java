package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.LiveState;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class StatusDocumentTest {

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
    void aLivingProcessIsHealthyInOneWord() throws Exception {
        HttpResponse<String> answer = agent.get("/healthz");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body().strip()).isEqualTo("ok");
    }

    @Test
    void readinessFollowsTheAgent() throws Exception {
        assertThat(agent.get("/readyz").statusCode()).isEqualTo(200);
        assertThat(agent.get("/readyz").body().strip()).isEqualTo("ready");

        agent.overview.ready = false;

        assertThat(agent.get("/readyz").statusCode()).isEqualTo(503);
        assertThat(agent.get("/readyz").body().strip()).isEqualTo("unready");
    }

    @Test
    void statusHasTheContractsMembersInItsOrder() throws Exception {
        agent.overview.add(FakeOverview.accepted(17, "CN=Instituto"));

        HttpResponse<String> answer = agent.get("/status");

        assertThat(answer.headers().firstValue("content-type")).hasValue("application/json");
        JsonNode status = new ObjectMapper().readTree(answer.body());
        assertThat(names(status))
                .containsExactly("agent", "difusor", "live", "gaps", "last", "archive", "alerts", "history");
        assertThat(names(status.get("history"))).containsExactly("entries", "head");
        assertThat(names(status.get("live")))
                .containsExactly("state", "event", "sequence", "cut", "publishedAt", "ageSeconds", "tree", "release");
        ObjectMapper mapper = new ObjectMapper();
        assertThat(status.get("agent"))
                .isEqualTo(mapper.readTree("{\"version\":\"1.2.3\",\"startedAt\":\"2024-06-02T18:00:00.250Z\"}"));
        assertThat(status.get("difusor"))
                .isEqualTo(mapper.readTree("{\"id\":\"radio-universidad\",\"name\":\"Radio Universidad\"}"));
        assertThat(status.get("live"))
                .isEqualTo(mapper.readTree("{\"state\":\"current\",\"event\":\"pel-2024\",\"sequence\":17,"
                        + "\"cut\":\"2024-06-02T23:45:00-07:00\",\"publishedAt\":\"2024-06-03T06:45:30.500Z\","
                        + "\"ageSeconds\":312,\"tree\":\"" + FakeOverview.TREE + "\","
                        + "\"release\":\"pel-2024/000017-0123456789ab\"}"));
        assertThat(status.get("gaps")).isEqualTo(mapper.readTree("[12]"));
        assertThat(status.get("archive"))
                .isEqualTo(mapper.readTree(
                        "{\"packages\":17,\"bytes\":17825792,\"budget\":20000000000," + "\"diskFree\":52000000000}"));
        assertThat(status.get("alerts"))
                .isEqualTo(mapper.readTree("[{\"code\":\"disk-low\",\"since\":\"2024-06-03T01:00:00.000Z\","
                        + "\"message\":\"less free than the budget's rest\"}]"));
        assertThat(status.get("last").get("package").asText()).isEqualTo("prep-0017.zip");
        assertThat(names(status.get("last")).get(0)).isEqualTo("package");
    }

    @Test
    void beforeTheFirstCutItsMembersAreNull() throws Exception {
        agent.overview.live = new Overview.Live(
                LiveState.WAITING,
                "pel-2024",
                null,
                null,
                null,
                null,
                new Digest(FakeOverview.TREE),
                "pel-2024/waiting");

        JsonNode status = agent.json("/status");

        assertThat(status.get("last").isNull()).isTrue();
        for (String member : List.of("sequence", "cut", "publishedAt", "ageSeconds")) {
            assertThat(status.get("live").get(member).isNull()).as(member).isTrue();
        }
    }

    @Test
    void packagesAreAnArrayNewestFirst() throws Exception {
        agent.overview.add(FakeOverview.accepted(16, "CN=Instituto"));
        agent.overview.add(FakeOverview.rejected("prep-0017.zip", "made over other bytes"));

        JsonNode packages = agent.json("/packages");

        assertThat(packages.isArray()).isTrue();
        assertThat(packages.findValuesAsText("package")).containsExactly("prep-0017.zip", "prep-0016.zip");
        assertThat(packages.get(0).get("id").isNumber()).isTrue();
        assertThat(packages.get(0).get("reason").get("code").asText()).isEqualTo("signature-invalid");
    }

    @Test
    void aFullPageLinksToTheNextUntilTheIndexEnds() throws Exception {
        for (int sequence = 1; sequence <= 5; sequence++) {
            agent.overview.add(FakeOverview.accepted(sequence, "CN=Instituto"));
        }
        List<Long> seen = new ArrayList<>();
        String page = "/packages?event=pel-2024&limit=2";
        while (!page.isEmpty()) {
            HttpResponse<String> answer = agent.get(page);
            new ObjectMapper()
                    .readTree(answer.body())
                    .forEach(row -> seen.add(row.get("sequence").asLong()));
            page = answer.headers()
                    .firstValue("link")
                    .map(link -> link.substring(1, link.indexOf('>')))
                    .orElse("");
        }
        assertThat(seen).containsExactly(5L, 4L, 3L, 2L, 1L);
    }

    @Test
    void theNextPageIsOfTheSameEventsAndOfAllWhereAllWereAskedFor() {
        assertThat(new PackagesQuery("pel-2024", 2, null).next(7))
                .isEqualTo("/packages?event=pel-2024&limit=2&before=7");
        assertThat(new PackagesQuery(null, 2, null).next(7)).isEqualTo("/packages?limit=2&before=7");
    }

    @Test
    void theContractsEmptyParametersMeanNone() throws Exception {
        agent.overview.add(FakeOverview.accepted(1, "CN=Instituto"));

        assertThat(agent.json("/packages?event=&limit=&before=")).hasSize(1);
        assertThat(agent.json("/packages?event=another")).isEmpty();
    }

    @Test
    void aPageIsOfAHundredUnlessAskedOtherwise() throws Exception {
        for (int sequence = 1; sequence <= 101; sequence++) {
            agent.overview.add(FakeOverview.accepted(sequence, "CN=Instituto"));
        }
        assertThat(agent.json("/packages")).hasSize(100);
        assertThat(agent.json("/packages?limit=1000")).hasSize(101);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '`',
            value = {
                "limit=0 | limit is not a number from 1 to 1000",
                "limit=1001 | limit is not a number from 1 to 1000",
                "limit=-1 | limit is not a number from 1 to 1000",
                "limit=ten | limit is not a number from 1 to 1000",
                "limit=%2B5 | limit is not a number from 1 to 1000",
                "limit=99999999999999999999 | limit is not a number from 1 to 1000",
                "limit=9999999999999999999 | limit is not a number from 1 to 1000",
                "before=0 | before is not a number from 1 to 9223372036854775807",
                "before=1.5 | before is not a number from 1 to 9223372036854775807",
                "event=../etc | event is not an event's id",
                "event=A | event is not an event's id",
                "limit=1&limit=2 | parameter limit comes more than once",
                "event=&event=pel-2024 | parameter event comes more than once",
                "page=2 | unknown parameter",
                "event=%ff%fe | the query is not well-formed"
            })
    void aBadParameterIsRefusedWithItsCure(String query, String why) throws Exception {
        HttpResponse<String> answer = agent.get("/packages?" + query);

        assertThat(answer.statusCode()).isEqualTo(400);
        JsonNode error = new ObjectMapper().readTree(answer.body());
        assertThat(error.get("error").asText()).isEqualTo(why);
        assertThat(error.get("cure").asText()).isNotEmpty();
    }

    @Test
    void theFirstAndTheLastNumberOfARangeAreTaken() throws Exception {
        agent.overview.add(FakeOverview.accepted(1, "CN=Instituto"));
        assertThat(agent.json("/packages?limit=1&before=9223372036854775807")).hasSize(1);
        assertThat(agent.json("/packages?before=1")).isEmpty();
    }

    private static List<String> names(JsonNode object) {
        List<String> names = new ArrayList<>();
        object.fieldNames().forEachRemaining(names::add);
        return names;
    }
}
