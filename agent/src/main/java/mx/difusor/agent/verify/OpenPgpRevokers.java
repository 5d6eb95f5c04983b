package mx.difusor.agent.verify;

import java.util.HexFormat;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import org.bouncycastle.bcpg.KeyIdentifier;
import org.bouncycastle.bcpg.SignatureSubpacket;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;

/** Others who may revoke a key because its owner said so (RFC 9580, 5.2.3.23), and what they may have said. */
final class OpenPgpRevokers {

    /** Behind one byte for the class and one for the algorithm. */
    private static final int FINGERPRINT_AT = 2;

    private final Set<String> named = new LinkedHashSet<>();

    /** @param statement the owner's own, which holds; however weak its hash, it only takes trust away */
    void name(PGPSignature statement) {
        PGPSignatureSubpacketVector hashed = statement.getHashedSubPackets();
        if (hashed == null) { // as in those of version 3
            return;
        }
        for (SignatureSubpacket one : hashed.getSubpackets(SignatureSubpacketTags.REVOCATION_KEY)) {
            byte[] data = one.getData();
            if (data.length > FINGERPRINT_AT) {
                named.add(HexFormat.of().formatHex(data, FINGERPRINT_AT, data.length));
            }
        }
    }

    /**
     * The revocations that count: whose maker was named, and whose signature holds. Where the maker's key is not at
     * hand that cannot be told, and they count too: rather one key too few than one too many.
     *
     * @param heard all that no key made for itself
     * @param known is the key of that fingerprint at hand?
     * @param holds is the revocation made with the known key of that fingerprint?
     */
    List<PGPSignature> heeded(
            List<PGPSignature> heard, Predicate<String> known, BiPredicate<PGPSignature, String> holds) {
        return heard.stream()
                .filter(revocation -> named.stream()
                        .filter(revoker ->
                                mayBeBy(new KeyIdentifier(HexFormat.of().parseHex(revoker)), revocation))
                        .anyMatch(revoker -> !known.test(revoker) || holds.test(revocation, revoker)))
                .toList();
    }

    /** Does the revocation name that key as its maker, or nobody? */
    static boolean mayBeBy(KeyIdentifier key, PGPSignature revocation) {
        List<KeyIdentifier> makers = revocation.getKeyIdentifiers();
        return makers.isEmpty() || key.isPresentIn(makers);
    }
}
