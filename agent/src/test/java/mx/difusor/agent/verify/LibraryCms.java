package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.NoSuchAlgorithmException;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERSet;
import org.bouncycastle.asn1.cms.Attribute;
import org.bouncycastle.asn1.cms.AttributeTable;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.SignedData;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.DefaultSignedAttributeTableGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationStore;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.ContentSigner;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;
import org.jspecify.annotations.Nullable;

/** Makes CMS signatures that the installed {@code openssl} cannot make, with keys of a {@link CertificateShop}. */
final class LibraryCms {

    private record Signing(String name, String algorithm, boolean bare, boolean keyed) {}

    private final Path keys;
    private final Provider provider = new BouncyCastleProvider();
    private final List<Signing> signers = new ArrayList<>();
    private final List<String> certificates = new ArrayList<>();
    private @Nullable ASN1ObjectIdentifier missing;
    private final List<Attribute> others = new ArrayList<>();
    private boolean signersInside = true;

    LibraryCms(Path keys) {
        this.keys = keys;
    }

    LibraryCms signer(String name, String algorithm) {
        signers.add(new Signing(name, algorithm, false, false));
        return this;
    }

    /** Without signed attributes. */
    LibraryCms bareSigner(String name, String algorithm) {
        signers.add(new Signing(name, algorithm, true, false));
        return this;
    }

    /** Named by its key's identifier, with no certificate inside. */
    LibraryCms keyedSigner(String name, String algorithm) {
        signers.add(new Signing(name, algorithm, false, true));
        signersInside = false;
        return this;
    }

    /** In place of the signed attribute of that type. */
    LibraryCms attribute(Attribute instead) {
        others.add(instead);
        return this;
    }

    /** From now on every signer with signed attributes leaves that one out. */
    LibraryCms without(ASN1ObjectIdentifier attribute) {
        missing = attribute;
        return this;
    }

    /** Inside the file besides the signers' own. */
    LibraryCms certificate(String name) {
        certificates.add(name);
        return this;
    }

    LibraryCms withoutSignersCertificates() {
        signersInside = false;
        return this;
    }

    byte[] sign(byte[] content) {
        return sign(content, CMSObjectIdentifiers.data);
    }

    /** @param type what the content is said to be */
    byte[] sign(byte[] content, ASN1ObjectIdentifier type) {
        return sign(content, type, false);
    }

    /** With the content inside. */
    byte[] embedding(byte[] content) {
        return sign(content, CMSObjectIdentifiers.data, true);
    }

