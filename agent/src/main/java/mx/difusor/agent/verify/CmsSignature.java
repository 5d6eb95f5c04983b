package mx.difusor.agent.verify;

import java.io.IOException;
import java.security.Provider;
import java.security.cert.CertificateException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.EnumMap;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1InputStream;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.SignerInformation;

/** A {@code .p7s} file: detached CMS signed data (RFC 5652), DER or PEM. */
final class CmsSignature implements DetachedSignature {

    /** Gives nothing back: a file of blanks would take hours otherwise. */
    private static final Pattern PEM = Pattern.compile(
            "\\s*+-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----\\s++([A-Za-z0-9+/=\\s]*+)-----END \\1-----\\s*+");

    private static final Pattern BEGIN = Pattern.compile("-----BEGIN (CMS|PKCS7|PKCS #7 SIGNED DATA)-----");

    private final SignatureFile file;
    private final CmsTrust trust;
    private final Provider provider;
    private final ContentInfo content;
    private final Set<StrongHash> hashes;

    private CmsSignature(
            SignatureFile file, CmsTrust trust, Provider provider, ContentInfo content, Set<StrongHash> hashes) {
        this.file = file;
        this.trust = trust;
        this.provider = provider;
        this.content = content;
        this.hashes = EnumSet.copyOf(hashes);
    }

    /** @param provider BouncyCastle's, not registered with the JVM */
    static DetachedSignature open(SignatureFile file, CmsTrust trust, Provider provider) {
        String text = file.text();
        if (text.stripLeading().startsWith("-----BEGIN PGP ")) {
            return DetachedSignature.decided(file.form("holds an openpgp signature, which belongs in a .sig or .asc"));
        }
        if (file.looksLikeMime()) {
            return DetachedSignature.decided(file.form("is in s/mime form"));
        }
        byte[] encoded = encoded(file);
        if (CmsSize.hasTooManyValues(encoded)) {
            return DetachedSignature.decided(file.form("has more than " + CmsSize.MAX_VALUES + " values in its asn.1"));
        }
        Optional<ContentInfo> content = parse(encoded);
        if (content.isEmpty()) {
            return DetachedSignature.decided(
                    BEGIN.matcher(text).results().limit(2).count() > 1
                            ? file.form("holds more than one cms signature; several signers go into one, with a"
                                    + " -signer and an -inkey for each")
                            : file.incomplete("is not a whole cms signature in der or pem"));
        }
        if (!content.get().getContentType().equals(CMSObjectIdentifiers.signedData)) {
            return DetachedSignature.decided(file.form("is cms, but no signature"));
        }
        try {
            return open(file, trust, provider, content.get());
        } catch (CMSException | IOException | RuntimeException e) {
            return DetachedSignature.decided(file.incomplete("is not a well-formed cms signature"));
        }
    }

    private static DetachedSignature open(SignatureFile file, CmsTrust trust, Provider provider, ContentInfo content)
            throws CMSException, IOException {
        CMSSignedData signed = new CMSSignedData(content);
        if (!signed.getSignedContentTypeOID().equals(CMSObjectIdentifiers.data.getId())) {
            return DetachedSignature.decided(file.form("is about content of another type than data"));
        }
        if (!signed.isDetachedSignature() && !signed.isCertificateManagementMessage()) {
            return DetachedSignature.decided(file.form("embeds its content"));
        }
        Optional<String> excess = CmsSize.excess(SignedData.getInstance(content.getContent()));
        if (excess.isPresent()) {
            return DetachedSignature.decided(file.form(excess.get()));
        }
        List<SignerInformation> signers = List.copyOf(signed.getSignerInfos().getSigners());
        if (signers.isEmpty()) {
            return DetachedSignature.decided(file.form("has certificates but no signature"));
        }
        Set<StrongHash> hashes = EnumSet.noneOf(StrongHash.class);
        for (SignerInformation signer : signers) {
            Optional<String> refused = refusedAlgorithm(signer);
            if (refused.isPresent()) {
                return DetachedSignature.decided(file.form(refused.get()));
            }
            hashes.add(digestHash(signer).orElseThrow());
        }
        return new CmsSignature(file, trust, provider, content, hashes);
    }

