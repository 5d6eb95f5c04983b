package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryOpenPgp.Ring;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.CMSObjectIdentifiers;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.bcpg.ArmoredOutputStream;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.PublicKeyPacket;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPSecretKey;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.bouncycastle.openpgp.operator.bc.BcPGPDigestCalculatorProvider;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a {@code .sig}, an {@code .asc} and a keyring may look like; made in process, without keys of tools. */
class OpenPgpFormsTest {

    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant NOW = MADE.plus(Duration.ofDays(1));
    private static final String SIG = Upload.NAME + ".sig";
    private static final byte[] MARKER = {(byte) 0xca, 3, 'P', 'G', 'P'};

    @TempDir
    Path folder;

    private final PGPKeyPair key = LibraryOpenPgp.ed25519(MADE);
    private final PGPKeyPair stranger = LibraryOpenPgp.ed25519(MADE);
    private Upload upload;
    private byte[] content = new byte[0];

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
        content = upload.bytes(Upload.NAME);
    }

    private static Saying saying() {
        return Saying.of(PGPSignature.BINARY_DOCUMENT, NOW);
    }

    private static Ring ring(PGPKeyPair primary) {
        return new Ring(primary).userId("IEE", Saying.of(PGPSignature.POSITIVE_CERTIFICATION, MADE));
    }

    private Authenticator trusting(byte[] keyring) throws MachineException {
        try {
            Path file = Files.write(folder.resolve("ring.gpg"), keyring);
            return Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(file)));
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private SignatureFinding check(byte[] signature) {
        upload.write(SIG, signature);
        try {
            return upload.check(trusting(ring(key).bytes()), NOW);
        } catch (MachineException e) {
            throw new AssertionError(e);
        }
    }

    private void assertGood(byte[] signature) {
        assertThat(check(signature)).isInstanceOf(SignatureFinding.Enough.class);
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    private void assertForm(byte[] signature, String cause) {
        assertRefused(
                check(signature),
                Reason.SIGNATURE_INVALID,
                SIG + " " + cause + ": sign with gpg --detach-sign " + Upload.NAME);
    }

    private void assertForm(String text, String cause) {
        assertForm(text.getBytes(StandardCharsets.ISO_8859_1), cause);
    }

    private void assertIncomplete(byte[] signature) {
        assertMismatch(check(signature), SIG + " is not a whole openpgp signature: send it again");
    }

    private static void assertMismatch(SignatureFinding finding, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Mismatch.class, mismatch -> {
            assertThat(mismatch.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
            assertThat(mismatch.message()).contains(cause);
        });
    }

    /** Its statements, some bytes each, are objects to the library. */
    @Test
    void aFileIsBoundedToWhatSixteenSignaturesHave() {
        byte[] signature = saying().over(content, key);
        byte[] longest = new byte[OpenPgpSignature.MAX_BYTES / MARKER.length * MARKER.length];
        for (int at = 0; at < longest.length; at += MARKER.length) {
            System.arraycopy(MARKER, 0, longest, at, MARKER.length);
        }
        int room = (longest.length - signature.length) / MARKER.length * MARKER.length;
        assertGood(joined(Arrays.copyOf(longest, room), signature));
        assertForm(joined(longest, signature), "is larger than 131072 bytes, as if it embedded its content");
    }

    @Test
    void textInUtf16IsNamed() {
        String text = "\uFEFF-----BEGIN PGP SIGNATURE-----\n";
        String cause = "is text in utf-16, as > of PowerShell writes it; let the tool write the file itself, with -out"
                + " or -o";
        assertForm(text.getBytes(StandardCharsets.UTF_16LE), cause);
        assertForm(text.getBytes(StandardCharsets.UTF_16BE), cause);
    }

    private static byte[] armored(byte[]... packets) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (ArmoredOutputStream out = new ArmoredOutputStream(bytes)) {
            for (byte[] one : packets) {
                out.write(one);
            }
        } catch (IOException e) {
            throw new AssertionError(e);
        }
        return bytes.toByteArray();
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }

    @Test
    void armoredOrNotItIsTheSame() {
        byte[] good = saying().over(content, key);
        assertGood(good);
        byte[] armored = armored(good);
        assertGood(armored);
        assertGood(joined("\n".getBytes(StandardCharsets.ISO_8859_1), armored));
        assertGood(joined("\u00EF\u00BB\u00BF".getBytes(StandardCharsets.ISO_8859_1), armored));
        String text = new String(armored, StandardCharsets.ISO_8859_1).strip();
        assertIncomplete(text.substring(0, text.length() - 1).getBytes(StandardCharsets.ISO_8859_1));
    }

    @Test
    void whatIsNoDetachedSignatureIsNamed() throws IOException {
        assertForm("-----BEGIN PGP SIGNED MESSAGE-----\n", "is a clear-signed message, which embeds its content");
        assertForm("-----BEGIN PGP MESSAGE-----\n", "is an openpgp message that embeds its content");
        assertForm("-----BEGIN CMS-----\n", "holds a cms signature, which belongs in a .p7s");
        assertForm("-----BEGIN PKCS7-----\n", "holds a cms signature, which belongs in a .p7s");
        assertForm(
                new ContentInfo(CMSObjectIdentifiers.data, new DEROctetString(new byte[1])).getEncoded("DER"),
                "holds a cms signature, which belongs in a .p7s");
        assertIncomplete(
                new DERSequence(new ASN1Integer(7)).getEncoded("DER")); // as openssl dgst -sign writes with ecdsa
        assertForm("-----BEGIN CERTIFICATE-----\n", "is no openpgp signature");
        assertForm("-----BEGIN PGP PUBLIC KEY BLOCK-----\n", "is no openpgp signature");
        byte[] good = saying().over(content, key);
        byte[] literal = {(byte) 0xcb, 7, 'b', 0, 0, 0, 0, 0, 'x'};
        assertForm(joined(good, literal), "is an openpgp message that embeds its content, not a detached signature");
        assertForm(
                Saying.of(PGPSignature.CANONICAL_TEXT_DOCUMENT, NOW).over(content, key),
                "is made in text mode, not over the file's bytes");
        assertForm(
                saying().hash(HashAlgorithmTags.SHA1).over(content, key),
                "is made with the weak hash sha-1 (use --digest-algo SHA256)");
        assertForm(
                saying().critical(100).over(content, key), "has a critical part of type 100, which is not understood");
    }

    @Test
    void markersCountAsNothing() {
        assertGood(joined(MARKER, saying().over(content, key), MARKER));
        assertIncomplete(MARKER);
        assertIncomplete(new byte[0]);
        assertIncomplete(new byte[] {1, 2, 3});
    }

    @Test
    void signaturesOfOneFileAreBounded() {
        byte[] one = saying().over(content, key);
        byte[][] most = new byte[OpenPgpSignature.MAX_SIGNATURES][];
        Arrays.fill(most, one);
        assertGood(joined(most));
        assertForm(joined(joined(most), one), "has more than 16 signatures in it");
    }

    @Test
    void aSignatureOfOtherBytesDoesNotFitWhoeverMadeIt() {
        byte[] other = {1};
        assertMismatch(check(saying().over(other, key)), "the signature of IEE in " + SIG + " does not fit the 60000");
        String print = OpenPgpKey.fingerprint(stranger.getPublicKey()).toUpperCase(Locale.ROOT);
        assertMismatch(
                check(saying().over(other, stranger)),
                "the signature of the unknown openpgp key " + print + " in " + SIG + " does not fit");
        assertRefused(
                check(saying().over(content, stranger)),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by openpgp key " + print + ", which is not among those trusted");
        assertRefused(
                check(saying().namedByKeyId().over(content, stranger)),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by openpgp key " + print.substring(24) + ", which is not among those trusted");
    }

    @Test
    void aSignatureThatNamesAKeyOfAnotherKindIsAStrangers() {
        PGPKeyPair rsa = LibraryOpenPgp.rsa(1024, MADE);
        assertRefused(
                check(saying().named(key.getPublicKey()).over(content, rsa)),
                Reason.SIGNATURE_UNTRUSTED,
                "which is not among those trusted");
        assertMismatch(
                check(saying().named(key.getPublicKey()).over(content, stranger)), "the signature of IEE in " + SIG);
    }

    /** Their salt is not known here, so nothing can be compared. */
    @Test
    void signaturesOfVersion6CountToo() throws MachineException {
        PGPKeyPair six = LibraryOpenPgp.version6(MADE);
        upload.write(SIG, saying().over(content, six));
        assertThat(upload.check(trusting(ring(six).bytes()), NOW)).isInstanceOf(SignatureFinding.Enough.class);
        assertRefused(
                check(saying().over(new byte[] {1}, six)),
                Reason.SIGNATURE_UNTRUSTED,
                "which is not among those trusted");
    }

    private static ExpiryOverrides allowing(Instant at, PGPKeyPair... keys) {
        ExpiryOverrides all = ExpiryOverrides.NONE;
        for (PGPKeyPair one : keys) {
            all = all.with(new ExpiryOverride(
                    OpenPgpKey.fingerprint(one.getPublicKey()), at, at.plusSeconds(60), "ana", "noche", null));
        }
        return all;
    }

    @Test
    void anOperatorsWordForgivesTheEndOfAKeyAndOfItsSubkeyEachByItself() throws MachineException {
        PGPKeyPair sub = LibraryOpenPgp.ed25519(MADE);
        Saying back = Saying.of(PGPSignature.PRIMARYKEY_BINDING, MADE);
        Duration life = Duration.ofDays(9);
        byte[] ring = new Ring(key)
                .userId(
                        "IEE",
                        Saying.of(PGPSignature.POSITIVE_CERTIFICATION, MADE).keyLife(life))
                .subkey(
                        sub,
                        Saying.of(PGPSignature.SUBKEY_BINDING, MADE)
                                .flags(2)
                                .keyLife(life)
                                .embedding(back.about(key.getPublicKey(), sub.getPublicKey(), sub)))
                .bytes();
        upload.write(SIG, saying().over(content, sub));
        Authenticator authenticator = trusting(ring);
        Instant later = MADE.plus(life);
        assertThat(upload.check(authenticator.allowing(allowing(later, key, sub)), later))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.warnings())
                                .hasSize(2)
                                .anyMatch(
                                        one -> one.contains("whose key expired at 2024-01-10T00:00:00Z; the difusor's"))
                                .anyMatch(one -> one.contains("whose key has signed with its subkey")));
        assertRefused(
                upload.check(authenticator.allowing(allowing(later, key)), later),
                Reason.SIGNATURE_EXPIRED,
                "difusor trust allow-expired " + OpenPgpKey.fingerprint(sub.getPublicKey()));
        assertRefused(
                upload.check(authenticator.allowing(allowing(later, sub)), later),
                Reason.SIGNATURE_EXPIRED,
                "difusor trust allow-expired " + OpenPgpKey.fingerprint(key.getPublicKey()));
        Instant early = MADE.minus(Duration.ofDays(2));
        upload.write(SIG, Saying.of(PGPSignature.BINARY_DOCUMENT, early).over(content, key));
        assertThat(upload.check(authenticator.allowing(allowing(early, key)), early))
                .isInstanceOfSatisfying(
                        SignatureFinding.Refused.class,
                        refused -> assertThat(refused.message())
                                .contains("whose key is valid only from 2024-01-01T00:00:00Z")
                                .doesNotContain("allow-expired"));
    }

    private void assertUnreadable(byte[] keyring, String what) {
        assertThatThrownBy(() -> trusting(keyring)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("trust-unreadable");
            assertThat(e.getMessage()).isEqualTo("the trust file " + folder.resolve("ring.gpg") + " " + what);
        });
    }

    private void assertUnreadable(String keyring, String what) {
        assertUnreadable(keyring.getBytes(StandardCharsets.ISO_8859_1), what);
    }

    @Test
    void aKeyringMayHoldSeveralArmoredBlocksAllOfThemWhole() throws MachineException {
        byte[] both = joined(
                armored(ring(stranger).bytes()),
                "y otra:\n".getBytes(StandardCharsets.ISO_8859_1),
                armored(ring(key).bytes()));
        upload.write(SIG, saying().over(content, key));
        assertThat(upload.check(trusting(both), NOW)).isInstanceOf(SignatureFinding.Enough.class);
        String text = new String(both, StandardCharsets.ISO_8859_1);
        assertUnreadable(text.substring(0, text.lastIndexOf("-----END")), "holds a PEM block without its end");
    }

    @Test
    void whatIsNoKeyringIsNamed() throws IOException, PGPException {
        assertUnreadable("12345678KBXf", "is GnuPG's own key box");
        assertUnreadable("x\n-----BEGIN PGP PRIVATE KEY BLOCK-----\n", "holds a private key");
        PGPSecretKey secret = new PGPSecretKey(
                key.getPrivateKey(),
                key.getPublicKey(),
                new BcPGPDigestCalculatorProvider().get(HashAlgorithmTags.SHA1),
                true,
                null);
        assertUnreadable(secret.getEncoded(), "holds a private key");
        assertUnreadable(
                saying().over(content, key), "holds something else than openpgp public keys and their revocations");
        assertUnreadable("", "holds no openpgp public key");
        assertUnreadable("-----BEGIN PGP SIGNATURE-----\n", "holds a PEM block without its end");
        assertUnreadable(
                "-----BEGIN PGP MESSAGE-----\n", "holds something else than openpgp public keys and their revocations");
        assertUnreadable("no es una clave", "holds no readable openpgp keys");
        assertUnreadable(new byte[TrustFile.MAX_BYTES + 1], "is larger than " + TrustFile.MAX_BYTES + " bytes");
    }

    @Test
    void keysAreBounded() throws MachineException, IOException, PGPException {
        PublicKeyPacket packet = key.getPublicKey().getPublicKeyPacket();
        ByteArrayOutputStream rings = new ByteArrayOutputStream();
        for (int i = 0; i < OpenPgpKeyring.MAX_KEYS; i++) {
            PublicKeyPacket other = new PublicKeyPacket(
                    packet.getVersion(), packet.getAlgorithm(), Date.from(MADE.plusSeconds(i)), packet.getKey());
            rings.writeBytes(new PGPPublicKey(other, new BcKeyFingerprintCalculator()).getEncoded());
        }
        assertThat(trusting(rings.toByteArray())).isNotNull();
        rings.writeBytes(ring(stranger).bytes());
        assertUnreadable(rings.toByteArray(), "brings more than 1000 keys");
    }
}
