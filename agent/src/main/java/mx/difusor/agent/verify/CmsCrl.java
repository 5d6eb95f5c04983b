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
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.IssuingDistributionPoint;
import org.bouncycastle.cert.X509CRLHolder;
import org.jspecify.annotations.Nullable;

/**
 * A certificate revocation list (RFC 5280, 5) that is complete for what it covers.
 *
 * @param scope where it says what it covers: of certificates that name one of its points of distribution, or only of
 *     signers and not of authorities
 */
record CmsCrl(Path file, X509CRL list, @Nullable IssuingDistributionPoint scope) {

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
        X509CRLHolder holder;
        @Nullable IssuingDistributionPoint scope;
        try {
            CertificateFactory factory = CertificateFactory.getInstance("X.509");
            list = (X509CRL) factory.generateCRL(new ByteArrayInputStream(der));
            holder = new X509CRLHolder(der);
            scope = scope(holder);
        } catch (CertificateException | CRLException | java.io.IOException | RuntimeException e) {
            throw TrustFile.bad(file, "is not a revocation list", "put a PEM or DER revocation list there", e);
        }
        if (CmsAlgorithms.hashOf(holder.toASN1Structure().getSignatureAlgorithm())
                .isEmpty()) {
            throw TrustFile.bad(
                    file, "is signed with a weak hash", "ask its authority for one with sha-256 or stronger", null);
        }
        if (isIncomplete(holder, scope)) {
            throw TrustFile.bad(
                    file,
                    "is a delta, indirect or partial revocation list",
                    "put the complete list of that authority there",
                    null);
        }
        return new CmsCrl(file, list, scope);
    }

    private static @Nullable IssuingDistributionPoint scope(X509CRLHolder list) {
        Extension stated = list.getExtension(Extension.issuingDistributionPoint);
        return stated == null ? null : IssuingDistributionPoint.getInstance(stated.getParsedValue());
    }

    /**
     * Not everything that is revoked stands in delta, indirect and partial lists. They should say so in a critical
     * extension; tools write it without that too.
     */
    private static boolean isIncomplete(X509CRLHolder list, @Nullable IssuingDistributionPoint scope) {
        if (list.getExtension(Extension.deltaCRLIndicator) != null) {
            return true;
        }
        boolean partial = scope != null
                && (scope.onlyContainsCACerts()
                        || scope.onlyContainsAttributeCerts()
                        || scope.getOnlySomeReasons() != null
                        || scope.isIndirectCRL());
        Set<?> critical = list.getCriticalExtensionOIDs();
        return partial || critical.stream().anyMatch(one -> !Extension.issuingDistributionPoint.equals(one));
    }

    /** Would the certificate stand in it if it were revoked? RFC 5280, 6.3.3 (b) (2). */
    boolean covers(CmsCertificate certificate) {
        if (scope == null) {
            return true;
        }
        if (scope.onlyContainsUserCerts() && certificate.isCa()) {
            return false;
        }
        DistributionPointName here = scope.getDistributionPoint();
        return here == null || certificate.revocationPoints().stream().anyMatch(names(here)::contains);
    }

    private static List<GeneralName> names(DistributionPointName point) {
        return point.getType() == DistributionPointName.FULL_NAME
                ? List.of(GeneralNames.getInstance(point.getName()).getNames())
                : List.of();
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
