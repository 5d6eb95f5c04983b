package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryCertificates.MADE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Revocations;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.CRLReason;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.ReasonFlags;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which revocation lists count, for which certificates and from when; made in process. */
class CmsCrlTest {

    private static final Instant NOW = MADE.plus(Duration.ofDays(10));
    private static final Instant SOON = NOW.plus(Duration.ofDays(1));

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));

    private Upload upload;

    @BeforeEach
    void issueCertificates() throws IOException {
        upload = Upload.in(folder);
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
        shop.issue("middle", "root", Terms.ca());
        shop.issue("leaf", "middle", Terms.leaf());
        LibraryCms cms =
                new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA").certificate("middle");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
    }

    private Revocations list(String issuer) {
        return shop.new Revocations(issuer, NOW.minusSeconds(60));
    }

    private SignatureFinding check(Instant at, List<String> anchors, Path... lists) {
        try {
            return upload.check(
                    Authenticator.load(new TrustSettings(
                            1, anchors.stream().map(shop::pem).toList(), List.of(), List.of(lists), List.of())),
                    at);
        } catch (MachineException e) {
            throw new AssertionError(e);
        }
    }

    private SignatureFinding check(Path... lists) {
        return check(NOW, List.of("root"), lists);
    }

    private static void assertGood(SignatureFinding finding) {
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
    }

    private static void assertUntrusted(SignatureFinding finding, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_UNTRUSTED);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void aSignersIssuerHasACurrentListWhereThereAreAny() {
        assertGood(check());
        assertGood(check(list("middle").write("own.crl")));
        assertUntrusted(
                check(list("root").write("root.crl")),
                "whose certificate cannot be checked for revocation, with no list of CN=middle,O=IEE,C=MX");
        Path old = list("middle").nextUpdate(NOW).write("old.crl");
        assertGood(check(old));
        String outdated = "cannot be checked for revocation, with an outdated list in old.crl";
        assertUntrusted(check(NOW.plusSeconds(1), List.of("root"), old), outdated);
        assertGood(
                check(NOW.plusSeconds(1), List.of("root"), old, list("middle").write("new.crl")));
        assertGood(check(SOON, List.of("root"), list("middle").nextUpdate(null).write("endless.crl")));
    }

    @Test
    void whatIsRevokedSignsNothingFromThenOn() {
        Path leaf = list("middle").entry("leaf", NOW, CRLReason.superseded).write("leaf.crl");
        assertUntrusted(check(leaf), "whose certificate was revoked at 2024-01-11T00:00:00Z");
        assertGood(check(NOW.minusSeconds(1), List.of("root"), leaf));
        assertUntrusted(check(list("middle").write("none.crl"), leaf), "was revoked at 2024-01-11T00:00:00Z");
        Path other = list("middle").entry("root", NOW, CRLReason.superseded).write("other.crl");
        assertGood(check(other));
    }

    @Test
    void aLostKeySignsNothingAtAnyTime() {
        for (int reason : new int[] {CRLReason.keyCompromise, CRLReason.cACompromise}) {
            assertUntrusted(
                    check(list("middle").entry("leaf", SOON, reason).write("lost.crl")),
                    "was revoked at 2024-01-12T00:00:00Z");
        }
        for (int reason : new int[] {CRLReason.unspecified, CRLReason.superseded, CRLReason.cessationOfOperation}) {
            assertGood(check(list("middle").entry("leaf", SOON, reason).write("later.crl")));
        }
    }

    @Test
    void whatRestsOnARevokedAuthorityIsUntrusted() {
        Path own = list("middle").write("own.crl");
        Path authorities =
                list("root").entry("middle", NOW, CRLReason.superseded).write("authorities.crl");
        assertUntrusted(check(own, authorities), "whose certificate rests on CN=middle,O=IEE,C=MX, which was revoked");
        assertGood(check(own, list("root").write("none.crl")));
        // Of an authority above, a list that is there has to be current.
        assertUntrusted(
                check(own, list("root").nextUpdate(NOW.minusSeconds(1)).write("old.crl")),
                "with an outdated list in old.crl");
    }

    @Test
    void aPinnedCertificateIsRevokedByItsIssuersListWhereThatIsAnAnchorToo() {
        Path leaf = list("middle").entry("leaf", NOW, CRLReason.superseded).write("leaf.crl");
        assertGood(check(NOW, List.of("leaf"), leaf));
        assertUntrusted(check(NOW, List.of("leaf", "middle"), leaf), "whose certificate was revoked at");
        assertGood(check(NOW, List.of("leaf", "middle"), list("root").write("root.crl")));
        Path root = list("root").entry("middle", NOW, CRLReason.superseded).write("middle.crl");
        assertUntrusted(
                check(NOW, List.of("middle", "root"), list("middle").write("own.crl"), root),
                "rests on CN=middle,O=IEE,C=MX, which was revoked at");
    }

    @Test
    void onlyTheIssuersOwnListCounts() {
        shop.selfSigned("impostor", Terms.ca().subject("C=MX,O=IEE,CN=middle"));
        assertUntrusted(check(list("impostor").write("forged.crl")), "with no list of CN=middle,O=IEE,C=MX");
        shop.selfSigned("other", Terms.ca().on(shop.keys("middle")).subject("C=MX,O=IEE,CN=otro"));
        assertUntrusted(check(list("other").write("other.crl")), "with no list of CN=middle,O=IEE,C=MX");
    }

    @Test
    void anAuthorityWhoseKeyUsageHasNoListsMakesNone() {
        shop.issue("quiet", "root", Terms.ca().usage(KeyUsage.keyCertSign));
        shop.issue("leaf", "quiet", Terms.leaf());
        LibraryCms cms =
                new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA").certificate("quiet");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
        assertUntrusted(check(list("quiet").write("quiet.crl")), "with no list of CN=quiet,O=IEE,C=MX");
        shop.issue("bare", "root", Terms.bare().with(Extension.basicConstraints, true, new BasicConstraints(true)));
        shop.issue("leaf", "bare", Terms.leaf());
        cms = new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA").certificate("bare");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
        assertGood(check(list("bare").write("bare.crl")));
    }

    @Test
    void aListOfSignersAloneSaysNothingOfAuthorities() {
        IssuingDistributionPoint signers = new IssuingDistributionPoint(null, true, false, null, false, false);
        assertGood(check(list("middle")
                .with(Extension.issuingDistributionPoint, true, signers)
                .write("own.crl")));
        assertUntrusted(
                check(list("middle")
                        .with(Extension.issuingDistributionPoint, true, signers)
                        .entry("leaf", NOW, CRLReason.superseded)
                        .write("own.crl")),
                "whose certificate was revoked at");
        // An outdated one is as good as none for an authority, of which none is needed.
        assertGood(check(
                list("middle").write("own.crl"),
                list("root")
                        .with(Extension.issuingDistributionPoint, true, signers)
                        .nextUpdate(NOW.minusSeconds(1))
                        .write("old.crl")));
        shop.issue("authority", "middle", Terms.ca().usage(KeyUsage.digitalSignature));
        LibraryCms cms = new LibraryCms(shop.folder)
                .signer("authority", "SHA256withECDSA")
                .certificate("middle");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
        assertUntrusted(
                check(list("middle")
                        .with(Extension.issuingDistributionPoint, true, signers)
                        .write("own.crl")),
                "cannot be checked for revocation, with a list for other certificates in own.crl");
    }

    private static DistributionPointName at(String place) {
        return new DistributionPointName(
                new GeneralNames(new GeneralName(GeneralName.uniformResourceIdentifier, place)));
    }

    /** Some authorities spread what they revoke over many lists, each with a place of its own. */
    @Test
    void aListOfOnePlaceCoversTheCertificatesThatNameIt() {
        IssuingDistributionPoint own = only("http://iee.example/1.crl");
        IssuingDistributionPoint other = only("http://iee.example/2.crl");
        String elsewhere = "cannot be checked for revocation, with a list for other certificates in own.crl";
        // The signer names no place.
        assertUntrusted(
                check(list("middle")
                        .with(Extension.issuingDistributionPoint, true, own)
                        .write("own.crl")),
                elsewhere);
        shop.issue(
                "leaf",
                "middle",
                Terms.leaf().with(Extension.cRLDistributionPoints, false, new CRLDistPoint(new DistributionPoint[] {
                    new DistributionPoint(at("http://iee.example/1.crl"), null, null)
                })));
        LibraryCms cms =
                new LibraryCms(shop.folder).signer("leaf", "SHA256withECDSA").certificate("middle");
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
        assertGood(check(list("middle")
                .with(Extension.issuingDistributionPoint, true, own)
                .write("own.crl")));
        assertUntrusted(
                check(list("middle")
                        .with(Extension.issuingDistributionPoint, true, other)
                        .write("own.crl")),
                elsewhere);
        assertGood(check(
                list("middle")
                        .with(Extension.issuingDistributionPoint, true, other)
                        .write("own.crl"),
                list("middle")
                        .with(Extension.issuingDistributionPoint, true, own)
                        .write("one.crl")));
        assertUntrusted(
                check(list("middle")
                        .with(Extension.issuingDistributionPoint, true, own)
                        .entry("leaf", NOW, CRLReason.superseded)
                        .write("own.crl")),
                "whose certificate was revoked at");
    }

    private static IssuingDistributionPoint only(String place) {
        return new IssuingDistributionPoint(at(place), false, false, null, false, false);
    }

    private void assertUnreadable(Path file, String what) {
        assertThatThrownBy(
                        () -> Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(file), List.of())))
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("trust-unreadable");
                    assertThat(e.getMessage()).isEqualTo("the trust file " + file + " " + what);
                });
    }

    @Test
    void weakPartialAndOtherFilesAreNoLists() throws IOException {
        assertUnreadable(list("root").algorithm("SHA1withECDSA").write("weak.crl"), "is signed with a weak hash");
        assertUnreadable(
                list("root")
                        .with(Extension.deltaCRLIndicator, true, new ASN1Integer(1))
                        .write("delta.crl"),
                "is a delta, indirect or partial revocation list");
        // As tools write it unless they are told otherwise.
        assertUnreadable(
                list("root")
                        .with(Extension.deltaCRLIndicator, false, new ASN1Integer(1))
                        .write("delta.crl"),
                "is a delta, indirect or partial revocation list");
        assertUnreadable(
                list("root").with(Extension.cRLNumber, true, new ASN1Integer(1)).write("odd.crl"),
                "is a delta, indirect or partial revocation list");
        ReasonFlags some = new ReasonFlags(ReasonFlags.keyCompromise);
        for (IssuingDistributionPoint partial : List.of(
                new IssuingDistributionPoint(null, false, true, null, false, false),
                new IssuingDistributionPoint(null, false, false, some, false, false),
                new IssuingDistributionPoint(null, false, false, null, true, false),
                new IssuingDistributionPoint(null, false, false, null, false, true))) {
            for (boolean critical : new boolean[] {false, true}) {
                assertUnreadable(
                        list("root")
                                .with(Extension.issuingDistributionPoint, critical, partial)
                                .write("partial.crl"),
                        "is a delta, indirect or partial revocation list");
            }
        }
        assertGood(check(list("middle")
                .with(Extension.cRLNumber, false, new ASN1Integer(1))
                .write("own.crl")));
        assertUnreadable(shop.pem("root"), "holds no revocation list");
        assertUnreadable(Files.write(folder.resolve("empty.crl"), new byte[0]), "is not a revocation list");
    }
}
