package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Stream;
import mx.difusor.agent.desk.BadPackages;
import mx.difusor.agent.desk.HomeSnapshot;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The built agent, stock sftp, and a bad package for every reason that an upload can bring about. */
class RefusalsIT {

    /** The endpoint itself refuses more than it takes, and a disk that fails is the desk's own test. */
    private static final Set<Reason> NOT_BY_UPLOAD =
            EnumSet.of(Reason.TOO_LARGE, Reason.BUDGET_EXCEEDED, Reason.STORAGE_FAILED);

    private static final int BAD_AT_ONCE = 6;

    private static final int ROUNDS = 3;
    private static final int MOST_ROUNDS = 30;

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private BadPackages packages;

    @SuppressWarnings("NullAway.Init")
    private BadPackages.Signers signers;

    @BeforeEach
    void makeKeys() throws Exception {
        signers = BadPackages.Signers.make(folder.resolve("signers"));
        packages = new BadPackages(signers, Site.EVENT, 2_000_000_000, 1_000);
    }

    private Site open() throws IOException {
        return open(folder);
    }

    private Site open(Path own) throws IOException {
        Site site = Site.open(own);
        Files.writeString(
                site.home.resolve("trust/iee-root.pem"),
                Files.readString(signers.institute().root())
                        + Files.readString(signers.ended().root()));
        site.start().awaitWarm(); // what that leaves for a moment in work/ is nobody's package
        return site;
    }

    private Path write(BadPackages.Sent sent) throws IOException {
        Path archive = Files.write(folder.resolve(sent.file()), sent.archive());
        if (sent.signature() != null) {
            Files.write(folder.resolve(sent.file() + ".p7s"), sent.signature());
        }
        if (sent.checksum() != null) {
            Files.writeString(folder.resolve(sent.file() + ".sha256"), sent.checksum());
        }
        return archive;
    }

    /** All in one session; the archive comes last, so that nothing is missing when it is whole. */
    private void upload(Site site, List<BadPackages.Sent> all) throws IOException {
        List<String> commands = new ArrayList<>();
        for (BadPackages.Sent sent : all) {
            Path archive = write(sent);
            if (sent.checksum() != null) {
                commands.add("put " + archive + ".sha256");
            }
            if (sent.signature() != null) {
                commands.add("put " + archive + ".p7s");
            }
            commands.add("put " + archive);
        }
        site.sftp(commands.toArray(new String[0])).ok();
    }

    private JsonNode receipt(Site site, BadPackages.Sent sent) throws IOException {
        return site.receipt(folder.resolve(sent.file()));
    }

    private void update(Site site, int sequence, List<Duration> took) throws Exception {
        BadPackages.Sent good = packages.good(sequence);
        upload(site, List.of(good));
        receipt(site, good);
        Path receipt = site.home.resolve("receipts/iee/" + good.file() + ".json");
        Awaitility.await(good.file())
                .atMost(Site.PATIENCE)
                .until(() -> Site.parse(receipt).path("publication").asText().equals("live"));
        JsonNode live = Site.parse(receipt);
        took.add(Duration.between(time(live, "receivedAt"), time(live, "liveAt")));
        site.awaitDecided();
        Path work = site.home.resolve("work");
        Awaitility.await("an empty " + work).atMost(Site.PATIENCE).until(() -> Site.isEmpty(work));
        assertThat(site.json("/status").at("/live/sequence").asInt()).isEqualTo(sequence);
    }

    private static OffsetDateTime time(JsonNode receipt, String member) {
        return OffsetDateTime.parse(receipt.path(member).asText());
    }

    private static Map<String, String> unmoved(Site site) throws Exception {
        Map<String, String> all = new TreeMap<>(HomeSnapshot.of(site.home));
        all.remove("keys/operator.token"); // another one for each run, and one test kills the agent
        JsonNode status = site.json("/status");
        all.put("the live tree", status.at("/live/tree").asText() + " " + site.treeBySha256sum());
        all.put("the release", status.at("/live/release").asText());
        all.put("the archive", status.at("/archive/packages") + " " + status.at("/archive/bytes"));
        List<String> accepted = new ArrayList<>();
        for (JsonNode row : site.json("/packages?limit=1000")) {
            if (row.path("outcome").asText().equals("accepted")) {
                accepted.add(row.toString());
            }
        }
        assertThat(accepted).as("accepted in the index").isNotEmpty();
        all.put("accepted in the index", accepted.size() + " " + accepted);
        return all;
    }

    private static void expectUnmoved(Site site, Map<String, String> before, String after) {
        Awaitility.await(after)
                .atMost(Site.PATIENCE)
                .untilAsserted(() -> assertThat(unmoved(site)).as(after).isEqualTo(before));
    }

    private static void expectReason(BadPackages.Sent bad, JsonNode receipt) {
        assertThat(receipt.at("/reason/code").asText(receipt.path("outcome").asText()))
                .as("%s: %s", bad.file(), receipt)
                .isEqualTo(expected(bad).code());
    }

    private static Reason expected(BadPackages.Sent bad) {
        @Nullable Reason expected = bad.expected();
        if (expected == null) {
            throw new IllegalArgumentException(bad.file());
        }
        return expected;
    }

