package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.CertificateShop.CA;
import static mx.difusor.agent.verify.CertificateShop.LEAF;
import static mx.difusor.agent.verify.Upload.now;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of {@code trust}: what is wrong with them is said when they are loaded; and revocation lists. */
class SignaturesTrustFilesTest {

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private CertificateShop shop;
    private Upload upload;

    @BeforeAll
    static void issueCertificates() {
        CertificateShop once = new CertificateShop(keys);
        for (String name : List.of("root", "intermediate", "ec", "below")) {
            once.ecKey(name);
        }
        once.selfSigned("root", CA, 3650);
        once.issued("ec", "root", LEAF, 365);
        once.issued("intermediate", "root", CA, 365);
        once.issued("below", "intermediate", LEAF, 365);
    }

    /** Authorities that have revoked nothing yet. */
    @BeforeEach
    void copyCertificates() throws IOException {
        Path copy = Files.createDirectory(folder.resolve("keys"));
        try (Stream<Path> files = Files.list(keys)) {
            for (Path file : files.toList()) {
                Files.copy(file, copy.resolve(file.getFileName()));
            }
        }
        shop = new CertificateShop(copy);
        upload = Upload.in(Files.createDirectory(folder.resolve("upload")));
    }

    private Authenticator with(Path... crls) throws MachineException {
        return Authenticator.load(new TrustSettings(1, List.of(shop.pem("root")), List.of(), List.of(crls), List.of()));
    }

