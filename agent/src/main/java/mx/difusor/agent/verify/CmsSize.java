package mx.difusor.agent.verify;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.cms.IssuerAndSerialNumber;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.cms.SignerIdentifier;
import org.bouncycastle.asn1.cms.SignerInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.Certificate;
import org.jspecify.annotations.Nullable;

/**
 * How much a CMS signature file holds, known before the library compares any of it: two names take it the product of
 * their lengths, and whoever sends the file chooses them.
 */
final class CmsSize {

    static final int MAX_SIGNERS = 16;
    static final int MAX_CERTIFICATES = 16;

    /** Attributes of a name; real ones have about ten. */
    static final int MAX_NAME_PARTS = 32;

    static final int MAX_NAME_BYTES = 4_096;

    /** Of a whole file: 16 certificates with two time-stamps have 5,000, and each is some objects to the library. */
    static final int MAX_VALUES = 20_000;

    /** Of a signer, signed ones and the others each; real ones have 3 to 15. */
    static final int MAX_ATTRIBUTES = 64;

    /** Of a signer's signed attributes; the others hold time-stamps and the certificates and revocations to them. */
    static final int MAX_SIGNED_BYTES = 32 << 10;

    /** Of one certificate, whose extensions are values inside of texts; real ones have 1 to 3 kB. */
    static final int MAX_CERTIFICATE_BYTES = 16 << 10;

    private static final int SEQUENCE = 0x30;

    private CmsSize() {}

    /** As CMS does; nothing else is worth being parsed. */
    static boolean begins(byte[] encoded) {
        return encoded.length > 0 && encoded[0] == SEQUENCE;
    }

    /** Of a file that begins as CMS does. */
    static boolean hasTooManyValues(byte[] encoded) {
        return encoded.length > MAX_VALUES && begins(encoded) && BerValues.count(encoded) > MAX_VALUES;
    }

    /** @return what is too much, as the end of a sentence about the file; it may throw what the library does */
    static Optional<String> excess(SignedData signed) throws IOException {
        ASN1Set certificates = signed.getCertificates();
        if (signed.getSignerInfos().size() > MAX_SIGNERS
                || (certificates != null && certificates.size() > MAX_CERTIFICATES)) {
            return Optional.of(
                    "has more than " + MAX_SIGNERS + " signatures or " + MAX_CERTIFICATES + " certificates in it");
        }
        for (ASN1Encodable signer : signed.getSignerInfos()) {
            SignerInfo info = SignerInfo.getInstance(signer);
            if (exceed(info.getAuthenticatedAttributes()) || exceed(info.getUnauthenticatedAttributes())) {
                return Optional.of("has a signature with more than " + MAX_ATTRIBUTES + " attributes");
            }
            if (bytes(info.getAuthenticatedAttributes()) > MAX_SIGNED_BYTES) {
                return Optional.of(
                        "has a signature with more than " + MAX_SIGNED_BYTES + " bytes of signed attributes");
            }
        }
        for (ASN1Encodable one : certificates == null ? List.<ASN1Encodable>of() : certificates) {
            if (bytes(one) > MAX_CERTIFICATE_BYTES) {
                return Optional.of("has a certificate in it of more than " + MAX_CERTIFICATE_BYTES + " bytes");
            }
        }
        for (X500Name name : names(signed)) {
            if (name.getAttributeTypes().length > MAX_NAME_PARTS
                    || name.getEncoded(ASN1Encoding.DER).length > MAX_NAME_BYTES) {
                return Optional.of(
                        "has a name in it of more than " + MAX_NAME_PARTS + " parts or " + MAX_NAME_BYTES + " bytes");
            }
        }
        return Optional.empty();
    }

    private static boolean exceed(@Nullable ASN1Set attributes) {
        return attributes != null && attributes.size() > MAX_ATTRIBUTES;
    }

    private static int bytes(@Nullable ASN1Encodable value) throws IOException {
        return value == null ? 0 : value.toASN1Primitive().getEncoded().length;
    }

    private static List<X500Name> names(SignedData signed) {
        List<X500Name> names = new ArrayList<>();
        for (ASN1Encodable signer : signed.getSignerInfos()) {
            SignerIdentifier id = SignerInfo.getInstance(signer).getSID();
            if (!id.isTagged()) {
                names.add(IssuerAndSerialNumber.getInstance(id.getId()).getName());
            }
        }
        for (ASN1Encodable one :
                signed.getCertificates() == null ? List.<ASN1Encodable>of() : signed.getCertificates()) {
            if (one.toASN1Primitive() instanceof ASN1Sequence plain) {
                Certificate certificate = Certificate.getInstance(plain);
                names.add(certificate.getIssuer());
                names.add(certificate.getSubject());
            }
        }
        return names;
    }
}
