package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.CertificateShop.CA;
import static mx.difusor.agent.verify.CertificateShop.LEAF;
import static mx.difusor.agent.verify.Upload.NAME;
import static mx.difusor.agent.verify.Upload.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures as {@code openssl cms} makes them. */
class SignaturesCmsTest {

    private static final String EC_256 = "EC -pkeyopt ec_paramgen_curve:P-256";

    @TempDir
    static Path keys;

    @TempDir
    Path folder;

    private static CertificateShop shop;
    private static Authenticator authenticator;

    private Upload upload;

    @BeforeAll
    static void issueCertificates() throws MachineException {
        shop = new CertificateShop(keys);
        for (String authority : List.of("root", "intermediate", "short", "stranger-root")) {
            shop.ecKey(authority);
        }
        shop.selfSigned("root", CA, 3650);
        shop.selfSigned("stranger-root", CA, 3650);
        shop.issued("intermediate", "root", CA, 3650);
        shop.issued("short", "root", CA, 10);
        shop.key("rsa", "RSA -pkeyopt rsa_keygen_bits:2048");
        shop.key("rsa1024", "RSA -pkeyopt rsa_keygen_bits:1024");
        shop.key("ec", EC_256);
        shop.key("ec384", "EC -pkeyopt ec_paramgen_curve:P-384");
        shop.key("ec224", "EC -pkeyopt ec_paramgen_curve:P-224");
        shop.key("ed", "ED25519");
        for (String name : List.of("below", "outlives", "stranger", "no-signing", "sha1", "wrong", "own", "leaf-ca")) {
            shop.ecKey(name);
        }
        for (String name : List.of("rsa", "rsa1024", "ec", "ec384", "ec224", "ed")) {
            shop.issued(name, "root", LEAF, 365);
        }
        shop.issued("below", "intermediate", LEAF, 365);
        shop.issued("outlives", "short", LEAF, 365);
        shop.issued("stranger", "stranger-root", LEAF, 365);
        shop.issued("no-signing", "root", LEAF.replace("digitalSignature", "keyEncipherment"), 365);
        shop.issue("sha1", "/CN=sha1", "root", LEAF, 365, "-sha1");
        shop.issued("wrong", "below", LEAF, 365);
        shop.selfSigned("own", LEAF, 365);
        authenticator = trusting("root");
    }

