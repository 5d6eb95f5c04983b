package mx.difusor.agent.verify;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.PublicKey;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.NamedParameterSpec;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import javax.security.auth.x500.X500Principal;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Signer;
import org.bouncycastle.asn1.x509.CRLDistPoint;
import org.bouncycastle.asn1.x509.DistributionPoint;
import org.bouncycastle.asn1.x509.DistributionPointName;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;

/** One certificate, as both libraries see it, with what is said of it in receipts and rules. */
record CmsCertificate(X509Certificate certificate, X509CertificateHolder holder) {

    static final int MIN_RSA_BITS = 2048;
    /** A larger key only makes every check slow. */
    static final int MAX_RSA_BITS = 16_384;

    /** Of the public exponent: with a smaller one anybody can sign, a larger one only makes every check slow. */
    static final int MIN_RSA_EXPONENT = 3;

    static final int MAX_RSA_EXPONENT_BITS = 64;

    static final int MIN_EC_BITS = 256;

    /** RFC 5280, 4.2.1.12, RFC 9336 and what Adobe and Microsoft have instead: purposes that documents are signed for. */
    private static final Set<String> SIGNING_PURPOSES = Set.of(
            "2.5.29.37.0",
            "1.3.6.1.5.5.7.3.3",
            "1.3.6.1.5.5.7.3.4",
            "1.3.6.1.5.5.7.3.36",
            "1.2.840.113583.1.1.5",
            "1.3.6.1.4.1.311.10.3.12");

    private static final Map<String, String> ATTRIBUTE_NAMES = Map.of("1.2.840.113549.1.9.1", "EMAILADDRESS");

    /** @param der one certificate */
    static CmsCertificate of(byte[] der) throws CertificateException, IOException {
        CertificateFactory factory = CertificateFactory.getInstance("X.509");
        X509Certificate certificate = (X509Certificate) factory.generateCertificate(new ByteArrayInputStream(der));
        return new CmsCertificate(certificate, new X509CertificateHolder(certificate.getEncoded()));
    }

    /** The subject, most particular part first: {@code CN=...}. */
    String name() {
        return ReadableName.of(certificate.getSubjectX500Principal().getName(X500Principal.RFC2253, ATTRIBUTE_NAMES));
    }

    Signer signer() {
        return new Signer(
                name(),
                Digest.ofContent(certificate.getPublicKey().getEncoded()).hex());
    }

    /** SHA-256 of the whole certificate, as {@code openssl x509 -fingerprint -sha256} prints it. */
    Digest fingerprint() {
        try {
            return Digest.ofContent(certificate.getEncoded());
        } catch (CertificateEncodingException e) {
            throw new IllegalStateException(e);
        }
    }

    boolean isCa() {
        return certificate.getBasicConstraints() >= 0;
    }

    /** RFC 5280, 4.2.1.3: where there is a key usage, it has to allow signatures over documents. */
    boolean mayBeUsedToSign() {
        return allows(KeyUsage.digitalSignature) || allows(KeyUsage.nonRepudiation);
    }

    /** Where there is a key usage, it has to allow the issuing of certificates. */
    boolean mayIssue() {
        return allows(KeyUsage.keyCertSign);
    }

