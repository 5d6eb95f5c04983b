package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.LiveState;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The dashboard as Chromium shows it; screenshots stay in {@code target/screenshots}. */
class DashboardBrowserTest {

    private static final Path SCREENSHOTS = Path.of("target", "screenshots");
    private static final int DESK = 1280;
    private static final int PHONE = 390;
    private static final int SMALLEST_PHONE = 360;
    private static final String DRAWN = "document.querySelectorAll('.chart canvas').length === 3";

    @SuppressWarnings("NullAway.Init")
    private static Browser browser;

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private StartedServer agent;

    @BeforeAll
    static void open() {
        browser = Browser.start();
    }

    @AfterAll
    static void close() {
        if (browser != null) {
            browser.close();
        }
    }

    @BeforeEach
    void start() throws Exception {
        agent = started(ElectionNight.NOW);
        browser.console();
    }

    private StartedServer started(Instant now) throws Exception {
        return new StartedServer(
                Files.createTempDirectory(folder, "home"), Limits.STANDARD, Clock.fixed(now, ZoneOffset.UTC));
    }

    @AfterEach
    void stop() {
        // Left open it would go on asking the agent that has gone, and say so in the next test's console.
        browser.open("about:blank");
        agent.close();
    }

    /** Held has the alerts; each is looked at on desk and phone, by day and by night, in both languages. */
    @ParameterizedTest
    @EnumSource(names = {"WAITING", "CURRENT", "LATE", "INTERRUPTED", "HELD"})
    void everybodyCanReadIt(LiveState state) throws Exception {
        if (state == LiveState.WAITING) {
            agent.close();
            agent = started(ElectionNight.BEFORE);
        }
        ElectionNight.show(agent.overview, state);
        if (state == LiveState.HELD) {
            agent.overview.alerts = List.of(
                    ElectionNight.alert("disk-low", "the disk has 9000000000 bytes free; free some space"),
                    ElectionNight.alert("late", "a cut is missing: the last cut is 2024-06-03T02:00:00-07:00"));
        }
        for (int width : List.of(DESK, PHONE)) {
            for (boolean dark : List.of(false, true)) {
                for (String language : List.of("es", "en")) {
                    look(state, width, dark, language);
                }
            }
        }
        assertThat(browser.console()).isEmpty();
    }

    private void look(LiveState state, int width, boolean dark, String language) throws IOException {
        String name = "%s-%s-%s-%s.png"
                .formatted(state.code(), width == DESK ? "desk" : "phone", dark ? "dark" : "light", language);
        browser.looksLike(width, dark);
        browser.open(agent.uri("/?lang=" + language));
        if (state != LiveState.WAITING) {
            browser.await(DRAWN);
        }
        browser.screenshot(SCREENSHOTS.resolve(name));
        // Contrast is what takes longest to look at, and no language changes it.
        assertThat(browser.axe(language.equals("es"))).as(name).isEmpty();
        assertThat(browser.ask("document.documentElement.scrollWidth"))
                .as(name + " needs no scrolling sideways")
                .isEqualTo(Integer.toString(width));
    }

    @Test
    void theSmallestPhoneNeedsNoScrollingSidewaysWhateverTheNames() {
        ElectionNight.show(agent.overview, LiveState.LATE);
        String name = "x".repeat(200);
        agent.overview.difusorName = name;
        agent.overview.alerts = List.of(ElectionNight.alert(name, name));
        agent.overview.add(FakeOverview.rejected(name, name));
        browser.looksLike(SMALLEST_PHONE, false);

        browser.open(agent.uri("/"));
        browser.await(DRAWN);

        assertThat(browser.ask("document.documentElement.scrollWidth")).isEqualTo(Integer.toString(SMALLEST_PHONE));
    }

    @Test
    void itChangesWithoutReloadingAndKeepsFocusSelectionAndScroll() {
        ElectionNight.show(agent.overview, LiveState.CURRENT);
        browser.looksLike(DESK, false);
        browser.open(agent.uri("/?lang=es"));
        browser.await(DRAWN);
        browser.run("window.neverReloaded = true; scrollTo(0, 300);"
                + "document.querySelector('footer a').focus({ preventScroll: true });"
                + "getSelection().selectAllChildren(document.querySelector('tr[data-key=\"20\"] .name'));");
        String selected = String.valueOf(browser.ask("getSelection().toString()"));

        ElectionNight.show(agent.overview, LiveState.LATE);
        agent.overview.add(FakeOverview.rejected("new.zip", "made over other bytes"));

        // The page may renew itself between the two: the package, which comes last, is awaited.
        browser.await("document.querySelector('#packages .name').textContent === 'new.zip'");
        assertThat(browser.ask("document.getElementById('state').textContent")).isEqualTo("Con retraso");
        assertThat(browser.ask("document.title")).isEqualTo("Con retraso · 1 alerta · Radio Universidad");
        assertThat(browser.ask("window.neverReloaded")).isEqualTo("true");
        assertThat(browser.ask("document.activeElement.textContent")).isEqualTo("/status");
        assertThat(browser.ask("scrollY")).isEqualTo("300");
        assertThat(browser.ask("getSelection().toString()"))
                .isEqualTo(selected)
                .isEqualTo("20240602_0020_PREP_CHIH.zip");
        assertThat(browser.console()).isEmpty();
    }

