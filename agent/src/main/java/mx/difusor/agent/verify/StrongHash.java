package mx.difusor.agent.verify;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.bcpg.HashAlgorithmTags;

/** The hashes that a signature may be made with: SHA-256 or stronger. What is not here is refused. */
enum StrongHash {
    SHA256("SHA-256", NISTObjectIdentifiers.id_sha256, HashAlgorithmTags.SHA256),
    SHA384("SHA-384", NISTObjectIdentifiers.id_sha384, HashAlgorithmTags.SHA384),
    SHA512("SHA-512", NISTObjectIdentifiers.id_sha512, HashAlgorithmTags.SHA512),
    SHA3_256("SHA3-256", NISTObjectIdentifiers.id_sha3_256, HashAlgorithmTags.SHA3_256),
    SHA3_384("SHA3-384", NISTObjectIdentifiers.id_sha3_384, StrongHash.NOT_IN_OPENPGP),
    SHA3_512("SHA3-512", NISTObjectIdentifiers.id_sha3_512, HashAlgorithmTags.SHA3_512);

    private static final int NOT_IN_OPENPGP = -1;

    private final String name;
    private final String oid;
    private final int openPgpTag;

    StrongHash(String name, ASN1ObjectIdentifier oid, int openPgpTag) {
        this.name = name;
        this.oid = oid.getId();
        this.openPgpTag = openPgpTag;
    }

    static Optional<StrongHash> ofOid(ASN1ObjectIdentifier oid) {
        for (StrongHash hash : values()) {
            if (hash.oid.equals(oid.getId())) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    /** @param tag RFC 9580, 9.5 */
    static Optional<StrongHash> ofOpenPgp(int tag) {
        for (StrongHash hash : values()) {
            if (hash.openPgpTag == tag) {
                return Optional.of(hash);
            }
        }
        return Optional.empty();
    }

    String oid() {
        return oid;
    }

    MessageDigest start() {
        try {
            return MessageDigest.getInstance(name);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
