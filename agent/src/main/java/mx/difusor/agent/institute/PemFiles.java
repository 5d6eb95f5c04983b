package mx.difusor.agent.institute;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.bouncycastle.openssl.PEMEncryptedKeyPair;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JceOpenSSLPKCS8DecryptorProviderBuilder;
import org.bouncycastle.openssl.jcajce.JcePEMDecryptorProviderBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.pkcs.PKCS8EncryptedPrivateKeyInfo;
import org.bouncycastle.pkcs.PKCSException;
import org.jspecify.annotations.Nullable;

/** Reads keys and certificates from PEM files. No message ever holds a byte of a key. */
final class PemFiles {

    /** No key or chain is larger; a file that is was given by mistake. */
    static final long MAX_PEM_BYTES = 1 << 20;

    /** What can stand in one PEM file; the rest is not read. */
    private static final int MAX_OBJECTS = 64;

    private PemFiles() {}

    static PrivateKey privateKey(Path file, SigningKey.Passphrase passphrase) throws MachineException {
        for (Object object : objects(file)) {
            PrivateKeyInfo info = keyInfo(file, object, passphrase);
            if (info != null) {
                try {
                    return new JcaPEMKeyConverter()
                            .setProvider(new BouncyCastleProvider())
                            .getPrivateKey(info);
                } catch (IOException e) {
                    throw unreadable(file, "its private key is not usable", e);
                }
            }
        }
        throw unreadable(file, "it holds no private key", null);
    }

    /** @return at least one, in the file's order */
    static List<X509Certificate> certificates(Path file) throws MachineException {
        List<X509Certificate> certificates = new ArrayList<>();
        for (Object object : objects(file)) {
            if (object instanceof X509CertificateHolder holder) {
                try {
                    certificates.add(new JcaX509CertificateConverter().getCertificate(holder));
                } catch (CertificateException e) {
                    throw unreadable(file, "its certificate is not usable", e);
                }
            }
        }
        if (certificates.isEmpty()) {
            throw unreadable(file, "it holds no certificate", null);
        }
        return certificates;
    }

    private static @Nullable PrivateKeyInfo keyInfo(Path file, Object object, SigningKey.Passphrase passphrase)
            throws MachineException {
        if (object instanceof PEMKeyPair pair) {
            return pair.getPrivateKeyInfo();
        }
        if (object instanceof PrivateKeyInfo info) {
            return info;
        }
        if (object instanceof PEMEncryptedKeyPair || object instanceof PKCS8EncryptedPrivateKeyInfo) {
            return decrypted(file, object, passphrase);
        }
        return null;
    }

    private static PrivateKeyInfo decrypted(Path file, Object object, SigningKey.Passphrase passphrase)
            throws MachineException {
        char[] secret = passphrase.of(file);
        if (secret.length == 0) {
            throw new MachineException(
                    "key-unreadable",
                    "the private key " + file + " is encrypted and no passphrase was given",
                    "give --passphrase-file FILE, or run the command at a terminal, where it asks",
                    null);
        }
        BouncyCastleProvider provider = new BouncyCastleProvider();
        try {
            if (object instanceof PEMEncryptedKeyPair pair) {
                return pair.decryptKeyPair(new JcePEMDecryptorProviderBuilder()
                                .setProvider(provider)
                                .build(secret))
                        .getPrivateKeyInfo();
            }
            return ((PKCS8EncryptedPrivateKeyInfo) object)
                    .decryptPrivateKeyInfo(new JceOpenSSLPKCS8DecryptorProviderBuilder()
                            .setProvider(provider)
                            .build(secret));
        } catch (IOException | PKCSException | OperatorCreationException e) {
            throw new MachineException(
                    "key-unreadable",
                    "the passphrase does not open the private key " + file,
                    "give the passphrase the key was made with",
                    e);
        } finally {
            SigningKey.forget(secret);
        }
    }

    private static List<Object> objects(Path file) throws MachineException {
        try {
            if (Files.size(file) > MAX_PEM_BYTES) {
                throw unreadable(file, "it is larger than " + MAX_PEM_BYTES + " bytes", null);
            }
        } catch (IOException e) {
            throw unreadable(file, "no such file, or no permission", e);
        }
        List<Object> objects = new ArrayList<>();
        try (Reader reader = Files.newBufferedReader(file, StandardCharsets.ISO_8859_1);
                PEMParser parser = new PEMParser(reader)) {
            Object object = parser.readObject();
            while (object != null && objects.size() < MAX_OBJECTS) {
                if (!(object instanceof SubjectPublicKeyInfo)) {
                    objects.add(object);
                }
                object = parser.readObject();
            }
        } catch (IOException | RuntimeException e) {
            throw unreadable(file, "it is not a PEM file", e);
        }
        return objects;
    }

    private static MachineException unreadable(Path file, String why, @Nullable Throwable cause) {
        return new MachineException(
                "key-unreadable",
                "cannot read " + file + ": " + why,
                "give a readable PEM file (-----BEGIN ...), as openssl writes it",
                cause);
    }
}