    private byte[] sign(byte[] content, ASN1ObjectIdentifier type, boolean embed) {
        try {
            CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
            for (Signing signing : signers) {
                X509CertificateHolder certificate = (X509CertificateHolder) parse(signing.name() + ".pem");
                PrivateKey key = BouncyCastleProvider.getPrivateKey((PrivateKeyInfo) parse(signing.name() + ".key"));
                JcaSignerInfoGeneratorBuilder builder =
                        new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder()
                                .setProvider(provider)
                                .build());
                builder.setDirectSignature(signing.bare());
                builder.setSignedAttributeGenerator(this::attributes);
                ContentSigner signer = new JcaContentSignerBuilder(signing.algorithm())
                        .setProvider(provider)
                        .build(key);
                generator.addSignerInfoGenerator(
                        signing.keyed()
                                ? builder.build(
                                        signer,
                                        new JcaX509ExtensionUtils()
                                                .createSubjectKeyIdentifier(certificate.getSubjectPublicKeyInfo())
                                                .getKeyIdentifier())
                                : builder.build(signer, certificate));
                if (signersInside) {
                    generator.addCertificate(certificate);
                }
            }
            for (String name : certificates) {
                generator.addCertificate((X509CertificateHolder) parse(name + ".pem"));
            }
            return generator
                    .generate(new CMSProcessableByteArray(type, content), embed)
                    .getEncoded();
        } catch (CMSException | OperatorCreationException | IOException | NoSuchAlgorithmException e) {
            throw new AssertionError(e);
        }
    }

    private AttributeTable attributes(Map<?, ?> parameters) {
        AttributeTable all = new DefaultSignedAttributeTableGenerator().getAttributes(parameters);
        ASN1ObjectIdentifier gone = missing;
        if (gone != null) {
            all = all.remove(gone);
        }
        for (Attribute instead : others) {
            ASN1EncodableVector attributes = all.remove(instead.getAttrType()).toASN1EncodableVector();
            attributes.add(instead);
            all = new AttributeTable(attributes);
        }
        return all;
    }

    /** One file with the signers and certificates of both. */
    static byte[] together(byte[] one, byte[] other) {
        try {
            CMSSignedData first = new CMSSignedData(one);
            CMSSignedData second = new CMSSignedData(other);
            List<SignerInformation> signers =
                    new ArrayList<>(first.getSignerInfos().getSigners());
            signers.addAll(second.getSignerInfos().getSigners());
            List<X509CertificateHolder> certificates =
                    new ArrayList<>(first.getCertificates().getMatches(null));
            certificates.addAll(second.getCertificates().getMatches(null));
            CMSSignedData all = CMSSignedData.replaceSigners(first, new SignerInformationStore(signers));
            return CMSSignedData.replaceCertificatesAndCRLs(all, new CollectionStore<>(certificates), null, null)
                    .getEncoded();
        } catch (CMSException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The file with another signature value in its only signer, who has no signed attributes. */
    static byte[] withSignature(byte[] file, byte[] signature) {
        return withSigner(file, 4, new DEROctetString(signature));
    }

    /** The file with these unsigned attributes of its only signer. */
    static byte[] withUnsigned(byte[] file, Attribute... attributes) {
        try {
            CMSSignedData signed = new CMSSignedData(file);
            SignerInformation signer =
                    signed.getSignerInfos().getSigners().iterator().next();
            ASN1EncodableVector all = new ASN1EncodableVector();
            all.addAll(attributes);
            SignerInformation other = SignerInformation.replaceUnsignedAttributes(signer, new AttributeTable(all));
            return CMSSignedData.replaceSigners(signed, new SignerInformationStore(other))
                    .getEncoded();
        } catch (CMSException | IOException e) {
            throw new AssertionError(e);
        }
    }

    /** The file with another digest algorithm said of its only signer. */
    static byte[] withDigest(byte[] file, String oid) {
        return withSigner(file, 2, new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid)));
    }

    /** The file with another signature algorithm said of its only signer, who has no signed attributes. */
    static byte[] withAlgorithm(byte[] file, AlgorithmIdentifier algorithm) {
        return withSigner(file, 3, algorithm);
    }

    /** @param position among the members of SignerInfo (RFC 5652, 5.3) */
    private static byte[] withSigner(byte[] file, int position, ASN1Encodable value) {
        try {
            ContentInfo content = ContentInfo.getInstance(file);
            SignedData data = SignedData.getInstance(content.getContent());
            ASN1EncodableVector fields = new ASN1EncodableVector();
            for (ASN1Encodable field :
                    (ASN1Sequence) data.getSignerInfos().getObjectAt(0).toASN1Primitive()) {
                fields.add(field);
            }
            ASN1EncodableVector changed = new ASN1EncodableVector();
            for (int i = 0; i < fields.size(); i++) {
                changed.add(i == position ? value : fields.get(i));
            }
            SignedData other = new SignedData(
                    data.getDigestAlgorithms(),
                    data.getEncapContentInfo(),
                    data.getCertificates(),
                    data.getCRLs(),
                    new DERSet(new DERSequence(changed)));
            return new ContentInfo(content.getContentType(), other).getEncoded("DER");
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private Object parse(String file) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(keys.resolve(file))))) {
            return parser.readObject();
        }
    }
}
