package mx.difusor.agent.verify;

import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraintValidatorException;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PKIXNameConstraintValidator;

/**
 * One way from a signer's certificate up to a pinned anchor, and whether it is a valid one in everything but dates and
 * revocation (RFC 5280, 6).
 *
 * @param chain from the signer to the anchor; the signer alone where it is one
 */
record CmsPath(List<CmsCertificate> chain) {

    CmsCertificate signer() {
        return chain.get(0);
    }

    CmsCertificate anchor() {
        return chain.get(chain.size() - 1);
    }

    /** The signer and the authorities between it and the anchor. */
    private List<CmsCertificate> below() {
        return chain.subList(0, chain.size() - 1);
    }

    /** Why the anchor cannot be at the end of it; the path validation takes whatever is pinned. */
    Optional<String> refusedByAnchor() {
        if (below().isEmpty()) {
            return Optional.empty();
        }
        String issued = "was issued by " + anchor().name() + ", ";
        X509Certificate certificate = anchor().certificate();
        if (!anchor().isCa()) {
            return Optional.of(issued + "which is no certification authority");
        }
        if (!anchor().mayIssue()) {
            return Optional.of(issued + "whose key usage forbids issuing certificates");
        }
        if (certificate.hasUnsupportedCriticalExtension()) {
            return Optional.of(issued + "which has a critical extension that is not understood");
        }
        // Of authorities that issue themselves anew under the same name, as when they change keys, none counts.
        long authorities =
                below().stream().skip(1).filter(one -> !one.isSelfIssued()).count();
        if (authorities > certificate.getBasicConstraints()) {
            return Optional.of("has " + authorities + " authorities between it and " + anchor().name()
                    + ", which allows " + certificate.getBasicConstraints());
        }
        return excludedByName(anchor(), below());
    }

    /**
     * Why an authority below the anchor cannot have issued what is below it, where the path validation has not seen so:
     * the JDK takes an extension that cannot be read, and is not critical, for none.
     */
    Optional<String> refusedBelowAnchor() {
        for (int i = 1; i < below().size(); i++) {
            CmsCertificate authority = chain.get(i);
            if (!authority.mayIssue()) {
                return Optional.of("rests on " + authority.name() + ", whose key usage forbids issuing certificates");
            }
            Optional<String> excluded = excludedByName(authority, chain.subList(0, i));
            if (excluded.isPresent()) {
                return excluded;
            }
        }
        return Optional.empty();
    }

    /** RFC 5280, 4.2.1.10: for the names of everything below that is not self-issued, and of the signer. */
    private Optional<String> excludedByName(CmsCertificate authority, List<CmsCertificate> below) {
        Extension extension = authority.holder().getExtension(Extension.nameConstraints);
        if (extension == null) {
            return Optional.empty();
        }
        PKIXNameConstraintValidator validator;
        try {
            validator = validator(NameConstraints.getInstance(extension.getParsedValue()));
        } catch (RuntimeException e) {
            return Optional.of("rests on " + authority.name() + ", which has name constraints that cannot be read");
        }
        return below.stream()
                .filter(one -> one.equals(signer()) || !one.isSelfIssued())
                .filter(one -> !allows(validator, one))
                .findFirst()
                .map(one -> "rests on " + one.name() + ", a name that " + authority.name() + " excludes");
    }

    private static PKIXNameConstraintValidator validator(NameConstraints constraints) {
        PKIXNameConstraintValidator validator = new PKIXNameConstraintValidator();
        if (constraints.getPermittedSubtrees() != null) {
            validator.intersectPermittedSubtree(constraints.getPermittedSubtrees());
        }
        if (constraints.getExcludedSubtrees() != null) {
            for (GeneralSubtree excluded : constraints.getExcludedSubtrees()) {
                validator.addExcludedSubtree(excluded);
            }
        }
        return validator;
    }

    private static boolean allows(PKIXNameConstraintValidator validator, CmsCertificate one) {
        try {
            validator.checkPermittedDN(one.holder().getSubject());
            validator.checkExcludedDN(one.holder().getSubject());
            GeneralNames more =
                    GeneralNames.fromExtensions(one.holder().getExtensions(), Extension.subjectAlternativeName);
            List<GeneralName> names = new ArrayList<>(more == null ? List.of() : List.of(more.getNames()));
            if (names.stream().noneMatch(name -> name.getTagNo() == GeneralName.rfc822Name)) {
                names.addAll(mailInSubject(one.holder().getSubject()));
            }
            for (GeneralName name : names) {
                validator.checkPermitted(name);
                validator.checkExcluded(name);
            }
            return true;
        } catch (NameConstraintValidatorException | RuntimeException e) {
            return false;
        }
    }

    /** RFC 5280, 4.2.1.10: where no other name is an address, that in the subject is held to what is said of addresses. */
    private static List<GeneralName> mailInSubject(X500Name subject) {
        return Arrays.stream(subject.getRDNs())
                .flatMap(part -> Arrays.stream(part.getTypesAndValues()))
                .filter(part -> part.getType().equals(PKCSObjectIdentifiers.pkcs_9_at_emailAddress))
                .map(part -> new GeneralName(GeneralName.rfc822Name, ((ASN1String) part.getValue()).getString()))
                .toList();
    }

    /** @param byDates the path validation ended at a date, and has not looked at everything */
    record Broken(String what, boolean byDates) {}

    /** What is wrong with it by the path validation of the JDK, which does not look at the anchor itself. */
    @SuppressWarnings("JavaUtilDate") // PKIXParameters takes nothing else
    Optional<Broken> broken(Instant at) {
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor().certificate(), null)));
            // The JDK's own check wants lists from the net or exactly of that moment; CmsCrl does it instead.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(beforeAnyEnd(at)));
            List<X509Certificate> certificates =
                    below().stream().map(CmsCertificate::certificate).toList();
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(certificates), parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            // Nothing has ended at that time.
            boolean dates = e.getReason() == BasicReason.NOT_YET_VALID;
            String what = "has no valid path to " + anchor().name() + " (" + ReadableName.of("" + e.getMessage()) + ")";
            return Optional.of(new Broken(what, dates));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /**
     * The authority below the anchor that began only when something below the anchor had ended already: a renewed one.
     * Then there is no moment at which the path validation could judge them together.
     */
    Optional<CmsCertificate> begunTooLate(Instant at) {
        Instant before = beforeAnyEnd(at);
        return below().stream()
                .skip(1)
                .filter(one -> one.certificate().getNotBefore().toInstant().isAfter(before))
                .findFirst();
    }

    /** Dates are judged one by one; so that nothing else hides behind an end, the rest is judged just before it. */
    private Instant beforeAnyEnd(Instant at) {
        Instant before = at;
        for (CmsCertificate one : below()) {
            Instant end = one.certificate().getNotAfter().toInstant();
            before = end.isBefore(before) ? end : before;
        }
        return before;
    }
}
