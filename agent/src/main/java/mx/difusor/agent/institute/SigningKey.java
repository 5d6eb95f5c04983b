package mx.difusor.agent.institute;

import java.io.BufferedOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.X509Certificate;
import java.security.interfaces.ECKey;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.bouncycastle.cert.jcajce.JcaCertStore;
import org.bouncycastle.cms.CMSException;
import org.bouncycastle.cms.CMSSignedDataStreamGenerator;
import org.bouncycastle.cms.jcajce.JcaSignerInfoGeneratorBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;

/**
 * The Institute's private key with its certificate, to sign packages as
 * {@code openssl cms -sign -binary -outform DER} does: detached, signed attributes, certificates inside.
 */
public final class SigningKey {

    private static final int P384_BITS = 384;
    private static final int P521_BITS = 521;

    private final PrivateKey key;
    private final X509Certificate certificate;
    private final List<X509Certificate> chain;
    private final String algorithm;
    private final BouncyCastleProvider provider = new BouncyCastleProvider();

    /**
     * @param chain what goes inside the signature; one of them must be the key's
     * @throws MachineException {@code key-refused} when no certificate is the key's or the key is of another kind than
     *     RSA, RSA-PSS or EC
     */
    public SigningKey(PrivateKey key, List<X509Certificate> chain) throws MachineException {
        this.key = key;
        this.chain = List.copyOf(chain);
        this.algorithm = algorithm(key);
        this.certificate = ownCertificate();
    }

    /**
     * @param keyPem PKCS#8, PKCS#1 or SEC1 private key, encrypted or not
     * @param certificatePem the signer's certificate, with those between it and the root where there are any
     * @param passphrase asked only where the key is encrypted
     */
    public static SigningKey load(Path keyPem, Path certificatePem, Passphrase passphrase) throws MachineException {
        return new SigningKey(PemFiles.privateKey(keyPem, passphrase), PemFiles.certificates(certificatePem));
    }

    public X509Certificate certificate() {
        return certificate;
    }

    /** Refuses to make a signature that every agent must refuse. */
    void requireValidAt(Instant now) throws MachineException {
        if (now.isAfter(certificate.getNotAfter().toInstant())
                || now.isBefore(certificate.getNotBefore().toInstant())) {
            throw new MachineException(
                    "key-refused",
                    "the certificate of "
                            + certificate.getSubjectX500Principal().getName() + " is valid from "
                            + certificate.getNotBefore().toInstant() + " to "
                            + certificate.getNotAfter().toInstant() + ", not now",
                    "sign with a certificate that is valid today, and check this machine's clock",
                    null);
        }
    }

    /** Signs the file's bytes into a new DER file. Reads it as a stream, of any size. */
    void sign(Path content, Path newSignature) throws IOException, MachineException {
        try (InputStream in = Files.newInputStream(content);
                OutputStream out =
                        new BufferedOutputStream(Files.newOutputStream(newSignature, StandardOpenOption.CREATE_NEW))) {
            CMSSignedDataStreamGenerator generator = new CMSSignedDataStreamGenerator();
            generator.addSignerInfoGenerator(new JcaSignerInfoGeneratorBuilder(new JcaDigestCalculatorProviderBuilder()
                            .setProvider(provider)
                            .build())
                    .build(
                            new JcaContentSignerBuilder(algorithm)
                                    .setProvider(provider)
                                    .build(key),
                            certificate));
            generator.addCertificates(new JcaCertStore(chain));
            try (OutputStream signed = generator.open(out, false)) {
                in.transferTo(signed);
            }
        } catch (GeneralSecurityException | OperatorCreationException | CMSException e) {
            throw new MachineException(
                    "pack-failed",
                    "cannot sign " + content.getFileName() + ": " + e.getMessage(),
                    "check the key and the certificate with: openssl pkey -noout -in KEY; openssl x509 -noout -in CERT",
                    e);
        }
    }

    private static String algorithm(PrivateKey key) throws MachineException {
        return switch (key.getAlgorithm()) {
            case "RSA" -> "SHA256WITHRSA";
            case "RSASSA-PSS" -> "SHA256WITHRSAANDMGF1";
            case "EC", "ECDSA" -> digestOf(key) + "WITHECDSA";
            default ->
                throw new MachineException(
                        "key-refused",
                        "a key of type " + key.getAlgorithm() + " cannot sign packages",
                        "use an RSA, RSA-PSS or EC key",
                        null);
        };
    }

    private static String digestOf(PrivateKey key) {
        int bits = key instanceof ECKey curve
                ? curve.getParams().getCurve().getField().getFieldSize()
                : 0;
        return bits >= P521_BITS ? "SHA512" : bits >= P384_BITS ? "SHA384" : "SHA256";
    }

    private X509Certificate ownCertificate() throws MachineException {
        byte[] probe = "difusor".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
        try {
            Signature signer = Signature.getInstance(algorithm, provider);
            signer.initSign(key);
            signer.update(probe);
            byte[] signature = signer.sign();
            for (X509Certificate one : chain) {
                if (isOf(one, probe, signature)) {
                    return one;
                }
            }
        } catch (GeneralSecurityException e) {
            throw new MachineException(
                    "key-refused", "the private key cannot sign: " + e.getMessage(), "give another key", e);
        }
        throw new MachineException(
                "key-refused",
                "the private key does not belong to the certificate of "
                        + chain.stream()
                                .map(one -> one.getSubjectX500Principal().getName())
                                .toList(),
                "give the key and the certificate that were made together",
                null);
    }

    private boolean isOf(X509Certificate one, byte[] probe, byte[] signature) {
        try {
            Signature verifier = Signature.getInstance(algorithm, provider);
            verifier.initVerify(one.getPublicKey());
            verifier.update(probe);
            return verifier.verify(signature);
        } catch (GeneralSecurityException e) {
            return false; // a key of another type: not this one
        }
    }

    /** Where an encrypted key's passphrase comes from. */
    @FunctionalInterface
    public interface Passphrase {
        /**
         * @param what the file that needs it, for the prompt
         * @return a copy that the caller overwrites after use; empty when there is none to be had
         */
        char[] of(Path what) throws MachineException;

        /** Never has one. */
        Passphrase NONE = what -> new char[0];
    }

    static void forget(char[] passphrase) {
        Arrays.fill(passphrase, '\0');
    }
}
