package mx.difusor.agent.verify;

import java.util.EnumSet;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSASSAPSSparams;
import org.bouncycastle.asn1.teletrust.TeleTrusTObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;

/** Which signature algorithms of CMS and X.509 are taken, and the hash that each uses. */
final class CmsAlgorithms {

    private static final Map<ASN1ObjectIdentifier, StrongHash> HASH_OF_SIGNATURE = Map.ofEntries(
            Map.entry(PKCSObjectIdentifiers.sha256WithRSAEncryption, StrongHash.SHA256),
            Map.entry(PKCSObjectIdentifiers.sha384WithRSAEncryption, StrongHash.SHA384),
            Map.entry(PKCSObjectIdentifiers.sha512WithRSAEncryption, StrongHash.SHA512),
            Map.entry(NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_256, StrongHash.SHA3_256),
            Map.entry(NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_384, StrongHash.SHA3_384),
            Map.entry(NISTObjectIdentifiers.id_rsassa_pkcs1_v1_5_with_sha3_512, StrongHash.SHA3_512),
            Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA256, StrongHash.SHA256),
            Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA384, StrongHash.SHA384),
            Map.entry(X9ObjectIdentifiers.ecdsa_with_SHA512, StrongHash.SHA512),
            Map.entry(NISTObjectIdentifiers.id_ecdsa_with_sha3_256, StrongHash.SHA3_256),
            Map.entry(NISTObjectIdentifiers.id_ecdsa_with_sha3_384, StrongHash.SHA3_384),
            Map.entry(NISTObjectIdentifiers.id_ecdsa_with_sha3_512, StrongHash.SHA3_512),
            // RFC 8419, 3: Ed25519 goes with SHA-512.
            Map.entry(EdECObjectIdentifiers.id_Ed25519, StrongHash.SHA512));

    /** For messages only. */
    private static final Map<ASN1ObjectIdentifier, String> REFUSED = refused();

    private CmsAlgorithms() {}

    /** The hash of a certificate's or a signer's signature algorithm; empty where it is weak or unknown. */
    static Optional<StrongHash> hashOf(AlgorithmIdentifier signature) {
        if (signature.getAlgorithm().equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return hashOfPss(signature);
        }
        return Optional.ofNullable(HASH_OF_SIGNATURE.get(signature.getAlgorithm()));
    }

    /** The hash of a signer's signature algorithm, where the bare {@code rsaEncryption} leaves it to the digest's. */
    static Optional<StrongHash> hashOf(AlgorithmIdentifier signature, StrongHash digest) {
        return signature.getAlgorithm().equals(PKCSObjectIdentifiers.rsaEncryption)
                ? Optional.of(digest)
                : hashOf(signature);
    }

    /**
     * Can a signature without signed attributes be verified from the file's digest alone? Ed25519 signs the bytes
     * themselves, and the library does not do it for SHA-3.
     */
    static boolean signsBareDigest(AlgorithmIdentifier signature, StrongHash digest) {
        return !signature.getAlgorithm().equals(EdECObjectIdentifiers.id_Ed25519)
                && EnumSet.of(StrongHash.SHA256, StrongHash.SHA384, StrongHash.SHA512)
                        .contains(digest);
    }

    /** As people know it: {@code sha-1}, or the object identifier. */
    static String nameOf(AlgorithmIdentifier algorithm) {
        ASN1ObjectIdentifier oid = algorithm.getAlgorithm();
        if (oid.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return "the weak or mixed hashes of its rsa-pss parameters";
        }
        return REFUSED.getOrDefault(oid, "the algorithm " + oid.getId());
    }

    /** Both hashes inside have to be the same: RFC 4055, 3.1. */
    private static Optional<StrongHash> hashOfPss(AlgorithmIdentifier signature) {
        RSASSAPSSparams pss;
        try {
            pss = RSASSAPSSparams.getInstance(signature.getParameters());
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
        if (pss == null || !pss.getMaskGenAlgorithm().getAlgorithm().equals(PKCSObjectIdentifiers.id_mgf1)) {
            return Optional.empty();
        }
        Optional<StrongHash> hash = StrongHash.ofOid(pss.getHashAlgorithm().getAlgorithm());
        try {
            AlgorithmIdentifier mask =
                    AlgorithmIdentifier.getInstance(pss.getMaskGenAlgorithm().getParameters());
            return mask != null && hash.equals(StrongHash.ofOid(mask.getAlgorithm())) ? hash : Optional.empty();
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    private static Map<ASN1ObjectIdentifier, String> refused() {
        Map<ASN1ObjectIdentifier, String> names = new HashMap<>();
        names.put(PKCSObjectIdentifiers.md5, "the weak hash md5");
        names.put(PKCSObjectIdentifiers.md5WithRSAEncryption, "the weak hash md5");
        names.put(OIWObjectIdentifiers.idSHA1, "the weak hash sha-1");
        names.put(PKCSObjectIdentifiers.sha1WithRSAEncryption, "the weak hash sha-1");
        names.put(X9ObjectIdentifiers.ecdsa_with_SHA1, "the weak hash sha-1");
        names.put(X9ObjectIdentifiers.id_dsa_with_sha1, "the weak hash sha-1");
        names.put(NISTObjectIdentifiers.id_sha224, "the weak hash sha-224");
        names.put(PKCSObjectIdentifiers.sha224WithRSAEncryption, "the weak hash sha-224");
        names.put(X9ObjectIdentifiers.ecdsa_with_SHA224, "the weak hash sha-224");
        names.put(TeleTrusTObjectIdentifiers.ripemd160, "the weak hash ripemd-160");
        return Map.copyOf(names);
    }
}
