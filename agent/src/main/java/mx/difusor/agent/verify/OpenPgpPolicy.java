package mx.difusor.agent.verify;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.gnu.GNUObjectIdentifiers;
import org.bouncycastle.bcpg.ECPublicBCPGKey;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyAlgorithmTags;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;

/** What OpenPGP keys and signatures have to be like before their mathematics counts (RFC 9580). */
final class OpenPgpPolicy {

    /** Clocks differ. */
    static final Duration CLOCK_TOLERANCE = Duration.ofMinutes(5);

    static final int MIN_RSA_BITS = CmsCertificate.MIN_RSA_BITS;
    static final int MAX_RSA_BITS = CmsCertificate.MAX_RSA_BITS;
    static final int MIN_EC_BITS = CmsCertificate.MIN_EC_BITS;

    /** Subpackets whose meaning is heeded here, or is of no consequence for whether a signature holds. */
    private static final Set<Integer> UNDERSTOOD = Set.of(
            SignatureSubpacketTags.CREATION_TIME,
            SignatureSubpacketTags.EXPIRE_TIME,
            SignatureSubpacketTags.EXPORTABLE,
            SignatureSubpacketTags.REVOCABLE,
            SignatureSubpacketTags.KEY_EXPIRE_TIME,
            SignatureSubpacketTags.PREFERRED_SYM_ALGS,
            SignatureSubpacketTags.REVOCATION_KEY,
            SignatureSubpacketTags.ISSUER_KEY_ID,
            SignatureSubpacketTags.PREFERRED_HASH_ALGS,
            SignatureSubpacketTags.PREFERRED_COMP_ALGS,
            SignatureSubpacketTags.KEY_SERVER_PREFS,
            SignatureSubpacketTags.PREFERRED_KEY_SERV,
            SignatureSubpacketTags.PRIMARY_USER_ID,
            SignatureSubpacketTags.POLICY_URL,
            SignatureSubpacketTags.KEY_FLAGS,
            SignatureSubpacketTags.SIGNER_USER_ID,
            SignatureSubpacketTags.REVOCATION_REASON,
            SignatureSubpacketTags.FEATURES,
            SignatureSubpacketTags.EMBEDDED_SIGNATURE,
            SignatureSubpacketTags.ISSUER_FINGERPRINT,
            SignatureSubpacketTags.PREFERRED_AEAD_ALGORITHMS);

    private OpenPgpPolicy() {}

    /** Why a signature of this kind is never taken, for example {@code is made with the weak hash sha-1}. */
    static Optional<String> refusal(PGPSignature signature) {
        if (signature.getVersion() != 4 && signature.getVersion() != 6) {
            return Optional.of("is an openpgp signature of version " + signature.getVersion() + ", not 4 or 6");
        }
        if (StrongHash.ofOpenPgp(signature.getHashAlgorithm()).isEmpty()) {
            return Optional.of("is made with " + hashName(signature.getHashAlgorithm()));
        }
        if (!isSigning(signature.getKeyAlgorithm())) {
            return Optional.of(
                    "is made with public key algorithm " + signature.getKeyAlgorithm() + ", not rsa, ecdsa or ed25519");
        }
        PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
        if (hashed.getSignatureCreationTime() == null) {
            return Optional.of("does not say when it was made");
        }
        for (SignatureSubpacket subpacket : hashed.toArray()) {
            // No notation is known here, so a critical one cannot be understood either.
            if (subpacket.isCritical() && !UNDERSTOOD.contains(subpacket.getType())) {
                return Optional.of("has a critical part of type " + subpacket.getType() + ", which is not understood");
            }
        }
        return Optional.empty();
    }

    /** Why a key is not strong enough, for example {@code an rsa key of 1024 bits}. */
    static Optional<String> weakness(PGPPublicKey key) {
        int bits = key.getBitStrength();
        return switch (key.getAlgorithm()) {
            case PublicKeyAlgorithmTags.RSA_GENERAL ->
                bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
                        ? Optional.empty()
                        : Optional.of("an rsa key of " + bits + " bits, not " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
            case PublicKeyAlgorithmTags.ECDSA ->
                bits >= MIN_EC_BITS
                        ? Optional.empty()
                        : Optional.of("an ec key of " + bits + " bits, fewer than " + MIN_EC_BITS);
            case PublicKeyAlgorithmTags.EDDSA_LEGACY ->
                isEd25519(key) ? Optional.empty() : Optional.of("an eddsa key on another curve than ed25519");
            case PublicKeyAlgorithmTags.Ed25519 -> Optional.empty();
            default -> Optional.of("a key of algorithm " + key.getAlgorithm() + ", not rsa, ecdsa or ed25519");
        };
    }

    private static boolean isEd25519(PGPPublicKey key) {
        if (key.getPublicKeyPacket().getKey() instanceof ECPublicBCPGKey ec) {
            ASN1ObjectIdentifier curve = ec.getCurveOID();
            return GNUObjectIdentifiers.Ed25519.equals(curve) || EdECObjectIdentifiers.id_Ed25519.equals(curve);
        }
        return false;
    }

    private static boolean isSigning(int algorithm) {
        return switch (algorithm) {
            case PublicKeyAlgorithmTags.RSA_GENERAL,
                    PublicKeyAlgorithmTags.ECDSA,
                    PublicKeyAlgorithmTags.EDDSA_LEGACY,
                    PublicKeyAlgorithmTags.Ed25519 -> true;
            default -> false;
        };
    }

    private static String hashName(int tag) {
        return switch (tag) {
            case HashAlgorithmTags.MD5 -> "the weak hash md5";
            case HashAlgorithmTags.SHA1 -> "the weak hash sha-1";
            case HashAlgorithmTags.RIPEMD160 -> "the weak hash ripemd-160";
            case HashAlgorithmTags.SHA224 -> "the weak hash sha-224";
            default -> "hash algorithm " + tag + ", which is not sha-256 or stronger";
        };
    }

    /** Does this verification, which may throw at odd input, hold? */
    static boolean holds(Verification verification) {
        try {
            return verification.verify();
        } catch (PGPException | RuntimeException e) {
            return false;
        }
    }

    interface Verification {
        boolean verify() throws PGPException;
    }
}