    /** Not by the JDK, to which an extension that cannot be read, and is not critical, is none. */
    private boolean allows(int usage) {
        try {
            KeyUsage usages = KeyUsage.fromExtensions(holder.getExtensions());
            return usages == null || usages.hasUsages(usage);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Where purposes are named, signing has to be one of them: a web server's certificate signs no results. */
    boolean isForSigning() {
        try {
            ExtendedKeyUsage purposes = ExtendedKeyUsage.fromExtensions(holder.getExtensions());
            return purposes == null
                    || Arrays.stream(purposes.getUsages())
                            .map(KeyPurposeId::getId)
                            .anyMatch(SIGNING_PURPOSES::contains);
        } catch (RuntimeException e) {
            return false;
        }
    }

    /** Where the list of what its issuer revoked is to be found, by its own word; what cannot be read is no place. */
    List<GeneralName> revocationPoints() {
        try {
            CRLDistPoint points = CRLDistPoint.fromExtensions(holder.getExtensions());
            return points == null
                    ? List.of()
                    : Arrays.stream(points.getDistributionPoints())
                            .map(DistributionPoint::getDistributionPoint)
                            .filter(point -> point != null && point.getType() == DistributionPointName.FULL_NAME)
                            .flatMap(point -> Arrays.stream(
                                    GeneralNames.getInstance(point.getName()).getNames()))
                            .toList();
        } catch (RuntimeException e) {
            return List.of();
        }
    }

    boolean isSelfIssued() {
        return certificate.getSubjectX500Principal().equals(certificate.getIssuerX500Principal());
    }

    boolean isNamedAsIssuerOf(CmsCertificate subject) {
        return certificate.getSubjectX500Principal().equals(subject.certificate.getIssuerX500Principal());
    }

    boolean hasSigned(CmsCertificate subject) {
        try {
            subject.certificate.verify(certificate.getPublicKey());
            return true;
        } catch (GeneralSecurityException e) {
            return false;
        }
    }

    /** Why its key is not strong enough, for example {@code has an rsa key of 1024 bits}. */
    Optional<String> weakKey() {
        PublicKey key = certificate.getPublicKey();
        if (key instanceof RSAPublicKey rsa) {
            int bits = rsa.getModulus().bitLength();
            BigInteger exponent = rsa.getPublicExponent();
            if (exponent.compareTo(BigInteger.valueOf(MIN_RSA_EXPONENT)) < 0
                    || exponent.bitLength() > MAX_RSA_EXPONENT_BITS) {
                return Optional.of("has an rsa key with an odd public exponent");
            }
            return bits >= MIN_RSA_BITS && bits <= MAX_RSA_BITS
                    ? Optional.empty()
                    : Optional.of("has an rsa key of " + bits + " bits, not " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
        }
        if (key instanceof ECPublicKey ec) {
            int bits = ec.getParams().getOrder().bitLength();
            return bits >= MIN_EC_BITS
                    ? Optional.empty()
                    : Optional.of("has an ec key of " + bits + " bits, fewer than " + MIN_EC_BITS);
        }
        if (key instanceof EdECPublicKey ed && ed.getParams().getName().equals(NamedParameterSpec.ED25519.getName())) {
            return Optional.empty();
        }
        return Optional.of("has a key of the kind " + ReadableName.of(key.getAlgorithm())
                + ", not rsa, ec on a nist curve, or ed25519");
    }

    /**
     * Why its key is none, by the library's look at an RSA modulus. For a large one that takes seconds: so only a
     * trusted signer's is looked at.
     */
    Optional<String> brokenKey() {
        try {
            BouncyCastleProvider.getPublicKey(holder.getSubjectPublicKeyInfo());
            return Optional.empty();
        } catch (IOException | RuntimeException e) {
            return Optional.of("has an rsa key whose modulus is a prime or has a small factor");
        }
    }

    /** Why the signature that its issuer put on it is not strong enough. */
    Optional<String> weakSignature() {
        return CmsAlgorithms.hashOf(holder.getSignatureAlgorithm()).isPresent()
                ? Optional.empty()
                : Optional.of("was issued with " + CmsAlgorithms.nameOf(holder.getSignatureAlgorithm()));
    }

    boolean hasExpired(Instant at) {
        return at.isAfter(certificate.getNotAfter().toInstant());
    }

    /** What is wrong with its dates at that time. */
    Optional<String> outOfDate(Instant at) {
        Instant from = certificate.getNotBefore().toInstant();
        Instant until = certificate.getNotAfter().toInstant();
        if (at.isBefore(from)) {
            return Optional.of("is valid only from " + from);
        }
        return hasExpired(at) ? Optional.of("expired at " + until) : Optional.empty();
    }
}
