package mx.difusor.agent.verify;

import java.io.ByteArrayInputStream;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CRLException;
import java.security.cert.CRLReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509CRL;
import java.security.cert.X509CRLEntry;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.MachineException;
import org.bouncycastle.cert.X509CRLHolder;

/** A complete certificate revocation list (RFC 5280, 5). */
record CmsCrl(Path file, X509CRL list) {

    private static final int CRL_SIGN = 6;

    /** However early the package came: whoever holds the key can have dated anything. */
    private static final Set<CRLReason> KEY_LOST = Set.of(CRLReason.KEY_COMPROMISE, CRLReason.CA_COMPROMISE);

    static List<CmsCrl> load(List<Path> files) throws MachineException {
        List<CmsCrl> lists = new ArrayList<>();
        for (Path file : files) {
            List<byte[]> blocks = TrustFile.derBlocks(file, "X509 CRL");
            if (blocks.isEmpty()) {
                throw TrustFile.bad(file, "holds no revocation list", "put a PEM or DER revocation list there", null);
            }
            for (byte[] der : blocks) {
                lists.add(parse(file, der));
            }
        }
        return List.copyOf(lists);
    }

    private static CmsCrl parse(Path file, byte[] der) throws MachineException {
        X509CRL list;
        boolean strong;
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            list = (X509CRL) factory.generateCRL(new ByteArrayInputStream(der));
            strong = CmsAlgorithms.hashOf(
                            new X509CRLHolder(der).toASN1Structure().getSignatureAlgorithm())
                    .isPresent();
        } catch (CertificateException | CRLException | java.io.IOException | RuntimeException e) {
            throw TrustFile.bad(file, "is not a revocation list", "put a PEM or DER revocation list there", e);
        }
        if (!strong) {
            throw TrustFile.bad(
                    file, "is signed with a weak hash", "ask its authority for one with sha-256 or stronger", null);
        }
        // Delta, indirect and partial lists all say so in a critical extension.
        Set<String> critical = list.getCriticalExtensionOIDs();
        if (critical != null && !critical.isEmpty()) {
            throw TrustFile.bad(
                    file,
                    "is a delta, indirect or partial revocation list",
                    "put the complete list of that authority there",
                    null);
        }
        return new CmsCrl(file, list);
    }

    boolean isNamedAsBy(CmsCertificate issuer) {
        return list.getIssuerX500Principal().equals(issuer.certificate().getSubjectX500Principal());
    }

    boolean isSignedBy(CmsCertificate issuer) {
        boolean[] usage = issuer.certificate().getKeyUsage();
        if (usage != null && !usage[CRL_SIGN]) {
            return false;
        }
        try {
            list.verify(issuer.certificate().getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** A list newer than {@code at} is as good: its entries have dates. */
    boolean isCurrent(Instant at) {
        return list.getNextUpdate() == null || !list.getNextUpdate().toInstant().isBefore(at);
    }

    /** Since when the certificate is revoked, as far as that matters at {@code at}. */
    Optional<Instant> revoked(CmsCertificate certificate, Instant at) {
        X509CRLEntry entry =
                list.getRevokedCertificate(certificate.certificate().getSerialNumber());
        if (entry == null) {
            return Optional.empty();
        }
        Instant since = entry.getRevocationDate().toInstant();
        CRLReason reason = entry.getRevocationReason();
        boolean always = reason != null && KEY_LOST.contains(reason);
        return always || !since.isAfter(at) ? Optional.of(since) : Optional.empty();
    }
}
