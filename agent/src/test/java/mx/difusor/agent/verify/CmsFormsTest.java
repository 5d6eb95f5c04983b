package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What a {@code .p7s} file may look like, and what is said of every other one; made in process, without keys of tools. */
class CmsFormsTest {

    private static final Instant NOW = LibraryCertificates.MADE.plusSeconds(1000);
    private static final String P7S = Upload.NAME + ".p7s";

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    /** The bytes before the content of what is longer than 255, and of an attribute's type (X.690, 8.1). */
    private static final int FRAME = 4;

    private static final int TYPE = 5;

    private static LibraryCertificates shop = new LibraryCertificates(Path.of(""));

    private static Authenticator authenticator;

    private Upload upload;
    private byte[] content = new byte[0];

    @BeforeAll
    static void issueCertificates() throws MachineException {
        shop = new LibraryCertificates(keys);
        shop.selfSigned("root", Terms.ca());
        shop.issue("leaf", "root", Terms.leaf());
        shop.issue("rsa", "root", Terms.leaf().on(LibraryCertificates.key("RSA", 2048)));
        shop.issue("other", "root", Terms.leaf());
        authenticator = trusting(shop.pem("root"));
    }

    private static Authenticator trusting(Path... anchors) throws MachineException {
        return Authenticator.load(new TrustSettings(1, List.of(anchors), List.of(), List.of(), List.of()));
    }

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
        content = upload.bytes(Upload.NAME);
    }

    private static LibraryCms leaf() {
        return new LibraryCms(keys).signer("leaf", "SHA256withECDSA");
    }

    private static byte[] bareRsa(byte[] content) {
        return new LibraryCms(keys).bareSigner("rsa", "SHA256withRSA").sign(content);
    }

    private SignatureFinding check(byte[] p7s) {
        upload.write(P7S, p7s);
        return upload.check(authenticator, NOW);
    }

    private void assertGood(byte[] p7s) {
        assertThat(check(p7s)).isInstanceOf(SignatureFinding.Enough.class);
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    private void assertForm(byte[] p7s, String cause) {
        assertRefused(check(p7s), Reason.SIGNATURE_INVALID, P7S + " " + cause + ": sign with openssl cms -sign");
    }

    private static void assertMismatch(SignatureFinding finding, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Mismatch.class, mismatch -> {
            assertThat(mismatch.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
            assertThat(mismatch.message()).contains(cause);
        });
    }

    private void assertIncomplete(byte[] p7s, String cause) {
        assertMismatch(check(p7s), P7S + " " + cause + ": send it again");
    }

    private static String pem(String label, byte[] der) {
        return "-----BEGIN " + label + "-----\n"
                + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der) + "\n-----END " + label + "-----\n";
    }

    @Test
    void everyLabelOfPemIsReadAndNothingAround() {
        byte[] good = leaf().sign(content);
        assertGood(good);
        for (String label : List.of("CMS", "PKCS7", "PKCS #7 SIGNED DATA")) {
            assertGood(("\n" + pem(label, good) + "\n").getBytes(StandardCharsets.ISO_8859_1));
        }
        String whole = "is not a whole cms signature in der or pem";
        assertIncomplete(pem("CERTIFICATE", good).getBytes(StandardCharsets.ISO_8859_1), whole);
        assertIncomplete((pem("CMS", good) + "x").getBytes(StandardCharsets.ISO_8859_1), whole);
        assertIncomplete("x".concat(pem("CMS", good)).getBytes(StandardCharsets.ISO_8859_1), whole);
        assertIncomplete(pem("CMS", good).replace("END CMS", "END PKCS7").getBytes(StandardCharsets.ISO_8859_1), whole);
        assertIncomplete(new byte[0], whole);
        assertIncomplete(Arrays.copyOf(good, good.length + 1), whole);
        assertIncomplete(new byte[] {0x30, 0}, whole);
    }

    /** As {@code cat} makes it, which is right for OpenPGP. */
    @Test
    void twoOfThemInOneFileAreToBecomeOne() {
        String one = pem("CMS", leaf().sign(content));
        String several = "holds more than one cms signature; several signers go into one, with a -signer and an -inkey"
                + " for each";
        assertForm((one + one).getBytes(StandardCharsets.ISO_8859_1), several);
        assertForm((one + pem("PKCS7", new byte[1])).getBytes(StandardCharsets.ISO_8859_1), several);
        assertIncomplete(
                (one + pem("CERTIFICATE", new byte[1])).getBytes(StandardCharsets.ISO_8859_1),
                "is not a whole cms signature in der or pem");
    }

    /** Editors of Windows write it. */
    @Test
    void aMarkOfUtf8BeforeATextIsNoPartOfIt() {
        String mark = "\u00EF\u00BB\u00BF";
        byte[] good = leaf().sign(content);
        assertGood((mark + pem("CMS", good)).getBytes(StandardCharsets.ISO_8859_1));
        assertIncomplete(mark.getBytes(StandardCharsets.ISO_8859_1), "is not a whole cms signature in der or pem");
        assertForm(
                (mark + "-----BEGIN PGP SIGNATURE-----\n").getBytes(StandardCharsets.ISO_8859_1),
                "holds an openpgp signature, which belongs in a .sig or .asc");
    }

    /** By the time that trying every way to divide the blanks takes, an election is over. */
    @Test
    @Timeout(60)
    void aPemOfBlanksIsReadOnce() {
        String begin = "-----BEGIN CMS-----";
        assertIncomplete(
                (begin + " ".repeat(SignatureFile.MAX_BYTES - begin.length())).getBytes(StandardCharsets.ISO_8859_1),
                "is not a whole cms signature in der or pem");
    }

    @Test
    void whatIsNoDetachedSignatureOverDataIsNamed() throws IOException {
        assertForm(
                "\n-----BEGIN PGP SIGNATURE-----\n".getBytes(StandardCharsets.ISO_8859_1),
                "holds an openpgp signature, which belongs in a .sig or .asc");
        assertForm("MIME-Version: 1.0\n\n".getBytes(StandardCharsets.ISO_8859_1), "is in s/mime form");
        assertForm(
                new ContentInfo(CMSObjectIdentifiers.data, new DEROctetString(content)).getEncoded(),
                "is cms, but no signature");
        assertForm(
                leaf().sign(content, CMSObjectIdentifiers.digestedData), "is about content of another type than data");
        assertForm(leaf().embedding(content), "embeds its content");
        assertForm(new LibraryCms(keys).certificate("leaf").sign(content), "has certificates but no signature");
        assertIncomplete(
                new ContentInfo(CMSObjectIdentifiers.signedData, new ASN1Integer(1)).getEncoded(),
                "is not a well-formed cms signature");
    }

    private static Attribute filler(int number, int bytes) {
        return new Attribute(
                new ASN1ObjectIdentifier("1.2.3." + (1_000 + number)), new DERSet(new DEROctetString(new byte[bytes])));
    }

    /** The library puts them in order and makes objects of each, again for every certificate that may be the signer's. */
    @Test
    void attributesAreBounded() {
        LibraryCms signed = leaf();
        int own = ownAttributes();
        for (int i = own; i < CmsSize.MAX_ATTRIBUTES; i++) {
            signed.attribute(filler(i, 1));
        }
        assertGood(signed.sign(content));
        assertForm(signed.attribute(filler(0, 1)).sign(content), "has a signature with more than 64 attributes");
        assertGood(leaf().attribute(filler(0, CmsSize.MAX_SIGNED_BYTES - 1_000)).sign(content));
        assertForm(
                leaf().attribute(filler(0, CmsSize.MAX_SIGNED_BYTES)).sign(content),
                "has a signature with more than 32768 bytes of signed attributes");
    }

    private int ownAttributes() {
        SignedData data = SignedData.getInstance(
                ContentInfo.getInstance(leaf().sign(content)).getContent());
        return SignerInfo.getInstance(data.getSignerInfos().getObjectAt(0))
                .getAuthenticatedAttributes()
                .size();
    }

    /** There stand time-stamps, each with certificates of its own. */
    @Test
    void unsignedAttributesAreBoundedInNumberAlone() {
        Attribute[] most = new Attribute[CmsSize.MAX_ATTRIBUTES];
        for (int i = 0; i < most.length; i++) {
            most[i] = filler(i, 10_000);
        }
        assertGood(LibraryCms.withUnsigned(leaf().sign(content), most));
        Attribute[] more = Arrays.copyOf(most, most.length + 1);
        more[most.length] = filler(most.length, 1);
        assertForm(LibraryCms.withUnsigned(leaf().sign(content), more), "has a signature with more than 64 attributes");
    }

    @Test
    void whatHasMoreValuesThanAnyRealOneIsNotEvenParsed() {
        DERSet many = new DERSet(
                Collections.nCopies(CmsSize.MAX_VALUES, DERNull.INSTANCE).toArray(new ASN1Encodable[0]));
        byte[] file =
                LibraryCms.withUnsigned(leaf().sign(content), new Attribute(new ASN1ObjectIdentifier("1.2.3"), many));
        assertForm(file, "has more than 20000 values in its asn.1");
        assertForm(pem("CMS", file).getBytes(StandardCharsets.US_ASCII), "has more than 20000 values in its asn.1");
    }

    @Test
    void certificatesAreBoundedInSize() {
        String name = "has a certificate in it of more than 16384 bytes";
        shop.issue("large", "root", largeBy(CmsSize.MAX_CERTIFICATE_BYTES - 1_000));
        assertGood(leaf().certificate("large").sign(content));
        shop.issue("large", "root", largeBy(CmsSize.MAX_CERTIFICATE_BYTES));
        assertForm(leaf().certificate("large").sign(content), name);
    }

    private static Terms largeBy(int bytes) {
        return Terms.leaf().with(new ASN1ObjectIdentifier("1.2.3"), false, new DEROctetString(new byte[bytes]));
    }

    @Test
    void textInUtf16IsNamed() {
        String pem = pem("CMS", leaf().sign(content));
        String cause = "is text in utf-16, as > of PowerShell writes it; let the tool write the file itself, with -out"
                + " or -o";
        assertForm(("\uFEFF" + pem).getBytes(StandardCharsets.UTF_16LE), cause);
        assertForm(("\uFEFF" + pem).getBytes(StandardCharsets.UTF_16BE), cause);
        assertIncomplete(new byte[] {(byte) 0xFF}, "is not a whole cms signature in der or pem");
    }

    @Test
    void signersAndCertificatesAreBounded() {
        String tooMany = "has more than 16 signatures or 16 certificates in it";
        LibraryCms signers = new LibraryCms(keys).certificate("leaf").withoutSignersCertificates();
        for (int i = 0; i < CmsSize.MAX_SIGNERS; i++) {
            signers.signer("leaf", "SHA256withECDSA");
        }
        assertGood(signers.sign(content));
        assertForm(signers.signer("leaf", "SHA256withECDSA").sign(content), tooMany);
        LibraryCms certificates = leaf();
        for (int i = 1; i < CmsSize.MAX_CERTIFICATES; i++) {
            certificates.certificate("other");
        }
        assertGood(certificates.sign(content));
        assertForm(certificates.certificate("other").sign(content), tooMany);
    }

    /** To compare two takes the library the product of their lengths: of a file of 1 MiB that was minutes. */
    @Test
    void namesAreBoundedWhereverTheyStand() throws MachineException {
        String most = "C=MX" + ",OU=x".repeat(CmsSize.MAX_NAME_PARTS - 1);
        String longest = "2.5.4.97=" + "x".repeat(CmsSize.MAX_NAME_BYTES - 4 * FRAME - TYPE);
        for (String name : List.of(most, longest)) {
            issueBy(name);
            Authenticator both = trusting(shop.pem("authority"), shop.pem("root"));
            for (byte[] p7s : naming()) {
                upload.write(P7S, p7s);
                assertThat(upload.check(both, NOW).toString()).doesNotContain("has a name in it");
            }
            upload.write(P7S, below().certificate("below").sign(content));
            assertThat(upload.check(both, NOW)).isInstanceOf(SignatureFinding.Enough.class);
        }
        for (String name : List.of(most + ",OU=x", longest + "x")) {
            issueBy(name);
            for (byte[] p7s : naming()) {
                assertForm(p7s, "has a name in it of more than 32 parts or 4096 bytes");
            }
        }
    }

    private void issueBy(String name) {
        shop.selfSigned("authority", Terms.ca().subject(name));
        shop.issue("below", "authority", Terms.leaf());
        shop.issue("named", "root", Terms.leaf().subject(name));
    }

    private static LibraryCms below() {
        return new LibraryCms(keys).signer("below", "SHA256withECDSA").withoutSignersCertificates();
    }

    /** The name as that of a signer's issuer, of a certificate's issuer, of a certificate's holder. */
    private List<byte[]> naming() {
        return List.of(
                below().sign(content),
                leaf().certificate("below").sign(content),
                leaf().certificate("named").sign(content));
    }

    @Test
    void weakAndUnknownAlgorithmsAreNamed() {
        assertForm(new LibraryCms(keys).signer("rsa", "SHA1withRSA").sign(content), "is made with the weak hash sha-1");
        byte[] bare = bareRsa(content);
        assertGood(bare);
        // It says nothing of the hash; the digest's is meant.
        assertGood(LibraryCms.withAlgorithm(bare, new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption)));
        assertForm(
                LibraryCms.withAlgorithm(bare, new AlgorithmIdentifier(PKCSObjectIdentifiers.sha1WithRSAEncryption)),
                "is made with the weak hash sha-1");
        assertForm(
                LibraryCms.withAlgorithm(bare, new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3"))),
                "is made with the algorithm 1.2.3");
        assertForm(LibraryCms.withDigest(bare, "1.2.3"), "is made with the algorithm 1.2.3");
        assertForm(
                LibraryCms.withAlgorithm(bare, new AlgorithmIdentifier(PKCSObjectIdentifiers.sha512WithRSAEncryption)),
                "mixes two hashes in one signature");
    }

    /** RFC 4055, 3.1: what the parameters leave out is SHA-1. */
    @Test
    void rsaPssNamesTheSameStrongHashTwice() {
        byte[] bare =
                new LibraryCms(keys).bareSigner("rsa", "SHA256withRSAandMGF1").sign(content);
        assertGood(bare);
        AlgorithmIdentifier sha256 = new AlgorithmIdentifier(NISTObjectIdentifiers.id_sha256);
        ASN1Integer salt = new ASN1Integer(32);
        ASN1Integer trailer = new ASN1Integer(1);
        List<AlgorithmIdentifier> bad = List.of(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS),
                new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, new ASN1Integer(1)),
                pss(new RSASSAPSSparams()),
                pss(new RSASSAPSSparams(sha256, RSASSAPSSparams.DEFAULT_MASK_GEN_FUNCTION, salt, trailer)),
                pss(new RSASSAPSSparams(
                        sha256, new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3"), sha256), salt, trailer)),
                pss(new RSASSAPSSparams(sha256, new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1), salt, trailer)),
                pss(new RSASSAPSSparams(
                        sha256,
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, new ASN1Integer(1)),
                        salt,
                        trailer)),
                pss(new RSASSAPSSparams(
                        new AlgorithmIdentifier(OIWObjectIdentifiers.idSHA1, DERNull.INSTANCE),
                        new AlgorithmIdentifier(PKCSObjectIdentifiers.id_mgf1, sha256),
                        salt,
                        trailer)));
        for (AlgorithmIdentifier algorithm : bad) {
            assertForm(
                    LibraryCms.withAlgorithm(bare, algorithm),
                    "is made with the weak or mixed hashes of its rsa-pss parameters");
        }
    }

    private static AlgorithmIdentifier pss(RSASSAPSSparams parameters) {
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_RSASSA_PSS, parameters);
    }

    @Test
    void withoutSignedAttributesTheHashIsOfTheSha2Family() {
        byte[] sha3 = LibraryCms.withDigest(bareRsa(content), StrongHash.SHA3_256.oid());
        assertForm(
                LibraryCms.withAlgorithm(
                        sha3, new AlgorithmIdentifier(NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_256)),
                "has no signed attributes (-noattr), which needs rsa or ecdsa with sha-2");
        assertGood(new LibraryCms(keys).signer("rsa", "SHA3-256withRSA").sign(content));
        // Ed25519 signs the bytes themselves and not their hash.
        assertForm(
                LibraryCms.withAlgorithm(
                        LibraryCms.withDigest(bareRsa(content), StrongHash.SHA512.oid()),
                        new AlgorithmIdentifier(EdECObjectIdentifiers.id_Ed25519)),
                "has no signed attributes (-noattr), which needs rsa or ecdsa with sha-2");
    }

    @Test
    void aSignatureThatDoesNotFitNamesItsSigner() {
        assertMismatch(
                check(leaf().sign(new byte[] {1})),
                "the signature of CN=leaf,O=IEE,C=MX in " + P7S + " does not fit the 60000 bytes");
        assertMismatch(
                check(LibraryCms.withSignature(bareRsa(content), new byte[] {1, 2, 3})),
                "the signature of CN=rsa,O=IEE,C=MX in " + P7S + " does not fit");
    }

    @Test
    void withoutItsCertificateASignatureOfOtherBytesIsAMismatchWhereItSaysSo() {
        String stranger = "certificate 11 of C=MX,O=IEE,CN=root";
        byte[] fitting = leaf().withoutSignersCertificates().sign(content);
        assertRefused(
                check(fitting),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by " + stranger + ", whose certificate is neither in it nor among those trusted");
        assertMismatch(
                check(leaf().withoutSignersCertificates().sign(new byte[] {1})),
                "the signature of " + stranger + " in " + P7S + " does not fit");
        // Nothing among the signed attributes to compare with.
        assertRefused(
                check(leaf().withoutSignersCertificates()
                        .without(CMSAttributes.messageDigest)
                        .sign(new byte[] {1})),
                Reason.SIGNATURE_UNTRUSTED,
                "is neither in it nor among those trusted");
        assertRefused(
                check(new LibraryCms(keys)
                        .bareSigner("leaf", "SHA256withECDSA")
                        .withoutSignersCertificates()
                        .sign(new byte[] {1})),
                Reason.SIGNATURE_UNTRUSTED,
                "is neither in it nor among those trusted");
        ASN1EncodableVector two = new ASN1EncodableVector();
        two.add(new DEROctetString(new byte[32]));
        two.add(new DEROctetString(new byte[33]));
        assertRefused(
                check(leaf().withoutSignersCertificates()
                        .attribute(new Attribute(CMSAttributes.messageDigest, new DERSet(two)))
                        .sign(content)),
                Reason.SIGNATURE_UNTRUSTED,
                "is neither in it nor among those trusted");
    }

    @Test
    void aSignerNamedByItsKeyAloneIsUnnamed() {
        assertRefused(
                check(new LibraryCms(keys)
                        .keyedSigner("leaf", "SHA256withECDSA")
                        .sign(content)),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by the holder of an unnamed key, whose certificate is neither");
    }

    @Test
    void theSignersCertificateMayBeAnAnchorInsteadOfInside() throws MachineException {
        upload.write(P7S, leaf().withoutSignersCertificates().sign(content));
        assertThat(upload.check(trusting(keys.resolve("leaf.pem")), NOW)).isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void severalSignersOfOneFileEachSpeakForTheirOwn() {
        byte[] good = leaf().sign(content);
        byte[] stale = new LibraryCms(keys).signer("rsa", "SHA256withRSA").sign(new byte[] {1});
        assertMismatch(check(LibraryCms.together(good, stale)), "the signature of CN=rsa,O=IEE,C=MX");
        assertGood(LibraryCms.together(
                good, new LibraryCms(keys).signer("rsa", "SHA256withRSA").sign(content)));
    }

    /** With every line end made CR LF, as a mail program would. */
    @Test
    void aSignatureOverTextFormsIsNamed() {
        upload.write(Upload.NAME, "PK\none\r\n\0two\n");
        byte[] mime = "PK\r\none\r\n\0two\r\n".getBytes(StandardCharsets.ISO_8859_1);
        upload.write(Upload.NAME, mime);
        assertGood(leaf().sign(mime));
        upload.write(Upload.NAME, "PK\none\r\n\0two\n");
        String cause = "is made without -binary, over the file changed as if it were text";
        assertForm(leaf().sign(mime), cause);
        // openssl stops at a piece that begins with a NUL.
        assertForm(leaf().sign("PK\r\none\r\n".getBytes(StandardCharsets.ISO_8859_1)), cause);
        assertForm(bareRsa(mime), cause);
        for (String text :
                List.of("one\r\r\ntwo", "a\rb\r\r\n", "x".repeat(1500) + "\r\r\ny", "one\r\r\n\0two\nthree\r\r\n")) {
            upload.write(Upload.NAME, text);
            String read = text.replace("\r\r", "\r").replaceAll("(?s)\0.*", "");
            assertForm(leaf().sign(read.getBytes(StandardCharsets.ISO_8859_1)), cause);
        }
        upload.write(Upload.NAME, "PK\none\r\n\0two\n");
        assertMismatch(check(leaf().sign("PK\r\r\none".getBytes(StandardCharsets.ISO_8859_1))), "does not fit");
        assertMismatch(check(leaf().withoutSignersCertificates().sign(mime)), "does not fit");
    }
}
