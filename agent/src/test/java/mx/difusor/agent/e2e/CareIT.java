package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What administrators do with an archive: carry it to another host, free a drill's space, back it up, restore it. */
class CareIT {

    private static final String DRILL = "simulacro-1";
    private static final int PACKAGES = 7;

    @TempDir
    Path folder;

    private Path pack(String event, int sequence) throws Exception {
        Path work = Files.createDirectories(folder.resolve(event + "-" + sequence));
        PackageFolder content = new PackageFolder(
                event, sequence == 1 ? "site" : "data", sequence, "2024-06-02T20:%02d:00-07:00".formatted(sequence));
        content.file(sequence == 1 ? "index.html" : "datos/" + sequence + ".json", "[" + sequence + "]");
        return content.archive(work, "corte " + sequence, "zip");
    }

    private static void accepted(JsonNode receipt) {
        assertThat(receipt.path("outcome").asText()).as("%s", receipt).isEqualTo("accepted");
    }

    private static Shell.Result archive(Site site, String... words) throws Exception {
        return site.cli(Stream.concat(
                        Stream.of("archive"),
                        Stream.concat(Stream.of(words), Stream.of("--config", site.config() + "")))
                .toArray(String[]::new));
    }

    private static String tree(Site site) throws Exception {
        return site.json("/status").at("/live/tree").asText();
    }

    @Test
    void anExportIsCheckedWithStockToolsAndMakesAnotherHostServeTheSame() throws Exception {
        Shell.needs("sha256sum", "tar", "bsdtar");
        try (Site one =
                Site.open(Files.createDirectories(folder.resolve("one"))).start()) {
            for (int sequence = 1; sequence <= 3; sequence++) {
                accepted(one.deliver(pack(Site.EVENT, sequence)));
            }
            Path tar = folder.resolve("out.tar");
            archive(one, "export", Site.EVENT, tar.toString()).ok();
            archive(one, "export", Site.EVENT, folder.resolve("out").toString()).ok();
            Shell.bash(folder, """
                    mkdir gnu bsd
                    tar -xf out.tar -C gnu; bsdtar -xf out.tar -C bsd
                    diff -r gnu out; diff -r bsd out
                    cd out; sha256sum -c --quiet --strict SHA256SUMS
                    cd pel-2024/2
                    openssl cms -verify -binary -inform DER -in 'corte 2.zip.p7s' -content 'corte 2.zip' \
                      -CAfile '%s' -purpose any -out /dev/null
                    """.formatted(one.iee.root())).ok();

            try (Site other = Site.open(Files.createDirectories(folder.resolve("other")))) {
                Files.copy(
                        one.iee.root(), other.home.resolve("trust/iee-root.pem"), StandardCopyOption.REPLACE_EXISTING);
                assertThat(archive(other, "import", tar.toString()).ok().output())
                        .contains("3 packages imported");
                other.start();
                assertThat(tree(other)).isEqualTo(tree(one)).isEqualTo(other.treeBySha256sum());
                Shell.Result running = archive(other, "import", tar.toString());
                assertThat(running.code()).isEqualTo(1);
                assertThat(running.errors()).contains("needs it stopped", "cure: stop the agent");
                assertThat(other.stop()).isZero();
                assertThat(archive(other, "import", folder.resolve("out").toString())
                                .ok()
                                .output())
                        .contains("0 packages imported, 3 were here already");
                archive(other, "check").ok();
            }
        }
    }

