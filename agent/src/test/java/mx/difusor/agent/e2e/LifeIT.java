package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an election night brings: late, double and conflicting packages, restarts, hands on the wheel. */
class LifeIT {

    private static final String[] CUTS = new String[12];

    static {
        for (int i = 0; i < CUTS.length; i++) {
            CUTS[i] = OffsetDateTime.parse("2024-06-02T20:00:00-07:00")
                    .plusMinutes(15L * i)
                    .toString()
                    .replaceFirst("T(\\d\\d:\\d\\d)-", "T$1:00-");
        }
    }

    @TempDir
    Path folder;

    private static PackageFolder data(int sequence) {
        return new PackageFolder(Site.EVENT, "data", sequence, CUTS[sequence])
                .file("datos/votos.json", "{\"corte\": " + sequence + "}")
                .file("datos/" + sequence + ".json", "[" + sequence + "]");
    }

    private static PackageFolder site(int sequence) {
        return new PackageFolder(Site.EVENT, "site", sequence, CUTS[sequence])
                .file("index.html", "<h1>sitio " + sequence + "</h1>")
                .file("datos/votos.json", "{}");
    }

    private Path zip(PackageFolder one, String name) throws IOException {
        return one.archive(folder, name, "zip");
    }

    private static String outcome(JsonNode receipt) {
        return receipt.path("outcome").asText() + "/"
                + receipt.at("/reason/code").asText("") + "/"
                + receipt.path("publication").asText();
    }

    @Test
    void lateDoubleAndConflictingPackages() throws Exception {
        try (Site site = Site.open(folder).start()) {
            assertThat(outcome(site.deliver(zip(site(1), "sitio")))).isEqualTo("accepted//live");
            assertThat(outcome(site.deliver(zip(data(4), "corte-4")))).isEqualTo("accepted//live");
            assertThat(site.json("/status").path("gaps")).hasToString("[2,3]");

            assertThat(outcome(site.deliver(zip(data(3), "corte-3")))).isEqualTo("accepted//superseded");
            assertThat(site.live().resolve("datos/votos.json")).hasContent("{\"corte\": 4}");
            assertThat(site.live().resolve("datos/3.json")).hasContent("[3]");

            Map<String, byte[]> before = Samples.tree(site.live());
            Path again = folder.resolve("otra-vez.zip");
            Files.copy(folder.resolve("corte-4.zip"), again);
            assertThat(outcome(site.deliver(again))).isEqualTo("duplicate//live");
            Path conflict = zip(data(4).file("x.json", "{}"), "conflicto");
            assertThat(outcome(site.deliver(conflict))).isEqualTo("rejected/sequence-conflict/none");
            Path early = zip(new PackageFolder(Site.EVENT, "data", 5, CUTS[3]).file("a.json", "{}"), "corte-antes");
            assertThat(outcome(site.deliver(early))).isEqualTo("rejected/cut-invalid/none");
            Path unknown = zip(new PackageFolder("otro", "data", 5, CUTS[5]).file("a.json", "{}"), "otro-proceso");
            assertThat(outcome(site.deliver(unknown))).isEqualTo("rejected/event-unknown/none");
            Path drill = zip(new PackageFolder("simulacro-1", "data", 1, CUTS[5]).file("a.json", "{}"), "simulacro");
            assertThat(outcome(site.deliver(drill))).isEqualTo("accepted//held");

            Map<String, byte[]> after = Samples.tree(site.live());
            assertThat(after.keySet()).isEqualTo(before.keySet());
            before.forEach((path, bytes) -> assertThat(after.get(path)).isEqualTo(bytes));
            assertThat(site.json("/status").path("alerts").toString()).contains("sequence-conflict");
            assertThat(site.json("/packages?limit=3")).hasSize(3);
        }
    }

