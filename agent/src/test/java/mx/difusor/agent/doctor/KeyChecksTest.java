package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class KeyChecksTest {

    @TempDir
    private Path folder;

    private Patient patient;

    @BeforeEach
    void make() throws IOException {
        patient = new Patient(folder.toRealPath());
        Files.writeString(patient.home.keys().resolve("ssh_host_ed25519_key"), "key");
    }

    static MachineException unreadable() {
        return new MachineException("trust-unreadable", "the file cannot be read", "put it there again", null);
    }

    private List<String> keys() {
        return Patient.outcomes(new KeyCheck(patient.subject(), patient.keys));
    }

    @Test
    void goodKeysAreGood() {
        patient.yaml = patient.yaml.replace("keys/iee.pub}", "keys/iee.pub, from: [203.0.113.0/24]}");
        patient.keys.trusted = List.of(
                new Keys.Trusted("anchor", "CN=IEE", Instant.parse("2030-01-01T00:00:00Z"), null),
                new Keys.Trusted("openpgp", "IEE <iee@example>", null, null));

        assertThat(keys())
                .containsExactly(
                        "✔ host-key.there",
                        "✔ uploader-keys.good",
                        "✔ from.some",
                        "✔ trust.lasts",
                        "✔ threshold.reachable",
                        "✔ status-tls.plain");
    }

    @Test
    void aHostKeyThatIsMissingComesWithTheFirstStartAndOneThatCannotBeReadIsAFault() throws IOException {
        patient.keys.failure = unreadable();
        assertThat(keys()).contains("✘ host-key.unusable", "✘ trust.unusable");

        Files.delete(patient.home.keys().resolve("ssh_host_ed25519_key"));
        assertThat(keys()).contains("! host-key.not-yet");
    }

    @Test
    void anUploaderNeedsAKeyThatLetsIn() {
        patient.keys.file = new Keys.UploaderFile(0, List.of("iee.pub:1: RSA key shorter than 2048 bits"));
        assertThat(keys()).contains("✘ uploader-keys.none", "! from.anywhere");

        patient.keys.file = new Keys.UploaderFile(1, List.of("iee.pub:2: RSA key shorter than 2048 bits"));
        assertThat(keys()).contains("! uploader-keys.skipped");

        patient.keys.unreadable = new IOException("no");
        assertThat(keys()).contains("✘ uploader-keys.unreadable");
    }

    @Test
    void aNetworkOfAllAddressesIsAnywhere() {
        patient.yaml = patient.yaml.replace("keys/iee.pub}", "keys/iee.pub, from: [0.0.0.0/0]}");

        assertThat(keys()).contains("! from.anywhere");
    }

    /** The event closes on the 4th at 03:00 UTC and is kept until the 11th. */
    @ParameterizedTest
    @CsvSource({
        "anchor, 2024-06-01T00:00:00Z, ✘ trust.ended",
        "anchor, 2024-06-10T00:00:00Z, ✘ trust.ends",
        "anchor, 2024-06-12T00:00:00Z, ✔ trust.lasts",
        "openpgp, 2024-06-10T00:00:00Z, ✘ trust.ends",
        "crl, 2024-06-01T00:00:00Z, ✘ trust.ended",
        "crl, 2024-06-10T00:00:00Z, ! trust.crl-ends"
    })
    void whatEndsBeforeKeepUntilIsTold(String what, Instant ends, String outcome) {
        patient.yaml = patient.yaml.replace(
                "closes: 2024-06-03T20:00:00-07:00\n",
                "closes: 2024-06-03T20:00:00-07:00\n    keepUntil: 2024-06-11T00:00:00Z\n");
        patient.keys.trusted = List.of(new Keys.Trusted(what, "it", ends, null));

        assertThat(keys()).contains(outcome);
    }

    @Test
    void aKeyThatWasRevokedIsTold() {
        patient.keys.trusted = List.of(new Keys.Trusted("openpgp", "IEE", null, "was revoked"));

        assertThat(keys()).contains("! trust.refused");
    }

    @Test
    void aThresholdThatNobodyCanReachIsAFault() {
        patient.yaml = patient.yaml.replace(
                "trust: {cms: {anchors: [trust/iee-root.pem]}}",
                "trust: {threshold: 2, openpgp: {keyrings: [trust/iee.gpg]}}");
        patient.keys.trusted = List.of(new Keys.Trusted("openpgp", "IEE", null, null));

        assertThat(keys()).contains("✘ threshold.unreachable");
    }

    @Test
    void theCertificateOfTheStatusIsRead() throws IOException {
        patient.with("status: {tls: {certificate: tls/chain.pem, key: tls/key.pem}}\n");
        assertThat(keys()).contains("✘ status-tls.key-open");

        Files.setPosixFilePermissions(
                patient.home.tls().resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
        assertThat(keys()).contains("✘ status-tls.unusable");
    }

    @Test
    void withoutChannelsAndHeartbeatNobodyIsTold() {
        assertThat(Patient.outcomes(new AlertCheck(patient.subject())))
                .containsExactly("! channels.none", "! heartbeat.none");

        patient.agent = Patient.seen(null, List.of("disk-low"), null);
        patient.with("alerts: {command: [/usr/bin/true], heartbeat: {url: \"https://hc.example/x\"}}\n");
        assertThat(Patient.outcomes(new AlertCheck(patient.subject())))
                .containsExactly("✔ channels.some", "✔ heartbeat.there", "! holding.some");

        patient.agent = Patient.seen(null, List.of(), null);
        assertThat(Patient.outcomes(new AlertCheck(patient.subject()))).contains("✔ holding.none");
    }
}
