package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.CertificateShop.CA;
import static mx.difusor.agent.verify.CertificateShop.LEAF;
import static mx.difusor.agent.verify.Upload.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator's word on what has expired: it forgives the end, in its time, and nothing else. */
class SignaturesOverrideTest {

    private static final Duration LATER = Duration.ofDays(20);

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private static CertificateShop shop;

    private Upload upload;

    @BeforeAll
    static void issueCertificates() {
        shop = new CertificateShop(keys);
        for (String name : List.of("root", "middle", "leaf", "other")) {
            shop.ecKey(name);
        }
        shop.selfSigned("root", CA, 10);
        shop.issued("middle", "root", CA, 10);
        shop.issued("leaf", "middle", LEAF, 10);
        shop.issued("other", "middle", LEAF, 10);
    }

    @BeforeEach
    void signAnArchive() {
        upload = Upload.in(folder);
        shop.sign(upload, "leaf", "-certfile", "middle.pem");
    }

    private static Authenticator trusting(String anchor, Path... crls) throws MachineException {
        return Authenticator.load(new TrustSettings(1, List.of(shop.pem(anchor)), List.of(), List.of(crls), List.of()));
    }

    private static String print(String name) {
        return ExpiryOverride.fingerprint(
                        shop.openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", name + ".pem"))
                .orElseThrow();
    }

    private static ExpiryOverrides allowing(String... fingerprints) {
        ExpiryOverrides overrides = ExpiryOverrides.NONE;
        for (String one : fingerprints) {
            Instant from = now().plus(LATER).minusSeconds(60);
            overrides = overrides.with(new ExpiryOverride(one, from, from.plusSeconds(3600), "ana", "noche", null));
        }
        return overrides;
    }

    private static String message(SignatureFinding finding, Reason reason) {
        assertThat(finding).isInstanceOf(SignatureFinding.Refused.class);
        SignatureFinding.Refused refused = (SignatureFinding.Refused) finding;
        assertThat(refused.reason()).isEqualTo(reason);
        return refused.message();
    }

    private static List<String> warnings(SignatureFinding finding) {
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
        return ((SignatureFinding.Enough) finding).warnings();
    }

    @Test
    void theRefusalNamesTheFingerprintAndTheCommand() throws MachineException {
        assertThat(message(upload.check(trusting("middle"), now().plus(LATER)), Reason.SIGNATURE_EXPIRED))
                .contains("difusor trust allow-expired " + print("leaf"));
    }

    @Test
    void everyExpiredLinkOfThePathNeedsItsOwnAndIsAWarning() throws MachineException {
        Authenticator root = trusting("root");
        Instant at = now().plus(LATER);
        assertThat(warnings(upload.check(root))).isEmpty();
        assertThat(message(upload.check(root.allowing(allowing(print("leaf"))), at), Reason.SIGNATURE_EXPIRED))
                .contains("rests on CN=middle");
        assertThat(message(
                        upload.check(root.allowing(allowing(print("leaf"), print("middle"))), at),
                        Reason.SIGNATURE_EXPIRED))
                .contains("rests on CN=root");
        Authenticator all = root.allowing(allowing(print("leaf"), print("middle"), print("root")));
        assertThat(warnings(upload.check(all, at)))
                .hasSize(3)
                .allMatch(warning -> warning.contains("the difusor's operator lets it count until"))
                .anyMatch(warning -> warning.contains("is signed by CN=leaf,O=IEE,C=MX, whose certificate expired at"));
        assertThat(warnings(upload.check(all)))
                .as("not expired, so nothing was needed")
                .isEmpty();
    }

    @Test
    void itCountsFromItsBeginningToItsEndAndNotAfterItIsTakenBack() throws MachineException {
        ExpiryOverrides given = allowing(print("leaf"), print("middle"));
        Authenticator middle = trusting("middle").allowing(given);
        Instant from = given.all().get(1).from();
        Instant until = given.all().get(0).until();
        warnings(upload.check(middle, from));
        warnings(upload.check(middle, until.minusMillis(1)));
        message(upload.check(middle, from.minusMillis(1)), Reason.SIGNATURE_EXPIRED);
        message(upload.check(middle, until), Reason.SIGNATURE_EXPIRED);
        Instant back = from.plusSeconds(60);
        Authenticator taken = middle.allowing(given.without(print("leaf"), back));
        warnings(upload.check(taken, back.minusMillis(1)));
        message(upload.check(taken, back), Reason.SIGNATURE_EXPIRED);
    }

    @Test
    void nothingButTheEndIsForgiven() throws MachineException {
        Instant at = now().plus(LATER);
        ExpiryOverrides all = allowing(print("leaf"), print("middle"), print("root"));
        assertThat(message(upload.check(trusting("other").allowing(all), at), Reason.SIGNATURE_UNTRUSTED))
                .contains("does not lead to a trusted authority");
        shop.crl("middle", "none.crl", "-crldays", "30");
        shop.revoke("leaf", "middle", "superseded");
        Path list = shop.crl("middle", "leafs.crl", "-crldays", "30");
        assertThat(message(upload.check(trusting("middle", list).allowing(all), at), Reason.SIGNATURE_UNTRUSTED))
                .contains("was revoked at");
        shop.sign(upload, "leaf", "-certfile", "middle.pem", "-md", "sha1");
        assertThat(message(upload.check(trusting("middle").allowing(all), at), Reason.SIGNATURE_INVALID))
                .contains("weak hash");
        byte[] archive = upload.bytes(Upload.NAME);
        archive[17] ^= 1;
        shop.sign(upload, "leaf", "-certfile", "middle.pem");
        upload.write(Upload.NAME, archive);
        assertThat(upload.check(trusting("middle").allowing(all), at)).isInstanceOf(SignatureFinding.Mismatch.class);
    }

    @Test
    void keyUsagePurposesAndConstraintsStillHold() throws MachineException {
        Instant at = now().plus(LATER);
        for (String extensions : List.of(
                LEAF.replace("digitalSignature", "keyEncipherment"),
                LEAF + "extendedKeyUsage=serverAuth\n",
                LEAF + "1.2.3.4=critical,ASN1:NULL\n")) {
            shop.ecKey("odd");
            shop.issued("odd", "middle", extensions, 10);
            shop.sign(upload, "odd", "-certfile", "middle.pem");
            message(
                    upload.check(trusting("root").allowing(allowing(print("odd"), print("middle"), print("root"))), at),
                    Reason.SIGNATURE_UNTRUSTED);
        }
    }

    /** Where there was no moment at which all of it was valid, it cannot be told whether the rest of it is. */
    @Test
    void aPathThatWasNeverValidAsAWholeIsNotForgiven() throws MachineException {
        shop.ecKey("never");
        shop.issued("never", "middle", LEAF, -1);
        shop.sign(upload, "never", "-certfile", "middle.pem");
        message(upload.check(trusting("root")), Reason.SIGNATURE_EXPIRED);
        Instant at = now().plus(LATER);
        Authenticator allowing = trusting("root").allowing(allowing(print("never"), print("middle"), print("root")));
        assertThat(message(upload.check(allowing, at), Reason.SIGNATURE_UNTRUSTED))
                .contains("no valid path");
    }

    @Test
    void whatIsNotValidYetIsNotForgiven() throws MachineException {
        Instant before = now().minus(Duration.ofDays(2));
        ExpiryOverrides early = ExpiryOverrides.NONE;
        for (String name : List.of("leaf", "middle")) {
            early = early.with(new ExpiryOverride(
                    print(name), before.minusSeconds(60), before.plusSeconds(60), "ana", "noche", null));
        }
        Authenticator middle = trusting("middle").allowing(early);
        assertThat(message(upload.check(middle, before), Reason.SIGNATURE_EXPIRED))
                .contains("is valid only from")
                .doesNotContain("allow-expired");
    }

    @Test
    void openPgpKeysAndSubkeysAreAllowedByTheirFingerprints() throws MachineException {
        try (GnuPg gpg = new GnuPg()) {
            String key = gpg.key("IEE", "ed25519", "cert", "10d");
            String subkey = gpg.subkey(key, "ed25519", "sign", "10d");
            upload.clear();
            gpg.sign(upload, ".asc", key);
            Authenticator keyring =
                    Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(gpg.export(key))));
            Instant at = now().plus(LATER);
            String primary = key.toLowerCase(Locale.ROOT);
            String lower = subkey.toLowerCase(Locale.ROOT);
            assertThat(message(upload.check(keyring, at), Reason.SIGNATURE_EXPIRED))
                    .contains("allow-expired " + primary);
            assertThat(message(upload.check(keyring.allowing(allowing(primary)), at), Reason.SIGNATURE_EXPIRED))
                    .contains("allow-expired " + lower);
            message(upload.check(keyring.allowing(allowing(lower)), at), Reason.SIGNATURE_EXPIRED);
            assertThat(warnings(upload.check(keyring.allowing(allowing(primary, lower)), at)))
                    .hasSize(2)
                    .allMatch(warning -> warning.contains("the difusor's operator lets it count until"));
            gpg.answer(List.of("key 1", "revkey", "y", "1", "", "y", "save"), "--edit-key", key);
            Authenticator revoked =
                    Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(gpg.export(key))));
            assertThat(message(
                            upload.check(revoked.allowing(allowing(primary, lower)), at), Reason.SIGNATURE_UNTRUSTED))
                    .contains("was revoked at");
        }
    }
}
