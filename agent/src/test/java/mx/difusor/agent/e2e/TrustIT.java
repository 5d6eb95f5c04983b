package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** New anchors and keys under a running agent, and a certificate that expired in the middle of an election. */
class TrustIT {

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

    private static JsonNode deliver(Site site, Path file, IeeKeys signer) throws IOException {
        signer.sign(file);
        site.sftp("put '" + file + "'", "put '" + file + ".p7s'").ok();
        return site.receipt(file);
    }

    private static String reason(JsonNode receipt) {
        return receipt.at("/reason/code").asText(receipt.path("outcome").asText());
    }

    private static void replace(Path file, Path by) throws IOException {
        Path beside = Files.copy(by, file.resolveSibling("beside"));
        Files.move(beside, file, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void anchorsAndUploadersKeysAreRotatedUnderTheRunningAgent() throws Exception {
        try (Site site = Site.open(folder).start()) {
            assertThat(reason(site.deliver(zip(1, "a")))).isEqualTo("accepted");
            Path live = site.live().toRealPath();
            IeeKeys renewed = IeeKeys.make(folder.resolve("renewed"));
            Path early = zip(2, "b");
            assertThat(reason(deliver(site, early, renewed))).isEqualTo("signature-untrusted");
            assertThat(site.live().toRealPath()).isEqualTo(live);

            Path anchors = site.home.resolve("trust/iee-root.pem");
            replace(anchors, renewed.root());
            // Right behind the change, in a session that closes at once: no beat of the agent lies between.
            assertThat(reason(deliver(site, zip(2, "c"), renewed))).isEqualTo("accepted");
            assertThat(reason(site.deliver(zip(3, "d"))))
                    .as("no longer trusted")
                    .isEqualTo("signature-untrusted");

            Files.writeString(anchors, "-----BEGIN CERTIFICATE-----\nMIIB");
            Awaitility.await()
                    .atMost(Site.PATIENCE)
                    .until(() -> site.json("/status").path("alerts").toString().contains("trust-unusable"));
            assertThat(reason(deliver(site, zip(3, "e"), renewed))).isEqualTo("accepted");

            replace(site.home.resolve("keys/iee.pub"), renewed.sshPublic());
            assertThat(site.sftp("ls").code()).as("the old key").isNotZero();
            Files.copy(renewed.ssh(), site.iee.ssh(), StandardCopyOption.REPLACE_EXISTING);
            Files.copy(renewed.sshPublic(), site.iee.sshPublic(), StandardCopyOption.REPLACE_EXISTING);
            site.sftp("ls").ok();
        }
    }

    @Test
    void anExpiredCertificateCountsOnAnOperatorsWordOnlyAndIsWarnedOf() throws Exception {
        try (Site site = Site.open(folder).start()) {
            Shell.bash(site.iee.folder(), """
                    printf '[ca]\\ndefault_ca=d\\n[d]\\ndatabase=i\\nserial=s\\nnew_certs_dir=.\\ndefault_md=sha256\\npolicy=p\\n' > c.cnf
                    printf '[p]\\norganizationName=optional\\ncommonName=supplied\\n' >> c.cnf
                    touch i; echo 0a > s
                    openssl ca -batch -notext -config c.cnf -keyfile root.key -cert root.pem -in signer.csr \
                      -extfile signer.ext -startdate 20240101000000Z -enddate 20250101000000Z -out signer.pem
                    """).ok();
            JsonNode refused = site.deliver(zip(1, "a"));
            assertThat(reason(refused)).isEqualTo("signature-expired");
            String fingerprint = refused.at("/reason/message").asText().replaceAll(".*allow-expired ", "");
            assertThat(fingerprint).matches("[0-9a-f]{64}");

            OffsetDateTime until =
                    OffsetDateTime.now(ZoneOffset.ofHours(-7)).plusDays(1).truncatedTo(ChronoUnit.SECONDS);
            String config = site.config().toString();
            site.cli(
                            "trust",
                            "allow-expired",
                            fingerprint,
                            "--until",
                            until.toString(),
                            "--why",
                            "media noche",
                            "--config",
                            config)
                    .ok();
            Path file = zip(1, "b");
            JsonNode accepted = site.deliver(file);
            assertThat(reason(accepted)).isEqualTo("accepted");
            assertThat(accepted.path("warnings").toString()).contains("the difusor's operator lets it count until");
            Awaitility.await()
                    .atMost(Site.PATIENCE)
                    .until(() -> site.json("/status").path("alerts").toString().contains("expired-allowed"));

            site.stop();
            site.start();
            assertThat(site.json("/status").path("alerts").toString()).contains("expired-allowed");
            assertThat(reason(site.deliver(zip(2, "c")))).isEqualTo("accepted");
            Path next = zip(3, "d");
            site.iee.sign(next);
            site.cli("verify", next.toString(), "--config", config).ok();

            site.cli("trust", "withdraw", fingerprint, "--config", config).ok();
            assertThat(site.cli("trust", "list", "--json", "--config", config).output())
                    .doesNotContain(fingerprint);
            assertThat(reason(site.deliver(zip(3, "e")))).isEqualTo("signature-expired");
            assertThat(site.cli("verify", next.toString(), "--config", config).code())
                    .isEqualTo(4);
            site.cli("archive", "check", "--config", config).ok();
            assertThat(Files.readAllLines(site.home.resolve("history.log")).stream()
                            .filter(line -> line.contains("\"what\":\"command\"")))
                    .hasSize(2)
                    .allMatch(line -> line.contains(fingerprint));
        }
    }
}
