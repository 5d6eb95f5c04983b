package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;

/** Which certificates may sign: those with a path (RFC 5280, 6) to one of the pinned anchors, and to nothing else. */
final class CmsTrust {

    private static final String PREFIX_OF_OPENSSL = "sha256fingerprint=";

    private final List<CmsCertificate> anchors;
    private final Set<Digest> signers;
    private final List<CmsCrl> crls;
    private final ExpiryOverrides overrides;

    private CmsTrust(List<CmsCertificate> anchors, Set<Digest> signers, List<CmsCrl> crls, ExpiryOverrides overrides) {
        this.anchors = List.copyOf(anchors);
        this.signers = Set.copyOf(signers);
        this.crls = List.copyOf(crls);
        this.overrides = overrides;
    }

    CmsTrust allowing(ExpiryOverrides more) {
        return new CmsTrust(anchors, signers, crls, more);
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
        return new CmsTrust(anchors, signers, CmsCrl.load(settings.cmsCrls()), ExpiryOverrides.NONE);
    }

    List<CmsCertificate> anchors() {
        return anchors;
    }

    List<TrustedEnd> ends() {
        List<TrustedEnd> ends = new ArrayList<>();
        for (CmsCertificate anchor : anchors) {
            Instant end = anchor.certificate().getNotAfter().toInstant();
            String weak = anchor.weakKey().orElse(null);
            ends.add(new TrustedEnd(TrustedEnd.What.ANCHOR, anchor.name(), end, weak));
        }
        for (CmsCrl crl : crls) {
            java.util.Date next = crl.list().getNextUpdate();
            String name = crl.file().toString();
            ends.add(new TrustedEnd(TrustedEnd.What.CRL, name, next == null ? null : next.toInstant(), null));
        }
        return ends;
    }

