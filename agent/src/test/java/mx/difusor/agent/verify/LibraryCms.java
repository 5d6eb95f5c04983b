package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.Provider;
import java.util.ArrayList;
import java.util.List;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedData;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.bouncycastle.cms.SignerInformation;
import org.bouncycastle.cms.SignerInformationStore;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.bouncycastle.util.CollectionStore;

/** Makes CMS signatures that the installed {@code openssl} cannot make, with keys of a {@link CertificateShop}. */
final class LibraryCms {

    private record Signing(String name, String algorithm, boolean bare) {}

    private final Path keys;
    private final Provider provider = new BouncyCastleProvider();
    private final List<Signing> signers = new ArrayList<>();

    LibraryCms(Path keys) {
        this.keys = keys;
    }

    LibraryCms signer(String name, String algorithm) {
        signers.add(new Signing(name, algorithm, false));
        return this;
    }

    /** Without signed attributes. */
    LibraryCms bareSigner(String name, String algorithm) {
        signers.add(new Signing(name, algorithm, true));
        return this;
    }

    byte[] sign(byte[] content) {
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
                generator.addSignerInfoGenerator(builder.build(
                        new JcaContentSignerBuilder(signing.algorithm())
                                .setProvider(provider)
                                .build(key),
                        certificate));
                generator.addCertificate(certificate);
            }
            return generator.generate(new CMSProcessableByteArray(content)).getEncoded();
        } catch (CMSException | OperatorCreationException | IOException e) {
            throw new AssertionError(e);
        }
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

    private Object parse(String file) throws IOException {
        try (PEMParser parser = new PEMParser(new StringReader(Files.readString(keys.resolve(file))))) {
            return parser.readObject();
        }
    }
}