    private static Optional<StrongHash> digestHash(SignerInformation signer) {
        return StrongHash.ofOid(signer.getDigestAlgorithmID().getAlgorithm());
    }

    private static Optional<String> refusedAlgorithm(SignerInformation signer) {
        Optional<StrongHash> digest = digestHash(signer);
        if (digest.isEmpty()) {
            return Optional.of("is made with " + CmsAlgorithms.nameOf(signer.getDigestAlgorithmID()));
        }
        var algorithm = signer.toASN1Structure().getDigestEncryptionAlgorithm();
        Optional<StrongHash> inner = CmsAlgorithms.hashOf(algorithm, digest.get());
        if (inner.isEmpty()) {
            return Optional.of("is made with " + CmsAlgorithms.nameOf(algorithm));
        }
        if (signer.getSignedAttributes() == null && !CmsAlgorithms.signsBareDigest(algorithm, digest.get())) {
            return Optional.of("has no signed attributes (-noattr), which needs rsa or ecdsa with sha-2");
        }
        return inner.equals(digest) ? Optional.empty() : Optional.of("mixes two hashes in one signature");
    }

    /** A whole one, in whatever file. */
    static boolean isIn(SignatureFile file) {
        byte[] encoded = encoded(file);
        return CmsSize.hasTooManyValues(encoded) || parse(encoded).isPresent();
    }

    /** The file, or what it holds as PEM. */
    private static byte[] encoded(SignatureFile file) {
        Matcher pem = PEM.matcher(file.text());
        try {
            return pem.matches() ? Base64.getMimeDecoder().decode(pem.group(2)) : file.bytes();
        } catch (IllegalArgumentException e) {
            return new byte[0];
        }
    }

    private static Optional<ContentInfo> parse(byte[] encoded) {
        if (!CmsSize.begins(encoded)) {
            return Optional.empty();
        }
        try (ASN1InputStream in = new ASN1InputStream(encoded)) {
            ASN1Primitive whole = in.readObject();
            return in.read() >= 0 ? Optional.empty() : Optional.ofNullable(ContentInfo.getInstance(whole));
        } catch (IOException | RuntimeException e) {
            return Optional.empty();
        }
    }

    @Override
    public Set<StrongHash> hashes() {
        return EnumSet.copyOf(hashes);
    }

    @Override
    public boolean goesOn() {
        return false;
    }

    @Override
    public List<ByteSink> sinks() {
        return List.of();
    }

    @Override
    public SignatureOutcome judge(RawBytes bytes, JudgingTime when) throws IOException {
        Map<StrongHash, byte[]> digests = new EnumMap<>(StrongHash.class);
        hashes().forEach(hash -> digests.put(hash, bytes.digest(hash)));
        try {
            List<SignatureOutcome> each = new ArrayList<>();
            List<CmsCertificate> embedded = embedded();
            CmsKeyOperations operations = new CmsKeyOperations(provider);
            Set<StrongHash> unfit = new LinkedHashSet<>();
            for (SignerInformation signer : signersOver(digests)) {
                SignatureOutcome one = judge(signer, embedded, bytes, when, operations);
                each.add(one);
                if (one instanceof SignatureOutcome.Unfit) {
                    unfit.add(digestHash(signer).orElseThrow());
                }
            }
            SignatureOutcome whole = SignatureOutcome.ofAll(each);
            if (whole instanceof SignatureOutcome.Unfit
                    && fitsText(unfit.iterator().next(), bytes, embedded, operations)) {
                whole = file.form("is made without -binary, over the file changed as if it were text");
            }
            return operations.exceeded() ? operations.refusal(file) : whole;
        } catch (CMSException | CertificateException | RuntimeException e) {
            return file.incomplete("is not a well-formed cms signature");
        }
    }

