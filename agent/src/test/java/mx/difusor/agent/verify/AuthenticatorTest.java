package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.KnownDigest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import mx.difusor.agent.verify.LibraryOpenPgp.Ring;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** How many signers, which file speaks where several lie there, and the checksum file; made in process. */
class AuthenticatorTest {

    private static final Instant MADE = LibraryCertificates.MADE;
    private static final Instant NOW = MADE.plusSeconds(1000);
    private static final String NAME = Upload.NAME;
    private static final String OTHER_HEX = "0".repeat(64);

    @TempDir
    Path folder;

    private final PGPKeyPair trusted = LibraryOpenPgp.ed25519(MADE);
    private final PGPKeyPair stranger = LibraryOpenPgp.ed25519(MADE);
    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));
    private Upload upload;
    private byte[] content = new byte[0];

    @BeforeEach
    void makeKeys() throws IOException {
        upload = Upload.in(folder);
        content = upload.bytes(NAME);
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
        shop.issue("leaf", "root", Terms.leaf());
    }

    private Authenticator wanting(int threshold) {
        try {
            Path ring = Files.write(
                    folder.resolve("ring.gpg"),
                    new Ring(trusted)
                            .userId("IEE", Saying.of(PGPSignature.POSITIVE_CERTIFICATION, MADE))
                            .bytes());
            return Authenticator.load(
                    new TrustSettings(threshold, List.of(shop.pem("root")), List.of(), List.of(), List.of(ring)));
        } catch (IOException | MachineException e) {
            throw new AssertionError(e);
        }
    }

    private SignatureFinding check(int threshold) {
        return upload.check(wanting(threshold), NOW);
    }

    private void signCms() {
        upload.write(
                NAME + ".p7s",
                new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA").sign(content));
    }

    private void sign(String ending, PGPKeyPair key) {
        upload.write(NAME + ending, Saying.of(PGPSignature.BINARY_DOCUMENT, NOW).over(content, key));
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
                        missing -> assertThat(missing.message()).startsWith(message));
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

    /** There is no file to read. */
    private SignatureFinding checkKnown(Digest sha256) throws IOException {
        Candidate seen = upload.candidate();
        KnownDigest known = new KnownDigest(sha256, content.length);
        Candidate candidate =
                new Candidate("iee", NAME, folder.resolve("no file"), seen.signatures(), seen.checksum(), NOW, known);
        return wanting(1).check(candidate, NOW);
    }

    @Test
    void aKnownDigestSparesReadingWhereSha256IsAllThatIsNeeded() throws IOException {
        signCms();
        upload.write(NAME + ".sha256", Digest.ofContent(content).hex() + "  " + NAME);
        SignatureFinding finding = checkKnown(Digest.ofContent(content));
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
        assertThat(finding.sha256()).isEqualTo(Digest.ofContent(content));
        assertThat(finding.size()).isEqualTo(content.length);
    }

    @Test
    void aKnownDigestOfOtherBytesIsNoProof() {
        signCms();
        // Why it does not fit is looked for in the file.
        assertThatThrownBy(() -> checkKnown(Digest.ofContent(new byte[] {1}))).isInstanceOf(IOException.class);
    }

    @Test
    void aSignatureOverAnotherHashHasTheFileRead() {
        upload.write(
                NAME + ".p7s",
                new LibraryCms(shop.folder).signer("leaf", "SHA512withECDSA").sign(content));
        assertThatThrownBy(() -> checkKnown(Digest.ofContent(content))).isInstanceOf(IOException.class);
        upload.write(NAME + ".p7s", "");
        sign(".sig", trusted);
        assertThatThrownBy(() -> checkKnown(Digest.ofContent(content))).isInstanceOf(IOException.class);
    }

    @Test
    void differentSignersReachTheThresholdTogether() {
        String needed = ", where 1 is needed: " + NAME + ".p7s, " + NAME + ".sig or " + NAME + ".asc";
        assertMissing(check(1), "no signature beside " + NAME + needed);
        signCms();
        assertEnough(check(1), "CN=leaf,O=IEE,C=MX");
        assertMissing(check(2), "only 1 of 2 signers of " + NAME + ", where 2 different ones are needed");
        sign(".sig", trusted);
        assertEnough(check(2), "CN=leaf,O=IEE,C=MX", "IEE");
        sign(".asc", trusted);
        assertMissing(check(3), "only 2 of 3 signers of " + NAME + ", where 3 different ones are needed");
        assertThatThrownBy(() -> new TrustSettings(0, List.of(), List.of(), List.of(), List.of()))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("threshold below 1: 0");
    }

    @Test
    void whatDoesNotCountIsAWarningBesideEnoughGoodOnesInTheOrderOfTheirEndings() {
        signCms();
        sign(".sig", stranger);
        upload.write(NAME + ".asc", "-----BEGIN PGP SIGN");
        assertThat(check(1)).isInstanceOfSatisfying(SignatureFinding.Enough.class, enough -> {
            assertThat(enough.warnings()).hasSize(2);
            assertThat(enough.warnings().get(0)).startsWith(NAME + ".sig is signed by openpgp key");
            assertThat(enough.warnings().get(1)).startsWith(NAME + ".asc is not a whole openpgp signature");
        });
        assertRefused(check(2), Reason.SIGNATURE_UNTRUSTED, NAME + ".sig is signed by openpgp key");
        upload.write(NAME + ".sig", "");
        assertMismatch(check(2), Reason.SIGNATURE_INVALID, NAME + ".sig is not a whole openpgp signature");
        upload.write(NAME + ".p7s", "MIME-Version: 1.0\n");
        assertRefused(check(2), Reason.SIGNATURE_INVALID, NAME + ".p7s is in s/mime form");
    }

    @Test
    void aSignatureFileLargerThanTheLimitIsNotOpened() {
        Map<String, String> commands = Map.of(
                ".p7s", "openssl cms -sign -binary", ".sig", "gpg --detach-sign", ".asc", "gpg --armor --detach-sign");
        commands.forEach((ending, command) -> {
            upload.clear();
            upload.write(NAME + ending, new byte[SignatureFile.MAX_BYTES + 1]);
            assertRefused(
                    check(1),
                    Reason.SIGNATURE_INVALID,
                    NAME + ending + " is larger than 1048576 bytes, as if it embedded its content: sign with " + command
                            + " ");
        });
    }

    /** As the endpoint takes them. */
    @Test
    void endingsMayBeInAnyCase() throws IOException {
        byte[] pgp = Saying.of(PGPSignature.BINARY_DOCUMENT, NOW).over(content, trusted);
        byte[] cms =
                new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA").sign(content);
        Path asc = upload.write(NAME + ".ASC", "x");
        Path sig = upload.write(NAME + ".SIG", pgp);
        Path p7s = upload.write(NAME + ".P7S", cms);
        Candidate all = new Candidate("iee", NAME, upload.archive(), List.of(asc, p7s, sig), null, NOW);
        assertEnough(wanting(2).check(all, NOW), "CN=leaf,O=IEE,C=MX", "IEE");
        upload.write(NAME + ".SIG", new byte[SignatureFile.MAX_BYTES + 1]);
        upload.write(NAME + ".ASC", new byte[SignatureFile.MAX_BYTES + 1]);
        assertRefused(wanting(2).check(all, NOW), Reason.SIGNATURE_INVALID, "sign with gpg --detach-sign " + NAME);
        Candidate armored = new Candidate("iee", NAME, upload.archive(), List.of(asc), null, NOW);
        assertRefused(
                wanting(2).check(armored, NOW),
                Reason.SIGNATURE_INVALID,
                "sign with gpg --armor --detach-sign " + NAME);
    }

    @Test
    void twoFilesOfOneEndingAreRefused() throws IOException {
        signCms();
        Path file = folder.resolve(NAME + ".p7s");
        Path twin = upload.write(NAME + ".P7s", upload.bytes(NAME + ".p7s"));
        for (List<Path> files : List.of(List.of(file), List.of(file, twin))) {
            Candidate candidate = new Candidate("iee", NAME, upload.archive(), files, null, NOW);
            SignatureFinding finding = wanting(1).check(candidate, NOW);
            if (files.size() > 1) {
                assertRefused(
                        finding, Reason.SIGNATURE_INVALID, "two signature files of one kind beside " + NAME + ", ");
            } else {
                assertEnough(finding, "CN=leaf,O=IEE,C=MX");
            }
        }
    }

    @Test
    void aChecksumThatDiffersIsForGoodOnlyWithSignaturesThatHold() {
        String says = " bytes, its checksum file says " + OTHER_HEX;
        upload.write(NAME + ".sha256", OTHER_HEX);
        assertMismatch(check(1), Reason.CHECKSUM_MISMATCH, says);
        sign(".sig", stranger);
        assertMismatch(check(1), Reason.CHECKSUM_MISMATCH, says);
        signCms();
        assertRefused(check(1), Reason.CHECKSUM_MISMATCH, says);
        upload.write(NAME + ".sha256", OTHER_HEX + "0");
        assertMismatch(check(1), Reason.CHECKSUM_MISMATCH, NAME + ".sha256 is malformed, larger than 65536 bytes, or");
        upload.write(NAME + ".sha256", Digest.ofContent(content).hex());
        assertEnough(check(1), "CN=leaf,O=IEE,C=MX");
    }

    private Optional<Digest> stated(String text) throws IOException {
        return ChecksumFile.read(Files.writeString(folder.resolve("sum"), text), NAME);
    }

    @Test
    void everyFormOfAChecksumFileIsRead() throws IOException {
        String hex = "1".repeat(64);
        Optional<Digest> one = Optional.of(new Digest(hex));
        for (String text : List.of(
                hex,
                "\uFEFF" + hex + "\r\n\n",
                hex + "  " + NAME + "\n",
                hex + " *otro.zip\n",
                "SHA256 (otro.zip) = " + hex,
                OTHER_HEX + "\n" + hex + "  " + NAME,
                OTHER_HEX + "  otro.zip\n" + hex + "  " + NAME + "\n" + hex + "  ./" + NAME,
                OTHER_HEX + "  otro.zip\n\\" + hex + "  C:\\\\out\\\\" + NAME,
                OTHER_HEX + "  " + NAME + "x\n\\" + hex + "  a\\nb/" + NAME,
                "SHA256 (" + NAME + "x) = " + OTHER_HEX + "\nSHA256 (" + NAME + ") = " + hex)) {
            assertThat(stated(text)).as(text).isEqualTo(one);
        }
        for (String text : List.of(
                "",
                "\n",
                hex + "1",
                "x" + hex,
                hex + "\nno es una suma",
                hex + "  " + NAME + "\n" + OTHER_HEX + "  " + NAME,
                hex + "  uno.zip\n" + hex + "  dos.zip")) {
            assertThat(stated(text)).as(text).isEmpty();
        }
        assertThat(stated(hex + "\n".repeat(ChecksumFile.MAX_BYTES - hex.length())))
                .isEqualTo(one);
        assertThat(stated(hex + "\n".repeat(ChecksumFile.MAX_BYTES - hex.length() + 1)))
                .isEmpty();
    }

    /** A line end in a name, written as coreutils do, is not the beginning of another name. */
    @Test
    void aNameIsReadWithItsEscapes() throws IOException {
        String hex = "1".repeat(64);
        Path file =
                Files.writeString(folder.resolve("sum"), "\\" + OTHER_HEX + "  dir\\nota.zip\n" + hex + "  nota.zip\n");
        assertThat(ChecksumFile.read(file, "nota.zip")).hasValue(new Digest(hex));
    }

    /** With a line's end that a name has not, so that every way to divide the blanks fails. */
    @Test
    @Timeout(30)
    void aChecksumFileOfBlanksIsReadOnce() throws IOException {
        assertThat(stated(OTHER_HEX + " ".repeat(ChecksumFile.MAX_BYTES - 80) + "\u2028x"))
                .isEmpty();
    }

    @Test
    void whatLooksLikeMailIsSaidToBe() throws IOException {
        for (String text : List.of("To: x", "\n  content-type : text", "Subject:\nx", "Received: x\n")) {
            assertThat(read(text).looksLikeMime()).as(text).isTrue();
        }
        for (String text : List.of("Tor: x", "x To: y", "To x", " ".repeat(4096) + "To: x")) {
            assertThat(read(text).looksLikeMime()).as(text).isFalse();
        }
    }

    private SignatureFile read(String text) throws IOException {
        return SignatureFile.read(
                Files.write(folder.resolve("x.p7s"), text.getBytes(StandardCharsets.ISO_8859_1)), NAME);
    }

    @Test
    void whatEachFileSaysAloneIsKnownFromOneReading() throws IOException {
        signCms();
        sign(".asc", stranger);
        Path checksum = upload.write(NAME + ".sha256", OTHER_HEX + "  " + NAME + "\n");
        Path cms = folder.resolve(NAME + ".p7s");
        Path openPgp = folder.resolve(NAME + ".asc");
        Candidate all = new Candidate("iee", NAME, upload.archive(), List.of(cms, openPgp), checksum, NOW);
        Weighed weighed = wanting(1).weigh(all, JudgingTime.at(NOW));
        Files.delete(upload.archive());

        assertRefused(weighed.finding(), Reason.CHECKSUM_MISMATCH, "its checksum file says");
        assertMismatch(weighed.finding(checksum::equals), Reason.CHECKSUM_MISMATCH, "its checksum file says");
        assertEnough(weighed.finding(cms::equals), "CN=leaf,O=IEE,C=MX");
        assertRefused(weighed.finding(openPgp::equals), Reason.SIGNATURE_UNTRUSTED, "");
        assertMissing(weighed.finding(file -> false), "no signature beside");
        assertThat(weighed.finding(file -> !file.equals(checksum)))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings()).hasSize(1));
    }
}
