package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.model.MachineException;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server's certificate and key, and every way in which they cannot serve, without a server. */
class TlsIdentityTest {

    private static final Duration LIFE = Duration.ofDays(30);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private TestIdentity identity;

    @SuppressWarnings("NullAway.Init")
    private StatusServer.Tls files;

    @BeforeEach
    void write() throws Exception {
        identity = TestIdentity.ec("prep.radio.example", LIFE);
        files = identity.write(folder);
    }

    private TlsIdentity read() throws MachineException {
        return TlsIdentity.read(files.certificate(), files.key());
    }

    private void refused(Path file, String how) {
        assertThatThrownBy(this::read)
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("tls-failed"))
                .hasMessage(file + " " + how);
    }

    private void serves(TestIdentity one) throws Exception {
        TlsIdentity read = read();
        assertThat(read.ends()).isEqualTo(one.certificate().getNotAfter().toInstant());
        assertThat(read.keyStore().getKey("server", read.password().toCharArray()))
                .isEqualTo(one.keys().getPrivate());
        assertThat(read.keyStore().getCertificateChain("server")).startsWith(one.certificate());
    }

    @ParameterizedTest
    @CsvSource({"EC, 256", "EC, 384", "EC, 521", "RSA, 1024", "RSA, 2048"})
    void everyFormOfAKeyServes(String algorithm, int bits) throws Exception {
        TestIdentity one = TestIdentity.of(algorithm, bits, "x", LIFE);
        one.write(folder);
        serves(one);
        Files.writeString(files.key(), one.old());
        serves(one);
        Files.writeString(files.key(), TestIdentity.pem("EC PARAMETERS", new byte[] {5, 0}) + "notes\n" + one.old());
        serves(one);
    }

    /** With the public key in it, unlike Java's own; so it is longer than the short form of a length holds. */
    @ParameterizedTest
    @ValueSource(ints = {256, 384, 521})
    void aKeyAsOpensslWritesItServes(int bits) throws Exception {
        TestIdentity one = TestIdentity.of("EC", bits, "x", LIFE);
        one.write(folder);
        PrivateKeyInfo key = PrivateKeyInfo.getInstance(one.keys().getPrivate().getEncoded());
        SubjectPublicKeyInfo certified =
                SubjectPublicKeyInfo.getInstance(one.keys().getPublic().getEncoded());
        byte[] whole = new ECPrivateKey(
                        bits,
                        ECPrivateKey.getInstance(key.parsePrivateKey()).getKey(),
                        certified.getPublicKeyData(),
                        key.getPrivateKeyAlgorithm().getParameters())
                .getEncoded();
        Files.writeString(files.key(), TestIdentity.pem("EC PRIVATE KEY", whole));
        assertThat(read().keyStore().isKeyEntry("server")).isTrue();
    }

    @Test
    void thePasswordInMemoryIsNeverTheSame() throws Exception {
        assertThat(read().password()).hasSize(32).isNotEqualTo(read().password());
    }

    @Test
    void anEd25519KeyServes() throws Exception {
        TestIdentity one = TestIdentity.of("Ed25519", 0, "x", LIFE);
        one.write(folder);
        serves(one);
    }

    @Test
    void whatIssuedTheCertificateMayFollowAndNothingElseMay() throws Exception {
        String other = TestIdentity.ec("another", LIFE).chain();
        Files.writeString(files.certificate(), identity.chain() + other);
        refused(files.certificate(), "is not a chain");
        Files.writeString(files.certificate(), identity.chain());
        Certificate[] chain = read().keyStore().getCertificateChain("server");
        assertThat(chain).containsExactly(identity.certificate());
    }

    @Test
    void aFileThatIsNotThereOrCannotBeReadIsNamed() throws Exception {
        for (Path file : List.of(files.certificate(), files.key())) {
            identity.write(folder);
            Files.delete(file);
            refused(file, "does not exist");
            Files.createDirectory(file);
            refused(file, "cannot be read");
            Files.delete(file);
            Files.write(file, new byte[1_000_001]);
            refused(file, "is larger than 1000000 bytes");
        }
    }

    @Test
    void aFileOfTheLargestSizeIsRead() throws Exception {
        Files.writeString(
                files.key(),
                identity.pkcs8() + " ".repeat(1_000_000 - identity.pkcs8().length()));
        serves(identity);
    }

    @Test
    void aCertificateThatIsNoneIsNamed() throws Exception {
        for (String none : List.of("", "\n", "hello\n")) {
            Files.writeString(files.certificate(), none);
            assertThatThrownBy(this::read)
                    .hasMessageMatching(".*/chain\\.pem (has no certificate|cannot be understood)");
        }
        Files.writeString(files.certificate(), "");
        refused(files.certificate(), "has no certificate");
        Files.writeString(files.certificate(), TestIdentity.pem("CERTIFICATE", new byte[] {0, 0, 0}));
        refused(files.certificate(), "cannot be understood");
    }

    @Test
    void aKeyThatIsNotTheCertificatesIsNamed() throws Exception {
        Files.writeString(files.key(), TestIdentity.ec("another", LIFE).pkcs8());
        refused(files.key(), "is not the certificate's key");
        TestIdentity rsa = TestIdentity.of("RSA", 1024, "x", LIFE);
        for (String key : List.of(rsa.pkcs8(), rsa.old())) {
            Files.writeString(files.key(), key);
            refused(files.key(), "is not a key of the certificate's kind");
        }
    }

    @Test
    void aKeyWithAPassphraseIsToldFromNone() throws Exception {
        for (String key : Stream.of("ENCRYPTED PRIVATE KEY", "RSA PRIVATE KEY")
                .map(type -> TestIdentity.pem(type, new byte[] {1}))
                .map(text -> text.replace("RSA PRIVATE KEY-----\nAQ", "RSA PRIVATE KEY-----\nProc-Type: 4,ENCRYPTED\n"))
                .toList()) {
            Files.writeString(files.key(), key);
            refused(files.key(), "needs a passphrase");
        }
        for (String key : List.of(
                "",
                identity.chain(),
                TestIdentity.pem("PUBLIC KEY", identity.keys().getPublic().getEncoded()),
                "-----BEGIN PRIVATE KEY-----\nA\n-----END PRIVATE KEY-----\n",
                identity.pkcs8().replace("END PRIVATE", "END EC PRIVATE"))) {
            Files.writeString(files.key(), key);
            refused(files.key(), "has no private key in PEM");
        }
    }
}
