package mx.difusor.agent.doctor;

import static java.util.stream.Collectors.joining;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
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
        assertThat(uploader().arguments()).contains("iee.pub:1: RSA key shorter than 2048 bits");
        patient.keys.file = new Keys.UploaderFile(0, List.of());
        assertThat(uploader().word()).isEqualTo("none");

        patient.keys.file = new Keys.UploaderFile(1, List.of("iee.pub:2: RSA key shorter than 2048 bits"));
        assertThat(keys()).contains("! uploader-keys.skipped");

        patient.keys.unreadable = new IOException("no");
        assertThat(keys()).contains("✘ uploader-keys.unreadable");
    }

    private Finding uploader() {
        return Patient.look(new KeyCheck(patient.subject(), patient.keys)).get(1);
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
        Keys.Trusted other = new Keys.Trusted("openpgp", "other", null, null);
        patient.keys.trusted = List.of(patient.keys.trusted.get(0), other);
        assertThat(keys()).contains("✔ threshold.reachable");

        Keys.Trusted revoked = new Keys.Trusted("openpgp", "other", null, "was revoked");
        patient.keys.trusted = List.of(patient.keys.trusted.get(0), revoked);
        assertThat(keys()).contains("✘ threshold.unreachable");
    }

    /** Certificates that are not pinned are as many as the authority makes. */
    @ParameterizedTest
    @CsvSource({"'', ✔ threshold.reachable", "1, ✘ threshold.unreachable", "12, ✔ threshold.reachable"})
    void pinnedCertificatesAreCounted(String pinned, String outcome) {
        String signers =
                pinned.chars().mapToObj(digit -> (char) digit + "a".repeat(63)).collect(joining(", "));
        patient.yaml = patient.yaml.replace(
                "trust: {cms: {anchors: [trust/iee-root.pem]}}",
                "trust: {threshold: 2, cms: {anchors: [trust/iee-root.pem], signers: [" + signers
                        + "]}, openpgp: {keyrings: [trust/iee.gpg]}}");
        patient.keys.trusted = List.of(new Keys.Trusted("anchor", "the authority itself signs none", null, null));

        assertThat(keys()).contains(outcome);
    }

    @Test
    void theCertificateOfTheStatusIsRead() throws IOException {
        patient.with("status: {tls: {certificate: tls/chain.pem, key: tls/key.pem}}\n");
        assertThat(keys()).contains("✘ status-tls.key-open");

        Files.setPosixFilePermissions(
                patient.home.tls().resolve("key.pem"), PosixFilePermissions.fromString("rw-------"));
        assertThat(keys()).contains("✘ status-tls.unusable");
    }

    /** The event closes on the 4th at 03:00 UTC. */
    @ParameterizedTest
    @CsvSource({"2024-06-04T02:59:59Z, ✘ status-tls.ends", "2024-06-04T03:00:00Z, ✔ status-tls.lasts"})
    void theCertificateOfTheStatusHasToLastAsLongAsTheKeys(Instant ends, String outcome) throws Exception {
        patient.with("status: {tls: {certificate: tls/chain.pem, key: tls/key.pem}}\n");
        Path key = patient.home.tls().resolve("key.pem");
        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-------"));
        patient.subject(); // lays the files that it names
        Files.write(patient.home.tls().resolve("chain.pem"), certificate(ends));

        assertThat(keys()).contains(outcome);

        Files.setPosixFilePermissions(key, PosixFilePermissions.fromString("rw-r--r--"));
        assertThat(keys()).contains("✘ status-tls.key-open");
        patient.system = "Windows Server 2022";
        assertThat(keys()).as("there its access lists count").contains(outcome);
    }

    private static byte[] certificate(Instant ends) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=status");
        var builder = new JcaX509v3CertificateBuilder(
                name, BigInteger.ONE, Date.from(Instant.EPOCH), Date.from(ends), name, keys.getPublic());
        return builder.build(new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate()))
                .getEncoded();
    }

    @Test
    void theLatestOfAllEventsCountsWhereverItStands() {
        String events = patient.yaml.substring(patient.yaml.indexOf("  - id"), patient.yaml.indexOf("sftp:"));
        String earlier = events.replace("pel-2024", "simulacro").replace("2024-06-0", "2024-05-0");
        patient.yaml = patient.yaml.replace(events, events + earlier);

        assertThat(patient.subject().keysNeededUntil()).isEqualTo(Instant.parse("2024-06-04T03:00:00Z"));
    }

    @Test
    void everyChannelIsNamed() throws IOException {
        Path secret = Files.writeString(patient.home.keys().resolve("hook"), "sixteen bytes at least");
        Files.setPosixFilePermissions(secret, PosixFilePermissions.fromString("rw-------"));
        patient.with("alerts: {webhook: {url: \"https://hook.example/x\", secret: keys/hook},"
                + " mail: {host: mail.example, from: a@radio.example, to: b@radio.example}}\n");

        assertThat(Patient.look(new AlertCheck(patient.subject())).get(0).figures())
                .containsEntry("channels", List.of("webhook", "mail"));
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
