package mx.difusor.agent.status;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** A key with a self-signed certificate, made in this process, and its files in PEM. */
record TestIdentity(KeyPair keys, X509Certificate certificate) {

    static TestIdentity ec(String name, Duration life) throws Exception {
        return of("EC", 256, name, life);
    }

    static TestIdentity of(String algorithm, int bits, String name, Duration life) throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
        if (bits > 0) {
            generator.initialize(bits);
        }
        KeyPair keys = generator.generateKeyPair();
        X500Name subject = new X500Name("CN=" + name);
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                subject,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofDays(2))),
                Date.from(now.plus(life)),
                subject,
                keys.getPublic());
        String signed =
                algorithm.equals("EC") ? "SHA256withECDSA" : algorithm.equals("RSA") ? "SHA256withRSA" : algorithm;
        var signer = new JcaContentSignerBuilder(signed).build(keys.getPrivate());
        return new TestIdentity(keys, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    }

    /** @param type the words after BEGIN */
    static String pem(String type, byte[] der) {
        String body = Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(der);
        return "-----BEGIN " + type + "-----\n" + body + "\n-----END " + type + "-----\n";
    }

    String chain() throws Exception {
        return pem("CERTIFICATE", certificate.getEncoded());
    }

    String pkcs8() {
        return pem("PRIVATE KEY", keys.getPrivate().getEncoded());
    }

    /** {@code RSA PRIVATE KEY} (PKCS#1) or {@code EC PRIVATE KEY} (SEC1). */
    String old() throws IOException {
        byte[] inside = PrivateKeyInfo.getInstance(keys.getPrivate().getEncoded())
                .parsePrivateKey()
                .toASN1Primitive()
                .getEncoded();
        return pem(keys.getPrivate().getAlgorithm() + " PRIVATE KEY", inside);
    }

    /** As {@code chain.pem} and {@code key.pem}. */
    StatusServer.Tls write(Path folder) throws Exception {
        StatusServer.Tls files = new StatusServer.Tls(folder.resolve("chain.pem"), folder.resolve("key.pem"));
        replace(files.certificate(), chain());
        replace(files.key(), pkcs8());
        return files;
    }

    /** Another file under the name, as renewals do it. */
    static void replace(Path file, String text) throws IOException {
        Path beside = file.resolveSibling(file.getFileName() + ".new");
        Files.writeString(beside, text, StandardCharsets.US_ASCII);
        Files.move(beside, file, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
    }
}
