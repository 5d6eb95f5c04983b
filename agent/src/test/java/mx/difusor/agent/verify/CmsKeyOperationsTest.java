package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryCertificates.ENDS;
import static mx.difusor.agent.verify.LibraryCertificates.MADE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.spec.RSAPrivateKeySpec;
import java.security.spec.RSAPublicKeySpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.util.Properties;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What the check of a {@code .p7s} costs that was made to cost much; by counting, as clocks differ. */
class CmsKeyOperationsTest {

    private static final Instant NOW = MADE.plusSeconds(1000);
    private static final BigInteger EXPONENT = BigInteger.valueOf(65_537);
    private static final String TOO_MANY = "has so many signatures and certificates that its check would take more than"
            + " 256 operations with public keys: sign with openssl cms -sign";

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
        shop.selfSigned("impostor", Terms.ca().subject("C=MX,O=IEE,CN=root"));
    }

    private CmsTrust trusting(List<Path> crls, String... anchors) throws MachineException {
        return CmsTrust.load(
                new TrustSettings(1, Arrays.stream(anchors).map(shop::pem).toList(), List.of(), crls, List.of()));
    }

    private SignatureOutcome judge(CmsTrust trust, byte[] p7s) throws IOException {
        upload.write(Upload.NAME + ".p7s", p7s);
        SignatureFile file = SignatureFile.read(folder.resolve(Upload.NAME + ".p7s"), Upload.NAME);
        DetachedSignature signature = CmsSignature.open(file, trust, new BouncyCastleProvider());
        return signature.judge(
                RawBytes.read(upload.archive(), signature.hashes(), List.of()), JudgingTime.of(NOW, NOW));
    }

    private static void assertBad(SignatureOutcome outcome, Reason reason, String cause) {
        assertThat(outcome).isInstanceOfSatisfying(SignatureOutcome.Bad.class, bad -> {
            assertThat(bad.reason()).isEqualTo(reason);
            assertThat(bad.message()).contains(cause);
        });
    }

    private LibraryCms cms() {
        return new LibraryCms(shop.folder);
    }

    private byte[] content() {
        return upload.bytes(Upload.NAME);
    }

    /** An RSA key whose modulus is 2 to the power of {@code exponent}, less 1: a prime, and the key works like any. */
    private static KeyPair mersenne(int exponent) throws GeneralSecurityException {
        BigInteger prime = BigInteger.ONE.shiftLeft(exponent).subtract(BigInteger.ONE);
        KeyFactory factory = KeyFactory.getInstance("RSA");
        return new KeyPair(
                factory.generatePublic(new RSAPublicKeySpec(prime, EXPONENT)),
                factory.generatePrivate(
                        new RSAPrivateKeySpec(prime, EXPONENT.modInverse(prime.subtract(BigInteger.ONE)))));
    }

    /** The library makes no signature with such a key either, unless it is told not to look. */
    private byte[] signUntested(LibraryCms cms) {
        Properties.setThreadOverride("org.bouncycastle.rsa.allow_unsafe_mod", true);
        try {
            return cms.sign(content());
        } finally {
            Properties.removeThreadOverride("org.bouncycastle.rsa.allow_unsafe_mod");
        }
    }

    /** Whether each of their moduli is a prime would take the library hours. */
    @Test
    @Timeout(value = 120, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
    void manySignaturesByManyCertificatesOfOneNameAreRefused() throws Exception {
        KeyPair prime = mersenne(11_213);
        shop.issue("real", "root", Terms.leaf().serial(99).on(LibraryCertificates.key("RSA", 2048)));
        LibraryCms cms = cms().withoutSignersCertificates();
        for (int i = 0; i < CmsSize.MAX_SIGNERS; i++) {
            cms.signer("real", "SHA256withRSA");
        }
        for (int i = 0; i < CmsSize.MAX_CERTIFICATES; i++) {
            Terms forged = Terms.leaf().serial(99).on(prime).valid(MADE, ENDS.plusSeconds(i));
            shop.issue("forged" + i, "impostor", forged);
            cms.certificate("forged" + i);
        }
        assertBad(judge(trusting(List.of(), "root"), cms.sign(content())), Reason.SIGNATURE_INVALID, TOO_MANY);
    }

    /** A thousand steps take fewer operations than the limit. */
    @Test
    void manyAuthoritiesThatIssuedOneAnotherAreStrangersLikeOne() throws Exception {
        KeyPair one = LibraryCertificates.key("EC", "secp256r1");
        LibraryCms cms = cms().signer("low", "SHA256withECDSA");
        for (int i = 1; i < CmsSize.MAX_CERTIFICATES; i++) {
            shop.selfSigned("web" + i, Terms.ca().subject("CN=web").on(one));
            cms.certificate("web" + i);
        }
        shop.issue("low", "web1", Terms.leaf());
        assertBad(
                judge(trusting(List.of(), "root"), cms.sign(content())),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by CN=low,O=IEE,C=MX, whose certificate does not lead to a trusted authority");
    }

    @Test
    void nothingHoldsOnceThereWereTooMany() {
        CmsKeyOperations operations = new CmsKeyOperations(new BouncyCastleProvider());
        assertThat(operations.allow(CmsKeyOperations.MAX - 1)).isTrue();
        assertThat(operations.allow(1)).isTrue();
        assertThat(operations.exceeded()).isFalse();
        assertThat(operations.allow(1)).isFalse();
        assertThat(operations.exceeded()).isTrue();
        CmsCertificate root = certificate("root");
        assertThat(operations.issued(root, certificate("middle"))).isFalse();
    }

    private CmsCertificate certificate(String name) {
        try {
            return CmsCertificate.of(shop.certificate(name).getEncoded());
        } catch (IOException | GeneralSecurityException e) {
            throw new AssertionError(e);
        }
    }

    /** Two up to the root, both again by the JDK's path validation, then one for each list. */
    @Test
    void everyOperationOfAChainIsCounted() throws Exception {
        List<Path> crls = List.of(
                shop.new Revocations("middle", MADE).write("middle.crl"),
                shop.new Revocations("root", MADE).write("root.crl"));
        CmsKeyOperations operations = new CmsKeyOperations(new BouncyCastleProvider());
        upload.write(Upload.NAME + ".p7s", "");
        SignatureFile file = SignatureFile.read(folder.resolve(Upload.NAME + ".p7s"), Upload.NAME);
        List<CmsCertificate> middle = List.of(certificate("middle"));
        CmsCertificate leaf = certificate("leaf");
        assertThat(trusting(List.of(), "root").judge(file, leaf, middle, JudgingTime.of(NOW, NOW), operations))
                .isInstanceOf(SignatureOutcome.Good.class);
        assertThat(operations.wanted()).isEqualTo(2 + 2);
        assertThat(trusting(crls, "root").judge(file, leaf, middle, JudgingTime.of(NOW, NOW), operations))
                .isInstanceOf(SignatureOutcome.Good.class);
        // The chain's own are known; the root is its own issuer, by one operation more, and its list asked for twice.
        assertThat(operations.wanted()).isEqualTo(4 + 2 + 1 + 3);
    }

    /** So a stranger's key of any size costs no more than its signature. */
    @Test
    void onlyATrustedSignersModulusIsTested() throws Exception {
        KeyPair prime = mersenne(2203);
        shop.issue("stranger", "impostor", Terms.leaf().on(prime));
        assertBad(
                judge(trusting(List.of(), "root"), signUntested(cms().signer("stranger", "SHA256withRSA"))),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by CN=stranger,O=IEE,C=MX, whose certificate does not lead to a trusted authority");
        shop.issue("trusted", "root", Terms.leaf().on(prime));
        assertBad(
                judge(trusting(List.of(), "root"), signUntested(cms().signer("trusted", "SHA256withRSA"))),
                Reason.SIGNATURE_INVALID,
                "is signed by CN=trusted,O=IEE,C=MX, whose certificate has an rsa key whose modulus is a prime or has a"
                        + " small factor: sign with a stronger key");
        assertThat(Properties.isOverrideSet("org.bouncycastle.rsa.allow_unsafe_mod"))
                .isFalse();
    }

    /** Not even whether it fits; only what the file says of itself. */
    @Test
    void aWeakKeysSignatureIsNotVerified() throws Exception {
        shop.issue("weak", "root", Terms.leaf().on(LibraryCertificates.key("RSA", 1024)));
        CmsTrust trust = trusting(List.of(), "root");
        byte[] fitting = cms().bareSigner("weak", "SHA256withRSA").sign(content());
        String weak =
                "is signed by CN=weak,O=IEE,C=MX, whose certificate has an rsa key of 1024 bits, not 2048 to 16384";
        for (byte[] p7s : List.of(fitting, LibraryCms.withSignature(fitting, new byte[128]))) {
            assertBad(judge(trust, p7s), Reason.SIGNATURE_INVALID, weak);
        }
        upload.write(Upload.NAME, "PK\none\n");
        for (String other : List.of("", "PK\r\none\r\n")) {
            byte[] p7s = cms().signer("weak", "SHA256withRSA").sign(other.getBytes(StandardCharsets.US_ASCII));
            assertThat(judge(trust, p7s))
                    .isInstanceOfSatisfying(
                            SignatureOutcome.Unfit.class,
                            unfit -> assertThat(unfit.message())
                                    .contains("the signature of CN=weak,O=IEE,C=MX in " + Upload.NAME + ".p7s does"));
        }
    }

    @Test
    void aWeakCertificateOfTheSameNameIsNotTaken() throws Exception {
        shop.issue("right", "root", Terms.leaf().serial(99));
        shop.issue("forged", "impostor", Terms.leaf().serial(99).on(LibraryCertificates.key("RSA", 1024)));
        byte[] p7s =
                cms().signer("right", "SHA256withECDSA").certificate("forged").sign(content());
        assertThat(judge(trusting(List.of(), "root"), p7s)).isInstanceOf(SignatureOutcome.Good.class);
    }

    @Test
    void aChainThroughAWeakAuthorityIsRefusedWhoeverIssuedIt() throws Exception {
        shop.issue("weak", "root", Terms.ca().on(LibraryCertificates.key("RSA", 1024)));
        shop.selfSigned("other", Terms.ca().subject("C=MX,O=IEE,CN=weak"));
        shop.issue("below", "other", Terms.leaf());
        assertBad(
                judge(
                        trusting(List.of(), "root"),
                        cms().signer("below", "SHA256withECDSA")
                                .certificate("weak")
                                .sign(content())),
                Reason.SIGNATURE_INVALID,
                "rests on CN=weak,O=IEE,C=MX, which has an rsa key of 1024 bits, not 2048 to 16384");
    }
}
