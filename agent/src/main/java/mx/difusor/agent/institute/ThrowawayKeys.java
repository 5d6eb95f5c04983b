package mx.difusor.agent.institute;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.StringWriter;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.config.keys.writer.openssh.OpenSSHKeyPairResourceWriter;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.CertIOException;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509ExtensionUtils;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/**
 * An Institute for a demo, a drill or a test: a root, a signer below it and an SSH key, all made now, all worth nothing
 * tomorrow.
 *
 * @param root PEM certificate of the root, to trust
 * @param certificate PEM certificate of the signer
 * @param key PEM (PKCS#8) private key of the signer
 * @param identity OpenSSH private key, Ed25519
 * @param authorizedKey OpenSSH public key, to put into the uploader's {@code sftp.uploaders} entry
 */
public record ThrowawayKeys(Path root, Path certificate, Path key, Path identity, Path authorizedKey) {

    private static final Duration LIFETIME = Duration.ofDays(7);
    /** Certificates begin a little earlier, for clocks that disagree. */
    private static final Duration LEEWAY = Duration.ofHours(1);

    /** Which algorithm signs packages. */
    public enum Algorithm {
        EC_P256,
        RSA_3072
    }

    /**
     * Writes new keys into {@code folder}, private ones readable by their owner only.
     *
     * @throws MachineException where the folder cannot be written or holds keys already
     */
    public static ThrowawayKeys make(Path folder, Algorithm algorithm, Clock clock) throws MachineException {
        ThrowawayKeys keys = new ThrowawayKeys(
                folder.resolve("iee-root.pem"),
                folder.resolve("iee-signer.pem"),
                folder.resolve("iee-signer.key"),
                folder.resolve("iee-ssh"),
                folder.resolve("iee-ssh.pub"));
        try {
            Files.createDirectories(folder);
            keys.writeSigner(algorithm, clock.instant());
            keys.writeSsh();
            return keys;
        } catch (IOException | GeneralSecurityException | OperatorCreationException e) {
            throw new MachineException(
                    "pack-failed",
                    "cannot make throwaway keys in " + folder + ": " + e.getMessage(),
                    "give an empty folder that can be written",
                    e);
        }
    }

    private void writeSigner(Algorithm algorithm, Instant now)
            throws IOException, GeneralSecurityException, OperatorCreationException {
        KeyPair rootPair = generate(algorithm);
        KeyPair signerPair = generate(algorithm);
        X500Name rootName = new X500Name("CN=Instituto de demostracion (raiz),O=Demo Difusor,C=MX");
        X500Name signerName = new X500Name("CN=Instituto de demostracion,O=Demo Difusor,C=MX");
        X509Certificate rootCertificate = issue(rootName, rootPair, rootName, rootPair, true, now);
        X509Certificate signerCertificate = issue(rootName, rootPair, signerName, signerPair, false, now);
        writeNew(root, pem(rootCertificate), false);
        writeNew(certificate, pem(signerCertificate), false);
        writeNew(key, pem(new JcaPKCS8Generator(signerPair.getPrivate(), null)), true);
    }

    private void writeSsh() throws IOException, GeneralSecurityException {
        KeyPair pair = SecurityUtils.getKeyPairGenerator(SecurityUtils.ED25519).generateKeyPair();
        ByteArrayOutputStream secret = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePrivateKey(pair, "iee@demo", null, secret);
        writeNew(identity, secret.toString(StandardCharsets.US_ASCII), true);
        ByteArrayOutputStream open = new ByteArrayOutputStream();
        OpenSSHKeyPairResourceWriter.INSTANCE.writePublicKey(pair, "iee@demo", open);
        writeNew(authorizedKey, open.toString(StandardCharsets.US_ASCII).strip() + "\n", false);
    }

    private static KeyPair generate(Algorithm algorithm) throws GeneralSecurityException {
        switch (algorithm) {
            case EC_P256 -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
                generator.initialize(new ECGenParameterSpec("secp256r1"));
                return generator.generateKeyPair();
            }
            case RSA_3072 -> {
                KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA");
                generator.initialize(3072);
                return generator.generateKeyPair();
            }
        }
        throw new AssertionError(algorithm);
    }

    private static X509Certificate issue(
            X500Name issuer, KeyPair issuerPair, X500Name subject, KeyPair pair, boolean authority, Instant now)
            throws CertIOException, GeneralSecurityException, OperatorCreationException {
        JcaX509ExtensionUtils extensions = new JcaX509ExtensionUtils();
        X509v3CertificateBuilder builder = new JcaX509v3CertificateBuilder(
                        issuer,
                        new BigInteger(126, new java.security.SecureRandom()).add(BigInteger.ONE),
                        Date.from(now.minus(LEEWAY)),
                        Date.from(now.plus(LIFETIME)),
                        subject,
                        pair.getPublic())
                .addExtension(Extension.basicConstraints, true, new BasicConstraints(authority))
                .addExtension(
                        Extension.keyUsage,
                        true,
                        new KeyUsage(authority ? KeyUsage.keyCertSign | KeyUsage.cRLSign : KeyUsage.digitalSignature))
                .addExtension(
                        Extension.subjectKeyIdentifier, false, extensions.createSubjectKeyIdentifier(pair.getPublic()))
                .addExtension(
                        Extension.authorityKeyIdentifier,
                        false,
                        extensions.createAuthorityKeyIdentifier(issuerPair.getPublic()));
        PrivateKey issuerKey = issuerPair.getPrivate();
        return new JcaX509CertificateConverter()
                .getCertificate(builder.build(new JcaContentSignerBuilder(
                                issuerKey.getAlgorithm().equals("RSA") ? "SHA256WITHRSA" : "SHA256WITHECDSA")
                        .setProvider(new BouncyCastleProvider())
                        .build(issuerKey)));
    }

    private static String pem(Object object) throws IOException {
        StringWriter text = new StringWriter();
        try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
            writer.writeObject(object);
        }
        return text.toString();
    }

    private static void writeNew(Path file, String text, boolean secret) throws IOException {
        boolean posix = FileSystems.getDefault().supportedFileAttributeViews().contains("posix");
        FileAttribute<?>[] attributes = posix
                ? new FileAttribute<?>[] {
                    PosixFilePermissions.asFileAttribute(
                            PosixFilePermissions.fromString(secret ? "rw-------" : "rw-r--r--"))
                }
                : new FileAttribute<?>[0];
        Files.createFile(file, attributes);
        Files.writeString(file, text, StandardCharsets.US_ASCII, StandardOpenOption.WRITE);
    }
}
