package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** {@code kill -9} at random instants of uploads and decisions; {@code -Dendurance.kills=N} times. */
class KillIT {

    private static final int KILLS = Integer.getInteger("endurance.kills", 4);
    private static final long SEED = Long.getLong("endurance.seed", 20_240_602);

    /** About as long as an upload, its decision and its publication take. */
    private static final int LONGEST_MILLISECONDS = 1_500;

    private static final OffsetDateTime FIRST_CUT = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    @TempDir
    Path folder;

    private Path pack(int sequence) throws IOException {
        PackageFolder one = new PackageFolder(
                        Site.EVENT,
                        sequence == 1 ? "site" : "data",
                        sequence,
                        FIRST_CUT.plusMinutes(sequence).toString().replaceFirst("T(\\d\\d:\\d\\d)-", "T$1:00-"))
                .file("datos/votos.json", "{\"corte\": " + sequence + "}")
                .file("datos/" + sequence + ".json", "[" + sequence + "]");
        if (sequence == 1) {
            one.file("index.html", "<h1>sitio</h1>");
        }
        return one.archive(folder, "corte-" + sequence, "zip");
    }

    @Test
    void killedAgainAndAgainItLosesNothingThatHasAReceiptAndTakesEverythingThatComesAgain() throws Exception {
        Random random = new Random(SEED);
        System.out.println("kills: " + KILLS + ", seed " + SEED);
        List<Path> sent = new ArrayList<>();
        try (Site site = Site.open(folder).start()) {
            sent.add(pack(1));
            site.deliver(sent.get(0));
            for (int kill = 1; kill <= KILLS; kill++) {
                Path file = pack(kill + 1);
                sent.add(file);
                site.iee.sign(file);
                CompletableFuture<Void> upload = CompletableFuture.runAsync(() -> upload(site, file));
                Awaitility.await()
                        .pollDelay(Duration.ofMillis(1 + random.nextInt(LONGEST_MILLISECONDS)))
                        .until(() -> true);
                site.kill();
                upload.join();
                acknowledgedIsKept(site, sent, kill);
                site.start();
                wholeAndAsTheStatusSays(site, kill);
                acknowledgedIsKept(site, sent, kill);
            }
            everythingAgain(site, sent);
        }
    }

    private static void upload(Site site, Path file) {
        try {
            site.sftp("put '" + file + "'", "put '" + file + ".p7s'"); // the agent may be gone before its end
        } catch (IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static void acknowledgedIsKept(Site site, List<Path> sent, int kill) throws IOException {
        for (int i = 0; i < sent.size(); i++) {
            Path file = sent.get(i);
            Path receipt = site.home.resolve("receipts/iee/" + file.getFileName() + ".json");
            if (Files.exists(receipt)) {
                assertThat(Site.parse(receipt).path("outcome").asText())
                        .as("seed %d, kill %d, %s", SEED, kill, file.getFileName())
                        .isIn("accepted", "duplicate");
                assertThat(site.home.resolve("archive/pel-2024/" + (i + 1)).resolve(file.getFileName()))
                        .as("seed %d, kill %d", SEED, kill)
                        .hasSameBinaryContentAs(file);
            }
        }
    }

    private static void wholeAndAsTheStatusSays(Site site, int kill) throws Exception {
        assertThat(site.live()).isDirectory();
        Awaitility.await("seed " + SEED + ", kill " + kill)
                .atMost(Site.PATIENCE)
                .until(() -> site.treeBySha256sum()
                        .equals(site.json("/status").at("/live/tree").asText()));
    }

    private void everythingAgain(Site site, List<Path> sent) throws Exception {
        for (Path file : sent) {
            Files.deleteIfExists(site.home.resolve("receipts/iee/" + file.getFileName() + ".json"));
            JsonNode receipt = site.deliver(file);
            assertThat(receipt.path("outcome").asText())
                    .as("seed %d, %s", SEED, receipt)
                    .isIn("accepted", "duplicate");
        }
        for (int sequence = 1; sequence <= sent.size(); sequence++) {
            assertThat(site.live().resolve("datos/" + sequence + ".json")).hasContent("[" + sequence + "]");
        }
        assertThat(site.live().resolve("datos/votos.json")).hasContent("{\"corte\": " + sent.size() + "}");
        JsonNode status = site.json("/status");
        assertThat(status.at("/archive/packages").asInt()).as("no double").isEqualTo(sent.size());
        assertThat(status.path("gaps")).as("no gap").isEmpty();
        assertThat(status.path("alerts").toString()).doesNotContain("internal-error", "archive-damaged");
        site.cli("archive", "check", "--config", site.config().toString()).ok();
    }
}
