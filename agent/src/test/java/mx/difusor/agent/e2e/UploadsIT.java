package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An uploader that vanishes, resumes, overwrites, signs first or sends ten at once gets the right answer each time. */
class UploadsIT {

    @TempDir
    Path folder;

    private Path zip(int sequence, String name) throws IOException {
        return new PackageFolder(
                        Site.EVENT,
                        sequence == 1 ? "site" : "data",
                        sequence,
                        "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file(sequence == 1 ? "index.html" : "datos/" + sequence + ".json", "[" + sequence + "]")
                .archive(folder, name, "zip");
    }

    /** Larger than any buffer on the way; incompressible. */
    private Path largeZip(int sequence, String name) throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(sequence);
        while (text.length() < 3_000_000) {
            text.append(Long.toHexString(random.nextLong()));
        }
        return new PackageFolder(Site.EVENT, "data", sequence, "2024-06-02T20:%02d:00-07:00".formatted(sequence))
                .file("datos/grande.txt", text.toString())
                .archive(folder, name, "zip");
    }

    private static String reason(JsonNode receipt) {
        return receipt.at("/reason/code").asText(receipt.path("outcome").asText());
    }

    private static OffsetDateTime time(JsonNode receipt, String member) {
        return OffsetDateTime.parse(receipt.path(member).asText());
    }

    private static boolean hasReceipt(Site site, Path file) {
        return Files.exists(site.home.resolve("receipts/iee/" + file.getFileName() + ".json"));
    }

    /** A session that stays open until it is told otherwise. */
    private static Process session(Site site, String options) throws IOException {
        Shell.needs("sftp");
        String command =
                "exec sftp %s %s -P %d -b - iee@127.0.0.1".formatted(site.sshOptions(), options, site.sftpPort);
        return new ProcessBuilder("bash", "-c", command)
                .redirectErrorStream(true)
                .redirectOutput(
                        Files.createTempFile(site.folder, "session", ".log").toFile())
                .start();
    }

    private static void say(Process session, String... commands) throws IOException {
        Writer writer = new java.io.OutputStreamWriter(session.getOutputStream(), StandardCharsets.UTF_8);
        for (String command : commands) {
            writer.write(command + "\n");
        }
        writer.flush();
    }

    @Test
    void theSignatureMayComeFirstAndTheArchiveUnderATemporaryName() throws Exception {
        try (Site site = Site.open(folder).start()) {
            Path file = zip(1, "sitio");
            site.iee.sign(file);
            site.sftp("put " + file + ".p7s", "put " + file + " sitio.zip.part", "rename sitio.zip.part sitio.zip")
                    .ok();
            assertThat(reason(site.receipt(file))).isEqualTo("accepted");
        }
    }

    @Test
    void tenPackagesAtOnceFromTenSessions() throws Exception {
        try (Site site = Site.open(folder).start()) {
            List<Path> files = new ArrayList<>();
            List<Process> sessions = new ArrayList<>();
            for (int sequence = 1; sequence <= 10; sequence++) {
                Path file = zip(sequence, "p" + sequence);
                site.iee.sign(file);
                files.add(file);
            }
            for (Path file : files) {
                Process session = session(site, "");
                say(session, "put " + file, "put " + file + ".p7s", "bye");
                sessions.add(session);
            }
            for (Process session : sessions) {
                assertThat(session.waitFor(60, TimeUnit.SECONDS)).isTrue();
                assertThat(session.exitValue()).isZero();
            }
            for (Path file : files) {
                assertThat(reason(site.receipt(file))).as("%s", file).isEqualTo("accepted");
            }
            Awaitility.await()
                    .atMost(Site.PATIENCE)
                    .until(() -> site.json("/status").at("/live/sequence").asInt() == 10);
            assertThat(Samples.tree(site.live())).hasSize(10);
            assertThat(site.json("/status").at("/live/tree").asText()).isEqualTo(site.treeBySha256sum());
        }
    }

    @Test
    void everythingSentAgainAfterAnOutageIsAnsweredAndChangesNothing() throws Exception {
        try (Site site = Site.open(folder).start()) {
            List<Path> files = List.of(zip(1, "p1"), zip(2, "p2"), zip(3, "p3"));
            List<String> puts = new ArrayList<>();
            for (Path file : files) {
                assertThat(reason(site.deliver(file))).isEqualTo("accepted");
                puts.addAll(List.of("put " + file, "put " + file + ".p7s"));
            }
            String tree = site.json("/status").at("/live/tree").asText();
            site.kill();
            for (Path file : files) {
                Files.delete(site.home.resolve("receipts/iee/" + file.getFileName() + ".json"));
            }
            site.start();
            long bytes = site.json("/status").at("/archive/bytes").asLong();

            site.sftp(puts.toArray(String[]::new)).ok();

            for (Path file : files) {
                assertThat(reason(site.receipt(file))).isEqualTo("duplicate");
            }
            JsonNode status = site.json("/status");
            assertThat(status.at("/live/tree").asText()).isEqualTo(tree);
            assertThat(status.at("/archive/packages").asInt()).isEqualTo(3);
            assertThat(status.at("/archive/bytes").asLong()).isEqualTo(bytes);
            assertThat(status.at("/gaps")).isEmpty();
            assertThat(site.home.resolve("quarantine")).isEmptyDirectory();
        }
    }

