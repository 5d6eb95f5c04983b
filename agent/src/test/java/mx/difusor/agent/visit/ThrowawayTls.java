package mx.difusor.agent.visit;

import java.math.BigInteger;
import java.net.Socket;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/** An authority of this test alone, and servers' certificates of it. */
final class ThrowawayTls {

    private static final char[] PASSWORD = "test".toCharArray();

    private final KeyPair keys = keys();
    private final X509Certificate authority;

    ThrowawayTls() throws Exception {
        Instant now = Instant.now();
        Instant from = now.minus(Duration.ofDays(1_000));
        authority = certificate("Authority", keys, from, now.plus(Duration.ofDays(1_000)), "", keys);
    }

    private static KeyPair keys() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        return generator.generateKeyPair();
    }

    /** @param host empty for an authority */
    private static X509Certificate certificate(
            String name, KeyPair own, Instant from, Instant until, String host, KeyPair issuer) throws Exception {
        var builder = new JcaX509v3CertificateBuilder(
                new X500Name("CN=Authority"),
                new BigInteger(64, new SecureRandom()),
                Date.from(from),
                Date.from(until),
                new X500Name("CN=" + name),
                own.getPublic());
        builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(host.isEmpty()));
        if (!host.isEmpty()) {
            builder.addExtension(
                    Extension.subjectAlternativeName,
                    false,
                    new GeneralNames(new GeneralName(GeneralName.dNSName, host)));
        }
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(issuer.getPrivate());
        return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    }

    /** Of a server whose certificate is for this host. */
    SSLContext server(String host, Instant from, Instant until) throws Exception {
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {manager(host, from, until)}, null, null);
        return context;
    }

    private X509ExtendedKeyManager manager(String host, Instant from, Instant until) throws Exception {
        KeyPair own = keys();
        X509Certificate leaf = certificate("server", own, from, until, host, keys);
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setKeyEntry("server", own.getPrivate(), PASSWORD, new X509Certificate[] {leaf});
        KeyManagerFactory managers = KeyManagerFactory.getInstance("SunX509");
        managers.init(store, PASSWORD);
        return (X509ExtendedKeyManager) managers.getKeyManagers()[0];
    }

    /** Of a server whose certificate is renewed without a restart: its next handshakes, but no session, have the new one. */
    SSLContext renewing(String host, Instant from, Instant until, Instant then, BooleanSupplier renewed)
            throws Exception {
        X509ExtendedKeyManager before = manager(host, from, until);
        X509ExtendedKeyManager after = manager(host, from, then);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(new KeyManager[] {new Renewing(() -> renewed.getAsBoolean() ? after : before)}, null, null);
        return context;
    }

    private static final class Renewing extends X509ExtendedKeyManager {
        private final Supplier<X509ExtendedKeyManager> now;

        Renewing(Supplier<X509ExtendedKeyManager> now) {
            this.now = now;
        }

        @Override
        public String chooseEngineServerAlias(String type, Principal[] issuers, SSLEngine engine) {
            return now.get().chooseEngineServerAlias(type, issuers, engine);
        }

        @Override
        public String chooseServerAlias(String type, Principal[] issuers, Socket socket) {
            return now.get().chooseServerAlias(type, issuers, socket);
        }

        @Override
        public String chooseClientAlias(String[] types, Principal[] issuers, Socket socket) {
            throw new IllegalStateException("a server's");
        }

        @Override
        public String[] getServerAliases(String type, Principal[] issuers) {
            return now.get().getServerAliases(type, issuers);
        }

        @Override
        public String[] getClientAliases(String type, Principal[] issuers) {
            throw new IllegalStateException("a server's");
        }

        @Override
        public X509Certificate[] getCertificateChain(String alias) {
            return now.get().getCertificateChain(alias);
        }

        @Override
        public PrivateKey getPrivateKey(String alias) {
            return now.get().getPrivateKey(alias);
        }
    }

    /** Of a browser that trusts this authority. */
    SSLContext client() throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load(null, null);
        store.setCertificateEntry("authority", authority);
        TrustManagerFactory managers = TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
        managers.init(store);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(null, managers.getTrustManagers(), null);
        return context;
    }
}
