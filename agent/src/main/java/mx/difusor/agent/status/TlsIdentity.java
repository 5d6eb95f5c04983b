package mx.difusor.agent.status;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.Signature;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.security.spec.PKCS8EncodedKeySpec;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Optional;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/**
 * The server's certificate chain and key, read from PEM files.
 *
 * @param password of the store, which never leaves memory
 * @param ends when the server's own certificate does
 */
record TlsIdentity(KeyStore keyStore, String password, Instant ends) {

    private static final int MOST_BYTES = 1_000_000;
    private static final String OPENSSL_CURE =
            "write the key without a passphrase: openssl pkey -in OLD -out NEW, readable by the service account only";

    /** @throws MachineException {@code tls-failed}, naming the file */
    static TlsIdentity read(Path certificate, Path key) throws MachineException {
        Certificate[] chain = chain(certificate);
        PrivateKey privateKey = key(key, chain[0].getPublicKey());
        byte[] random = new byte[16];
        new SecureRandom().nextBytes(random);
        String password = HexFormat.of().formatHex(random);
        try {
            KeyStore store = KeyStore.getInstance("PKCS12");
            store.load(null, null);
            store.setKeyEntry("server", privateKey, password.toCharArray(), chain);
            return new TlsIdentity(store, password, end(chain[0]));
        } catch (GeneralSecurityException | IOException e) {
            throw failed(
                    certificate, "is not a chain", "put the server's certificate first, then each issuer's in turn", e);
        }
    }

    private static Certificate[] chain(Path file) throws MachineException {
        byte[] text = bytes(file);
        String cure = "give a PEM file: the server's certificate first, then each issuer's in turn";
        try {
            Certificate[] chain = CertificateFactory.getInstance("X.509")
                    .generateCertificates(new ByteArrayInputStream(text))
                    .toArray(new Certificate[0]);
            if (chain.length > 0) {
                return chain;
            }
        } catch (GeneralSecurityException e) {
            throw failed(file, "cannot be understood", cure, e);
        }
        throw failed(file, "has no certificate", cure, null);
    }

    private static Instant end(Certificate certificate) {
        return ((X509Certificate) certificate).getNotAfter().toInstant();
    }

    private static PrivateKey key(Path file, PublicKey certified) throws MachineException {
        String text = new String(bytes(file), StandardCharsets.ISO_8859_1);
        if (text.contains("ENCRYPTED")) {
            throw failed(file, "needs a passphrase", OPENSSL_CURE, null);
        }
        Optional<byte[]> pkcs8 = Pem.blocks(text).stream()
                .flatMap(block -> block.pkcs8(certified.getEncoded()).stream())
                .findFirst();
        if (pkcs8.isEmpty()) {
            throw failed(file, "has no private key in PEM", OPENSSL_CURE, null);
        }
        try {
            PrivateKey key = KeyFactory.getInstance(certified.getAlgorithm())
                    .generatePrivate(new PKCS8EncodedKeySpec(pkcs8.get()));
            if (belong(key, certified)) {
                return key;
            }
        } catch (GeneralSecurityException e) {
            throw failed(file, "is not a key of the certificate's kind", "give the key of status.tls.certificate", e);
        }
        throw failed(file, "is not the certificate's key", "give the key of status.tls.certificate", null);
    }

    private static boolean belong(PrivateKey key, PublicKey certified) throws GeneralSecurityException {
        byte[] probe = {1, 2, 3};
        Signature signature = Signature.getInstance(signatureAlgorithm(certified.getAlgorithm()));
        signature.initSign(key);
        signature.update(probe);
        byte[] signed = signature.sign();
        signature.initVerify(certified);
        signature.update(probe);
        return signature.verify(signed);
    }

    private static String signatureAlgorithm(String keyAlgorithm) {
        return switch (keyAlgorithm) {
            case "EC" -> "SHA256withECDSA";
            case "RSA" -> "SHA256withRSA";
            default -> keyAlgorithm;
        };
    }

    private static byte[] bytes(Path file) throws MachineException {
        try (InputStream in = Files.newInputStream(file)) {
            byte[] bytes = in.readNBytes(MOST_BYTES + 1);
            if (bytes.length <= MOST_BYTES) {
                return bytes;
            }
        } catch (NoSuchFileException e) {
            throw failed(file, "does not exist", "correct its path in status.tls", e);
        } catch (AccessDeniedException e) {
            throw failed(file, "cannot be read: permission denied", "let the service account read it", e);
        } catch (IOException e) {
            throw failed(file, "cannot be read", "check the file and its disk", e);
        }
        throw failed(file, "is larger than " + MOST_BYTES + " bytes", "give a PEM file", null);
    }

    private static MachineException failed(Path file, String how, String cure, @Nullable Exception cause) {
        return new MachineException("tls-failed", file + " " + how, cure, cause);
    }
}