    @Test
    void refusedPackagesInASeededOrderMoveNothingAndTheirMarkupStaysText() throws Exception {
        long seed = 20_240_602;
        List<BadPackages.Sent> bad = new ArrayList<>(packages.all());
        bad.removeIf(one -> NOT_BY_UPLOAD.contains(expected(one)));
        Collections.shuffle(bad, new Random(seed));
        try (Site site = open();
                Site peaceful = open(Files.createDirectory(folder.resolve("peaceful")))) {
            List<Duration> usual = new ArrayList<>();
            List<Duration> attacked = new ArrayList<>();
            int sequence = 1;
            // The first ones warm both up, and do not count.
            for (; sequence <= 5; sequence++) {
                update(peaceful, sequence, new ArrayList<>());
                update(site, sequence, new ArrayList<>());
            }
            for (int from = 0; from < bad.size(); from += BAD_AT_ONCE) {
                List<BadPackages.Sent> some = bad.subList(from, Math.min(bad.size(), from + BAD_AT_ONCE));
                Map<String, String> before = unmoved(site);
                upload(site, some);
                for (BadPackages.Sent one : some) {
                    expectReason(one, receipt(site, one));
                }
                expectUnmoved(site, before, "seed " + seed + " after " + some);
                update(peaceful, sequence, usual);
                update(site, sequence++, attacked);
            }
            assertThat(slowdown(seed, usual, attacked)).isLessThan(5);
            expectNoMarkup(site);
        }
    }

    /** Pair by pair, each with the same package in an agent that is left in peace, right before. */
    private static double slowdown(long seed, List<Duration> usual, List<Duration> attacked) {
        double[] ratios = new double[usual.size()];
        for (int i = 0; i < ratios.length; i++) {
            ratios[i] = (attacked.get(i).toMillis() + 200.0) / (usual.get(i).toMillis() + 200.0);
        }
        Arrays.sort(ratios);
        double median = ratios[ratios.length / 2];
        System.out.printf(
                "seed %d: over sftp, going live between refused packages takes %.2f times the usual%n", seed, median);
        return median;
    }

    /** The bad ones are full of it: in names of files, in an event, in a manifest that is nothing else. */
    private static void expectNoMarkup(Site site) throws Exception {
        HttpClient http = HttpClient.newHttpClient();
        for (String path : List.of("/?lang=es", "/?lang=en", "/metrics")) {
            String body = http.send(
                            HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + site.statusPort + path))
                                    .timeout(Duration.ofSeconds(10))
                                    .build(),
                            HttpResponse.BodyHandlers.ofString())
                    .body();
            assertThat(body).as(path).doesNotContain("<script>alert");
        }
        assertThat(site.json("/packages?limit=1000").toString()).contains("<script>alert(1)</script>");
    }

    @Test
    void aKillInTheMiddleOfJudgingARefusedPackageMovesNothingEither() throws Exception {
        long seed = 11;
        Random random = new Random(seed);
        try (Site site = open()) {
            update(site, 1, new ArrayList<>());
            update(site, 2, new ArrayList<>());
            Map<String, String> before = unmoved(site);
            BadPackages.Sent bomb = packages.of(Reason.ARCHIVE_BOMB).get(0);
            int kills = 0;
            // Until a kill came before the verdict: then sooner and sooner after the claim.
            for (int round = 0; round < ROUNDS || kills == 0; round++) {
                assertThat(round).as("rounds without a kill in the middle").isLessThan(MOST_ROUNDS);
                BadPackages.Sent bad = new BadPackages.Sent(
                        "killed-" + round + ".zip", bomb.archive(), bomb.signature(), null, bomb.expected());
                upload(site, List.of(bad));
                // From the claim on, through unpacking, to the evidence: somewhere between the two.
                Awaitility.await()
                        .atMost(Site.PATIENCE)
                        .pollInterval(Duration.ofMillis(1))
                        .until(() -> !Site.isEmpty(site.home.resolve("work")) || isQuarantined(site, bad));
                Thread.onSpinWait();
                long until = System.nanoTime() + random.nextInt(100_000_000) / (1 + round / ROUNDS * 4);
                while (System.nanoTime() < until) {
                    Thread.onSpinWait();
                }
                site.kill();
                kills += isQuarantined(site, bad) ? 0 : 1;
                site.start();
                expectReason(bad, receipt(site, bad));
                expectUnmoved(site, before, "seed " + seed + ", round " + round);
            }
            System.out.printf("seed %d: %d kills came before the verdict%n", seed, kills);
            assertThat(quarantined(site)).noneMatch(name -> name.startsWith(".new-"));
            update(site, 3, new ArrayList<>());
        }
    }

    private static List<String> quarantined(Site site) throws IOException {
        try (Stream<Path> inside = Files.list(site.home.resolve("quarantine"))) {
            return inside.map(path -> path.getFileName().toString()).toList();
        }
    }

    private static boolean isQuarantined(Site site, BadPackages.Sent bad) throws IOException {
        Path receipt = site.home.resolve("receipts/iee/" + bad.file() + ".json");
        return Files.exists(receipt)
                && Site.parse(receipt)
                        .path("sha256")
                        .asText()
                        .equals(Digest.ofContent(bad.archive()).hex());
    }
}