    @Test
    void aRetiredDrillIsNeverTakenForNew() throws Exception {
        try (Site site = Site.open(folder).start()) {
            accepted(site.deliver(pack(Site.EVENT, 1)));
            Path drill = pack(DRILL, 1);
            accepted(site.deliver(drill));
            String export = folder.resolve("drill.tar").toString();
            archive(site, "export", DRILL, export).ok();
            assertThat(archive(site, "retire", DRILL, "--exported", export).errors())
                    .contains("needs it stopped");
            site.stop();
            String live = site.treeBySha256sum();
            assertThat(archive(site, "retire", Site.EVENT, "--exported", export).errors())
                    .contains("is the event that is published; nothing was retired");
            archive(site, "retire", DRILL, "--exported", export, "--why", "over")
                    .ok();
            archive(site, "check").ok();
            site.start();
            assertThat(tree(site)).isEqualTo(live);
            Path again = Files.copy(drill, folder.resolve("otra vez.zip"));
            assertThat(site.deliver(again).path("outcome").asText()).isEqualTo("duplicate");
            Path another = Files.copy(pack(DRILL, 2), folder.resolve("nuevo.zip"));
            assertThat(site.deliver(another).at("/reason/code").asText()).isEqualTo("event-unknown");
            assertThat(site.json("/status").path("alerts").toString()).contains("event-unknown");

            site.stop();
            String yaml = Files.readString(site.config());
            Files.writeString(site.config(), yaml.replaceFirst("(?m)^event: .*$", "event: " + DRILL));
            Shell.Result published = site.cli("run", "--config", site.config().toString());
            assertThat(published.code()).isEqualTo(1);
            assertThat(published.errors() + published.output())
                    .contains("the packages of " + DRILL + " were retired", "cure: bring them back");
            assertThat(site.treeBySha256sum()).as("the old page stays").isEqualTo(live);
        }
    }

    /** As docs/backup.md says, with cp where that has rsync. */
    @Test
    void aBackupOfARunningAgentHoldsEverythingThatWasAcknowledgedBefore() throws Exception {
        ExecutorService sending = Executors.newSingleThreadExecutor();
        try (Site site = Site.open(Files.createDirectories(folder.resolve("one")), Site.SMALL_ARCHIVE)
                .start()) {
            List<Integer> acknowledged = new CopyOnWriteArrayList<>();
            Future<?> sent = sending.submit(() -> {
                for (int sequence = 1; sequence <= PACKAGES; sequence++) {
                    accepted(site.deliver(pack(Site.EVENT, sequence)));
                    acknowledged.add(sequence);
                }
                return null;
            });
            Awaitility.await().atMost(Site.PATIENCE).until(() -> acknowledged.size() >= 3 || sent.isDone());
            List<Integer> before = List.copyOf(acknowledged);
            Path copy = Files.createDirectories(folder.resolve("copy"));
            // What vanishes under it are temporary names, of which cp complains.
            Shell.bash(site.home, "cp -a difusor.yaml keys trust tls archive '%s' || true".formatted(copy))
                    .ok();
            Shell.bash(site.home, "cp -a home.json history.log '%s'; cp -a receipts '%s' || true".formatted(copy, copy))
                    .ok();
            sent.get(Site.PATIENCE.toSeconds(), TimeUnit.SECONDS);
            site.stop();

            Files.writeString(
                    copy.resolve("difusor.yaml"),
                    Files.readString(copy.resolve("difusor.yaml")).replace(site.home.toString(), copy.toString()));
            Site restored = site.at(copy);
            try (restored) {
                restored.start();
                List<String> there = restored.json("/packages?limit=100").findValuesAsText("sequence");
                assertThat(there)
                        .containsAll(before.stream().map(String::valueOf).toList());
                assertThat(restored.json("/status").path("alerts")).isEmpty();
                // The tree follows from the packages: what the first host showed then, plus what came in meanwhile.
                for (int sequence : before) {
                    String name = sequence == 1 ? "index.html" : "datos/" + sequence + ".json";
                    assertThat(restored.live().resolve(name)).hasContent("[" + sequence + "]");
                }
                int missing = PACKAGES - there.size();
                for (int sequence = 2; sequence <= PACKAGES; sequence++) {
                    restored.deliver(Objects.requireNonNull(pack(Site.EVENT, sequence)));
                }
                assertThat(missing).isLessThanOrEqualTo(PACKAGES - before.size());
                assertThat(tree(restored)).isEqualTo(site.treeBySha256sum());
            }
        } finally {
            sending.shutdownNow();
        }
    }
}
