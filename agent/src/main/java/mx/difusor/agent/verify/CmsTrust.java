package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathValidator;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertPathValidatorException.BasicReason;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.PKIXParameters;
import java.security.cert.TrustAnchor;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;

/** Which certificates may sign: those with a path (RFC 5280, 6) to one of the pinned anchors, and to nothing else. */
final class CmsTrust {

    private static final String PREFIX_OF_OPENSSL = "sha256fingerprint=";

    private final List<CmsCertificate> anchors;
    private final Set<Digest> signers;
    private final List<CmsCrl> crls;

    private CmsTrust(List<CmsCertificate> anchors, Set<Digest> signers, List<CmsCrl> crls) {
        this.anchors = List.copyOf(anchors);
        this.signers = Set.copyOf(signers);
        this.crls = List.copyOf(crls);
    }

    static CmsTrust load(TrustSettings settings) throws MachineException {
        List<CmsCertificate> anchors = new ArrayList<>();
        for (Path file : settings.cmsAnchors()) {
            List<byte[]> blocks = TrustFile.derBlocks(file, "(?:TRUSTED |X509 )?CERTIFICATE");
            if (blocks.isEmpty()) {
                throw TrustFile.bad(file, "holds no certificate", "put PEM certificates there", null);
            }
            for (byte[] der : blocks) {
                try {
                    anchors.add(CmsCertificate.of(der));
                } catch (CertificateException | IOException | RuntimeException e) {
                    throw TrustFile.bad(file, "holds an unreadable certificate", "put PEM certificates there", e);
                }
            }
        }
        Set<Digest> signers = new HashSet<>();
        for (String fingerprint : settings.cmsSigners()) {
            signers.add(fingerprint(fingerprint));
        }
        return new CmsTrust(anchors, signers, CmsCrl.load(settings.cmsCrls()));
    }

    List<CmsCertificate> anchors() {
        return anchors;
    }

    /**
     * May this certificate, whose signature fits, sign packages at that time?
     *
     * @param embedded certificates that came with the signature, as intermediates
     */
    SignatureOutcome judge(SignatureFile file, CmsCertificate signer, List<CmsCertificate> embedded, Instant at) {
        String who = "is signed by " + signer.name() + ", whose certificate ";
        Optional<String> weak = signer.weakKey();
        if (weak.isPresent()) {
            return new SignatureOutcome.Bad(
                    Reason.SIGNATURE_INVALID, file.name() + " " + who + weak.get() + ": sign with a stronger key");
        }
        if (!signer.mayBeUsedToSign()) {
            return file.untrusted(
                    who + "has a key usage that forbids signing",
                    "sign with a certificate whose key usage has digitalSignature");
        }
        if (!isPinned(signer)) {
            return file.untrusted(
                    who + "is not one of those configured",
                    "sign with a configured one, or have its sha-256 fingerprint added to trust.cms.signers");
        }
        List<List<CmsCertificate>> chains = new CmsChains(anchors, embedded).from(signer);
        if (chains.isEmpty()) {
            return file.untrusted(
                    who + "does not lead to a trusted authority",
                    "sign with a certificate of a trusted authority and include its intermediates, or have its"
                            + " authority added to trust.cms.anchors");
        }
        List<SignatureOutcome> each =
                chains.stream().map(chain -> judge(file, who, chain, at)).toList();
        return each.stream()
                .filter(SignatureOutcome.Good.class::isInstance)
                .findFirst()
                .orElseGet(() -> each.stream()
                        .filter(outcome ->
                                outcome instanceof SignatureOutcome.Bad bad && bad.reason() == Reason.SIGNATURE_EXPIRED)
                        .findFirst()
                        .orElse(each.get(0)));
    }

    /** @param chain from the signer to an anchor; the signer alone where it is one */
    private SignatureOutcome judge(SignatureFile file, String who, List<CmsCertificate> chain, Instant at) {
        CmsCertificate anchor = chain.get(chain.size() - 1);
        for (CmsCertificate link : chain.subList(0, chain.size() - 1)) {
            Optional<String> weak = link.weakSignature().or(link::weakKey);
            if (weak.isPresent()) {
                return new SignatureOutcome.Bad(
                        Reason.SIGNATURE_INVALID,
                        file.name() + " " + who + "rests on " + link.name() + ", which " + weak.get()
                                + ": have it issued anew with sha-256 and strong keys");
            }
        }
        if (chain.size() > 1 && !anchor.isCa()) {
            return file.untrusted(
                    who + "was issued by " + anchor.name() + ", which is no certification authority",
                    "sign with a certificate of a trusted authority");
        }
        Optional<SignatureOutcome> broken = path(file, who, chain, anchor, at);
        if (broken.isPresent()) {
            return broken.get();
        }
        Optional<String> old = anchor.outOfDate(at);
        if (old.isPresent()) {
            return expired(file, who, chain.get(0), anchor, old.get());
        }
        return revocation(file, who, chain, at)
                .orElseGet(() -> new SignatureOutcome.Good(List.of(chain.get(0).signer()), List.of()));
    }