    private static void assertUnreadable(TrustSettings settings, String what, String cure) {
        assertThatThrownBy(() -> Authenticator.load(settings)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("trust-unreadable");
            assertThat(e.getMessage()).contains(what);
            assertThat(e.cure()).contains(cure);
        });
    }

    private static TrustSettings anchor(Path file) {
        return new TrustSettings(1, List.of(file), List.of(), List.of(), List.of());
    }

    private static TrustSettings keyring(Path file) {
        return new TrustSettings(1, List.of(), List.of(), List.of(), List.of(file));
    }

    private static TrustSettings crl(Path file) {
        return new TrustSettings(1, List.of(), List.of(), List.of(file), List.of());
    }

    private static void assertRefused(SignatureFinding finding, String cause, String cure) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_UNTRUSTED);
            assertThat(refused.message()).contains(cause).contains(cure);
        });
    }

    @Test
    void aMissingTrustFileIsNamed() {
        Path gone = folder.resolve("gone.pem");
        for (TrustSettings settings : List.of(anchor(gone), keyring(gone), crl(gone))) {
            assertUnreadable(settings, "the trust file " + gone + " is not there", "correct its path");
        }
    }

    @Test
    void aFolderInPlaceOfATrustFileIsNamed() {
        assertUnreadable(anchor(folder), "the trust file " + folder + " cannot be read", "put a readable file there");
    }

    @Test
    void anEmptyOrDamagedTrustFileIsNamed() throws IOException {
        Path file = folder.resolve("bad");
        for (String text : List.of("", "text", "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n")) {
            Files.writeString(file, text);
            assertUnreadable(anchor(file), "the trust file " + file + " holds", "put PEM certificates there");
            assertUnreadable(keyring(file), "the trust file " + file + " holds", "gpg --export");
            assertUnreadable(crl(file), "the trust file " + file, "revocation list there");
        }
        Files.write(file, new byte[TrustFile.MAX_BYTES + 1]);
        assertUnreadable(anchor(file), "is larger than", "keep only what is trusted");
    }

    @Test
    void aPrivateKeyOrAKeyBoxIsNoKeyring() throws IOException {
        try (GnuPg gpg = new GnuPg()) {
            String key = gpg.key("IEE", "ed25519", "sign,cert", "0");
            Path secret = folder.resolve("secret");
            Files.writeString(secret, gpg.gpg("--armor", "--export-secret-keys", key));
            assertUnreadable(keyring(secret), "holds a private key", "take it away from this host");
            gpg.gpg("--output", folder.resolve("secret.gpg").toString(), "--export-secret-keys", key);
            assertUnreadable(keyring(folder.resolve("secret.gpg")), "holds a private key", "gpg --export");
            assertUnreadable(keyring(gpg.home.resolve("pubring.kbx")), "key box", "gpg --export");
        }
    }

    @Test
    void aFingerprintThatIsNoneIsNamed() {
        assertUnreadable(
                new TrustSettings(1, List.of(), List.of("AB:CD"), List.of(), List.of()),
                "trust.cms.signers has \"AB:CD\"",
                "openssl x509 -noout -fingerprint -sha256");
    }

    @Test
    void anchorsMayBeManyInOneFileOrDer() throws MachineException, IOException {
        Path many = folder.resolve("many.pem");
        Files.writeString(many, Files.readString(shop.pem("below")) + "notes\n" + Files.readString(shop.pem("root")));
        shop.sign(upload, "ec");
        assertThat(upload.check(Authenticator.load(anchor(many)))).isInstanceOf(SignatureFinding.Enough.class);
        shop.openssl("x509", "-in", "root.pem", "-outform", "DER", "-out", "root.der");
        assertThat(upload.check(Authenticator.load(anchor(shop.folder.resolve("root.der")))))
                .isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void withNothingTrustedNothingCounts() throws MachineException {
        shop.sign(upload, "ec");
        assertRefused(
                upload.check(Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of()))),
                "does not lead to a trusted authority",
                "trust.cms.anchors");
    }

    @Test
    void aRevokedCertificateSignsNothingFromThenOn() throws MachineException {
        shop.sign(upload, "ec");
        Path before = shop.crl("root", "before.crl", "-crldays", "30");
        assertThat(upload.check(with(before))).isInstanceOf(SignatureFinding.Enough.class);
        shop.revoke("ec", "root", "superseded");
        Path after = shop.crl("root", "after.crl", "-crldays", "30");
        assertRefused(upload.check(with(after)), "CN=ec,O=IEE,C=MX, whose certificate was revoked at", "in force");
        assertRefused(upload.check(with(before, after)), "was revoked at", "in force");
    }

    @Test
    void aCompromisedKeyCountsForAllTimeAnotherReasonFromItsDate() throws MachineException {
        for (String name : List.of("lost", "moved")) {
            shop.ecKey(name);
            shop.issued(name, "root", LEAF, 365);
        }
        shop.crl("root", "empty.crl", "-crldays", "30");
        shop.revokeLater("lost", "root", "keyCompromise", Duration.ofDays(3));
        shop.revokeLater("moved", "root", "superseded", Duration.ofDays(3));
        Path list = shop.crl("root", "list.crl", "-crldays", "30");
        shop.sign(upload, "moved");
        assertThat(upload.check(with(list))).isInstanceOf(SignatureFinding.Enough.class);
        assertRefused(upload.check(with(list), now().plus(Duration.ofDays(4))), "was revoked at", "in force");
        shop.sign(upload, "lost");
        assertRefused(upload.check(with(list)), "was revoked at", "in force");
    }

    @Test
    void aRevokedIntermediateEndsWhatRestsOnIt() throws MachineException, IOException {
        shop.sign(upload, "below", "-certfile", "intermediate.pem");
        Path leafs = shop.crl("intermediate", "leafs.crl", "-crldays", "30");
        assertThat(upload.check(with(leafs))).isInstanceOf(SignatureFinding.Enough.class);
        shop.crl("root", "none.crl", "-crldays", "30");
        shop.revoke("intermediate", "root", "superseded");
        Path authorities = shop.crl("root", "authorities.crl", "-crldays", "30");
        Path both = folder.resolve("both.crl");
        Files.writeString(both, Files.readString(leafs) + Files.readString(authorities));
        assertRefused(upload.check(with(both)), "rests on CN=intermediate,O=IEE,C=MX, which was revoked", "in force");
    }

    @Test
    void withListsConfiguredTheSignersHasToBeThereAndCurrent() throws MachineException {
        shop.sign(upload, "below", "-certfile", "intermediate.pem");
        Path other = shop.crl("root", "root.crl", "-crldays", "30");
        assertRefused(upload.check(with(other)), "with no list of CN=intermediate", "trust.cms.crls");
        Path own = shop.crl("intermediate", "own.crl", "-crldays", "2");
        assertThat(upload.check(with(own))).isInstanceOf(SignatureFinding.Enough.class);
        assertRefused(
                upload.check(with(own), now().plus(Duration.ofDays(3))),
                "with an outdated list in own.crl",
                "trust.cms.crls");
    }

    @Test
    void aListBySomebodyElseOfTheSameNameIsNone() throws MachineException {
        shop.sign(upload, "ec");
        Path real = shop.crl("root", "real.crl", "-crldays", "30");
        assertThat(upload.check(with(real))).isInstanceOf(SignatureFinding.Enough.class);
        shop.ecKey("impostor");
        shop.issue("impostor", "/C=MX/O=IEE/CN=root", null, CA, 365, "-sha256");
        Path forged = shop.crl("impostor", "forged.crl", "-crldays", "30");
        assertRefused(upload.check(with(forged)), "with no list of CN=root", "trust.cms.crls");
    }
}
