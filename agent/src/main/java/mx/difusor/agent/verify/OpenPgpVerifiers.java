package mx.difusor.agent.verify;

import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.bcpg.ECPublicBCPGKey;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilder;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.bc.BcPGPContentVerifierBuilderProvider;
import org.bouncycastle.openpgp.operator.jcajce.JcaPGPContentVerifierBuilderProvider;

/**
 * Verifies with the JDK, which hashes ten times as fast, and with BouncyCastle what the JDK cannot, such as the
 * brainpool curves: the JDK takes their keys and fails only at the end.
 */
final class OpenPgpVerifiers implements PGPContentVerifierBuilderProvider {

    private static final Set<ASN1ObjectIdentifier> CURVES_OF_THE_JDK =
            Set.of(SECObjectIdentifiers.secp256r1, SECObjectIdentifiers.secp384r1, SECObjectIdentifiers.secp521r1);

    private final PGPContentVerifierBuilderProvider jdk = new JcaPGPContentVerifierBuilderProvider();
    private final PGPContentVerifierBuilderProvider bouncyCastle = new BcPGPContentVerifierBuilderProvider();

    @Override
    public PGPContentVerifierBuilder get(int keyAlgorithm, int hashAlgorithm) {
        return key -> (isKnownToTheJdk(key) ? jdk : bouncyCastle)
                .get(keyAlgorithm, hashAlgorithm)
                .build(key);
    }

    private static boolean isKnownToTheJdk(PGPPublicKey key) {
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    PublicKeyAlgorithmTags.Ed25519 -> true;
            case PublicKeyAlgorithmTags.ECDSA ->
                key.getPublicKeyPacket().getKey() instanceof ECPublicBCPGKey ec
                        && CURVES_OF_THE_JDK.contains(ec.getCurveOID());
            default -> false;
        };
    }
}