    @Test
    void aTamperedPackageIsLeftAloneWhileItsSessionIsOpenAndThenRefused() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(zip(1, "sitio"));
            Path file = zip(2, "corte");
            site.iee.sign(file);
            byte[] bytes = Files.readAllBytes(file);
            bytes[40] ^= 1;
            Files.write(file, bytes);

            Process session = session(site, "");
            say(session, "put " + file, "put " + file + ".p7s");
            Awaitility.await().atMost(Site.PATIENCE).until(() -> site.log().contains("corte.zip.p7s closed"));
            Awaitility.await()
                    .during(Duration.ofSeconds(5))
                    .atMost(Site.PATIENCE)
                    .until(() -> !hasReceipt(site, file));
            say(session, "bye");
            assertThat(reason(site.receipt(file))).isEqualTo("signature-invalid");
            assertThat(site.live().resolve("datos/2.json")).doesNotExist();

            Path good = zip(2, "corte-bien");
            assertThat(reason(site.deliver(good))).isEqualTo("accepted");
        }
    }

    @Test
    void anUnsignedPackageIsRefusedWhenItsTimeIsUpAndNotBefore() throws Exception {
        try (Site site = Site.open(folder).start()) {
            Path file = zip(1, "sitio");
            site.sftp("put " + file).ok();
            JsonNode receipt = site.receipt(file);
            assertThat(reason(receipt)).isEqualTo("signature-missing");
            assertThat(Duration.between(time(receipt, "receivedAt"), time(receipt, "decidedAt")))
                    .as("sftp.signatureTimeout")
                    .isGreaterThanOrEqualTo(Duration.ofSeconds(15));
        }
    }

    @Test
    void anUploaderThatVanishesInTheMiddleResumesWhereItWas() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(zip(1, "sitio"));
            Path file = largeZip(2, "grande");
            site.iee.sign(file);
            Process session = session(site, "-l 400");
            say(session, "put " + file + ".p7s", "put " + file);
            Path part = site.home.resolve("incoming/iee/grande.zip");
            Awaitility.await().atMost(Site.PATIENCE).until(() -> Files.exists(part) && Files.size(part) > 100_000);
            session.destroyForcibly().waitFor();
            Awaitility.await()
                    .during(Duration.ofSeconds(4))
                    .atMost(Site.PATIENCE)
                    .until(() -> !hasReceipt(site, file));
            long before = Files.size(part);
            assertThat(before).isBetween(100_000L, Files.size(file) - 1);

            site.sftp("reput " + file).ok();
            assertThat(reason(site.receipt(file))).isEqualTo("accepted");
            assertThat(site.home.resolve("archive/pel-2024/2/grande.zip")).hasSameBinaryContentAs(file);
        }
    }

    @Test
    void onePackageAfterAnotherUnderTheSameNameInOneSessionNeverMix() throws Exception {
        try (Site site = Site.open(folder).start()) {
            site.deliver(zip(1, "sitio"));
            Path one = Files.createDirectory(folder.resolve("one")).resolve("prep.zip");
            Path two = Files.createDirectory(folder.resolve("two")).resolve("prep.zip");
            Files.copy(zip(2, "a"), one);
            Files.copy(zip(3, "b"), two);
            site.iee.sign(one);
            site.iee.sign(two);
            site.sftp("put " + one, "put " + one + ".p7s", "put " + two, "put " + two + ".p7s")
                    .ok();
            assertThat(site.receipt(two).path("sequence").asInt()).isEqualTo(3);
            Awaitility.await()
                    .atMost(Site.PATIENCE)
                    .until(() -> site.json("/status").at("/archive/packages").asInt() == 3);
            assertThat(site.home.resolve("archive/pel-2024/2/prep.zip")).hasSameBinaryContentAs(one);
            assertThat(site.home.resolve("archive/pel-2024/3/prep.zip")).hasSameBinaryContentAs(two);
        }
    }

    @Test
    void aTamperedFileInsideAnOtherwiseGoodPackageMovesNothing() throws Exception {
        try (Site site = Site.open(folder).start()) {
            assertThat(reason(site.deliver(zip(1, "sitio")))).isEqualTo("accepted");
            Path live = site.live().toRealPath();
            Path file = new PackageFolder(Site.EVENT, "data", 2, "2024-06-02T20:02:00-07:00")
                    .file("datos/roto.json", "{\"a\": 1, \"a\": 2}")
                    .archive(folder, "roto", "zip");
            JsonNode receipt = site.deliver(file);
            assertThat(reason(receipt)).isEqualTo("json-invalid");
            assertThat(receipt.at("/reason/path").asText()).isEqualTo("datos/roto.json");
            assertThat(receipt.path("sequence").asInt()).isEqualTo(2);
            assertThat(site.live().toRealPath()).isEqualTo(live);
            assertThat(site.home.resolve("archive/pel-2024/2")).doesNotExist();
            assertThat(site.json("/status").at("/last/outcome").asText()).isEqualTo("rejected");
        }
    }
}
