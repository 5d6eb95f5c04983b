package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.CertificateShop.CA;
import static mx.difusor.agent.verify.CertificateShop.LEAF;
import static mx.difusor.agent.verify.Upload.NAME;
import static mx.difusor.agent.verify.Upload.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Several signature files beside one another, the threshold, and the checksum file. */
class SignaturesTest {

    private static final String OTHER_HEX = "0".repeat(64);

    @TempDir
    static Path keys;

    private static CertificateShop shop;
    private static GnuPg gpg;
    private static String ed;
    private static String rsa;

    @TempDir
    Path folder;

    private Upload upload;

    @BeforeAll
    static void makeKeys() {
        shop = new CertificateShop(keys);
        for (String name : List.of("root", "ec", "ec2", "stranger")) {
            shop.ecKey(name);
        }
        shop.selfSigned("root", CA, 3650);
        shop.issued("ec", "root", LEAF, 365);
        shop.issued("ec2", "root", LEAF, 365);
        shop.selfSigned("stranger", LEAF, 365);
        gpg = new GnuPg();
        ed = gpg.key("IEE", "ed25519", "sign,cert", "0");
        rsa = gpg.key("Extraño", "rsa2048", "sign,cert", "0");
    }

    @AfterAll
    static void endTheAgent() {
        if (gpg != null) {
            gpg.close();
        }
    }

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
    }

    private static Authenticator wanting(int threshold) throws MachineException {
        return Authenticator.load(
                new TrustSettings(threshold, List.of(shop.pem("root")), List.of(), List.of(), List.of(gpg.export(ed))));
    }

    private static void assertEnough(SignatureFinding finding, String... names) {
        assertThat(finding)
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.signers())
                                .extracting(Signer::name)
                                .containsExactly(names));
    }

    private static void assertMissing(SignatureFinding finding, String message) {
        assertThat(finding)
                .isInstanceOfSatisfying(
                        SignatureFinding.Missing.class,
                        missing -> assertThat(missing.message()).contains(message));
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    private static void assertMismatch(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Mismatch.class, mismatch -> {
            assertThat(mismatch.reason()).isEqualTo(reason);
            assertThat(mismatch.message()).contains(cause);
        });
    }

    @Test
    void theFindingCarriesWhatWasRead() throws MachineException {
        SignatureFinding finding = upload.check(wanting(1));
        assertThat(finding.sha256()).isEqualTo(Digest.ofContent(upload.bytes(NAME)));
        assertThat(finding.size()).isEqualTo(60_000);
    }

    @Test
    void noSignatureIsMissing() throws MachineException {
        assertMissing(
                upload.check(wanting(1)),
                "no signature beside prep-0017.zip, where 1 is needed: prep-0017.zip.p7s, prep-0017.zip.sig or"
                        + " prep-0017.zip.asc");
    }

    @Test
    void differentSignersReachTheThresholdTogether() throws MachineException {
        shop.sign(upload, "ec");
        assertMissing(upload.check(wanting(2)), "only 1 of 2 signers of prep-0017.zip");
        gpg.sign(upload, ".asc", ed);
        assertEnough(upload.check(wanting(2)), "CN=ec,O=IEE,C=MX", "IEE");
        assertMissing(upload.check(wanting(3)), "only 2 of 3 signers of prep-0017.zip");
    }

    @Test
    void oneSignerCountsOnceHoweverOftenItSigned() throws MachineException {
        gpg.sign(upload, ".asc", ed);
        gpg.sign(upload, ".sig", ed);
        assertEnough(upload.check(wanting(1)), "IEE");
        assertMissing(upload.check(wanting(2)), "only 1 of 2 signers");
        upload.clear();
        shop.sign(upload, "ec", "-signer", "ec2.pem", "-inkey", "ec2.key");
        assertThat(upload.check(wanting(2)))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.signers()).hasSize(2));
        upload.write(
                NAME + ".p7s",
                new LibraryCms(keys)
                        .signer("ec", "SHA256withECDSA")
                        .signer("ec", "SHA512withECDSA")
                        .sign(upload.bytes(NAME)));
        assertMissing(upload.check(wanting(2)), "only 1 of 2 signers");
    }

    @Test
    void aFileThatDoesNotCountIsAWarningBesideEnoughGoodOnes() throws MachineException {
        gpg.sign(upload, ".sig", rsa);
        gpg.sign(upload, ".asc", ed, "--textmode");
        shop.sign(upload, "ec");
        assertThat(upload.check(wanting(1))).isInstanceOfSatisfying(SignatureFinding.Enough.class, enough -> {
            assertThat(enough.signers()).hasSize(1);
            assertThat(enough.warnings()).hasSize(2);
            assertThat(enough.warnings().get(0)).contains(NAME + ".sig is signed by openpgp key " + rsa);
            assertThat(enough.warnings().get(1)).contains(NAME + ".asc is made in text mode");
        });
    }

    @Test
    void whereTooFewAreGoodTheFirstThatIsRefusedForGoodGivesTheReason() throws MachineException {
        gpg.sign(upload, ".sig", rsa);
        gpg.sign(upload, ".asc", ed, "--textmode");
        assertRefused(upload.check(wanting(1)), Reason.SIGNATURE_UNTRUSTED, NAME + ".sig");
        shop.sign(upload, "ec");
        assertRefused(upload.check(wanting(2)), Reason.SIGNATURE_UNTRUSTED, NAME + ".sig");
        shop.sign(upload, "ec", "-md", "sha1");
        assertRefused(upload.check(wanting(1)), Reason.SIGNATURE_INVALID, NAME + ".p7s");
        upload.write(NAME + ".p7s", "");
        assertRefused(upload.check(wanting(1)), Reason.SIGNATURE_UNTRUSTED, NAME + ".sig");
    }

    @Test
    void aSignatureThatMayStillComeWholeLeavesThePackageOpen() throws MachineException {
        shop.sign(upload, "ec");
        upload.write(NAME + ".asc", "-----BEGIN PGP SIGN");
        assertEnough(upload.check(wanting(1)), "CN=ec,O=IEE,C=MX");
        assertMismatch(upload.check(wanting(2)), Reason.SIGNATURE_INVALID, NAME + ".asc is not a whole");
    }

    @Test
    void moreFilesThanOneOfEachEndingAreRefused() throws MachineException, IOException {
        shop.sign(upload, "ec");
        gpg.sign(upload, ".asc", ed);
        gpg.sign(upload, ".sig", ed);
        assertEnough(wanting(2).check(upload.candidate(), now()), "CN=ec,O=IEE,C=MX", "IEE");
        List<Path> more = new ArrayList<>(upload.candidate().signatures());
        more.add(upload.write(NAME + ".SIG", upload.bytes(NAME + ".sig")));
        Candidate larger = new Candidate("iee", NAME, upload.archive(), more, null, now());
        assertRefused(wanting(1).check(larger, now()), Reason.SIGNATURE_INVALID, "two signature files of one kind");
    }

    @Test
    void aFileThatVanishesIsTheMachinesMatter() throws MachineException {
        Authenticator authenticator = wanting(1);
        Path gone = folder.resolve(NAME + ".p7s");
        Candidate candidate = new Candidate("iee", NAME, upload.archive(), List.of(gone), null, now());
        assertThatThrownBy(() -> authenticator.check(candidate, now())).isInstanceOf(NoSuchFileException.class);
    }

    private String hex() {
        return Digest.ofContent(upload.bytes(NAME)).hex();
    }

    @Test
    void everyFormOfAChecksumFileIsRead() throws MachineException {
        shop.sign(upload, "ec");
        StockTool sha256sum = StockTool.of("sha256sum", folder, java.util.Map.of());
        String hex = hex();
        for (String text : List.of(
                sha256sum.run(NAME),
                sha256sum.run("--binary", NAME),
                sha256sum.run("--tag", NAME),
                sha256sum.run(upload.archive().toString()),
                hex,
                hex.toUpperCase(Locale.ROOT) + "  otro.zip\r\n",
                "\uFEFF" + hex + "\n",
                OTHER_HEX + "  otro.zip\n\n" + hex + " *./out/" + NAME + "\n",
                OTHER_HEX + "  otro.zip\n\\" + hex + "  C:\\\\out\\\\" + NAME + "\n",
                "SHA256 (otro.zip) = " + OTHER_HEX + "\nSHA256 (" + NAME + ") = " + hex)) {
            upload.write(NAME + ".sha256", text);
            assertThat(upload.check(wanting(1))).as(text).isInstanceOf(SignatureFinding.Enough.class);
            upload.write(
                    NAME + ".sha256", text.replace(hex, OTHER_HEX).replace(hex.toUpperCase(Locale.ROOT), OTHER_HEX));
            assertRefused(upload.check(wanting(1)), Reason.CHECKSUM_MISMATCH, "its checksum file says " + OTHER_HEX);
        }
    }

    @Test
    void aMalformedChecksumFileCountsAsDifferingButMayStillCome() throws MachineException {
        shop.sign(upload, "ec");
        assertEnough(upload.check(wanting(1)), "CN=ec,O=IEE,C=MX");
        String fitting = hex() + "  " + NAME + "\n";
        for (String text : List.of(
                "",
                "\n",
                "abc  " + NAME + "\n",
                "no es una suma\n",
                fitting + "no es una suma\n",
                fitting + OTHER_HEX + "  " + NAME + "\n",
                OTHER_HEX + "  otro.zip\n" + OTHER_HEX + "  tercero.zip\n")) {
            upload.write(NAME + ".sha256", text);
            assertMismatch(upload.check(wanting(1)), Reason.CHECKSUM_MISMATCH, NAME + ".sha256 is malformed");
        }
    }

    @Test
    void aChecksumFileLargerThanTheLimitIsMalformed() throws MachineException {
        shop.sign(upload, "ec");
        String line = hex() + "  " + NAME;
        upload.write(NAME + ".sha256", line + "\n".repeat(ChecksumFile.MAX_BYTES - line.length()));
        assertEnough(upload.check(wanting(1)), "CN=ec,O=IEE,C=MX");
        upload.write(NAME + ".sha256", line + "\n".repeat(ChecksumFile.MAX_BYTES - line.length() + 1));
        assertMismatch(upload.check(wanting(1)), Reason.CHECKSUM_MISMATCH, "larger than 65536 bytes");
    }

    @Test
    void aDifferingChecksumComesFirstButIsForGoodOnlyWithSignaturesThatHold() throws MachineException {
        upload.write(NAME + ".sha256", OTHER_HEX);
        assertMismatch(upload.check(wanting(1)), Reason.CHECKSUM_MISMATCH, OTHER_HEX);
        shop.sign(upload, "stranger");
        assertMismatch(upload.check(wanting(1)), Reason.CHECKSUM_MISMATCH, OTHER_HEX);
        shop.sign(upload, "ec");
        assertRefused(upload.check(wanting(1)), Reason.CHECKSUM_MISMATCH, OTHER_HEX);
        upload.clear();
        upload.write(NAME + ".sha256", hex());
        assertMissing(upload.check(wanting(1)), "no signature");
    }
}
