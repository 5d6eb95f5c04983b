package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Full and read-only disks, and careless hands in the home: the old page stays, and a restart puts things right. */
class DamageIT {

    @TempDir
    Path folder;

    private Path site() throws IOException {
        return new PackageFolder(Site.EVENT, "site", 1, "2024-06-02T20:00:00-07:00")
                .file("index.html", "<h1>sitio</h1>")
                .file("datos/votos.json", "{}")
                .archive(folder, "sitio", "zip");
    }

    private Path cut(int sequence) throws IOException {
        return new PackageFolder(Site.EVENT, "data", sequence, "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file("datos/votos.json", "{\"corte\": " + sequence + "}")
                .archive(folder, "corte-" + sequence, "zip");
    }

    private static void shows(Site site, int sequence) {
        assertThat(site.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
        assertThat(site.live().resolve("datos/votos.json")).hasContent("{\"corte\": " + sequence + "}");
    }

    private static String said(JsonNode receipt) {
        return receipt.path("outcome").asText() + "/"
                + receipt.path("publication").asText();
    }

    /** Two cuts live, all well. */
    private Site withTwoCuts() throws Exception {
        Site site = Site.open(folder).start();
        site.awaitWarm(); // it takes a little room for a moment
        site.deliver(site());
        assertThat(said(site.deliver(cut(2)))).isEqualTo("accepted/live");
        return site;
    }

    private void goesOn(Site site, int sequence) throws Exception {
        assertThat(said(site.deliver(cut(sequence)))).isEqualTo("accepted/live");
        shows(site, sequence);
    }

    private static void deleteIndex(Site site) throws IOException {
        for (String suffix : List.of("", "-wal", "-shm")) {
            Files.deleteIfExists(site.home.resolve("index.db" + suffix));
        }
    }

    private static void scribble(Path file) throws IOException {
        byte[] noise = new byte[(int) Math.max(4096, Files.size(file))];
        Arrays.fill(noise, (byte) 'x');
        try (FileChannel channel = FileChannel.open(file, StandardOpenOption.WRITE)) {
            channel.write(ByteBuffer.wrap(noise), 0);
        }
    }

    @Test
    void aFullDiskKeepsThePageAndTakesPackagesAgainWhenThereIsRoom() throws Exception {
        Path home = Files.createDirectory(folder.resolve("home"));
        try (Mounts mounts = Mounts.needed(folder)) {
            mounts.memory(home, "300m");
            try (Site site = withTwoCuts()) {
                Path filler = home.resolve("incoming/filler");
                Shell.bash(folder, "cat /dev/zero > '%s' || true".formatted(filler));
                Path third = cut(3);
                site.iee.sign(third);
                Shell.Result refused = site.sftp("put '" + third + "'");
                assertThat(refused.code()).isNotZero();
                assertThat(site.log()).contains("no space left here for corte-3.zip");
                assertThat(site.cli(
                                        "publish",
                                        "hold",
                                        "--yes",
                                        "--why",
                                        "x",
                                        "--config",
                                        site.config().toString())
                                .code())
                        .isEqualTo(1);
                shows(site, 2);
                assertThat(site.code("/readyz")).isEqualTo(200);
                assertThat(site.json("/status").path("alerts").toString()).contains("disk-low");

                site.kill();
                site.start();
                shows(site, 2);
                assertThat(site.json("/status").at("/live/sequence").asInt()).isEqualTo(2);

                Files.delete(filler);
                goesOn(site, 3);
                site.cli("archive", "check", "--config", site.config().toString())
                        .ok();
            }
        }
    }

    @Test
    void anArchiveThatBecomesReadOnlyKeepsThePageAndLosesNothing() throws Exception {
        try (Mounts mounts = Mounts.needed(folder);
                Site site = withTwoCuts()) {
            Path archive = site.home.resolve("archive");
            mounts.readOnly(archive);
            Path third = cut(3);
            site.send(third);
            assertThat(site.receipt(third).at("/reason/code").asText()).isEqualTo("storage-failed");
            shows(site, 2);
            assertThat(site.json("/status").path("alerts").toString()).contains("storage-failed");
            mounts.release(archive);
            goesOn(site, 3);
        }
    }

    @Test
    void aHomeThatIsReadOnlyIsAClearErrorAndThePageStays() throws Exception {
        try (Mounts mounts = Mounts.needed(folder);
                Site site = withTwoCuts()) {
            site.stop();
            mounts.readOnly(site.home);
            Shell.Result start = site.cli("run", "--config", site.config().toString());
            assertThat(start.code()).isEqualTo(1);
            assertThat(start.errors())
                    .containsIgnoringCase("read-only")
                    .contains("cure:")
                    .doesNotContain("\tat ");
            shows(site, 2);
            mounts.release(site.home);
            site.start();
            goesOn(site, 3);
        }
    }

    @Test
    void anIndexDeletedOrScribbledOverIsMadeAnew() throws Exception {
        try (Site site = withTwoCuts()) {
            JsonNode packages = site.json("/packages");
            site.stop();
            deleteIndex(site);
            site.start();
            assertThat(site.json("/packages")).isEqualTo(packages);
            site.stop();
            scribble(site.home.resolve("index.db"));
            site.start();
            assertThat(site.json("/packages")).isEqualTo(packages);
            shows(site, 2);
            goesOn(site, 3);
        }
    }

    @Test
    void anIndexDeletedUnderARunningAgentCostsNothing() throws Exception {
        try (Site site = withTwoCuts()) {
            deleteIndex(site);
            goesOn(site, 3);
            site.kill();
            site.start();
            assertThat(site.json("/packages")).hasSize(3);
            shows(site, 3);
        }
    }

    @Test
    void anIndexScribbledOverUnderARunningAgentCostsNothing() throws Exception {
        try (Site site = withTwoCuts()) {
            scribble(site.home.resolve("index.db"));
            Files.write(site.home.resolve("index.db-wal"), new byte[100]);
            site.send(cut(3));
            assertThat(site.live().resolve("index.html")).hasContent("<h1>sitio</h1>");
            site.kill();
            site.start();
            assertThat(site.receipt(folder.resolve("corte-3.zip"))
                            .path("outcome")
                            .asText())
                    .isIn("accepted", "duplicate");
            assertThat(site.json("/packages")).hasSize(3);
            shows(site, 3);
        }
    }

    @Test
    void aReleaseOrALinkChangedByHandWhileTheAgentStoodStillIsPutRight() throws Exception {
        try (Site site = withTwoCuts()) {
            String tree = site.treeBySha256sum();
            site.stop();
            Shell.bash(folder, "rm -r '%s'".formatted(site.live().toRealPath())).ok();
            site.start();
            assertThat(site.treeBySha256sum()).isEqualTo(tree);

            site.stop();
            Files.delete(site.live());
            site.start();
            assertThat(site.treeBySha256sum()).isEqualTo(tree);

            site.stop();
            Files.delete(site.live());
            Path elsewhere = Files.createDirectory(folder.resolve("elsewhere"));
            Files.createSymbolicLink(site.live(), elsewhere);
            site.start();
            assertThat(site.treeBySha256sum()).isEqualTo(tree);

            site.stop();
            Path page = site.live().toRealPath().resolve("index.html");
            Files.delete(page);
            site.start();
            assertThat(site.treeBySha256sum()).isEqualTo(tree);
            goesOn(site, 3);
        }
    }

    @Test
    void aFlippedBitInAPackageIsNamedAndThePageStays() throws Exception {
        try (Site site = withTwoCuts()) {
            String tree = site.treeBySha256sum();
            Path kept = site.home.resolve("archive/pel-2024/2/corte-2.zip");
            byte[] bytes = Files.readAllBytes(kept);
            bytes[bytes.length / 2] ^= 1;
            Files.write(kept, bytes);
            Shell.Result check =
                    site.cli("archive", "check", "--config", site.config().toString());
            assertThat(check.code()).isEqualTo(1);
            assertThat(check.output() + check.errors()).contains("corte-2.zip");
            site.kill();
            site.start();
            assertThat(site.treeBySha256sum()).isEqualTo(tree);
            try (Stream<Path> packages = Files.list(site.home.resolve("archive/pel-2024"))) {
                assertThat(packages).hasSize(2);
            }
        }
    }
}
