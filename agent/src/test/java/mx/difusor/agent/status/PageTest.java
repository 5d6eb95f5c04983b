package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.stream.LongStream;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PageTest {

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
    @CsvSource(
            delimiter = '|',
            value = {
                "es-MX,es;q=0.9,en;q=0.8 | es",
                "en-US,en;q=0.9 | en",
                "en;q=0.5,es;q=0.9 | es",
                "fr-FR | en",
                "de,es-419;q=0.3 | es",
                "!!!;q=x | en",
                "* | en"
            })
    void theBrowsersLanguageIsSpoken(String acceptLanguage, String language) throws Exception {
        HttpResponse<String> answer = agent.get("/", "Accept-Language", acceptLanguage);

        assertThat(answer.headers().firstValue("content-language")).hasValue(language);
        assertThat(answer.body()).contains("<html lang=\"" + language + "\">");
    }

    @Test
    void aLanguageChosenByHandGoesFirst() throws Exception {
        assertThat(agent.get("/?lang=es", "Accept-Language", "en").body())
                .contains("Al corriente", "domingo 2 de junio de 2024, 23:45 (UTC-07:00)", "5 min 12 s");
        assertThat(agent.get("/?lang=en", "Accept-Language", "es").body())
                .contains("Current", "Sunday 2 June 2024, 23:45 (UTC-07:00)", "17.8 MB of 20 GB");
        assertThat(agent.get("/?lang=xx", "Accept-Language", "es").body()).contains("Al corriente");
    }

    @Test
    void theLatestPackagesShowTheirOutcomeAndReason() throws Exception {
        agent.overview.add(FakeOverview.accepted(17, "CN=Instituto"));
        agent.overview.add(FakeOverview.rejected("bad.zip", "made over other bytes"));

        assertThat(agent.get("/?lang=en").body())
                .contains("prep-0017.zip", "Accepted", "bad.zip", "Rejected", "signature-invalid")
                .contains("made over other bytes", "disk-low", "<span>12</span>");
    }

    @Test
    void whileANoticeIsUpTheCutBehindItIsNamed() throws Exception {
        agent.overview.add(FakeOverview.accepted(17, "CN=Instituto"));
        assertThat(agent.get("/?lang=en").body()).contains("Public cut").doesNotContain("Newest cut, not public now");
        Overview.Live live = agent.overview.live;
        agent.overview.live = new Overview.Live(
                LiveState.INTERRUPTED,
                live.event(),
                null,
                null,
                null,
                null,
                live.tree(),
                "pel-2024/notice-0123456789ab");

        assertThat(agent.get("/?lang=en").body())
                .contains("Newest cut, not public now", "Sunday 2 June 2024, 23:45 (UTC-07:00)")
                .doesNotContain("Public cut");
    }

    @Test
    void whatOthersWroteNeverBecomesMarkup() throws Exception {
        String attack = "<script>alert('x')</script><img src=x onerror=\"y\">&";
        agent.overview.difusorName = attack;
        agent.overview.alerts = List.of(new Alert(attack, Instant.EPOCH, attack));
        agent.overview.add(FakeOverview.rejected(attack, attack));

        assertThat(agent.get("/").body())
                .doesNotContain("<script>alert", "<img", "onerror=\"")
                .contains("&lt;script&gt;alert(&#39;x&#39;)&lt;/script&gt;", "onerror=&quot;y&quot;&gt;&amp;");
    }

    @Test
    void thePageNeedsNothingThatItsPolicyForbids() throws Exception {
        agent.overview.add(FakeOverview.accepted(17, "CN=Instituto"));
        String page = agent.get("/").body();

        assertThat(page).doesNotContain(" style=", "<style", " onclick", "javascript:", "http://", "https://");
        assertThat(page.split("<script", -1)).hasSize(4);
        for (String asset : List.of(
                "assets/uPlot.css",
                "assets/uPlot.js",
                "assets/page.css",
                "assets/figures.css",
                "assets/charts.js",
                "assets/page.js",
                "assets/icon.svg")) {
            assertThat(page).contains("\"" + asset + "\"");
            assertThat(agent.get("/" + asset).statusCode()).isEqualTo(200);
        }
    }

    @Test
    void everyStateOutcomeAndPublicationHasItsWordInBothLanguages() throws Exception {
        for (String language : List.of("en", "es")) {
            ResourceBundle words = ResourceBundle.getBundle(
                    "mx.difusor.agent.status.messages",
                    language.equals("es") ? Locale.forLanguageTag("es-MX") : Locale.ROOT);
            for (LiveState state : LiveState.values()) {
                assertThat(words.getString("state." + state.code())).isNotEmpty();
                assertThat(words.getString("state." + state.code() + ".means")).isNotEmpty();
                assertThat(words.getString("state." + state.code() + ".do")).isNotEmpty();
            }
            for (CutLine.Kind kind : CutLine.Kind.values()) {
                assertThat(words.getString("legend." + kind.code())).isNotEmpty();
            }
            for (Receipt.Outcome outcome : Receipt.Outcome.values()) {
                assertThat(words.getString("outcome." + outcome.code())).isNotEmpty();
            }
            for (Receipt.Publication publication : Receipt.Publication.values()) {
                if (publication != Receipt.Publication.NONE) {
                    assertThat(words.getString("publication." + publication.code()))
                            .isNotEmpty();
                }
            }
        }
    }

    @Test
    void bothLanguagesHaveTheSameKeys() {
        ResourceBundle.Control exact =
                ResourceBundle.Control.getNoFallbackControl(ResourceBundle.Control.FORMAT_PROPERTIES);
        ResourceBundle english = ResourceBundle.getBundle("mx.difusor.agent.status.messages", Locale.ROOT, exact);
        ResourceBundle spanish =
                ResourceBundle.getBundle("mx.difusor.agent.status.messages", Locale.forLanguageTag("es"), exact);

        for (String key : english.keySet()) {
            boolean meantToBeEqual = List.of("none", "time.short", "state.final", "goal", "goal.no")
                    .contains(key);
            assertThat(spanish.getString(key).equals(english.getString(key)))
                    .as(key)
                    .isEqualTo(meantToBeEqual);
        }
        assertThat(spanish.keySet()).isEqualTo(english.keySet());
    }

    @Test
    void everyElementThatOpensCloses() throws Exception {
        agent.overview.add(FakeOverview.accepted(17, "CN=Instituto"));
        agent.overview.add(FakeOverview.rejected("bad.zip", "made over other bytes"));
        String page = agent.get("/").body();

        for (String element : List.of(
                "div", "section", "p", "td", "tr", "table", "span", "ul", "li", "dl", "main", "ol", "figure", "svg")) {
            assertThat(page.split("<" + element + "[ >]", -1))
                    .as(element)
                    .hasSameSizeAs(page.split("</" + element + ">", -1));
        }
    }

    @Test
    void anUnreadableIndexStillLeavesTheState() throws Exception {
        agent.overview.failure = new MachineException("index-failed", "cannot read the index", "reindex", null);

        HttpResponse<String> answer = agent.get("/?lang=en");

        assertThat(answer.statusCode()).isEqualTo(200);
        assertThat(answer.body()).contains("Current", "The list cannot be read now. The agent&#39;s log says why.");
    }

    @Test
    void aThousandGapsAreCounted() throws Exception {
        agent.overview.gaps = LongStream.rangeClosed(1, 1_000).boxed().toList();

        assertThat(agent.get("/?lang=en").body()).contains("and 940 more").doesNotContain("<span>61</span>");
    }
}
