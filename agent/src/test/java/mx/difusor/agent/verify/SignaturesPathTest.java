package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.CertificateShop.CA;
import static mx.difusor.agent.verify.CertificateShop.LEAF;
import static mx.difusor.agent.verify.Upload.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What certificates say of what they may be used for (RFC 5280), anchors included, and what is inside a CMS file. */
class SignaturesPathTest {

    private static final String UNKNOWN = "1.2.3.4=critical,ASN1:NULL\n";
    private static final String ONLY_IEE = "nameConstraints=critical,permitted;dirName:iee\n[iee]\nC=MX\nO=IEE\n";
    private static final String NOT_X = "nameConstraints=critical,excluded;email:.x.example\n";

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
    }

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
        shop.selfSigned("root", CA, 365);
        shop.issued("middle", "root", CA, 365);
        shop.issued("leaf", "middle", LEAF, 365);
    }

    private static Authenticator trusting(String anchor, String... pinned) throws MachineException {
        List<String> prints = Arrays.stream(pinned)
                .map(name -> shop.openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", name + ".pem")
                        .strip())
                .toList();
        return Authenticator.load(new TrustSettings(1, List.of(shop.pem(anchor)), prints, List.of(), List.of()));
    }

    private SignatureFinding signedBy(String signer, Authenticator by) {
        shop.sign(upload, signer, "-certfile", signer.equals("middle") ? "leaf.pem" : "middle.pem");
        return upload.check(by);
    }

    private void assertGood(String anchor) throws MachineException {
        assertThat(signedBy("leaf", trusting(anchor)))
                .as("below %s", anchor)
                .isInstanceOf(SignatureFinding.Enough.class);
    }

    private void assertUntrusted(String anchor, String cause) throws MachineException {
        assertRefused(signedBy("leaf", trusting(anchor)), Reason.SIGNATURE_UNTRUSTED, cause);
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void aPathIsNoLongerThanItsAuthoritiesAllow() throws MachineException {
        assertGood("root");
        shop.selfSigned("root", CA.replace("TRUE", "TRUE,pathlen:0"), 365);
        shop.issued("middle", "root", CA, 365);
        shop.issued("leaf", "middle", LEAF, 365);
        assertUntrusted("root", "which allows 0");
        assertGood("middle");
        shop.selfSigned("root", CA, 365);
        shop.issued("middle", "root", CA.replace("TRUE", "TRUE,pathlen:0"), 365);
        shop.ecKey("lower");
        shop.issued("lower", "middle", CA, 365);
        shop.issued("leaf", "lower", LEAF, 365);
        shop.sign(upload, "leaf", "-certfile", chain("lower", "middle"));
        assertRefused(upload.check(trusting("root")), Reason.SIGNATURE_UNTRUSTED, "no valid path to CN=root");
    }

    private static String chain(String... names) {
        try {
            StringBuilder text = new StringBuilder();
            for (String name : names) {
                text.append(Files.readString(shop.pem(name)));
            }
            return Files.writeString(keys.resolve("chain.pem"), text).toString();
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void namesThatAnAuthorityMayNotVouchForAreNotTrusted() throws MachineException {
        for (String constraints : List.of(ONLY_IEE, NOT_X)) {
            String outside = constraints.equals(NOT_X) ? "subjectAltName=email:ana@a.x.example\n" : "";
            String subject = constraints.equals(NOT_X) ? "/C=MX/O=IEE/CN=leaf" : "/C=MX/O=Otro/CN=leaf";
            shop.selfSigned("root", CA + constraints, 365);
            shop.issued("middle", "root", CA, 365);
            shop.issued("leaf", "middle", LEAF + "subjectAltName=email:ana@iee.example\n", 365);
            assertGood("root");
            shop.issue("leaf", subject, "middle", LEAF + outside, 365, "-sha256");
            assertUntrusted("root", "a name that CN=root,O=IEE,C=MX excludes");
            assertGood("middle");
            shop.selfSigned("root", CA, 365);
            shop.issued("middle", "root", CA + constraints, 365);
            shop.issue("leaf", subject, "middle", LEAF + outside, 365, "-sha256");
            assertUntrusted("root", "no valid path to CN=root");
            assertUntrusted("middle", "a name that CN=middle,O=IEE,C=MX excludes");
        }
    }

    @Test
    void criticalExtensionsThatAreNotUnderstoodEndTheTrust() throws MachineException {
        shop.issued("leaf", "middle", LEAF + UNKNOWN.replace("critical,", ""), 365);
        assertGood("root");
        shop.issued("leaf", "middle", LEAF + UNKNOWN, 365);
        assertUntrusted("root", "no valid path to CN=root");
        shop.issued("middle", "root", CA + UNKNOWN, 365);
        shop.issued("leaf", "middle", LEAF, 365);
        assertUntrusted("root", "no valid path to CN=root");
        assertUntrusted("middle", "critical extension that is not understood");
    }

    @Test
    void onlyWhoMayIssueCertificatesIssuesSigners() throws MachineException {
        String noIssuing = CA.replace("keyCertSign,", "");
        shop.issued("middle", "root", noIssuing, 365);
        assertUntrusted("root", "no valid path to CN=root");
        assertUntrusted("middle", "key usage forbids issuing");
        // Without any key usage everything is allowed.
        shop.issued("middle", "root", "basicConstraints=critical,CA:TRUE\n", 365);
        shop.issued("leaf", "middle", "basicConstraints=CA:FALSE\n", 365);
        assertGood("root");
        assertGood("middle");
    }

    @Test
    void anAuthoritysOwnKeySignsOnlyWhereItsKeyUsageSaysSo() throws MachineException {
        assertRefused(
                signedBy("middle", trusting("root")), Reason.SIGNATURE_UNTRUSTED, "key usage that forbids signing");
        assertRefused(signedBy("root", trusting("root")), Reason.SIGNATURE_UNTRUSTED, "forbids signing");
        shop.selfSigned("root", CA.replace("keyCertSign", "keyCertSign,nonRepudiation"), 365);
        assertThat(signedBy("root", trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
    }

    @ParameterizedTest
    @CsvSource({
        "emailProtection, true",
        "codeSigning, true",
        "'serverAuth,1.3.6.1.5.5.7.3.36', true",
        "anyExtendedKeyUsage, true",
        "'clientAuth,emailProtection', true",
        "serverAuth, false",
        "'serverAuth,clientAuth', false",
        "timeStamping, false"
    })
    void wherePurposesAreNamedSigningIsOneOfThem(String purposes, boolean good) throws MachineException {
        shop.issued("leaf", "middle", LEAF + "extendedKeyUsage=" + purposes + "\n", 365);
        if (good) {
            assertGood("root");
            return;
        }
        assertUntrusted("root", "purposes (extended key usage) other than signing");
        assertThat(signedBy("leaf", trusting("root", "leaf")))
                .as("pinned by its fingerprint")
                .isInstanceOf(SignatureFinding.Enough.class);
        assertThat(signedBy("leaf", trusting("leaf"))).as("pinned itself").isInstanceOf(SignatureFinding.Enough.class);
        shop.issued("middle", "root", CA + "extendedKeyUsage=" + purposes + "\n", 365);
        shop.issued("leaf", "middle", LEAF, 365);
        assertUntrusted("root", "rests on CN=middle,O=IEE,C=MX, which has purposes");
    }

    /** With an exponent of 1 every signature is its own message: anybody can make them. */
    @ParameterizedTest
    @ValueSource(strings = {"65537", "3"})
    void ordinaryExponentsSign(String exponent) throws MachineException {
        shop.key("rsa", "RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:" + exponent);
        shop.issued("rsa", "root", LEAF, 365);
        assertThat(signedBy("rsa", trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void anRsaExponentBeyondTheLimitIsRefused() throws MachineException {
        shop.key("rsa", "RSA -pkeyopt rsa_keygen_bits:2048 -pkeyopt rsa_keygen_pubexp:36893488147419103233");
        shop.issued("rsa", "root", LEAF, 365);
        assertRefused(signedBy("rsa", trusting("root")), Reason.SIGNATURE_INVALID, "odd public exponent");
    }

    @Test
    void keysThatAreForRsaPssOnlySignWithIt() throws MachineException {
        shop.key("pss", "RSA-PSS -pkeyopt rsa_keygen_bits:2048");
        shop.issued("pss", "root", LEAF, 365);
        shop.sign(upload, "pss", "-keyopt", "rsa_padding_mode:pss");
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
        shop.sign(upload, "pss", "-keyopt", "rsa_padding_mode:pss", "-noattr");
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void signedAttributesNameTheContentsTypeAndDigest() throws MachineException {
        Authenticator root = trusting("root");
        shop.issued("leaf", "root", LEAF, 365);
        byte[] content = upload.bytes(NAME);
        LibraryCms library = new LibraryCms(keys).signer("leaf", "SHA256withECDSA");
        upload.write(NAME + ".p7s", library.sign(content));
        assertThat(upload.check(root)).isInstanceOf(SignatureFinding.Enough.class);
        for (ASN1ObjectIdentifier missing : List.of(CMSAttributes.messageDigest, CMSAttributes.contentType)) {
            upload.write(NAME + ".p7s", library.without(missing).sign(content));
            assertThat(upload.check(root)).as("without %s", missing).isInstanceOf(SignatureFinding.Mismatch.class);
        }
    }

    @Test
    void aSignatureAboutContentOfAnotherTypeIsRefused() throws MachineException {
        shop.issued("leaf", "root", LEAF, 365);
        byte[] content = upload.bytes(NAME);
        LibraryCms library = new LibraryCms(keys).signer("leaf", "SHA256withECDSA");
        upload.write(NAME + ".p7s", library.sign(content, CMSObjectIdentifiers.digestedData));
        assertRefused(upload.check(trusting("root")), Reason.SIGNATURE_INVALID, "another type than data");
    }

    /** Whatever time the signer writes into it, certificates are judged when the package comes. */
    @Test
    void aSignatureSaysNothingAboutItsTime() throws MachineException {
        shop.issued("leaf", "root", LEAF, 1);
        LibraryCms library = new LibraryCms(keys).signer("leaf", "SHA256withECDSA");
        upload.write(NAME + ".p7s", library.sign(upload.bytes(NAME)));
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
        assertRefused(
                upload.check(trusting("root"), Upload.now().plusSeconds(2 * 86_400)),
                Reason.SIGNATURE_EXPIRED,
                "expired at");
    }

    /** With r and s 0 a verifier that does not check their range says yes to anything (CVE-2022-21449). */
    @Test
    void anEcdsaSignatureOfZerosIsNone() throws MachineException {
        shop.issued("leaf", "root", LEAF, 365);
        shop.sign(upload, "leaf", "-noattr");
        byte[] file = upload.bytes(NAME + ".p7s");
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
        upload.write(NAME + ".p7s", LibraryCms.withSignature(file, new byte[] {0x30, 6, 2, 1, 0, 2, 1, 0}));
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Mismatch.class);
        upload.write(NAME + ".p7s", LibraryCms.withSignature(file, new byte[] {1, 2, 3}));
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Mismatch.class);
    }

    @Test
    void rsaPssParametersThatSayAnotherHashThanTheDigestAreRefused() throws MachineException {
        shop.key("rsa", "RSA -pkeyopt rsa_keygen_bits:2048");
        shop.issued("rsa", "root", LEAF, 365);
        shop.sign(upload, "rsa", "-md", "sha256", "-keyopt", "rsa_padding_mode:pss");
        assertThat(upload.check(trusting("root"))).isInstanceOf(SignatureFinding.Enough.class);
        upload.write(NAME + ".p7s", LibraryCms.withDigest(upload.bytes(NAME + ".p7s"), StrongHash.SHA512.oid()));
        assertRefused(upload.check(trusting("root")), Reason.SIGNATURE_INVALID, "mixes two hashes");
    }
}
