package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Cuts that stop coming, an operator's notice, another event: what visitors of a real web server see of it. */
class NightIT {

    /** A slow machine takes the time that it needs. */
    private static final int DRILL_TIMEOUT_SECONDS = 900;

    @TempDir
    Path folder;

    private static PackageFolder cut(int sequence) {
        PackageFolder cut = new PackageFolder(
                Site.EVENT,
                sequence == 1 ? "site" : "data",
                sequence,
                "2024-06-02T2%d:00:00-07:00".formatted(sequence));
        return (sequence == 1 ? cut.file("index.html", "<h1>resultados</h1>") : cut)
                .file("datos/votos.json", "{\"corte\": " + sequence + "}");
    }

    private void deliver(Site site, int sequence) throws Exception {
        Path file = cut(sequence).archive(folder, "corte-" + sequence, "zip");
        assertThat(site.deliver(file).path("outcome").asText()).isEqualTo("accepted");
    }

    /** A cut is expected every so many seconds; two missing ones are an interruption. */
    private Site every(int seconds) throws IOException {
        Site site = Site.open(folder);
        String yaml = Files.readString(site.config());
        assertThat(yaml).contains("cadence: PT15M, missedPeriods: 3");
        Files.writeString(
                site.config(),
                yaml.replace(
                        "cadence: PT15M, missedPeriods: 3", "cadence: PT%dS, missedPeriods: 2".formatted(seconds)));
        return site.start();
    }

    private static void awaitState(Site site, String state) {
        Awaitility.await("the state " + state)
                .atMost(Site.PATIENCE)
                .until(() -> state(site).equals(state));
    }

    private static String state(Site site) throws Exception {
        return site.json("/status").at("/live/state").asText();
    }

    private static String page(WebServer web) throws IOException {
        return new String(web.get("/").body(), StandardCharsets.UTF_8);
    }

    @Test
    void theNoticeGoesUpWhenCutsStopComingAndComesDownWithTheNextOne() throws Exception {
        try (Site site = every(15)) {
            site.awaitWarm();
            deliver(site, 1);
            try (WebServer web = WebServer.nginx(folder, site.live())) {
                deliver(site, 2);
                assertThat(page(web)).contains("resultados");
                awaitState(site, "late");
                assertThat(web.get("/datos/votos.json").statusCode()).isEqualTo(200);
                awaitState(site, "interrupted");
                Awaitility.await()
                        .atMost(Site.PATIENCE)
                        .untilAsserted(() -> assertThat(page(web))
                                .contains(
                                        "está interrumpida",
                                        "domingo 2 de junio de 2024, 22:00 h (UTC-7)",
                                        "Radio Universidad"));
                assertThat(web.get("/datos/votos.json").statusCode()).isEqualTo(404);
                // The page is there a moment before the status has it.
                Awaitility.await().atMost(Site.PATIENCE).untilAsserted(() -> {
                    assertThat(site.json("/status").at("/live/tree").asText()).isEqualTo(site.treeBySha256sum());
                    assertThat(site.json("/status").at("/live/sequence").isNull())
                            .isTrue();
                    assertThat(site.json("/status").path("alerts").toString()).contains("\"interrupted\"");
                });

                Path release = site.live().toRealPath();
                site.kill();
                site.start();
                assertThat(state(site)).isEqualTo("interrupted");
                assertThat(site.live().toRealPath()).isEqualTo(release);

                deliver(site, 3);
                site.awaitLive(3);
                assertThat(page(web)).contains("resultados");
                assertThat(new String(web.get("/datos/votos.json").body(), StandardCharsets.UTF_8))
                        .isEqualTo("{\"corte\": 3}");
            }
        }
    }

    @Test
    void anOperatorPutsANoticeUpAndPublishesAnotherEvent() throws Exception {
        try (Site site = Site.open(folder).start();
                WebServer web = WebServer.nginx(folder, site.live())) {
            deliver(site, 1);
            Files.createDirectories(site.home.resolve("pages"));
            Files.writeString(site.home.resolve("pages/logo.svg"), "<svg xmlns='http://www.w3.org/2000/svg'/>");
            Shell.Result up = site.cli(
                    "publish",
                    "notice",
                    "on",
                    "--message",
                    "Volvemos a las 22:00",
                    "--why",
                    "corte de luz",
                    "--yes",
                    "--config",
                    site.config().toString());
            assertThat(up.ok().output()).contains("Volvemos a las 22:00", "corte de luz");
            assertThat(page(web)).contains("Volvemos a las 22:00", "src=\"logo.svg\"");
            assertThat(web.get("/datos/votos.json").statusCode()).isEqualTo(404);
            assertThat(state(site)).isEqualTo("notice");
            deliver(site, 2);
            // The receipt's file is there a moment before the status has it.
            Awaitility.await("the receipt in the status")
                    .atMost(Site.PATIENCE)
                    .until(() -> site.json("/status")
                            .at("/last/publication")
                            .asText()
                            .equals("held"));
            site.stop();
            site.start();
            assertThat(page(web)).contains("Volvemos a las 22:00");
            site.cli(
                            "publish",
                            "notice",
                            "off",
                            "--yes",
                            "--config",
                            site.config().toString())
                    .ok();
            assertThat(state(site)).isEqualTo("current");
            assertThat(new String(web.get("/datos/votos.json").body(), StandardCharsets.UTF_8))
                    .isEqualTo("{\"corte\": 2}");

            site.cli(
                            "event",
                            "activate",
                            "simulacro-1",
                            "--yes",
                            "--config",
                            site.config().toString())
                    .ok();
            assertThat(site.json("/status").at("/live/event").asText()).isEqualTo("simulacro-1");
            assertThat(page(web)).contains("todavía no se publican");
            site.stop();
            site.start();
            assertThat(site.json("/status").at("/live/event").asText()).isEqualTo("simulacro-1");
            Shell.Result unknown = site.cli(
                    "event",
                    "activate",
                    "pel-2030",
                    "--yes",
                    "--config",
                    site.config().toString());
            assertThat(unknown.code()).isEqualTo(1);
            assertThat(unknown.errors()).contains("pel-2030 is not configured", "choose one of pel-2024, simulacro-1");
            site.cli(
                            "event",
                            "activate",
                            Site.EVENT,
                            "--yes",
                            "--config",
                            site.config().toString())
                    .ok();
            assertThat(page(web)).contains("resultados");
        }
    }

    @Test
    void aDrillPlaysAWholeDayAndTouchesNothingOfTheRealEvent() throws Exception {
        try (Site site = Site.open(folder).start()) {
            deliver(site, 1);
            Map<String, byte[]> live = Samples.tree(site.live());
            String history = Files.readString(site.home.resolve("history.log"));
            List<String> command = Site.jar(
                    "drill", "--minutes", "4", "--config", site.config().toString());
            Shell.Result drill = Shell.run(folder, Map.of(), command, DRILL_TIMEOUT_SECONDS);
            assertThat(drill.code()).as("%s%s", drill.output(), drill.errors()).isZero();
            assertThat(drill.output())
                    .contains(
                            "The drill went as it should.", "rejected signature-invalid", "superseded 41", "final 96");
            assertThat(Samples.tree(site.live()).keySet()).isEqualTo(live.keySet());
            assertThat(Files.readString(site.home.resolve("history.log"))).isEqualTo(history);
            assertThat(site.json("/status").at("/archive/packages").asLong()).isEqualTo(1);
            assertThat(site.home.resolve("drills")).isDirectoryContaining("glob:**/*.txt");
            assertThat(site.home.resolve("drills")).isDirectoryNotContaining("glob:**/drill-??????????????");
        }
    }
}
