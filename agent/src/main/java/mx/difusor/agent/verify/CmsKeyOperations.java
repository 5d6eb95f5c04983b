package mx.difusor.agent.verify;

import java.io.IOException;
import java.security.Provider;
import java.security.PublicKey;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.jcajce.JcaSimpleSignerInfoVerifierBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.util.Properties;

/**
 * The operations with public keys that the check of one CMS signature file takes. Whoever sends the file chooses its
 * keys and how many there are: so the operations are counted, and of a weak key that came with it there is none. Once
 * there were too many nothing holds any more.
 */
final class CmsKeyOperations {

    /** Sixteen signers below two authorities need about a hundred; those of the largest keys take some seconds. */
    static final int MAX = 256;

    /** Lets the library take a modulus untested: the test takes seconds for a large one, anew each time it fails. */
    private static final String UNTESTED_MODULUS = "org.bouncycastle.rsa.allow_unsafe_mod";

    private final Provider provider;
    private final Map<List<CmsCertificate>, Boolean> issued = new HashMap<>();
    private int wanted;

    /** @param provider BouncyCastle's, not registered with the JVM */
    CmsKeyOperations(Provider provider) {
        this.provider = provider;
    }

    /** Counts so many more, and says whether they may be done. */
    boolean allow(int more) {
        wanted += more;
        return !exceeded();
    }

    int wanted() {
        return wanted;
    }

    /** Then whatever was found is not the whole truth. */
    boolean exceeded() {
        return wanted > MAX;
    }

    SignatureOutcome.Bad refusal(SignatureFile file) {
        return file.form("has so many signatures and certificates that its check would take more than " + MAX
                + " operations with public keys");
    }

    /** Is this the signature of the certificate's key? Not where the key is weak. */
    boolean fits(SignerInformation signer, CmsCertificate certificate) {
        if (certificate.weakKey().isPresent() || !allow(1)) {
            return false;
        }
        Properties.setThreadOverride(UNTESTED_MODULUS, true);
        try {
            PublicKey key =
                    BouncyCastleProvider.getPublicKey(certificate.holder().getSubjectPublicKeyInfo());
            // By the bare key: with the certificate the library judges its dates at the time that the signer claims.
            return signer.verify(new JcaSimpleSignerInfoVerifierBuilder()
                    .setProvider(provider)
                    .build(key));
        } catch (CMSException | OperatorCreationException | IOException | RuntimeException e) {
            return false;
        } finally {
            Properties.removeThreadOverride(UNTESTED_MODULUS);
        }
    }

    /** By name and signature; each pair is verified once. */
    boolean issued(CmsCertificate issuer, CmsCertificate subject) {
        return issuer.isNamedAsIssuerOf(subject)
                && issued.computeIfAbsent(List.of(issuer, subject), pair -> allow(1) && issuer.hasSigned(subject));
    }

    boolean issued(CmsCertificate issuer, CmsCrl list) {
        return list.isNamedAsBy(issuer) && allow(1) && list.isSignedBy(issuer);
    }
}
