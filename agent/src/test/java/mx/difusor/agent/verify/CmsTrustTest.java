package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryCertificates.ENDS;
import static mx.difusor.agent.verify.LibraryCertificates.MADE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which certificates sign, below which anchors, and what is said of the others; made in process. */
class CmsTrustTest {

    private static final Instant NOW = MADE.plusSeconds(1000);
    private static final Instant LATER = ENDS.plusSeconds(1);

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
    }

    private Authenticator trusting(String... anchors) {
        return trusting(List.of(), anchors);
    }

    private Authenticator trusting(List<String> signers, String... anchors) {
        try {
            return Authenticator.load(new TrustSettings(
                    1, Arrays.stream(anchors).map(shop::pem).toList(), signers, List.of(), List.of()));
        } catch (MachineException e) {
            throw new AssertionError(e);
        }
    }

    private SignatureFinding check(Authenticator authenticator, String signer, String... inside) {
        return check(authenticator, NOW, signer, inside);
    }

    private SignatureFinding check(Authenticator authenticator, Instant at, String signer, String... inside) {
        LibraryCms cms = new LibraryCms(shop.folder).signer(signer, "SHA256withECDSA");
        List.of(inside).forEach(cms::certificate);
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
        return upload.check(authenticator, at);
    }

    private static void assertGood(SignatureFinding finding) {
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
    }

    private static void assertUntrusted(SignatureFinding finding, String cause) {
        assertRefused(finding, Reason.SIGNATURE_UNTRUSTED, cause);
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    private String print(String name) {
        try {
            return Digest.ofContent(shop.certificate(name).getEncoded()).hex();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void aSignersPathEndsAtAnAnchorAndNowhereElse() {
        assertGood(check(trusting("root"), "leaf", "middle"));
        assertGood(check(trusting("middle"), "leaf"));
        assertGood(check(trusting("leaf"), "leaf"));
        assertUntrusted(check(trusting("root"), "leaf"), "whose certificate does not lead to a trusted authority");
        shop.selfSigned("stranger", Terms.ca());
        assertUntrusted(check(trusting("stranger"), "leaf", "middle", "root"), "does not lead to a trusted authority");
    }

    @Test
    void anAuthorityOfTheSameNameIsAnother() {
        shop.selfSigned("impostor", Terms.ca().subject("C=MX,O=IEE,CN=root"));
        shop.issue("forged", "impostor", Terms.leaf());
        assertUntrusted(check(trusting("root"), "forged", "impostor"), "does not lead to a trusted authority");
        shop.selfSigned("renamed", Terms.ca().on(shop.keys("root")).subject("C=MX,O=IEE,CN=otro"));
        assertUntrusted(check(trusting("renamed"), "leaf", "middle"), "does not lead to a trusted authority");
    }

    @Test
    void aPathHasAtMostEightCertificates() {
        String issuer = "root";
        List<String> between = new ArrayList<>();
        for (int i = 1; i <= CmsChains.MAX_LENGTH - 2; i++) {
            shop.issue("ca" + i, issuer, Terms.ca());
            issuer = "ca" + i;
            between.add(issuer);
        }
        shop.issue("low", issuer, Terms.leaf());
        assertGood(check(trusting("root"), "low", between.toArray(String[]::new)));
        shop.issue("one-more", issuer, Terms.ca());
        between.add("one-more");
        shop.issue("lower", "one-more", Terms.leaf());
        assertUntrusted(
                check(trusting("root"), "lower", between.toArray(String[]::new)),
                "does not lead to a trusted authority");
    }

    /** Where authorities issue one another in every way, the search ends nevertheless. */
    @Test
    void authoritiesThatIssueOneAnotherAreNotWalkedInEveryOrder() throws Exception {
        List<CmsCertificate> web = new ArrayList<>();
        CmsKeyOperations operations = new CmsKeyOperations(new BouncyCastleProvider());
        // Quickly verified.
        KeyPair one = LibraryCertificates.key("RSA", 1024);
        for (int i = 0; i < 8; i++) {
            shop.selfSigned("a" + i, Terms.ca().subject("CN=web").on(one).algorithm("SHA256withRSA"));
            web.add(CmsCertificate.of(shop.certificate("a" + i).getEncoded()));
        }
        shop.issue("low", "a0", Terms.leaf().algorithm("SHA256withRSA"));
        CmsCertificate low = CmsCertificate.of(shop.certificate("low").getEncoded());
        assertThat(new CmsChains(List.of(), web, operations).from(low)).isEmpty();
        List<List<CmsCertificate>> found = new CmsChains(web.subList(0, 1), web.subList(1, 8), operations).from(low);
        assertThat(found).hasSize(CmsChains.MAX_CHAINS).doesNotHaveDuplicates();
        assertThat(found).allSatisfy(path -> {
            assertThat(path).doesNotHaveDuplicates().hasSizeLessThanOrEqualTo(CmsChains.MAX_LENGTH);
            assertThat(path.get(path.size() - 1)).isEqualTo(web.get(0));
        });
        assertThat(new CmsChains(web, web, operations).from(low)).hasSize(8).allMatch(path -> path.size() == 2);
    }

    @Test
    void anAnchorWithAWeakKeyIssuesNothing() {
        shop.selfSigned(
                "weak-root", Terms.ca().on(LibraryCertificates.key("RSA", 1024)).algorithm("SHA256withRSA"));
        shop.issue("strong", "weak-root", Terms.leaf().algorithm("SHA256withRSA"));
        assertRefused(
                check(trusting("weak-root"), "strong"),
                Reason.SIGNATURE_INVALID,
                "rests on CN=weak-root,O=IEE,C=MX, which has an rsa key of 1024 bits, not 2048 to 16384");
        shop.selfSigned(
                "strong-root",
                Terms.ca().on(LibraryCertificates.key("RSA", 2048)).algorithm("SHA256withRSA"));
        shop.issue("strong", "strong-root", Terms.leaf().algorithm("SHA256withRSA"));
        assertGood(check(trusting("strong-root"), "strong"));
    }

    @Test
    void weakKeysAndSignaturesAnywhereBelowTheAnchorAreRefused() {
        shop.issue("sha1", "middle", Terms.leaf().algorithm("SHA1withECDSA"));
        assertRefused(
                check(trusting("root"), "sha1", "middle"),
                Reason.SIGNATURE_INVALID,
                "rests on CN=sha1,O=IEE,C=MX, which was issued with the weak hash sha-1");
        shop.issue("weak", "root", Terms.ca().on(LibraryCertificates.key("RSA", 1024)));
        shop.issue("below", "weak", Terms.leaf().algorithm("SHA256withRSA"));
        assertRefused(
                check(trusting("root"), "below", "weak"),
                Reason.SIGNATURE_INVALID,
                "rests on CN=weak,O=IEE,C=MX, which has an rsa key of 1024 bits, not 2048 to 16384");
        shop.issue("small", "root", Terms.leaf().on(LibraryCertificates.key("EC", "secp224r1")));
        assertRefused(
                check(trusting("root"), "small"),
                Reason.SIGNATURE_INVALID,
                "whose certificate has an ec key of 224 bits, fewer than 256: sign with a stronger key");
        // Nobody's signature makes an anchor one.
        shop.selfSigned("old-root", Terms.ca().algorithm("SHA1withECDSA"));
        shop.issue("new", "old-root", Terms.leaf());
        assertGood(check(trusting("old-root"), "new"));
    }

    @Test
    void aSignersKeyUsageAllowsSignaturesOverDocuments() {
        for (int usage : new int[] {KeyUsage.digitalSignature, KeyUsage.nonRepudiation}) {
            shop.issue("leaf", "middle", Terms.leaf().usage(usage));
            assertGood(check(trusting("root"), "leaf", "middle"));
        }
        shop.issue("leaf", "middle", Terms.bare());
        assertGood(check(trusting("root"), "leaf", "middle"));
        shop.issue("leaf", "middle", Terms.leaf().usage(KeyUsage.keyEncipherment));
        assertUntrusted(check(trusting("root"), "leaf", "middle"), "has a key usage that forbids signing");
    }

    @Test
    void onlyPinnedSignersSignWhereThereAreAny() {
        String colons =
                "sha256 Fingerprint=" + print("leaf").toUpperCase(Locale.ROOT).replaceAll("(..)(?=.)", "$1:");
        for (String form : List.of(print("leaf"), colons)) {
            assertGood(check(trusting(List.of(form), "root"), "leaf", "middle"));
        }
        assertUntrusted(
                check(trusting(List.of(print("middle")), "root"), "leaf", "middle"),
                "whose certificate is not one of those configured");
        assertThatThrownBy(() -> Authenticator.load(new TrustSettings(
                        1, List.of(), List.of("sha256 Fingerprint=" + "0".repeat(63)), List.of(), List.of())))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("which is not a sha-256 fingerprint");
    }

    @Test
    void anAnchorThatIsNoAuthorityIssuesNothing() {
        shop.issue("below", "leaf", Terms.leaf());
        assertUntrusted(
                check(trusting("leaf"), "below"),
                "was issued by CN=leaf,O=IEE,C=MX, which is no certification authority");
        assertUntrusted(
                check(trusting("root"), "below", "leaf", "middle"),
                "whose certificate has no valid path to CN=root,O=IEE,C=MX (");
    }

    @Test
    void anAnchorsKeyUsageAllowsTheIssuingOfCertificates() {
        shop.selfSigned("bare", Terms.bare().with(Extension.basicConstraints, true, new BasicConstraints(true)));
        shop.issue("of-bare", "bare", Terms.leaf());
        assertGood(check(trusting("bare"), "of-bare"));
        shop.selfSigned("only-lists", Terms.ca().usage(KeyUsage.cRLSign));
        shop.issue("of-lists", "only-lists", Terms.leaf());
        assertUntrusted(
                check(trusting("only-lists"), "of-lists"),
                "was issued by CN=only-lists,O=IEE,C=MX, whose key usage forbids issuing certificates");
    }

    @Test
    void anAnchorHasNoCriticalExtensionThatIsNotUnderstood() {
        ASN1ObjectIdentifier unknown = new ASN1ObjectIdentifier("1.2.3.4");
        shop.selfSigned("odd", Terms.ca().with(unknown, false, DERNull.INSTANCE));
        shop.issue("of-odd", "odd", Terms.leaf());
        assertGood(check(trusting("odd"), "of-odd"));
        shop.selfSigned("odder", Terms.ca().with(unknown, true, DERNull.INSTANCE));
        shop.issue("of-odder", "odder", Terms.leaf());
        assertUntrusted(check(trusting("odder"), "of-odder"), "which has a critical extension that is not understood");
        shop.issue("odd-leaf", "middle", Terms.leaf().with(unknown, true, DERNull.INSTANCE));
        assertUntrusted(check(trusting("root"), "odd-leaf", "middle"), "has no valid path to");
    }

    /** One that an authority issues to itself under its own name, as when it changes keys, does not count. */
    @Test
    void anAnchorLimitsTheAuthoritiesBelowIt() {
        shop.selfSigned("top", Terms.ca(0));
        shop.issue("direct", "top", Terms.leaf());
        assertGood(check(trusting("top"), "direct"));
        shop.issue("between", "top", Terms.ca());
        shop.issue("below", "between", Terms.leaf());
        assertUntrusted(
                check(trusting("top"), "below", "between"),
                "has 1 authorities between it and CN=top,O=IEE,C=MX, which allows 0");
        shop.issue("again", "top", Terms.ca().subject("C=MX,O=IEE,CN=top"));
        shop.issue("below-again", "again", Terms.leaf());
        assertGood(check(trusting("top"), "below-again", "again"));
    }

    private static Terms constrained(boolean permitted, GeneralName... names) {
        GeneralSubtree[] trees = Arrays.stream(names).map(GeneralSubtree::new).toArray(GeneralSubtree[]::new);
        NameConstraints constraints = permitted ? new NameConstraints(trees, null) : new NameConstraints(null, trees);
        return Terms.ca().with(Extension.nameConstraints, true, constraints);
    }

    private static Terms alsoNamed(Terms terms, String mail) {
        return terms.with(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.rfc822Name, mail)));
    }

    @Test
    void anAnchorVouchesForTheNamesThatItMay() {
        GeneralName iee = new GeneralName(new X500Name("C=MX,O=IEE"));
        GeneralName mail = new GeneralName(GeneralName.rfc822Name, ".x.example");
        shop.selfSigned("only-iee", constrained(true, iee));
        shop.issue("iee", "only-iee", Terms.leaf());
        shop.issue("otro", "only-iee", Terms.leaf().subject("C=MX,O=Otro,CN=otro"));
        assertGood(check(trusting("only-iee"), "iee"));
        assertUntrusted(
                check(trusting("only-iee"), "otro"),
                "rests on CN=otro,O=Otro,C=MX, a name that CN=only-iee,O=IEE,C=MX excludes");
        shop.selfSigned("not-iee", constrained(false, iee).subject("C=MX,O=Raiz,CN=not-iee"));
        shop.issue("excluded", "not-iee", Terms.leaf());
        shop.issue("free", "not-iee", Terms.leaf().subject("C=MX,O=Otro,CN=otro"));
        assertGood(check(trusting("not-iee"), "free"));
        assertUntrusted(check(trusting("not-iee"), "excluded"), "a name that CN=not-iee,O=Raiz,C=MX excludes");
        for (boolean permitted : new boolean[] {true, false}) {
            shop.selfSigned("mail", constrained(permitted, mail));
            shop.issue("inside", "mail", alsoNamed(Terms.leaf(), "ana@a.x.example"));
            shop.issue("outside", "mail", alsoNamed(Terms.leaf(), "ana@iee.example"));
            assertGood(check(trusting("mail"), permitted ? "inside" : "outside"));
            assertUntrusted(check(trusting("mail"), permitted ? "outside" : "inside"), "a name that CN=mail");
        }
    }

    /** RFC 5280, 4.2.1.10. */
    @Test
    void anAddressInTheSubjectIsHeldToWhatIsSaidOfAddressesWhereThereIsNoOther() {
        String inside = "C=MX,CN=ana+E=ana@a.x.example";
        String outside = "C=MX,E=ana@iee.example,CN=ana";
        for (boolean permitted : new boolean[] {true, false}) {
            shop.selfSigned("mail", constrained(permitted, new GeneralName(GeneralName.rfc822Name, ".x.example")));
            String good = permitted ? inside : outside;
            String bad = permitted ? outside : inside;
            shop.issue("good", "mail", Terms.leaf().subject(good));
            assertGood(check(trusting("mail"), "good"));
            shop.issue("bad", "mail", Terms.leaf().subject(bad));
            assertUntrusted(check(trusting("mail"), "bad"), "a name that CN=mail");
            shop.issue(
                    "named",
                    "mail",
                    Terms.leaf()
                            .subject(bad)
                            .with(
                                    Extension.subjectAlternativeName,
                                    false,
                                    new GeneralNames(new GeneralName(GeneralName.dNSName, "iee.example"))));
            assertUntrusted(check(trusting("mail"), "named"), "a name that CN=mail");
            String address = permitted ? "ana@a.x.example" : "ana@iee.example";
            shop.issue("other", "mail", alsoNamed(Terms.leaf().subject(bad), address));
            assertGood(check(trusting("mail"), "other"));
        }
        GeneralName iee = new GeneralName(new X500Name("C=MX"));
        shop.selfSigned("names", constrained(true, iee).subject("C=MX,CN=names"));
        shop.issue("free", "names", Terms.leaf().subject(outside));
        assertGood(check(trusting("names"), "free"));
    }

    /** RFC 5280, 6.1.3 (b): but the signer's own name always counts. */
    @Test
    void namesOfAuthoritiesThatIssueThemselvesAnewAreNotHeldToIt() {
        GeneralName iee = new GeneralName(new X500Name("C=MX,O=IEE"));
        shop.selfSigned("top", constrained(true, iee).subject("C=MX,O=Raiz,CN=top"));
        shop.issue("again", "top", Terms.ca().subject("C=MX,O=Raiz,CN=top"));
        shop.issue("below", "again", Terms.leaf());
        assertGood(check(trusting("top"), "below", "again"));
        shop.issue("self", "top", Terms.leaf().subject("C=MX,O=Raiz,CN=top"));
        assertUntrusted(check(trusting("top"), "self"), "rests on CN=top,O=Raiz,C=MX, a name that");
        shop.issue("between", "top", Terms.ca().subject("C=MX,O=Otro,CN=between"));
        shop.issue("low", "between", Terms.leaf());
        assertUntrusted(check(trusting("top"), "low", "between"), "rests on CN=between,O=Otro,C=MX, a name that");
    }

    @Test
    void purposesOtherThanSigningAreRefusedUnlessTheCertificateIsPinned() {
        Terms web = Terms.leaf()
                .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
        shop.issue("web", "middle", web);
        assertUntrusted(
                check(trusting("root"), "web", "middle"),
                "whose certificate has purposes (extended key usage) other than signing");
        assertGood(check(trusting(List.of(print("web")), "root"), "web", "middle"));
        assertGood(check(trusting("web"), "web"));
        shop.issue(
                "web-ca",
                "root",
                Terms.ca()
                        .with(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)));
        shop.issue("below", "web-ca", Terms.leaf());
        assertUntrusted(
                check(trusting("root"), "below", "web-ca"), "rests on CN=web-ca,O=IEE,C=MX, which has purposes");
        shop.issue(
                "mail",
                "middle",
                Terms.leaf()
                        .with(
                                Extension.extendedKeyUsage,
                                false,
                                new ExtendedKeyUsage(KeyPurposeId.id_kp_emailProtection)));
        assertGood(check(trusting("root"), "mail", "middle"));
    }

    /** The JDK takes an extension that cannot be read, and is not critical, for none: whatever it says is allowed. */
    @Test
    void whatCannotBeReadAllowsNothing() {
        shop.issue("purposes", "middle", Terms.leaf().with(Extension.extendedKeyUsage, false, DERNull.INSTANCE));
        assertUntrusted(check(trusting("root"), "purposes", "middle"), "has purposes (extended key usage) other than");
        shop.issue("usage", "middle", Terms.leaf().with(Extension.keyUsage, false, DERNull.INSTANCE));
        assertUntrusted(check(trusting("root"), "usage", "middle"), "has a key usage that forbids signing");
        shop.selfSigned("odd", Terms.ca().with(Extension.keyUsage, false, DERNull.INSTANCE));
        shop.issue("of-odd", "odd", Terms.leaf());
        assertUntrusted(check(trusting("odd"), "of-odd"), "whose key usage forbids issuing certificates");
    }

    @Test
    void datesCountAtTheTimeOfReceiptForEveryLink() {
        assertGood(check(trusting("root"), MADE, "leaf", "middle"));
        assertGood(check(trusting("root"), ENDS, "leaf", "middle"));
        assertRefused(
                check(trusting("root"), LATER, "leaf", "middle"),
                Reason.SIGNATURE_EXPIRED,
                "whose certificate expired at 2024-12-31T00:00:00Z: sign with a valid certificate, or set the clocks"
                        + " right; meanwhile the difusor can let it count");
        assertRefused(
                check(trusting("root"), MADE.minusSeconds(1), "leaf", "middle"),
                Reason.SIGNATURE_EXPIRED,
                "whose certificate is valid only from 2024-01-01T00:00:00Z: sign");
        shop.issue("short", "root", Terms.ca().valid(MADE, MADE.plus(Duration.ofDays(9))));
        shop.issue("long", "short", Terms.leaf());
        assertRefused(
                check(trusting("root"), MADE.plus(Duration.ofDays(10)), "long", "short"),
                Reason.SIGNATURE_EXPIRED,
                "whose certificate rests on CN=short,O=IEE,C=MX, which expired at 2024-01-10T00:00:00Z");
        assertRefused(
                check(trusting("short"), MADE.plus(Duration.ofDays(10)), "long"),
                Reason.SIGNATURE_EXPIRED,
                "rests on CN=short,O=IEE,C=MX, which expired at 2024-01-10T00:00:00Z");
    }

    /** Of two ways up, one expired and one through a stranger's wrong hands, the first is what can be cured. */
    @Test
    void ofSeveralPathsTheBestCountsAndElseTheExpiredOne() {
        shop.issue(
                "cross",
                "root",
                Terms.ca()
                        .on(shop.keys("middle"))
                        .subject("C=MX,O=IEE,CN=middle")
                        .valid(MADE, MADE.plus(Duration.ofDays(9))));
        Instant then = MADE.plus(Duration.ofDays(10));
        assertGood(check(trusting("root"), then, "leaf", "cross", "middle"));
        assertGood(check(trusting("root"), then, "leaf", "middle", "cross"));
        shop.issue("no-ca", "root", Terms.leaf().on(shop.keys("middle")).subject("C=MX,O=IEE,CN=middle"));
        for (List<String> order : List.of(List.of("no-ca", "cross"), List.of("cross", "no-ca"))) {
            assertRefused(
                    check(trusting("root"), then, "leaf", order.toArray(String[]::new)),
                    Reason.SIGNATURE_EXPIRED,
                    "rests on CN=middle,O=IEE,C=MX, which expired at 2024-01-10T00:00:00Z");
        }
    }

    private ExpiryOverrides allowing(String... names) {
        ExpiryOverrides all = ExpiryOverrides.NONE;
        for (String name : names) {
            all = all.with(new ExpiryOverride(
                    print(name), LATER.minusSeconds(60), LATER.plusSeconds(60), "ana", "noche", null));
        }
        return all;
    }

    /** Nothing but the older certificate of the authority shows that it could issue what has ended since. */
    @Test
    void anOperatorsWordNeedsTheAuthoritysCertificateOfThatTime() {
        shop.issue("short", "middle", Terms.leaf().valid(MADE, NOW.minusSeconds(60)));
        shop.issue(
                "renewed",
                "root",
                Terms.ca()
                        .on(shop.keys("middle"))
                        .subject("C=MX,O=IEE,CN=middle")
                        .valid(NOW.minusSeconds(30), NOW.plus(Duration.ofDays(99))));
        ExpiryOverrides word = ExpiryOverrides.NONE.with(
                new ExpiryOverride(print("short"), NOW.minusSeconds(60), NOW.plusSeconds(60), "ana", "noche", null));
        Authenticator root = trusting("root").allowing(word);
        assertGood(check(root, NOW, "short", "middle"));
        assertGood(check(root, NOW, "short", "renewed", "middle"));
        assertUntrusted(
                check(root, NOW, "short", "renewed"),
                ", where CN=middle,O=IEE,C=MX is valid only from " + NOW.minusSeconds(30)
                        + ", after the end of what it issued: include the older certificate of CN=middle,O=IEE,C=MX,"
                        + " which was in force before, or have it added to trust.cms.anchors");
    }

    @Test
    void anOperatorsWordForgivesTheEndAndNothingElse() {
        Authenticator root = trusting("root");
        assertThat(check(root.allowing(allowing("leaf", "middle", "root")), LATER, "leaf", "middle"))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings())
                                .hasSize(3)
                                .anyMatch(one -> one.contains("whose certificate expired at 2024-12-31T00:00:00Z; the"))
                                .anyMatch(one -> one.contains("rests on CN=middle,O=IEE,C=MX, which expired at")));
        assertRefused(
                check(root.allowing(allowing("leaf", "middle")), LATER, "leaf", "middle"),
                Reason.SIGNATURE_EXPIRED,
                "rests on CN=root,O=IEE,C=MX, which expired");
        assertThat(check(root.allowing(allowing("leaf", "middle", "root")), NOW, "leaf", "middle"))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings()).isEmpty());
        shop.issue("odd", "middle", Terms.leaf().with(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE));
        assertUntrusted(
                check(root.allowing(allowing("odd", "middle", "root")), LATER, "odd", "middle"), "no valid path to");
        assertUntrusted(check(root, LATER, "odd", "middle"), "no valid path to");
        shop.issue("never", "middle", Terms.leaf().valid(MADE.minusSeconds(100), MADE.minusSeconds(1)));
        assertUntrusted(
                check(root.allowing(allowing("never", "middle", "root")), LATER, "never", "middle"),
                "no valid path to");
        assertRefused(
                check(root, LATER, "never", "middle"),
                Reason.SIGNATURE_EXPIRED,
                "whose certificate expired at 2023-12-31T23:59:59Z");
    }

    @Test
    void aFileWithoutCertificatesIsNoAnchor() throws IOException {
        Path key = folder.resolve("keys").resolve("leaf.key");
        for (String text :
                List.of(Files.readString(key), "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----")) {
            Path file = Files.writeString(folder.resolve("anchor.pem"), text);
            assertThatThrownBy(() ->
                            Authenticator.load(new TrustSettings(1, List.of(file), List.of(), List.of(), List.of())))
                    .isInstanceOf(MachineException.class)
                    .hasMessage("the trust file " + file
                            + (text.contains("AAAA") ? " holds an unreadable certificate" : " holds no certificate"));
        }
    }
}
