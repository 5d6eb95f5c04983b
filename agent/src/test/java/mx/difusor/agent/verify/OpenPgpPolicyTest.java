package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.time.Instant;
import java.util.Date;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.gnu.GNUObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.bcpg.BCPGKey;
import org.bouncycastle.bcpg.ECDSAPublicBCPGKey;
import org.bouncycastle.bcpg.EdDSAPublicBCPGKey;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.bcpg.RSAPublicBCPGKey;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPObjectFactory;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.PGPV3SignatureGenerator;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentSignerBuilder;
import org.junit.jupiter.api.Test;

/** Which keys and signatures are never taken, whatever their mathematics says. */
class OpenPgpPolicyTest {

    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");

    /** In an encoded signature, behind two bytes of tag and length (RFC 9580, 5.2.3). */
    private static final int VERSION_AT = 2;

    private static final int ALGORITHM_AT = 4;
    private static final int FIRST_SUBPACKET_TYPE_AT = 9;

    private static final int CRITICAL = 0x80;

    private static final int RSA_FOR_ENCRYPTION = 2;

    private static byte[] good() {
        return Saying.of(PGPSignature.BINARY_DOCUMENT, MADE).over(new byte[] {1}, LibraryOpenPgp.ed25519(MADE));
    }

    private static PGPSignature read(byte[] packet) throws IOException {
        PGPObjectFactory objects =
                new PGPObjectFactory(new ByteArrayInputStream(packet), new BcKeyFingerprintCalculator());
        return ((PGPSignatureList) objects.nextObject()).get(0);
    }

    private static PGPSignature changed(int at, int before, int now) throws IOException {
        byte[] packet = good();
        assertThat(packet[at]).isEqualTo((byte) before);
        packet[at] = (byte) now;
        return read(packet);
    }

    @Test
    void aSignatureThatSaysWhenItWasMadeWithAStrongHashIsTaken() throws IOException {
        assertThat(OpenPgpPolicy.refusal(read(good()))).isEmpty();
    }

    @Test
    void onlyVersions4And6AreTaken() throws IOException, PGPException {
        assertThat(OpenPgpPolicy.refusal(changed(VERSION_AT, 4, 5)))
                .hasValue("is an openpgp signature of version 5, not 4 or 6");
        PGPKeyPair key = LibraryOpenPgp.rsa(1024, MADE);
        PGPV3SignatureGenerator old = new PGPV3SignatureGenerator(
                new BcPGPContentSignerBuilder(PublicKeyAlgorithmTags.RSA_GENERAL, HashAlgorithmTags.SHA256));
        old.init(PGPSignature.BINARY_DOCUMENT, key.getPrivateKey());
        old.update((byte) 1);
        assertThat(OpenPgpPolicy.refusal(old.generate())).hasValue("is an openpgp signature of version 3, not 4 or 6");
    }

    @Test
    void onlyAlgorithmsThatAreNamedAreTaken() throws IOException {
        assertThat(OpenPgpPolicy.refusal(
                        changed(ALGORITHM_AT, PublicKeyAlgorithmTags.EDDSA_LEGACY, PublicKeyAlgorithmTags.DSA)))
                .hasValue("is made with public key algorithm 17, not rsa, ecdsa or ed25519");
    }

    @Test
    void aSignatureHasToSayWhenItWasMade() throws IOException {
        assertThat(OpenPgpPolicy.refusal(changed(FIRST_SUBPACKET_TYPE_AT, 2, 100)))
                .hasValue("does not say when it was made");
    }

    @Test
    void whatIsCriticalHasToBeUnderstood() throws IOException {
        byte[] packet = Saying.of(PGPSignature.BINARY_DOCUMENT, MADE)
                .critical(100)
                .over(new byte[1], LibraryOpenPgp.ed25519(MADE));
        assertThat(OpenPgpPolicy.refusal(read(packet)))
                .hasValue("has a critical part of type 100, which is not understood");
        assertThat(OpenPgpPolicy.refusal(read(uncritical(packet)))).isEmpty();
        // The time that it was made, critical as GnuPG never says it.
        assertThat(OpenPgpPolicy.refusal(changed(FIRST_SUBPACKET_TYPE_AT, 2, 2 | CRITICAL)))
                .isEmpty();
    }

