package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.PublicKey;
import java.security.cert.CertificateException;
import java.security.spec.RSAPublicKeySpec;
import java.util.Optional;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Which keys are strong enough to be trusted, to the bit. */
class CmsCertificateTest {

    private static final BigInteger USUAL = BigInteger.valueOf(65_537);

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));

    @BeforeEach
    void anIssuer() throws IOException {
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
    }

    /** @param key need not have a private half that fits */
    private Optional<String> weakness(PublicKey key) throws GeneralSecurityException, IOException {
        shop.issue(
                "leaf",
                "root",
                Terms.leaf().on(new KeyPair(key, shop.keys("root").getPrivate())));
        return CmsCertificate.of(shop.certificate("leaf").getEncoded()).weakKey();
    }

    private static PublicKey rsa(int bits, BigInteger exponent) throws GeneralSecurityException {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        return KeyFactory.getInstance("RSA").generatePublic(new RSAPublicKeySpec(modulus, exponent));
    }

    @Test
    void rsaKeysHave2048To16384Bits() throws Exception {
        assertThat(weakness(rsa(2048, USUAL))).isEmpty();
        assertThat(weakness(rsa(16_384, USUAL))).isEmpty();
        assertThat(weakness(rsa(2047, USUAL))).hasValue("has an rsa key of 2047 bits, not 2048 to 16384");
    }

    @Test
    void anRsaExponentHasAtMost64Bits() throws Exception {
        BigInteger most = BigInteger.ONE.shiftLeft(64).subtract(BigInteger.ONE);
        assertThat(weakness(rsa(2048, BigInteger.valueOf(3)))).isEmpty();
        assertThat(weakness(rsa(2048, most))).isEmpty();
        assertThat(weakness(rsa(2048, most.add(BigInteger.TWO))))
                .hasValue("has an rsa key with an odd public exponent");
    }

    /** With an exponent of 1 every signature is its own message: anybody can make them. */
    @Test
    void anRsaExponentOfOneIsRefusedByTheJdkOrByUs() throws Exception {
        assertThat(weaknessIfItCanBeRead(2048, BigInteger.ONE)).isPresent();
    }

    /** Each signature is one more multiplication of that size. */
    @Test
    void anRsaKeyOf16385BitsIsRefusedByTheJdkOrByUs() throws Exception {
        assertThat(weaknessIfItCanBeRead(16_384, USUAL)).isEmpty();
        assertThat(weaknessIfItCanBeRead(16_385, USUAL)).isPresent();
    }

    private Optional<String> weaknessIfItCanBeRead(int bits, BigInteger exponent) throws IOException {
        SubjectPublicKeyInfo forged = new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new RSAPublicKey(BigInteger.ONE.shiftLeft(bits - 1).setBit(0), exponent));
        shop.issue(
                "odd",
                "root",
                Terms.leaf().on(new KeyPair(encoded(forged), shop.keys("root").getPrivate())));
        try {
            return CmsCertificate.of(shop.certificate("odd").getEncoded()).weakKey();
        } catch (CertificateException e) {
            return Optional.of("cannot be read");
        }
    }

    private static PublicKey encoded(SubjectPublicKeyInfo info) {
        return new PublicKey() {
            private static final long serialVersionUID = 1;

            @Override
            public String getAlgorithm() {
                return "RSA";
            }

            @Override
            public String getFormat() {
                return "X.509";
            }

            @Override
            public byte[] getEncoded() {
                try {
                    return info.getEncoded();
                } catch (IOException e) {
                    throw new AssertionError(e);
                }
            }
        };
    }

    @Test
    void ecKeysHave256BitsOrMore() throws Exception {
        assertThat(weakness(LibraryCertificates.key("EC", "secp256r1").getPublic()))
                .isEmpty();
        assertThat(weakness(LibraryCertificates.key("EC", "secp224r1").getPublic()))
                .hasValue("has an ec key of 224 bits, fewer than 256");
    }

    @Test
    void ofEdwardsCurvesOnlyEd25519Signs() throws Exception {
        assertThat(weakness(LibraryCertificates.key("EdDSA", "Ed25519").getPublic()))
                .isEmpty();
        assertThat(weakness(LibraryCertificates.key("EdDSA", "Ed448").getPublic()))
                .hasValue("has a key of the kind EdDSA, not rsa, ec on a nist curve, or ed25519");
    }

    @Test
    void otherKindsOfKeysAreRefused() throws Exception {
        assertThat(weakness(LibraryCertificates.key("XDH", "X25519").getPublic()))
                .hasValueSatisfying(says ->
                        assertThat(says).startsWith("has a key of the kind ").endsWith(", or ed25519"));
    }
}