    private SignatureOutcome judge(
            SignerInformation signer,
            List<CmsCertificate> embedded,
            RawBytes bytes,
            JudgingTime when,
            CmsKeyOperations operations) {
        List<CmsCertificate> candidates = certificatesOf(signer, embedded);
        List<CmsCertificate> strong = candidates.stream()
                .filter(certificate -> certificate.weakKey().isEmpty())
                .toList();
        if (strong.isEmpty() && statesAnotherDigest(signer, bytes)) {
            return file.unfit(
                    candidates.isEmpty() ? describe(signer) : candidates.get(0).name(), bytes);
        }
        if (candidates.isEmpty()) {
            return file.untrusted(
                    "is signed by " + describe(signer) + ", whose certificate is neither in it nor among those trusted",
                    "sign without -nocerts, or have the certificate added to trust.cms.anchors");
        }
        if (strong.isEmpty()) {
            return trust.judge(file, candidates.get(0), embedded, when, operations);
        }
        List<SignatureOutcome> fitting = strong.stream()
                .filter(certificate -> operations.fits(signer, certificate))
                .map(certificate -> trust.judge(file, certificate, embedded, when, operations))
                .toList();
        if (fitting.isEmpty() && strong.stream().allMatch(certificate -> isForPssAlone(signer, certificate))) {
            return file.withoutPss();
        }
        if (fitting.isEmpty()) {
            return file.unfit(strong.get(0).name(), bytes);
        }
        return SignatureOutcome.best(fitting).map(SignatureOutcome.class::cast).orElse(fitting.get(0));
    }

    private static boolean isForPssAlone(SignerInformation signer, CmsCertificate certificate) {
        return signer.getEncryptionAlgOID().equals(PKCSObjectIdentifiers.rsaEncryption.getId())
                && certificate
                        .holder()
                        .getSubjectPublicKeyInfo()
                        .getAlgorithm()
                        .getAlgorithm()
                        .equals(PKCSObjectIdentifiers.id_RSASSA_PSS);
    }

    /** Without a strong key the digest among the signed attributes is all that can be compared, where there is one. */
    private static boolean statesAnotherDigest(SignerInformation signer, RawBytes bytes) {
        AttributeTable attributes = signer.getSignedAttributes();
        Attribute stated = attributes == null ? null : attributes.get(CMSAttributes.messageDigest);
        if (stated == null || stated.getAttrValues().size() != 1) {
            return false;
        }
        byte[] digest = ASN1OctetString.getInstance(stated.getAttrValues().getObjectAt(0))
                .getOctets();
        return !Arrays.equals(digest, bytes.digest(digestHash(signer).orElseThrow()));
    }

    /**
     * Only now, when nothing fits, is the file read again, with one hash: whoever forgot {@code -binary} made all
     * signatures of one file alike, and each hash more is a pass more for whoever sends signatures that fit nothing.
     */
    private boolean fitsText(
            StrongHash hash, RawBytes bytes, List<CmsCertificate> embedded, CmsKeyOperations operations)
            throws IOException, CMSException {
        TextForms forms = new TextForms(Set.of(hash));
        RawBytes.stream(bytes.file(), forms);
        for (Map<StrongHash, byte[]> digests : forms.finish()) {
            for (SignerInformation signer : signersOver(digests)) {
                if (certificatesOf(signer, embedded).stream()
                        .anyMatch(certificate -> operations.fits(signer, certificate))) {
                    return true;
                }
            }
        }
        return false;
    }

    private List<SignerInformation> signersOver(Map<StrongHash, byte[]> digests) throws CMSException {
        Map<String, byte[]> byOid = new HashMap<>();
        digests.forEach((hash, digest) -> byOid.put(hash.oid(), digest));
        return List.copyOf(new CMSSignedData(byOid, content).getSignerInfos().getSigners());
    }

    private List<CmsCertificate> embedded() throws CMSException, CertificateException, IOException {
        List<CmsCertificate> certificates = new ArrayList<>();
        for (X509CertificateHolder holder :
                new CMSSignedData(content).getCertificates().getMatches(null)) {
            certificates.add(CmsCertificate.of(holder.getEncoded()));
        }
        return certificates;
    }

    private List<CmsCertificate> certificatesOf(SignerInformation signer, List<CmsCertificate> embedded) {
        return Stream.concat(embedded.stream(), trust.anchors().stream())
                .filter(certificate -> signer.getSID().match(certificate.holder()))
                .distinct()
                .toList();
    }

    private static String describe(SignerInformation signer) {
        var id = signer.getSID();
        return id.getIssuer() == null
                ? "the holder of an unnamed key"
                : "certificate " + id.getSerialNumber().toString(16) + " of "
                        + ReadableName.of(id.getIssuer().toString());
    }
}
