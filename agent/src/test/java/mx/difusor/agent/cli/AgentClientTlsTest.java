package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.io.InputStream;
import java.math.BigInteger;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.Date;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import mx.difusor.agent.config.HomeFixture;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An agent with a self-signed certificate for another name, as most will have. */
class AgentClientTlsTest {

    private static final char[] PASSWORD = "for the test".toCharArray();

    @TempDir
    private Path folder;

    private CommandFixture fixture = new CommandFixture(Path.of(""));

    private record Identity(KeyPair keys, X509Certificate certificate) {}

    @BeforeEach
    void makeHome() throws IOException {
        fixture = new CommandFixture(folder);
        new HomeFixture(folder);
    }

    private static Identity identity() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC");
        generator.initialize(256);
        KeyPair keys = generator.generateKeyPair();
        X500Name name = new X500Name("CN=prep.radio.example");
        Instant now = Instant.now();
        var builder = new JcaX509v3CertificateBuilder(
                name,
                BigInteger.ONE,
                Date.from(now.minus(Duration.ofDays(2))),
                Date.from(now.plus(Duration.ofDays(2))),
                name,
                keys.getPublic());
        var signer = new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate());
        return new Identity(keys, new JcaX509CertificateConverter().getCertificate(builder.build(signer)));
    }

    private static HttpsServer server(Identity identity) throws Exception {
        KeyStore store = KeyStore.getInstance("PKCS12");
        store.load((InputStream) null, PASSWORD);
        store.setKeyEntry(
                "agent", identity.keys().getPrivate(), PASSWORD, new X509Certificate[] {identity.certificate()});
        KeyManagerFactory managers = KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
        managers.init(store, PASSWORD);
        SSLContext context = SSLContext.getInstance("TLS");
        context.init(managers.getKeyManagers(), null, null);
        HttpsServer server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setHttpsConfigurator(new HttpsConfigurator(context));
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, 2);
            exchange.getResponseBody().write(new byte[] {'{', '}'});
            exchange.close();
        });
        server.start();
        return server;
    }

    private CommandFixture.Outcome status(HttpsServer server, X509Certificate configured) throws Exception {
        String pem = "-----BEGIN CERTIFICATE-----\n"
                + Base64.getMimeEncoder().encodeToString(configured.getEncoded())
                + "\n-----END CERTIFICATE-----\n";
        Files.writeString(folder.resolve("tls/chain.pem"), pem);
        Files.writeString(
                folder.resolve("difusor.yaml"),
                HomeFixture.LEAST
                        + "status: {listen: '0.0.0.0:" + server.getAddress().getPort()
                        + "', tls: {certificate: tls/chain.pem, key: tls/key.pem}}\n");
        return fixture.run("status", "--json");
    }

    @Test
    void theConfiguredCertificateIsTrusted() throws Exception {
        Identity identity = identity();
        HttpsServer server = server(identity);
        try {
            assertThat(status(server, identity.certificate()).exitCode()).isEqualTo(ExitCode.DONE);
        } finally {
            server.stop(0);
        }
    }

    @Test
    void anyOtherIsNotWhoeverItClaimsToBe() throws Exception {
        HttpsServer server = server(identity());
        try {
            CommandFixture.Outcome outcome = status(server, identity().certificate());
            assertThat(outcome.exitCode()).isEqualTo(ExitCode.UNREACHABLE);
            assertThat(outcome.err())
                    .contains("another certificate than status.tls.certificate")
                    .contains("cure: after a renewal put both files there", folder + "/tls/key.pem", "tls-failed");
        } finally {
            server.stop(0);
        }
    }

    @Test
    void aFileWithoutCertificateSaysWhatBelongsThere() throws Exception {
        new HomeFixture(folder)
                .write(HomeFixture.LEAST
                        + "status: {listen: 127.0.0.1:1, tls: {certificate: tls/chain.pem, key: tls/key.pem}}\n");

        CommandFixture.Outcome outcome = fixture.run("status");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.FAILED);
        assertThat(outcome.err()).contains(folder.resolve("tls/chain.pem") + " holds no certificate");
    }
}
