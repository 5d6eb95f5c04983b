package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import mx.difusor.agent.verify.LibraryOpenPgp.Ring;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.bcpg.sig.RevocationReasonTags;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A package that came before midnight and is judged after it, when its certificate or key has just ended. */
class JudgingTimeTest {

    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant MIDNIGHT = MADE.plus(Duration.ofDays(10));
    private static final Instant RECEIVED = MIDNIGHT.minusSeconds(120);
    private static final Instant NOW = MIDNIGHT.plusSeconds(180);
    private static final JudgingTime WAITED = JudgingTime.of(RECEIVED, NOW);

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));

    private Upload upload;

    @BeforeEach
    void issueACertificateThatEndsAtMidnight() throws IOException {
        upload = Upload.in(folder);
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
        shop.issue("leaf", "root", Terms.leaf().valid(MADE, MIDNIGHT));
        signWith("leaf");
    }

    private void signWith(String signer) {
        LibraryCms cms = new LibraryCms(shop.folder).signer(signer, "SHA256withECDSA");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
    }

    private Authenticator trusting(Path... lists) throws MachineException {
        return Authenticator.load(
                new TrustSettings(1, List.of(shop.pem("root")), List.of(), List.of(lists), List.of()));
    }

    private static void assertGood(SignatureFinding finding) {
        assertThat(finding)
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings()).isEmpty());
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void aReceiptCountsForADayAndNeverLiesAhead() {
        assertThat(WAITED).isEqualTo(new JudgingTime(RECEIVED, NOW));
        assertThat(JudgingTime.of(NOW.plusSeconds(1), NOW)).isEqualTo(JudgingTime.at(NOW));
        Instant dayBefore = NOW.minus(Duration.ofHours(24));
        assertThat(JudgingTime.of(dayBefore, NOW).received()).isEqualTo(dayBefore);
        assertThat(JudgingTime.of(dayBefore.minusMillis(1), NOW)).isEqualTo(JudgingTime.at(NOW));
    }

    @Test
    void aCertificateThatEndedWhileThePackageWaitedCounts() throws Exception {
        assertGood(upload.check(trusting(), WAITED));
        assertRefused(upload.check(trusting(), NOW), Reason.SIGNATURE_EXPIRED, "expired at 2024-01-11T00:00:00Z");
        assertRefused(
                upload.check(trusting(), JudgingTime.of(MIDNIGHT.plusSeconds(1), NOW)),
                Reason.SIGNATURE_EXPIRED,
                "expired at 2024-01-11T00:00:00Z");
    }

    @Test
    void oneThatBeganWhileThePackageWaitedDoesNot() throws Exception {
        shop.issue("later", "root", Terms.leaf().valid(MIDNIGHT, NOW.plusSeconds(600)));
        signWith("later");
        assertRefused(upload.check(trusting(), WAITED), Reason.SIGNATURE_EXPIRED, "is valid only from 2024-01-11");
    }

    @Test
    void whatWasRevokedMeanwhileSignsNothing() throws Exception {
        Path list = shop.new Revocations("root", RECEIVED)
                .entry("leaf", MIDNIGHT.minusSeconds(60), CRLReason.superseded)
                .write("root.crl");
        assertGood(upload.check(trusting(list), RECEIVED));
        assertRefused(
                upload.check(trusting(list), WAITED), Reason.SIGNATURE_UNTRUSTED, "was revoked at 2024-01-10T23:59");
    }

    @Test
    void aListOfRevocationsHasToBeCurrentNow() throws Exception {
        Path list = shop.new Revocations("root", RECEIVED).nextUpdate(MIDNIGHT).write("root.crl");
        assertGood(upload.check(trusting(list), RECEIVED));
        assertRefused(upload.check(trusting(list), WAITED), Reason.SIGNATURE_UNTRUSTED, "with an outdated list");
    }

    @Test
    void anOperatorsWordGivenMeanwhileCounts() throws Exception {
        String print = Digest.ofContent(shop.certificate("leaf").getEncoded()).hex();
        Instant given = MIDNIGHT.plusSeconds(60);
        Authenticator allowing = trusting()
                .allowing(ExpiryOverrides.NONE.with(
                        new ExpiryOverride(print, given, given.plusSeconds(600), "ana", "noche", null)));
        assertThat(upload.check(allowing, JudgingTime.of(MIDNIGHT.plusSeconds(1), NOW)))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings()).hasSize(1));
        assertGood(upload.check(allowing, WAITED));
    }

    @Test
    void anOpenPgpKeyIsJudgedAlike() throws Exception {
        upload.clear();
        PGPKeyPair key = LibraryOpenPgp.ed25519(MADE);
        Saying self = Saying.of(PGPSignature.POSITIVE_CERTIFICATION, MADE).keyLife(Duration.between(MADE, MIDNIGHT));
        upload.write(
                Upload.NAME + ".sig",
                Saying.of(PGPSignature.BINARY_DOCUMENT, RECEIVED).over(upload.bytes(Upload.NAME), key));
        assertGood(upload.check(trusting(new Ring(key).userId("IEE", self)), WAITED));
        assertRefused(
                upload.check(trusting(new Ring(key).userId("IEE", self)), NOW),
                Reason.SIGNATURE_EXPIRED,
                "expired at 2024-01-11T00:00:00Z");
        Saying retired = Saying.of(PGPSignature.KEY_REVOCATION, MIDNIGHT.minusSeconds(60))
                .reason(RevocationReasonTags.KEY_RETIRED);
        Ring revoked = new Ring(key).itself(retired).userId("IEE", self);
        assertGood(upload.check(trusting(revoked), RECEIVED));
        assertRefused(upload.check(trusting(revoked), WAITED), Reason.SIGNATURE_UNTRUSTED, "was revoked at");
    }

    @Test
    void soAreItsUserIdsAndSubkeysAndWhatOperatorsAllow() throws Exception {
        upload.clear();
        PGPKeyPair key = LibraryOpenPgp.ed25519(MADE);
        PGPKeyPair sub = LibraryOpenPgp.ed25519(MADE);
        Saying self = Saying.of(PGPSignature.POSITIVE_CERTIFICATION, MADE);
        Saying back = Saying.of(PGPSignature.PRIMARYKEY_BINDING, MADE);
        Saying binding = Saying.of(PGPSignature.SUBKEY_BINDING, MADE)
                .flags(KeyFlags.SIGN_DATA)
                .keyLife(Duration.between(MADE, MIDNIGHT))
                .embedding(back.about(key.getPublicKey(), sub.getPublicKey(), sub));
        Instant lost = MIDNIGHT.minusSeconds(60);
        Saying retired = Saying.of(PGPSignature.SUBKEY_REVOCATION, lost).reason(RevocationReasonTags.KEY_RETIRED);
        Saying withdrawn = Saying.of(PGPSignature.CERTIFICATION_REVOCATION, lost);
        upload.write(
                Upload.NAME + ".sig",
                Saying.of(PGPSignature.BINARY_DOCUMENT, RECEIVED).over(upload.bytes(Upload.NAME), sub));

        assertGood(upload.check(trusting(new Ring(key).userId("IEE", self).subkey(sub, binding)), WAITED));
        Ring replaced = new Ring(key).userId("IEE", self).subkey(sub, binding, retired);
        assertGood(upload.check(trusting(replaced), RECEIVED));
        assertRefused(upload.check(trusting(replaced), WAITED), Reason.SIGNATURE_UNTRUSTED, "which was revoked at");
        Ring nameless = new Ring(key).userId("IEE", self, withdrawn).subkey(sub, binding);
        assertGood(upload.check(trusting(nameless), RECEIVED));
        assertRefused(upload.check(trusting(nameless), WAITED), Reason.SIGNATURE_UNTRUSTED, "has no user id in force");

        ExpiryOverrides meanwhile = ExpiryOverrides.NONE.with(new ExpiryOverride(
                OpenPgpKey.fingerprint(sub.getPublicKey()),
                MIDNIGHT.plusSeconds(60),
                NOW.plusSeconds(600),
                "ana",
                "noche",
                null));
        Authenticator allowing =
                trusting(new Ring(key).userId("IEE", self).subkey(sub, binding)).allowing(meanwhile);
        assertThat(upload.check(allowing, JudgingTime.of(MIDNIGHT.plusSeconds(1), NOW)))
                .isInstanceOf(SignatureFinding.Enough.class);
    }

    private Authenticator trusting(Ring ring) throws Exception {
        Path file = Files.write(folder.resolve("ring.gpg"), ring.bytes());
        return Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(file)));
    }
}