    private static byte[] uncritical(byte[] packet) {
        byte[] changed = packet.clone();
        for (int i = FIRST_SUBPACKET_TYPE_AT; i < packet.length - 1; i++) {
            // Its length, its type, its content.
            if (packet[i - 1] == 2 && packet[i] == (byte) (100 | CRITICAL) && packet[i + 1] == 0) {
                changed[i] = 100;
            }
        }
        assertThat(changed).isNotEqualTo(packet);
        return changed;
    }

    private static PGPPublicKey key(int algorithm, BCPGKey key) throws PGPException {
        return new PGPPublicKey(
                new PublicKeyPacket(PublicKeyPacket.VERSION_4, algorithm, Date.from(MADE), key),
                new BcKeyFingerprintCalculator());
    }

    private static PGPPublicKey rsa(int bits) throws PGPException {
        BigInteger modulus = BigInteger.ONE.shiftLeft(bits - 1).setBit(0);
        return key(PublicKeyAlgorithmTags.RSA_GENERAL, new RSAPublicBCPGKey(modulus, BigInteger.valueOf(65537)));
    }

    @Test
    void rsaKeysHave2048To16384Bits() throws PGPException {
        assertThat(OpenPgpPolicy.weakness(rsa(2048))).isEmpty();
        assertThat(OpenPgpPolicy.weakness(rsa(16_384))).isEmpty();
        assertThat(OpenPgpPolicy.weakness(rsa(2047))).hasValue("an rsa key of 2047 bits, not 2048 to 16384");
        assertThat(OpenPgpPolicy.weakness(rsa(16_385))).hasValue("an rsa key of 16385 bits, not 2048 to 16384");
    }

    private static PGPPublicKey ec(ASN1ObjectIdentifier curve) throws PGPException {
        return key(
                PublicKeyAlgorithmTags.ECDSA,
                new ECDSAPublicBCPGKey(curve, ECNamedCurveTable.getByOID(curve).getG()));
    }

    @Test
    void ecdsaKeysHave256BitsOrMore() throws PGPException {
        assertThat(OpenPgpPolicy.weakness(ec(SECObjectIdentifiers.secp256r1))).isEmpty();
        assertThat(OpenPgpPolicy.weakness(ec(SECObjectIdentifiers.secp224r1)))
                .hasValue("an ec key of 224 bits, fewer than 256");
    }

    private static PGPPublicKey eddsa(ASN1ObjectIdentifier curve) throws PGPException {
        return key(PublicKeyAlgorithmTags.EDDSA_LEGACY, new EdDSAPublicBCPGKey(curve, BigInteger.ONE.shiftLeft(256)));
    }

    @Test
    void eddsaKeysAreOnEd25519UnderEitherOfItsNames() throws PGPException {
        assertThat(OpenPgpPolicy.weakness(eddsa(GNUObjectIdentifiers.Ed25519))).isEmpty();
        assertThat(OpenPgpPolicy.weakness(eddsa(EdECObjectIdentifiers.id_Ed25519)))
                .isEmpty();
        assertThat(OpenPgpPolicy.weakness(eddsa(EdECObjectIdentifiers.id_Ed448)))
                .hasValue("an eddsa key on another curve than ed25519");
    }

    @Test
    void otherKindsOfKeysAreRefused() throws PGPException {
        assertThat(OpenPgpPolicy.weakness(key(
                        RSA_FOR_ENCRYPTION,
                        new RSAPublicBCPGKey(BigInteger.ONE.shiftLeft(3000).setBit(0), BigInteger.valueOf(65537)))))
                .hasValue("a key of algorithm 2, not rsa, ecdsa or ed25519");
    }
}