    @Test
    void theSameNameAgainAndAgainIsAnotherPackageEachTime() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(zip(site(1), "prep"));
            for (int sequence = 2; sequence <= 4; sequence++) {
                assertThat(site.deliver(zip(data(sequence), "prep"))
                                .path("sequence")
                                .asInt())
                        .isEqualTo(sequence);
            }
            assertThat(site.home.resolve("archive/pel-2024")).isDirectoryContaining("glob:**/4");
        }
    }

    @Test
    void aRestartAtAnyMomentChangesNothingThatIsPublic() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(zip(site(1), "sitio"));
            site.deliver(zip(data(2), "corte-2"));
            JsonNode live = site.json("/status").path("live");
            Path target = site.live().toRealPath();
            JsonNode receipts = site.json("/packages");

            assertThat(site.stop()).isZero();
            site.start();
            site.kill();
            site.start();

            assertThat(site.live().toRealPath()).isEqualTo(target);
            assertThat(site.json("/packages")).isEqualTo(receipts);
            for (String field : List.of("event", "sequence", "cut", "publishedAt", "tree", "release")) {
                assertThat(site.json("/status").path("live").path(field))
                        .as(field)
                        .isEqualTo(live.path(field));
            }
            assertThat(outcome(site.deliver(zip(data(3), "corte-3")))).isEqualTo("accepted//live");
        }
    }

    @Test
    void anyOrderOfArrivalGivesOneTreeBytesAndTimes() throws Exception {
        List<Path> packages = new ArrayList<>();
        packages.add(zip(site(1), "p1"));
        for (int sequence = 2; sequence <= 6; sequence++) {
            packages.add(zip(sequence == 4 ? site(4) : data(sequence), "p" + sequence));
        }
        List<Map<String, String>> trees = new ArrayList<>();
        for (long seed = 1; seed <= 3; seed++) {
            Collections.shuffle(packages, new Random(seed));
            Path own = Files.createDirectory(folder.resolve("difusor-" + seed));
            try (Site site = Site.open(own).start()) {
                for (Path one : packages) {
                    assertThat(outcome(site.deliver(one)))
                            .as("seed %d, %s", seed, one)
                            .startsWith("accepted/");
                }
                trees.add(listing(site.live().toRealPath()));
            }
        }
        assertThat(trees.get(1)).isEqualTo(trees.get(0));
        assertThat(trees.get(2)).isEqualTo(trees.get(0));
    }

    private static Map<String, String> listing(Path release) throws IOException {
        Map<String, String> listing = new TreeMap<>();
        try (Stream<Path> paths = Files.walk(release)) {
            for (Path path : paths.filter(Files::isRegularFile).toList()) {
                listing.put(
                        release.relativize(path).toString(),
                        Files.getLastModifiedTime(path) + " " + Files.readString(path));
            }
        }
        return listing;
    }

    @Test
    void nothingIsPublicBeforeTheOpeningAndTheNewestCutIsRightAfterIt() throws Exception {
        OffsetDateTime inAnHour =
                OffsetDateTime.now(ZoneOffset.ofHours(-7)).plusHours(1).withNano(0);
        try (Site site = Site.with(folder, inAnHour, inAnHour.plusHours(20), "").start()) {
            assertThat(outcome(site.deliver(zip(site(1), "sitio")))).isEqualTo("accepted//held");
            assertThat(outcome(site.deliver(zip(data(2), "corte-2")))).isEqualTo("accepted//held");
            assertThat(site.live().resolve("index.html")).content().contains("todavía no se publican");
            assertThat(site.json("/status").at("/live/state").asText()).isEqualTo("waiting");
            assertThat(site.stop()).isZero();

            OffsetDateTime opens =
                    OffsetDateTime.now(ZoneOffset.ofHours(-7)).plusSeconds(20).withNano(0);
            String yaml = Files.readString(site.config());
            assertThat(yaml).contains("opens: " + inAnHour);
            Files.writeString(site.config(), yaml.replace("opens: " + inAnHour, "opens: " + opens));
            site.start();
            Awaitility.await("the opening")
                    .atMost(Site.PATIENCE)
                    .until(() -> Files.exists(site.live().resolve("datos/2.json")));
            assertThat(OffsetDateTime.now(ZoneOffset.UTC)).isAfterOrEqualTo(opens);
            Awaitility.await("the receipt")
                    .atMost(Site.PATIENCE)
                    .until(() ->
                            outcome(site.receipt(folder.resolve("corte-2.zip"))).equals("accepted//live"));
        }
    }

    @Test
    void theOperatorHoldsRollsBackAndResumes() throws Exception {
        try (Site site = Site.open(folder).start()) {
            String config = site.config().toString();
            site.deliver(zip(site(1), "sitio"));
            site.deliver(zip(data(2), "corte-2"));
            site.cli("publish", "hold", "--config", config, "--yes", "--why", "revisión")
                    .ok();
            assertThat(outcome(site.deliver(zip(data(3), "corte-3")))).isEqualTo("accepted//held");
            assertThat(site.live().resolve("datos/votos.json")).hasContent("{\"corte\": 2}");
            site.kill();
            site.start();
            assertThat(site.live().resolve("datos/votos.json"))
                    .as("a hold outlives the process")
                    .hasContent("{\"corte\": 2}");
            assertThat(site.json("/status").at("/live/state").asText()).isEqualTo("held");

            site.cli("publish", "rollback", "1", "--config", config, "--yes", "--why", "error en el corte 2")
                    .ok();
            assertThat(site.live().resolve("datos/votos.json")).hasContent("{}");
            assertThat(site.cli("publish", "rollback", "77", "--config", config, "--yes", "--why", "x")
                            .code())
                    .isEqualTo(1);
            site.cli("publish", "resume", "--config", config, "--yes", "--why", "todo bien")
                    .ok();
            assertThat(site.live().resolve("datos/votos.json")).hasContent("{\"corte\": 3}");
            assertThat(outcome(site.receipt(folder.resolve("corte-3.zip")))).isEqualTo("accepted//live");
            assertThat(Files.readAllLines(site.home.resolve("history.log")).stream()
                            .filter(line -> line.contains("\"what\":\"command\"")))
                    .hasSize(3);

            assertThat(site.cli("status", "--config", config).ok().output()).contains(Site.EVENT);
            site.stop();
            assertThat(site.cli("status", "--config", config).code()).isEqualTo(5);
        }
    }

    @Test
    void secretsAreReadableByTheirOwnerOnlyAndNeverLogged() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(zip(site(1), "sitio"));
            for (String secret : List.of("keys/operator.token", "keys/ssh_host_ed25519_key")) {
                Path file = site.home.resolve(secret);
                assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
                        .isEqualTo("rw-------");
                for (String line : Files.readAllLines(file)) {
                    assertThat(site.log()).doesNotContain(line);
                }
            }
        }
    }

    @Test
    void theArchiveCommandsWorkWithTheAgentRunningAndWithout() throws Exception {
        try (Site site = Site.open(folder).start()) {
            String config = site.config().toString();
            site.deliver(zip(site(1), "sitio"));
            site.deliver(zip(data(2), "corte-2"));
            for (boolean running : List.of(true, false)) {
                assertThat(site.cli("archive", "list", "--config", config, "--json")
                                .ok()
                                .output())
                        .contains("corte-2.zip");
                assertThat(site.cli("archive", "show", Site.EVENT, "2", "--config", config)
                                .ok()
                                .output())
                        .contains("corte-2.zip");
                Path into = folder.resolve("extracted-" + running);
                site.cli("archive", "extract", Site.EVENT, "2", into.toString(), "--config", config)
                        .ok();
                assertThat(into.resolve("datos/2.json")).hasContent("[2]");
                site.cli("archive", "check", "--config", config).ok();
                site.cli("archive", "reindex", "--config", config).ok();
                if (running) {
                    assertThat(site.json("/packages")).hasSize(2);
                    assertThat(outcome(site.deliver(zip(data(3), "corte-3")))).isEqualTo("accepted//live");
                    site.stop();
                }
            }
            Path kept = site.home.resolve("archive/pel-2024/2/corte-2.zip");
            byte[] bytes = Files.readAllBytes(kept);
            bytes[bytes.length / 2] ^= 1;
            Files.write(kept, bytes);
            Shell.Result check = site.cli("archive", "check", "--config", config);
            assertThat(check.code()).isEqualTo(1);
            assertThat(check.output() + check.errors()).contains("corte-2.zip");
        }
    }
}