    private static Authenticator trusting(String... anchors) throws MachineException {
        return Authenticator.load(
                new TrustSettings(1, Arrays.stream(anchors).map(shop::pem).toList(), List.of(), List.of(), List.of()));
    }

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
    }

    private void assertGood(String signer) {
        assertThat(upload.check(authenticator)).isInstanceOfSatisfying(SignatureFinding.Enough.class, enough -> {
            assertThat(enough.signers()).extracting(Signer::name).containsExactly("CN=" + signer + ",O=IEE,C=MX");
            assertThat(enough.warnings()).isEmpty();
            assertThat(enough.size()).isEqualTo(60_000);
        });
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause, String cure) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause).contains(cure).doesNotEndWith(".");
        });
    }

    private static void assertMismatch(SignatureFinding finding, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Mismatch.class, mismatch -> {
            assertThat(mismatch.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
            assertThat(mismatch.message()).contains(cause);
        });
    }

    @ParameterizedTest
    @CsvSource({"rsa, sha256", "rsa, sha384", "rsa, sha512", "ec, sha256", "ec, sha512", "ec384, sha384"})
    void everyKeyWithEveryStrongHashSignsWithAndWithoutSignedAttributes(String signer, String hash) {
        shop.sign(upload, signer, "-md", hash);
        assertGood(signer);
        shop.sign(upload, signer, "-md", hash, "-noattr");
        assertGood(signer);
    }

    @Test
    void rsaPssSignsWithAndWithoutSignedAttributes() {
        shop.sign(upload, "rsa", "-md", "sha256", "-keyopt", "rsa_padding_mode:pss");
        assertGood("rsa");
        shop.sign(upload, "rsa", "-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-noattr");
        assertGood("rsa");
    }

    /** {@code openssl} pads as the key is for, and says that it did not. */
    @Test
    void aKeyForPssAloneIsToldItsOption() {
        shop.key("pss", "RSA-PSS -pkeyopt rsa_keygen_bits:2048");
        shop.issued("pss", "root", LEAF, 365);
        shop.sign(upload, "pss", "-md", "sha256");
        assertRefused(
                upload.check(authenticator),
                Reason.SIGNATURE_INVALID,
                "is made with an rsa-pss key and without -keyopt rsa_padding_mode:pss: sign with openssl cms",
                ".p7s -keyopt rsa_padding_mode:pss");
        shop.sign(upload, "pss", "-md", "sha256", "-keyopt", "rsa_padding_mode:pss");
        assertGood("pss");
        upload.write(Upload.NAME, new byte[] {1});
        assertMismatch(upload.check(authenticator), "does not fit the 1 bytes");
    }

    @Test
    void rsaPssWithAWeakMaskHashIsRefused() {
        shop.sign(upload, "rsa", "-md", "sha256", "-keyopt", "rsa_padding_mode:pss", "-keyopt", "rsa_mgf1_md:sha1");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "rsa-pss parameters", "openssl cms");
    }

    @Test
    void sha3SignsWithSignedAttributesOnly() {
        shop.sign(upload, "rsa", "-md", "sha3-256");
        assertGood("rsa");
        shop.sign(upload, "rsa", "-md", "sha3-256", "-noattr");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "-noattr", "-md sha256");
    }

    /** OpenSSL 3.0 cannot make these; newer ones can. */
    @Test
    void ed25519Signs() {
        upload.write(NAME + ".p7s", new LibraryCms(keys).signer("ed", "Ed25519").sign(upload.bytes(NAME)));
        assertGood("ed");
        upload.write(
                NAME + ".p7s", new LibraryCms(keys).bareSigner("ed", "Ed25519").sign(upload.bytes(NAME)));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "-noattr", "openssl cms -sign");
    }

    @Test
    void pemIsAsGoodAsDer() {
        shop.sign(upload, "ec", "-outform", "PEM");
        assertThat(upload.text(NAME + ".p7s")).startsWith("-----BEGIN CMS-----");
        assertGood("ec");
        upload.write(
                NAME + ".p7s",
                upload.text(NAME + ".p7s").replace(" CMS-", " PKCS7-").replace("\n", "\r\n"));
        assertGood("ec");
    }

    @Test
    void theSignerIsKnownByItsPublicKeyWhateverItsCertificate() {
        shop.sign(upload, "ec");
        SignatureFinding first = upload.check(authenticator);
        shop.certify("renewed", "ec", "/CN=renewed", "root", LEAF, 365, "-sha256");
        shop.openssl("pkey", "-in", "ec.key", "-out", "renewed.key");
        shop.sign(upload, "renewed");
        SignatureFinding second = upload.check(authenticator);
        assertThat(((SignatureFinding.Enough) first).signers().get(0).identity())
                .isEqualTo(((SignatureFinding.Enough) second).signers().get(0).identity());
    }

    @Test
    void intermediatesComeWithTheSignature() {
        shop.sign(upload, "below", "-certfile", "intermediate.pem");
        assertGood("below");
        shop.sign(upload, "below");
        assertRefused(
                upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "does not lead to a trusted", "intermediates");
    }

    @Test
    void anIntermediateOrTheCertificateItselfMayBeTheAnchor() throws MachineException {
        shop.sign(upload, "below");
        assertThat(upload.check(trusting("intermediate"))).isInstanceOf(SignatureFinding.Enough.class);
        assertThat(upload.check(trusting("below"))).isInstanceOf(SignatureFinding.Enough.class);
        shop.sign(upload, "own");
        assertThat(upload.check(trusting("own"))).isInstanceOf(SignatureFinding.Enough.class);
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "does not lead to a trusted", "trust");
    }

    @Test
    void withoutCertificatesInsideTheSignerHasToBeAnAnchor() throws MachineException {
        shop.sign(upload, "below", "-nocerts");
        assertThat(upload.check(trusting("below"))).isInstanceOf(SignatureFinding.Enough.class);
        assertRefused(
                upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "neither in it nor among", "without -nocerts");
        shop.sign(upload, "below", "-nocerts", "-noattr", "-keyid");
        assertRefused(
                upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "neither in it nor among", "without -nocerts");
        shop.sign(upload, "below", "-nocerts");
        upload.write(NAME, "other bytes");
        assertMismatch(upload.check(authenticator), "does not fit the 11 bytes");
    }

    @Test
    void anotherAuthorityOfTheSameNameIsNotTrusted() {
        shop.sign(upload, "ec");
        assertGood("ec");
        shop.ecKey("impostor");
        shop.issue("impostor", "/C=MX/O=IEE/CN=root", null, CA, 365, "-sha256");
        shop.ecKey("ec-of-impostor");
        shop.issue("ec-of-impostor", "/C=MX/O=IEE/CN=ec", "impostor", LEAF, 365, "-sha256");
        shop.sign(upload, "ec-of-impostor", "-certfile", "impostor.pem");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "does not lead to a trusted", "anchors");
    }

    @Test
    void aStrangerIsNotTrusted() {
        shop.sign(upload, "ec");
        assertGood("ec");
        shop.sign(upload, "stranger", "-certfile", "stranger-root.pem");
        assertRefused(
                upload.check(authenticator),
                Reason.SIGNATURE_UNTRUSTED,
                "is signed by CN=stranger,O=IEE,C=MX",
                "trust.cms.anchors");
    }

    @Test
    void aCertificateThatIsNoAuthorityIssuesNoSigners() throws MachineException, IOException {
        Files.writeString(
                keys.resolve("chain.pem"),
                Files.readString(shop.pem("below")) + Files.readString(shop.pem("intermediate")));
        shop.sign(upload, "below", "-certfile", "intermediate.pem");
        assertGood("below");
        shop.sign(upload, "wrong", "-certfile", "chain.pem");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "no valid path", "trusted authority");
        assertRefused(
                upload.check(trusting("below")),
                Reason.SIGNATURE_UNTRUSTED,
                "which is no certification authority",
                "trusted authority");
    }

    @Test
    void onlyPinnedSignersSignWhereThereAreAny() throws MachineException {
        String printed = shop.openssl("x509", "-noout", "-fingerprint", "-sha256", "-in", "ec.pem");
        for (String form :
                List.of(printed, printed.substring(printed.indexOf('=') + 1).replace(":", ""))) {
            Authenticator pinned = Authenticator.load(
                    new TrustSettings(1, List.of(shop.pem("root")), List.of(form.strip()), List.of(), List.of()));
            shop.sign(upload, "ec");
            assertThat(upload.check(pinned)).isInstanceOf(SignatureFinding.Enough.class);
            shop.sign(upload, "rsa");
            assertRefused(upload.check(pinned), Reason.SIGNATURE_UNTRUSTED, "not one of those", "trust.cms.signers");
        }
    }

    @Test
    void certificatesAreJudgedAtTheTimeOfReceipt() {
        shop.sign(upload, "ec");
        assertGood("ec");
        assertRefused(
                upload.check(authenticator, now().plus(Duration.ofDays(400))),
                Reason.SIGNATURE_EXPIRED,
                "CN=ec,O=IEE,C=MX, whose certificate expired at",
                "valid certificate");
        assertRefused(
                upload.check(authenticator, now().minus(Duration.ofDays(2))),
                Reason.SIGNATURE_EXPIRED,
                "is valid only from",
                "clocks");
    }

    @Test
    void anExpiredIntermediateOrAnchorEndsTheTrust() throws MachineException {
        shop.sign(upload, "outlives", "-certfile", "short.pem");
        assertGood("outlives");
        var later = now().plus(Duration.ofDays(100));
        assertRefused(
                upload.check(authenticator, later), Reason.SIGNATURE_EXPIRED, "rests on CN=short", "valid certificate");
        assertRefused(upload.check(trusting("short"), later), Reason.SIGNATURE_EXPIRED, "rests on CN=short", "valid");
        shop.sign(upload, "own");
        assertRefused(
                upload.check(trusting("own"), now().plus(Duration.ofDays(400))),
                Reason.SIGNATURE_EXPIRED,
                "expired at",
                "valid");
    }

    @Test
    void aKeyUsageWithoutSigningIsNotTrusted() {
        shop.sign(upload, "ec");
        assertGood("ec");
        shop.sign(upload, "no-signing");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_UNTRUSTED, "key usage", "digitalSignature");
    }

    @ParameterizedTest
    @CsvSource({"rsa1024, rsa key of 1024 bits", "ec224, ec key of 224 bits"})
    void weakKeysAreRefused(String signer, String cause) {
        shop.sign(upload, signer);
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, cause, "stronger key");
    }

    @ParameterizedTest
    @ValueSource(strings = {"md5", "sha1", "sha224", "ripemd160"})
    void weakHashesAreRefused(String hash) {
        shop.sign(upload, "rsa");
        assertGood("rsa");
        for (String attributes : List.of("-nosmimecap", "-noattr")) {
            shop.sign(upload, "rsa", "-md", hash, attributes, "-provider", "legacy", "-provider", "default");
            assertRefused(
                    upload.check(authenticator),
                    Reason.SIGNATURE_INVALID,
                    "weak hash " + hash.replace("sha", "sha-").replace("ripemd", "ripemd-"),
                    "-md sha256");
        }
    }

    @Test
    void aCertificateIssuedWithAWeakHashIsRefused() {
        shop.sign(upload, "sha1");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "was issued with the weak hash", "anew");
    }

    @Test
    void aSignatureThatEmbedsItsContentIsRefused() {
        upload.write(NAME, "a small archive");
        shop.sign(upload, "ec", "-nodetach");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "embeds its content", "openssl cms -sign");
    }

    @Test
    void aSignatureFileLargerThanTheLimitIsRefused() {
        upload.write(NAME + ".p7s", new byte[SignatureFile.MAX_BYTES]);
        assertMismatch(upload.check(authenticator), "not a whole cms signature");
        String marked = "\u00EF\u00BB\u00BF" + " ".repeat(SignatureFile.MAX_BYTES - 2);
        for (byte[] larger :
                List.of(new byte[SignatureFile.MAX_BYTES + 1], marked.getBytes(StandardCharsets.ISO_8859_1))) {
            upload.write(NAME + ".p7s", larger);
            assertRefused(
                    upload.check(authenticator),
                    Reason.SIGNATURE_INVALID,
                    "larger than 1048576 bytes",
                    "openssl cms -sign");
        }
    }

    @Test
    void sMimeFormIsRefused() {
        shop.sign(upload, "ec", "-outform", "SMIME");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "s/mime form", "-outform DER");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "-noattr"})
    void aSignatureMadeWithoutBinaryIsRefused(String more) {
        shop.sign(upload, "ec");
        assertGood("ec");
        List<String> arguments = shop.command(upload, "ec");
        arguments.addAll(
                List.of("-outform", "DER", "-out", folder.resolve(NAME + ".p7s").toString()));
        if (!more.isEmpty()) {
            arguments.add(more);
        }
        shop.run(arguments);
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "without -binary", "-sign -binary");
        // A file of long lines without a NUL takes the other ways through openssl's reading.
        upload.write(NAME, ("x".repeat(5000) + "\r\r\n" + "y".repeat(1022) + "\r\n\nend\r").repeat(3));
        shop.run(arguments);
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "without -binary", "-sign -binary");
    }

    @Test
    void aSignatureOverMimeLineEndsIsRefusedAsMadeWithoutBinary() {
        upload.write(NAME, "PK\r\none\r\n\0two\r\n");
        shop.sign(upload, "ec");
        assertGoodIgnoringSize();
        upload.write(NAME, "PK\none\r\n\0two\n");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "without -binary", "-sign -binary");
    }

    private void assertGoodIgnoringSize() {
        assertThat(upload.check(authenticator)).isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void otherThingsUnderThatNameAreNamed() {
        upload.write(NAME + ".p7s", "-----BEGIN PGP SIGNATURE-----\n");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "openpgp", "openssl cms -sign");
        shop.openssl("crl2pkcs7", "-nocrl", "-certfile", "ec.pem", "-outform", "DER", "-out", path());
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "no signature", "openssl cms -sign");
        shop.openssl("cms", "-encrypt", "-in", "root.pem", "-outform", "DER", "-out", path(), "rsa.pem");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "is cms, but no", "openssl cms -sign");
    }

    private String path() {
        return folder.resolve(NAME + ".p7s").toString();
    }

    @Test
    void anArchiveOrASignatureThatIsNotWholeYetIsAMismatch() {
        shop.sign(upload, "ec");
        assertGood("ec");
        byte[] archive = upload.bytes(NAME);
        upload.write(NAME, Arrays.copyOf(archive, archive.length - 1));
        assertMismatch(upload.check(authenticator), "does not fit the 59999 bytes");
        upload.write(NAME, new byte[0]);
        assertMismatch(upload.check(authenticator), "does not fit the 0 bytes");
        upload.write(NAME, archive);
        byte[] signature = upload.bytes(NAME + ".p7s");
        for (int length = 0; length < signature.length; length += 97) {
            upload.write(NAME + ".p7s", Arrays.copyOf(signature, length));
            assertMismatch(upload.check(authenticator), "not a whole cms signature");
        }
        upload.write(NAME + ".p7s", Arrays.copyOf(signature, signature.length + 1));
        assertMismatch(upload.check(authenticator), "not a whole cms signature");
        shop.sign(upload, "ec", "-outform", "PEM");
        upload.write(NAME + ".p7s", upload.text(NAME + ".p7s").substring(0, 600));
        assertMismatch(upload.check(authenticator), "not a whole cms signature");
        upload.write(NAME + ".p7s", signature);
        assertGood("ec");
    }

    /** No single flipped bit of a signature file makes it good for another reason, or ends in an exception. */
    @Test
    void aDamagedSignatureIsNeverGoodForOtherBytesAndNeverThrows() {
        shop.sign(upload, "ec");
        assertGood("ec");
        byte[] archive = upload.bytes(NAME);
        byte[] signature = upload.bytes(NAME + ".p7s");
        archive[archive.length / 2] ^= 1;
        upload.write(NAME, archive);
        for (int i = 0; i < signature.length; i += 5) {
            byte[] damaged = signature.clone();
            damaged[i] ^= (byte) (1 << (i % 8));
            upload.write(NAME + ".p7s", damaged);
            assertThat(upload.check(authenticator)).as("byte %d", i).isNotInstanceOf(SignatureFinding.Enough.class);
        }
    }

    @Test
    void nestingAsDeepAsTheFileAllowsIsNoSignature() {
        for (boolean lengths : new boolean[] {false, true}) {
            upload.write(NAME + ".p7s", nested(SignatureFile.MAX_BYTES, lengths));
            assertRefused(
                    upload.check(authenticator), Reason.SIGNATURE_INVALID, "more than 20000 values", "openssl cms");
            upload.write(NAME + ".p7s", nested(2 * CmsSize.MAX_VALUES, lengths));
            assertMismatch(upload.check(authenticator), "not a whole cms signature");
        }
    }

    /** A sequence inside a sequence, and so on: of no end, or each of what remains. */
    private static byte[] nested(int bytes, boolean lengths) {
        byte[] nested = new byte[bytes];
        int step = lengths ? 5 : 2;
        for (int i = 0; i + step <= bytes; i += step) {
            int rest = bytes - i - step;
            nested[i] = 0x30;
            nested[i + 1] = (byte) (lengths ? 0x83 : 0x80);
            if (lengths) {
                nested[i + 2] = (byte) (rest >> 16);
                nested[i + 3] = (byte) (rest >> 8);
                nested[i + 4] = (byte) rest;
            }
        }
        return nested;
    }

    @Test
    void oneFileMayHoldSeveralSigners() throws MachineException {
        shop.sign(upload, "ec", "-signer", "rsa.pem", "-inkey", "rsa.key");
        assertThat(upload.check(authenticator))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.signers()).hasSize(2));
        shop.sign(upload, "ec", "-signer", "stranger.pem", "-inkey", "stranger.key");
        assertThat(upload.check(authenticator)).isInstanceOfSatisfying(SignatureFinding.Enough.class, enough -> {
            assertThat(enough.signers()).hasSize(1);
            assertThat(enough.warnings()).singleElement().asString().contains("CN=stranger");
        });
    }

    /** One that does not fit beside a good one, however the file is put together, brings the file down. */
    @Test
    void aSignatureOfOtherBytesBesideAGoodOneSpeaksForTheFile() {
        LibraryCms library = new LibraryCms(keys).signer("ec", "SHA256withECDSA");
        byte[] good = library.sign(upload.bytes(NAME));
        byte[] stale = new LibraryCms(keys).signer("rsa", "SHA256withRSA").sign(new byte[] {1});
        upload.write(NAME + ".p7s", LibraryCms.together(good, stale));
        assertMismatch(upload.check(authenticator), "the signature of CN=rsa");
        byte[] fresh = new LibraryCms(keys).signer("rsa", "SHA256withRSA").sign(upload.bytes(NAME));
        upload.write(NAME + ".p7s", LibraryCms.together(good, fresh));
        assertThat(upload.check(authenticator)).isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void aWeakSignatureBesideAGoodOneSpeaksForTheFile() {
        LibraryCms library = new LibraryCms(keys).signer("ec", "SHA256withECDSA");
        upload.write(NAME + ".p7s", library.sign(upload.bytes(NAME)));
        assertGood("ec");
        upload.write(NAME + ".p7s", library.signer("rsa", "SHA1withRSA").sign(upload.bytes(NAME)));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "weak hash sha-1", "-md sha256");
        shop.sign(upload, "ec", "-signer", "rsa1024.pem", "-inkey", "rsa1024.key");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "rsa key of 1024 bits", "stronger key");
    }

    @Test
    void moreSignersThanTheLimitAreRefused() {
        LibraryCms library = new LibraryCms(keys);
        for (int i = 0; i < CmsSize.MAX_SIGNERS; i++) {
            library.signer("ec", "SHA256withECDSA");
        }
        upload.write(NAME + ".p7s", library.sign(upload.bytes(NAME)));
        assertGood("ec");
        library.signer("ec", "SHA256withECDSA");
        upload.write(NAME + ".p7s", library.sign(upload.bytes(NAME)));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "more than 16", "openssl cms -sign");
    }
}