    @Test
    void anAgentThatCannotBeReachedIsSaidClearly() {
        ElectionNight.show(agent.overview, LiveState.CURRENT);
        browser.looksLike(PHONE, false);
        browser.open(agent.uri("/?lang=en"));
        browser.await(DRAWN);
        assertThat(browser.ask("document.getElementById('stale').hidden")).isEqualTo("true");

        agent.close();

        browser.await("!document.getElementById('stale').hidden");
        assertThat(browser.ask("document.title").toString()).startsWith("⚠ ");
        assertThat(browser.ask("document.getElementById('stale').textContent").toString())
                .contains("The agent does not answer");
    }

    @Test
    void whatOthersWroteIsShownAsTextAtFirstAndLater() {
        String attack = "<img src=x onerror=\"window.attacked = 1\"><script>window.attacked = 2</script>";
        agent.overview.difusorName = attack;
        browser.looksLike(DESK, false);
        browser.open(agent.uri("/"));
        agent.overview.alerts = List.of(new Alert("disk-low", Instant.EPOCH, attack));
        agent.overview.add(FakeOverview.rejected(attack, attack));

        browser.run("renew()");

        browser.await("document.querySelectorAll('tbody tr').length === 1");
        assertThat(browser.ask("document.querySelector('h1').textContent")).isEqualTo(attack);
        assertThat(browser.ask("document.querySelector('tbody .name').textContent"))
                .isEqualTo(attack);
        assertThat(browser.ask("document.querySelectorAll('body img, body script').length"))
                .isEqualTo("0");
        assertThat(browser.ask("window.attacked")).isEqualTo("null");
    }

    @Test
    void withoutScriptsAllFiguresAreThere() throws Exception {
        ElectionNight.show(agent.overview, LiveState.CURRENT);
        browser.looksLike(PHONE, false);
        browser.scripts(false);
        try {
            browser.open(agent.uri("/?lang=en"));
            browser.screenshot(SCREENSHOTS.resolve("without-scripts.png"));
        } finally {
            browser.scripts(true);
        }
        assertThat(browser.ask("document.body.innerText").toString())
                .contains("Current", "Median", "of 20 GB", "the 99.9 % are not met", "signature-invalid");
        assertThat(browser.ask("document.querySelectorAll('canvas').length")).isEqualTo("0");
    }

    @Test
    void itWorksBelowThePathOfAProxy() throws Exception {
        ElectionNight.show(agent.overview, LiveState.CURRENT);
        HttpServer proxy = proxy();
        try {
            browser.looksLike(DESK, false);
            browser.open("http://127.0.0.1:" + proxy.getAddress().getPort() + "/difusor/?lang=en");
            browser.await(DRAWN);
            assertThat(browser.console()).isEmpty();
        } finally {
            proxy.stop(0);
        }
    }

    private HttpServer proxy() throws IOException {
        HttpServer proxy = HttpServer.create(StartedServer.loopback(), 0);
        HttpClient client = HttpClient.newHttpClient();
        proxy.createContext("/difusor/", exchange -> {
            String path = exchange.getRequestURI().toString().substring("/difusor".length());
            try (exchange) {
                HttpResponse<byte[]> answer = client.send(
                        HttpRequest.newBuilder(URI.create(agent.uri(path).toString()))
                                .timeout(StartedServer.PATIENCE)
                                .build(),
                        HttpResponse.BodyHandlers.ofByteArray());
                for (String header : List.of("Content-Type", "Content-Security-Policy")) {
                    answer.headers()
                            .firstValue(header)
                            .ifPresent(value -> exchange.getResponseHeaders().add(header, value));
                }
                exchange.sendResponseHeaders(answer.statusCode(), answer.body().length);
                exchange.getResponseBody().write(answer.body());
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
        });
        proxy.start();
        return proxy;
    }
}