    /**
     * May this certificate, whose signature fits, sign a package that came and is judged then?
     *
     * @param embedded certificates that came with the signature, as intermediates
     */
    SignatureOutcome judge(
            SignatureFile file,
            CmsCertificate signer,
            List<CmsCertificate> embedded,
            JudgingTime when,
            CmsKeyOperations operations) {
        String who = "is signed by " + signer.name() + ", whose certificate ";
        Optional<String> weak = signer.weakKey();
        if (weak.isPresent()) {
            return weak(file, who + weak.get());
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
        List<List<CmsCertificate>> chains = new CmsChains(anchors, embedded, operations).from(signer);
        if (chains.isEmpty()) {
            return file.untrusted(
                    who + "does not lead to a trusted authority",
                    "sign with a certificate of a trusted authority and include its intermediates, or have its"
                            + " authority added to trust.cms.anchors");
        }
        List<SignatureOutcome> each = chains.stream()
                .map(chain -> judge(file, who, new CmsPath(chain), when, operations))
                .toList();
        return SignatureOutcome.best(each)
                .map(good -> signer.brokenKey()
                        .<SignatureOutcome>map(broken -> weak(file, who + broken))
                        .orElse(good))
                .orElseGet(() -> each.stream()
                        .filter(outcome ->
                                outcome instanceof SignatureOutcome.Bad bad && bad.reason() == Reason.SIGNATURE_EXPIRED)
                        .findFirst()
                        .orElse(each.get(0)));
    }

    private static SignatureOutcome.Bad weak(SignatureFile file, String what) {
        return new SignatureOutcome.Bad(
                Reason.SIGNATURE_INVALID, file.name() + " " + what + ": sign with a stronger key");
    }

    private SignatureOutcome judge(
            SignatureFile file, String who, CmsPath path, JudgingTime when, CmsKeyOperations operations) {
        Instant at = when.received();
        List<CmsCertificate> chain = path.chain();
        for (CmsCertificate link : chain) {
            // Nobody's signature makes an anchor one; its own key vouches for what is below it.
            Optional<String> weak = link.equals(path.anchor())
                    ? link.weakKey()
                    : link.weakSignature().or(link::weakKey);
            if (weak.isPresent()) {
                return new SignatureOutcome.Bad(
                        Reason.SIGNATURE_INVALID,
                        file.name() + " " + who + "rests on " + link.name() + ", which " + weak.get()
                                + ": have it issued anew with sha-256 and strong keys");
            }
        }
        Optional<String> refused = path.refusedByAnchor();
        if (refused.isPresent()) {
            return file.untrusted(who + refused.get(), "sign with a certificate of a trusted authority");
        }
        Optional<CmsCertificate> old = chain.stream()
                .filter(link ->
                        link.outOfDate(at).isPresent() && override(link, when).isEmpty())
                .findFirst();
        if (!operations.allow(chain.size() - 1)) {
            return operations.refusal(file);
        }
        Optional<CmsPath.Broken> broken = path.broken(at);
        if (broken.isPresent() && !(broken.get().byDates() && old.isPresent())) {
            return broken(file, who, broken.get(), path, at);
        }
        Optional<String> hidden = path.refusedBelowAnchor();
        if (hidden.isPresent()) {
            return file.untrusted(who + hidden.get(), "sign with a certificate of a trusted authority");
        }
        Optional<SignatureOutcome> purpose = purpose(file, who, path);
        if (purpose.isPresent()) {
            return purpose.get();
        }
        if (old.isPresent()) {
            return expired(file, who, chain.get(0), old.get(), at);
        }
        List<String> warnings = new ArrayList<>();
        for (CmsCertificate link : chain) {
            override(link, when)
                    .ifPresent(override -> warnings.add(file.name() + " " + who + restsOn(chain.get(0), link)
                            + file.allowed(link.outOfDate(at).orElseThrow(), override)));
        }
        return revocation(file, who, chain, when.now(), operations)
                .orElseGet(() -> new SignatureOutcome.Good(List.of(chain.get(0).signer()), warnings));
    }

    private static SignatureOutcome broken(
            SignatureFile file, String who, CmsPath.Broken broken, CmsPath path, Instant at) {
        Optional<CmsCertificate> renewed = broken.byDates() ? path.begunTooLate(at) : Optional.empty();
        if (renewed.isEmpty()) {
            return file.untrusted(
                    who + broken.what(),
                    "sign with a certificate of a trusted authority and include its intermediates");
        }
        CmsCertificate authority = renewed.get();
        return file.untrusted(
                who + broken.what() + ", where " + authority.name() + " is valid only from "
                        + authority.certificate().getNotBefore().toInstant() + ", after the end of what it issued",
                "include the older certificate of " + authority.name() + ", which was in force before, or have it"
                        + " added to trust.cms.anchors");
    }

    /** The operator's word by which a certificate counts though it has expired; empty where it has not. */
    private Optional<ExpiryOverride> override(CmsCertificate link, JudgingTime when) {
        return link.hasExpired(when.received())
                ? overrides.covering(link.fingerprint().hex(), when.now())
                : Optional.empty();
    }

    /** A pinned certificate signs whatever its purposes are, and so do those that name none. */
    private Optional<SignatureOutcome> purpose(SignatureFile file, String who, CmsPath path) {
        if (signers.contains(path.signer().fingerprint())) {
            return Optional.empty();
        }
        return path.chain().stream()
                .limit(path.chain().size() - 1L)
                .filter(link -> !link.isForSigning())
                .findFirst()
                .map(link -> file.untrusted(
                        who + restsOn(path.signer(), link) + "has purposes (extended key usage) other than signing",
                        "sign with a certificate for emailProtection or documentSigning, or have its sha-256"
                                + " fingerprint added to trust.cms.signers"));
    }

    private static String restsOn(CmsCertificate signer, CmsCertificate link) {
        return link.equals(signer) ? "" : "rests on " + link.name() + ", which ";
    }

    private static SignatureOutcome expired(
            SignatureFile file, String who, CmsCertificate signer, CmsCertificate old, Instant at) {
        String what = who + restsOn(signer, old) + old.outOfDate(at).orElse("is out of date");
        String cure = "sign with a valid certificate, or set the clocks right";
        return old.hasExpired(at)
                ? file.expired(what, cure + file.override(old.fingerprint().hex()))
                : file.expired(what, cure);
    }

    /** Empty when nothing is revoked, or no lists are configured. */
    private Optional<SignatureOutcome> revocation(
            SignatureFile file, String who, List<CmsCertificate> chain, Instant at, CmsKeyOperations operations) {
        if (crls.isEmpty()) {
            return Optional.empty();
        }
        for (int i = 0; i < chain.size(); i++) {
            CmsCertificate link = chain.get(i);
            boolean isAnchor = i == chain.size() - 1;
            List<CmsCertificate> issuers = isAnchor
                    ? anchors.stream()
                            .filter(anchor -> operations.issued(anchor, link))
                            .toList()
                    : List.of(chain.get(i + 1));
            List<CmsCrl> lists = crls.stream()
                    .filter(crl -> issuers.stream().anyMatch(issuer -> operations.issued(issuer, crl)))
                    .toList();
            for (CmsCrl crl : lists) {
                Optional<Instant> since = crl.revoked(link, at);
                if (since.isPresent()) {
                    String rests = i == 0 ? "" : "rests on " + link.name() + ", which ";
                    return Optional.of(file.untrusted(
                            who + rests + "was revoked at " + since.get(), "sign with a certificate that is in force"));
                }
            }
            List<CmsCrl> covering =
                    lists.stream().filter(crl -> crl.covers(link)).toList();
            // Of the authorities above the issuer, and for a pinned certificate itself, a list is used when there.
            boolean wanted = !covering.isEmpty() || (i == 0 && !isAnchor);
            if (wanted && covering.stream().noneMatch(crl -> crl.isCurrent(at))) {
                return Optional.of(unknownRevocation(file, who, link, covering.isEmpty() ? lists : covering));
            }
        }
        return Optional.empty();
    }

    private static SignatureOutcome unknownRevocation(
            SignatureFile file, String who, CmsCertificate link, List<CmsCrl> lists) {
        String authority =
                ReadableName.of(link.certificate().getIssuerX500Principal().getName());
        String what;
        if (lists.isEmpty()) {
            what = "no list of " + authority;
        } else {
            String outdated = lists.get(0).covers(link) ? "an outdated list in " : "a list for other certificates in ";
            what = outdated + lists.get(0).file().getFileName();
        }
        return file.untrusted(
                who + "cannot be checked for revocation, with " + what,
                "have the difusor put the current revocation list of " + authority + " at trust.cms.crls");
    }

    private boolean isPinned(CmsCertificate signer) {
        return signers.isEmpty() || signers.contains(signer.fingerprint());
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
