package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryCertificates.MADE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyPair;
import java.security.PublicKey;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What authorities between a signer and its anchor have to be like; made in process. */
class CmsIntermediatesTest {

    private static final Instant NOW = MADE.plusSeconds(1000);

    @TempDir
    Path folder;

    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));

    private Upload upload;

    @BeforeEach
    void issueCertificates() throws IOException {
        upload = Upload.in(folder);
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
        shop.issue("middle", "root", Terms.ca());
        shop.issue("leaf", "middle", Terms.leaf());
    }

    private SignatureFinding check(String anchor, String signer, String... inside) {
        LibraryCms cms = new LibraryCms(shop.folder).signer(signer, "SHA256withECDSA");
        List.of(inside).forEach(cms::certificate);
        upload.write(Upload.NAME + ".p7s", cms.sign(upload.bytes(Upload.NAME)));
        try {
            return upload.check(
                    Authenticator.load(
                            new TrustSettings(1, List.of(shop.pem(anchor)), List.of(), List.of(), List.of())),
                    NOW);
        } catch (MachineException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertGood(SignatureFinding finding) {
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
    }

    private static void assertUntrusted(SignatureFinding finding, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_UNTRUSTED);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void aCertificateWithAKeyOfAnUnknownKindSignsNothing() {
        KeyPair ordinary = LibraryCertificates.key("EC", "secp256r1");
        shop.issue("odd", "root", Terms.leaf().on(new KeyPair(new UnknownKey(), ordinary.getPrivate())));
        assertThat(check("root", "odd")).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
            assertThat(refused.message())
                    .contains(
                            "is signed by CN=odd,O=IEE,C=MX, whose certificate has a key of the kind 1.2.3.4, not rsa");
        });
    }

    private record UnknownKey() implements PublicKey {
        @Override
        public String getAlgorithm() {
            return "unknown";
        }

        @Override
        public String getFormat() {
            return "X.509";
        }

        @Override
        public byte[] getEncoded() {
            try {
                return new SubjectPublicKeyInfo(
                                new AlgorithmIdentifier(new ASN1ObjectIdentifier("1.2.3.4")), new byte[] {1, 2, 3})
                        .getEncoded();
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        }
    }

    @Test
    void aSignerMayEndBeforeItsAuthorities() {
        shop.issue("short", "middle", Terms.leaf().valid(MADE, NOW));
        assertGood(check("root", "short", "middle"));
    }

    /** The JDK takes an extension that cannot be read, and is not critical, for none. */
    @Test
    void anAuthorityWhoseKeyUsageCannotBeReadIssuesNothing() {
        assertGood(check("root", "leaf", "middle"));
        shop.issue("odd", "root", Terms.ca().with(Extension.keyUsage, false, DERNull.INSTANCE));
        shop.issue("below", "odd", Terms.leaf());
        String forbids = "rests on CN=odd,O=IEE,C=MX, whose key usage forbids issuing certificates";
        assertUntrusted(check("root", "below", "odd"), forbids);
        shop.issue("between", "odd", Terms.ca());
        shop.issue("low", "between", Terms.leaf());
        assertUntrusted(check("root", "low", "between", "odd"), forbids);
    }

    @Test
    void anAuthorityWhoseNameConstraintsCannotBeReadIssuesNothing() {
        Terms unreadable = Terms.ca().with(Extension.nameConstraints, false, DERNull.INSTANCE);
        shop.issue("odd", "root", unreadable);
        shop.issue("below", "odd", Terms.leaf());
        String cannot = "rests on CN=odd,O=IEE,C=MX, which has name constraints that cannot be read";
        assertUntrusted(check("root", "below", "odd"), cannot);
        assertUntrusted(check("odd", "below"), cannot);
        shop.issue("between", "odd", Terms.ca());
        shop.issue("low", "between", Terms.leaf());
        assertUntrusted(check("root", "low", "between", "odd"), cannot);
    }
}
