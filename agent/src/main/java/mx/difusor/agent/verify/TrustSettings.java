package mx.difusor.agent.verify;

import java.nio.file.Path;
import java.util.List;

/**
 * Whom this difusor trusts (contract, "Configuration", {@code trust}).
 *
 * @param threshold how many different signers a package needs, from 1 up
 * @param cmsAnchors certificates, PEM (any number in a file) or DER, that a signer's chain must end in: roots,
 *     intermediates, or the signers' own
 * @param cmsSigners SHA-256 fingerprints of certificates in hex, colons and case as {@code openssl x509 -fingerprint}
 *     prints them; when there are any, only these certificates sign
 * @param cmsCrls complete certificate revocation lists, PEM or DER; when there are any, the list of a signer's issuer
 *     must be among them and current
 * @param openpgpKeyrings OpenPGP public keys, armored or binary, any number in a file
 */
public record TrustSettings(
        int threshold, List<Path> cmsAnchors, List<String> cmsSigners, List<Path> cmsCrls, List<Path> openpgpKeyrings) {
    public TrustSettings {
        if (threshold < 1) {
            throw new IllegalArgumentException("threshold below 1: " + threshold);
        }
        cmsAnchors = List.copyOf(cmsAnchors);
        cmsSigners = List.copyOf(cmsSigners);
        cmsCrls = List.copyOf(cmsCrls);
        openpgpKeyrings = List.copyOf(openpgpKeyrings);
    }
}