    @SuppressWarnings("JavaUtilDate") // PKIXParameters takes nothing else
    private static Optional<SignatureOutcome> path(
            SignatureFile file, String who, List<CmsCertificate> chain, CmsCertificate anchor, Instant at) {
        List<X509Certificate> below = chain.subList(0, chain.size() - 1).stream()
                .map(CmsCertificate::certificate)
                .toList();
        if (below.isEmpty()) {
            return Optional.empty();
        }
        try {
            PKIXParameters parameters = new PKIXParameters(Set.of(new TrustAnchor(anchor.certificate(), null)));
            // The JDK's own check wants lists from the net or exactly of that moment; CmsCrl does it instead.
            parameters.setRevocationEnabled(false);
            parameters.setDate(Date.from(at));
            CertPathValidator.getInstance("PKIX")
                    .validate(CertificateFactory.getInstance("X.509").generateCertPath(below), parameters);
            return Optional.empty();
        } catch (CertPathValidatorException e) {
            if (e.getReason() == BasicReason.EXPIRED || e.getReason() == BasicReason.NOT_YET_VALID) {
                CmsCertificate old = chain.get(Math.max(0, e.getIndex()));
                return Optional.of(
                        expired(file, who, chain.get(0), old, old.outOfDate(at).orElse("is out of date")));
            }
            return Optional.of(file.untrusted(
                    who + "has no valid path to " + anchor.name() + " (" + ReadableName.of("" + e.getMessage()) + ")",
                    "sign with a certificate of a trusted authority and include its intermediates"));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SignatureOutcome expired(
            SignatureFile file, String who, CmsCertificate signer, CmsCertificate old, String what) {
        String rests = old.equals(signer) ? "" : "rests on " + old.name() + ", which ";
        return file.expired(who + rests + what, "sign with a valid certificate, or set the clocks right");
    }

    /** Empty when nothing is revoked, or no lists are configured. */
    private Optional<SignatureOutcome> revocation(
            SignatureFile file, String who, List<CmsCertificate> chain, Instant at) {
        if (crls.isEmpty()) {
            return Optional.empty();
        }
        for (int i = 0; i < chain.size(); i++) {
            CmsCertificate link = chain.get(i);
            boolean isAnchor = i == chain.size() - 1;
            List<CmsCertificate> issuers = isAnchor
                    ? anchors.stream().filter(anchor -> anchor.issued(link)).toList()
                    : List.of(chain.get(i + 1));
            List<CmsCrl> lists = crls.stream()
                    .filter(crl -> issuers.stream().anyMatch(crl::isBy))
                    .toList();
            for (CmsCrl crl : lists) {
                Optional<Instant> since = crl.revoked(link, at);
                if (since.isPresent()) {
                    String rests = i == 0 ? "" : "rests on " + link.name() + ", which ";
                    return Optional.of(file.untrusted(
                            who + rests + "was revoked at " + since.get(), "sign with a certificate that is in force"));
                }
            }
            // Of the authorities above the issuer, and for a pinned certificate itself, a list is used when there.
            boolean wanted = !lists.isEmpty() || (i == 0 && !isAnchor);
            if (wanted && lists.stream().noneMatch(crl -> crl.isCurrent(at))) {
                return Optional.of(unknownRevocation(file, who, link, lists));
            }
        }
        return Optional.empty();
    }

    private static SignatureOutcome unknownRevocation(
            SignatureFile file, String who, CmsCertificate link, List<CmsCrl> lists) {
        String authority =
                ReadableName.of(link.certificate().getIssuerX500Principal().getName());
        String what = lists.isEmpty()
                ? "cannot be checked for revocation, with no list of " + authority
                : "cannot be checked for revocation, with an outdated list in "
                        + lists.get(0).file().getFileName();
        return file.untrusted(
                who + what, "have the difusor put the current revocation list of " + authority + " at trust.cms.crls");
    }

    private boolean isPinned(CmsCertificate signer) {
        try {
            return signers.isEmpty() || signers.contains(signer.fingerprint());
        } catch (CertificateException e) {
            return false;
        }
    }

    private static Digest fingerprint(String text) throws MachineException {
        String hex = text.toLowerCase(Locale.ROOT).replaceAll("[\\s:]", "");
        if (hex.startsWith(PREFIX_OF_OPENSSL)) {
            hex = hex.substring(PREFIX_OF_OPENSSL.length());
        }
        if (!Digest.isHex(hex)) {
            throw TrustFile.badSetting(
                    "trust.cms.signers has \"" + ReadableName.of(text) + "\", which is not a sha-256 fingerprint",
                    "take it from: openssl x509 -noout -fingerprint -sha256 -in CERT.pem");
        }
        return new Digest(hex);
    }
}
