package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.Upload.NAME;
import static mx.difusor.agent.verify.Upload.now;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.operator.bc.BcKeyFingerprintCalculator;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Signatures as {@code gpg} makes them. */
class SignaturesOpenPgpTest {

    private static GnuPg gpg;
    private static String ed;
    private static String rsa;
    private static String nist;
    private static String withSubkey;
    private static String signingSubkey;
    private static Authenticator authenticator;

    @TempDir
    Path folder;

    private Upload upload;

    @BeforeAll
    static void makeKeys() throws MachineException {
        gpg = new GnuPg();
        ed = gpg.key("IEE Resultados <ed@iee.example>", "ed25519", "sign,cert", "1y");
        rsa = gpg.key("IEE RSA", "rsa2048", "sign,cert", "0");
        nist = gpg.key("IEE NIST", "nistp256", "sign,cert", "0");
        withSubkey = gpg.key("IEE Subclave", "ed25519", "cert", "0");
        signingSubkey = gpg.subkey(withSubkey, "ed25519", "sign", "1y");
        gpg.subkey(withSubkey, "cv25519", "encr", "0");
        authenticator = trusting(gpg.export(ed, rsa, nist, withSubkey));
    }

    @AfterAll
    static void endTheAgent() {
        if (gpg != null) {
            gpg.close();
        }
    }

    private static Authenticator trusting(Path... keyrings) throws MachineException {
        return Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(keyrings)));
    }

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
    }

    private void assertGood(Authenticator by, String name, String fingerprint) {
        assertThat(upload.check(by)).isInstanceOfSatisfying(SignatureFinding.Enough.class, enough -> {
            assertThat(enough.signers())
                    .containsExactly(new Signer(name, "openpgp:" + fingerprint.toLowerCase(Locale.ROOT)));
            assertThat(enough.warnings()).isEmpty();
        });
    }

    private void assertGood() {
        assertGood(authenticator, "IEE Resultados <ed@iee.example>", ed);
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
    @ValueSource(strings = {".sig", ".asc"})
    void everyKindOfKeySignsArmoredOrNot(String ending) {
        gpg.sign(upload, ending, ed);
        assertGood();
        gpg.sign(upload, ending, rsa, "--digest-algo", "SHA512");
        assertGood(authenticator, "IEE RSA", rsa);
        gpg.sign(upload, ending, nist, "--digest-algo", "SHA384");
        assertGood(authenticator, "IEE NIST", nist);
        gpg.sign(upload, ending, withSubkey);
        assertGood(authenticator, "IEE Subclave", withSubkey);
    }

    /** The JDK knows none of these curves. */
    @ParameterizedTest
    @ValueSource(strings = {"brainpoolP256r1", "secp256k1"})
    void otherCurvesSignToo(String curve) throws MachineException {
        String key = gpg.key("IEE " + curve, curve, "sign,cert", "0");
        gpg.sign(upload, ".asc", key);
        assertGood(trusting(gpg.export(key)), "IEE " + curve, key);
    }

    @Test
    void keyringsMayBeArmoredAndHoldSeveralKeysAndBlocks() throws MachineException, IOException {
        Path keyring = folder.resolve("keys.asc");
        String blocks = "Clave del Instituto\n" + gpg.gpg("--armor", "--export", rsa, ed) + "\ny otra:\n"
                + gpg.gpg("--armor", "--export", nist);
        Files.writeString(keyring, blocks);
        for (String key : List.of(rsa, ed, nist)) {
            gpg.sign(upload, ".sig", key);
            assertThat(upload.check(trusting(keyring))).isInstanceOf(SignatureFinding.Enough.class);
        }
    }

    @Test
    void aStrangerIsNotTrusted() throws MachineException {
        gpg.sign(upload, ".asc", ed);
        assertGood();
        assertRefused(
                upload.check(trusting(gpg.export(rsa))), Reason.SIGNATURE_UNTRUSTED, ed, "trust.openpgp.keyrings");
        assertRefused(upload.check(trusting()), Reason.SIGNATURE_UNTRUSTED, ed, "trust.openpgp.keyrings");
    }

    @Test
    void anUnknownKeysSignatureOverOtherBytesIsAMismatchNotAStranger() throws MachineException {
        gpg.sign(upload, ".asc", ed);
        byte[] archive = upload.bytes(NAME);
        upload.write(NAME, Arrays.copyOf(archive, archive.length / 2));
        assertMismatch(upload.check(trusting(gpg.export(rsa))), "does not fit the 30000 bytes");
    }

    @Test
    void anArchiveOrASignatureThatIsNotWholeYetIsAMismatch() {
        for (String ending : List.of(".sig", ".asc")) {
            upload.clear();
            gpg.sign(upload, ending, ed);
            assertGood();
            byte[] archive = upload.bytes(NAME);
            upload.write(NAME, Arrays.copyOf(archive, archive.length - 1));
            assertMismatch(upload.check(authenticator), "does not fit the 59999 bytes");
            upload.write(NAME, archive);
            byte[] signature = upload.bytes(NAME + ending);
            // The last byte of an armored one is a line's end.
            for (int length = 0; length < signature.length - 1; length += 7) {
                upload.write(NAME + ending, Arrays.copyOf(signature, length));
                assertMismatch(upload.check(authenticator), "not a whole openpgp signature");
            }
        }
    }

    @Test
    void aDamagedSignatureIsNeverGoodForOtherBytesAndNeverThrows() {
        for (String ending : List.of(".sig", ".asc")) {
            upload.clear();
            gpg.sign(upload, ending, rsa);
            assertGood(authenticator, "IEE RSA", rsa);
            byte[] archive = upload.bytes(NAME);
            byte[] signature = upload.bytes(NAME + ending);
            byte[] changed = archive.clone();
            changed[changed.length / 2] ^= 1;
            upload.write(NAME, changed);
            for (int i = 0; i < signature.length; i += 5) {
                byte[] damaged = signature.clone();
                damaged[i] ^= (byte) (1 << (i % 8));
                upload.write(NAME + ending, damaged);
                assertThat(upload.check(authenticator)).as("byte %d", i).isNotInstanceOf(SignatureFinding.Enough.class);
            }
            upload.write(NAME, archive);
        }
    }

    @Test
    void keysAreJudgedAtTheTimeOfReceipt() {
        gpg.sign(upload, ".asc", ed);
        assertGood();
        assertRefused(
                upload.check(authenticator, now().plus(Duration.ofDays(400))),
                Reason.SIGNATURE_EXPIRED,
                "IEE Resultados <ed@iee.example>, whose key expired at",
                "extend or replace the key");
        assertRefused(
                upload.check(authenticator, now().minus(Duration.ofHours(1))),
                Reason.SIGNATURE_EXPIRED,
                "is valid only from",
                "key");
        // Clocks differ.
        assertThat(upload.check(authenticator, now().minus(Duration.ofMinutes(2))))
                .isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void anExpiredSigningSubkeyIsNamed() {
        gpg.sign(upload, ".asc", withSubkey);
        assertGood(authenticator, "IEE Subclave", withSubkey);
        assertRefused(
                upload.check(authenticator, now().plus(Duration.ofDays(400))),
                Reason.SIGNATURE_EXPIRED,
                "subkey " + signingSubkey + ", which expired at",
                "extend or replace the key");
    }

    @Test
    void theNewestExpiryCounts() throws MachineException {
        String key = gpg.key("IEE Renovada", "ed25519", "sign,cert", "1y", "--faked-system-time", fake(-700));
        Path expired = gpg.export(key);
        gpg.sign(upload, ".asc", key, "--faked-system-time", fake(-690));
        assertRefused(upload.check(trusting(expired)), Reason.SIGNATURE_EXPIRED, "whose key expired at", "extend");
        assertThat(upload.check(trusting(expired), now().minus(Duration.ofDays(600))))
                .isInstanceOf(SignatureFinding.Enough.class);
        gpg.gpg("--quick-set-expire", key, "10d");
        Path renewed = gpg.export(key);
        assertGood(trusting(renewed), "IEE Renovada", key);
        // Two copies of one key: the newer statement counts, in whatever order they are read.
        assertGood(trusting(renewed, expired), "IEE Renovada", key);
        assertGood(trusting(expired, renewed), "IEE Renovada", key);
        assertRefused(
                upload.check(trusting(renewed), now().plus(Duration.ofDays(20))),
                Reason.SIGNATURE_EXPIRED,
                "whose key expired at",
                "extend");
    }

    @Test
    void aRevokedKeySignsNothing() throws MachineException, IOException {
        String key = gpg.key("IEE Revocada", "ed25519", "sign,cert", "0");
        gpg.sign(upload, ".asc", key);
        Path before = gpg.export(key);
        assertGood(trusting(before), "IEE Revocada", key);
        Path certificate = gpg.home.resolve("openpgp-revocs.d").resolve(key + ".rev");
        String armored = Files.readString(certificate);
        Files.writeString(certificate, armored.substring(armored.indexOf(":-----") + 1));
        gpg.gpg("--import", certificate.toString());
        Path after = gpg.export(key);
        assertRefused(upload.check(trusting(after)), Reason.SIGNATURE_UNTRUSTED, "was revoked at", "key in force");
        assertRefused(upload.check(trusting(before, after)), Reason.SIGNATURE_UNTRUSTED, "was revoked at", "key");
        assertRefused(upload.check(trusting(after, before)), Reason.SIGNATURE_UNTRUSTED, "was revoked at", "key");
        // No reason given: the key may have been lost long ago.
        assertRefused(
                upload.check(trusting(after), now().minusSeconds(60)),
                Reason.SIGNATURE_UNTRUSTED,
                "was revoked at",
                "key in force");
    }

    @Test
    void aKeyThatWasOnlyReplacedStillHoldsForWhatCameBefore() throws MachineException {
        String key = gpg.key("IEE Retirada", "ed25519", "sign,cert", "0", "--faked-system-time", fake(-30));
        gpg.sign(upload, ".asc", key, "--faked-system-time", fake(-29));
        Path revocation = gpg.home.resolve("retired.rev");
        gpg.answer(
                List.of("y", "3", "", "y"),
                "--output",
                revocation.toString(),
                "--faked-system-time",
                fake(-10),
                "--gen-revoke",
                key);
        gpg.gpg("--import", revocation.toString());
        Authenticator retired = trusting(gpg.export(key));
        assertRefused(upload.check(retired), Reason.SIGNATURE_UNTRUSTED, "was revoked at", "key in force");
        assertThat(upload.check(retired, now().minus(Duration.ofDays(20)))).isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void aRevokedSubkeySignsNothing() throws MachineException {
        String key = gpg.key("IEE Subclave revocada", "ed25519", "cert", "0");
        String subkey = gpg.subkey(key, "ed25519", "sign", "0");
        gpg.sign(upload, ".asc", key);
        assertGood(trusting(gpg.export(key)), "IEE Subclave revocada", key);
        gpg.answer(List.of("key 1", "revkey", "y", "1", "", "y", "save"), "--edit-key", key);
        assertRefused(
                upload.check(trusting(gpg.export(key))),
                Reason.SIGNATURE_UNTRUSTED,
                "subkey " + subkey + ", which was revoked at",
                "key in force");
    }

    /** Without the subkey's own signature anybody could adopt somebody else's key as a subkey. */
    @Test
    void aSubkeyThatDidNotAgreeSignsNothing() throws MachineException, IOException {
        gpg.sign(upload, ".asc", withSubkey);
        assertGood(authenticator, "IEE Subclave", withSubkey);
        byte[] ring = Files.readAllBytes(gpg.export(withSubkey));
        byte[] back = backSignature(ring);
        int at = indexOf(ring, back);
        ring[at + back.length - 1] ^= 1;
        Path keyring = Files.write(folder.resolve("adopted.gpg"), ring);
        assertRefused(
                upload.check(trusting(keyring)),
                Reason.SIGNATURE_UNTRUSTED,
                "is not validly bound to it as a signing subkey",
                "key in force");
    }

    private static byte[] backSignature(byte[] ring) throws IOException {
        for (PGPPublicKey key : new PGPPublicKeyRing(ring, new BcKeyFingerprintCalculator())) {
            for (var all = key.getSignatures(); all.hasNext(); ) {
                PGPSignature binding = all.next();
                var embedded = binding.getUnhashedSubPackets().getSubpacket(SignatureSubpacketTags.EMBEDDED_SIGNATURE);
                if (embedded != null) {
                    return embedded.getData();
                }
            }
        }
        throw new AssertionError("no back signature");
    }

    private static int indexOf(byte[] whole, byte[] part) {
        for (int i = 0; i <= whole.length - part.length; i++) {
            if (Arrays.equals(whole, i, i + part.length, part, 0, part.length)) {
                return i;
            }
        }
        throw new AssertionError("not found");
    }

    @Test
    void aBindingOrAUserIdSignedWithAWeakHashDoesNotCount() throws MachineException {
        String key = gpg.key("IEE Antigua", "rsa2048", "cert", "0");
        gpg.subkey(key, "rsa2048", "sign", "0", "--cert-digest-algo", "RIPEMD160");
        gpg.sign(upload, ".asc", key);
        assertRefused(
                upload.check(trusting(gpg.export(key))),
                Reason.SIGNATURE_UNTRUSTED,
                "is not validly bound to it",
                "key in force");
        String old = gpg.key("IEE Muy antigua", "rsa2048", "sign,cert", "0", "--cert-digest-algo", "SHA1");
        gpg.sign(upload, ".asc", old);
        assertRefused(
                upload.check(trusting(gpg.export(old))),
                Reason.SIGNATURE_UNTRUSTED,
                "has no user id in force that is signed with sha-256",
                "key in force");
    }

    @Test
    void aKeyWhoseFlagsForbidSigningSignsNothing() throws MachineException {
        String key = gpg.key("IEE Sin firma", "ed25519", "sign,cert", "0");
        gpg.sign(upload, ".asc", key);
        assertGood(trusting(gpg.export(key)), "IEE Sin firma", key);
        // The statement that it may sign no more has to be the newer one.
        gpg.answer(List.of("change-usage", "S", "Q", "save"), "--faked-system-time", fake(1), "--edit-key", key);
        assertRefused(
                upload.check(trusting(gpg.export(key)), now().plus(Duration.ofDays(2))),
                Reason.SIGNATURE_UNTRUSTED,
                "is not a key for signing",
                "key in force");
    }

    /** The newest binding speaks: an older one that let the subkey sign is no longer in force. */
    @Test
    void aSubkeyThatMaySignNoMoreSignsNothing() throws MachineException {
        String key = gpg.key("IEE Subclave sin firma", "ed25519", "cert", "0");
        String subkey = gpg.subkey(key, "ed25519", "sign", "0");
        gpg.sign(upload, ".asc", key);
        assertGood(trusting(gpg.export(key)), "IEE Subclave sin firma", key);
        gpg.answer(
                List.of("key 1", "change-usage", "S", "A", "Q", "save"),
                "--faked-system-time",
                fake(1),
                "--edit-key",
                key);
        assertRefused(
                upload.check(trusting(gpg.export(key)), now().plus(Duration.ofDays(2))),
                Reason.SIGNATURE_UNTRUSTED,
                "subkey " + subkey + ", which is not",
                "key in force");
    }

    /** What no stock tool writes: another version, an unknown critical part, an algorithm that differs from the key's. */
    @Test
    void signaturesOfAnotherVersionOrWithUnknownCriticalPartsAreRefused() {
        gpg.sign(upload, ".sig", ed);
        assertGood();
        byte[] good = upload.bytes(NAME + ".sig");
        // Old or new packet format, then a length of one byte, then the version.
        assertThat(good[2]).isEqualTo((byte) 4);
        byte[] version = good.clone();
        version[2] = 3;
        upload.write(NAME + ".sig", version);
        assertThat(upload.check(authenticator)).isNotInstanceOf(SignatureFinding.Enough.class);
        version[2] = 5;
        upload.write(NAME + ".sig", version);
        assertThat(upload.check(authenticator)).isNotInstanceOf(SignatureFinding.Enough.class);
        byte[] text = good.clone();
        text[3] = 1;
        upload.write(NAME + ".sig", text);
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "text mode", "gpg");
        byte[] critical = good.clone();
        // The first hashed subpacket's type, after version, type, algorithms, the hashed length and its own length.
        critical[9] = (byte) (0x80 | 100);
        upload.write(NAME + ".sig", critical);
        assertThat(upload.check(authenticator)).isNotInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void markersAreSkippedAndCompressedPacketsNeverOpened() {
        gpg.sign(upload, ".sig", ed);
        byte[] good = upload.bytes(NAME + ".sig");
        byte[] marker = {(byte) 0xca, 3, 'P', 'G', 'P'};
        upload.write(NAME + ".sig", joined(marker, joined(good, marker)));
        assertGood();
        byte[] compressed = {(byte) 0xc8, 2, 0, 0};
        upload.write(NAME + ".sig", joined(good, compressed));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "embeds its content", "--detach-sign");
    }

    /** Lengths that promise more than there is: no memory is taken for them. */
    @Test
    void lengthsThatLieAreNoSignature() {
        for (byte[] lie : List.of(
                new byte[] {(byte) 0xc2, (byte) 0xff, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 4, 0, 22, 8, 0, 6},
                new byte[] {
                    (byte) 0xc2,
                    (byte) 0xff,
                    0x7f,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    6,
                    0,
                    27,
                    8,
                    0x7f,
                    (byte) 0xff,
                    (byte) 0xff,
                    (byte) 0xff,
                    5,
                    2
                },
                new byte[] {
                    (byte) 0xc2, 20, 4, 0, 22, 8, 0, 6, (byte) 0xff, 0x7f, (byte) 0xff, (byte) 0xff, (byte) 0xff, 2
                },
                new byte[] {(byte) 0xc2, (byte) 0xfe, 4, 0, 22, 8, 0, 6})) {
            upload.write(NAME + ".sig", lie);
            assertMismatch(upload.check(authenticator), "not a whole openpgp signature");
        }
    }

    @Test
    void theNameIsThePrimaryUserIdInForce() throws MachineException {
        String key = gpg.key("IEE Nombre viejo", "ed25519", "sign,cert", "0", "--faked-system-time", fake(-9));
        gpg.sign(upload, ".asc", key);
        gpg.gpg("--faked-system-time", fake(-8), "--quick-add-uid", key, "IEE Nombre nuevo");
        gpg.gpg("--faked-system-time", fake(-7), "--quick-add-uid", key, "IEE Otro");
        assertGood(trusting(gpg.export(key)), "IEE Otro", key);
        gpg.gpg("--faked-system-time", fake(-6), "--quick-set-primary-uid", key, "IEE Nombre nuevo");
        assertGood(trusting(gpg.export(key)), "IEE Nombre nuevo", key);
        gpg.gpg("--faked-system-time", fake(-5), "--quick-revoke-uid", key, "IEE Nombre nuevo");
        assertGood(trusting(gpg.export(key)), "IEE Otro", key);
    }

    @ParameterizedTest
    @CsvSource({"rsa1024, an rsa key of 1024 bits", "dsa2048, public key algorithm 17"})
    void weakKeysAreRefused(String algorithm, String cause) throws MachineException {
        String key = gpg.key("IEE " + algorithm, algorithm, "sign,cert", "0");
        gpg.sign(upload, ".asc", key);
        assertRefused(upload.check(trusting(gpg.export(key))), Reason.SIGNATURE_INVALID, cause, "sign with");
    }

    @ParameterizedTest
    @CsvSource({"SHA1, sha-1", "RIPEMD160, ripemd-160", "SHA224, sha-224"})
    void weakHashesAreRefused(String hash, String name) {
        gpg.sign(upload, ".asc", rsa);
        assertGood(authenticator, "IEE RSA", rsa);
        gpg.sign(upload, ".asc", rsa, "--digest-algo", hash);
        assertRefused(
                upload.check(authenticator), Reason.SIGNATURE_INVALID, "weak hash " + name, "--digest-algo SHA256");
    }

    @Test
    void textModeIsRefused() {
        gpg.sign(upload, ".asc", ed, "--textmode");
        assertRefused(
                upload.check(authenticator),
                Reason.SIGNATURE_INVALID,
                "text mode",
                "gpg --armor --detach-sign " + NAME);
    }

    @ParameterizedTest
    @CsvSource({
        "--clearsign, clear-signed",
        "--sign, embeds its content",
        "--armor --sign, embeds its content",
        "--compress-algo none --sign, embeds its content",
        "--armor --symmetric, embeds its content",
        "--symmetric, embeds its content"
    })
    void messagesThatEmbedTheirContentAreRefused(String options, String cause) {
        for (String ending : List.of(".sig", ".asc")) {
            upload.clear();
            String output = folder.resolve(NAME + ending).toString();
            List<String> all = new ArrayList<>(List.of("--local-user", ed, "--output", output));
            if (options.contains("symmetric")) {
                all = new ArrayList<>(List.of("--passphrase", "x", "--output", output));
            }
            upload.write("small", "a small archive");
            all.addAll(List.of(options.split(" ")));
            all.add(folder.resolve("small").toString());
            gpg.gpg(all.toArray(String[]::new));
            assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, cause, "--detach-sign " + NAME);
        }
    }

    @Test
    void otherThingsUnderThatNameAreNamed() {
        upload.write(NAME + ".sig", "-----BEGIN CMS-----\n");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "cms signature", "gpg --detach-sign");
        upload.clear();
        upload.write(NAME + ".asc", gpg.gpg("--armor", "--export", ed));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "no openpgp signature", "gpg --armor");
        upload.write(NAME + ".asc", new byte[SignatureFile.MAX_BYTES + 1]);
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "larger than", "gpg --armor");
    }

    @Test
    void criticalNotationsAreNotUnderstoodAndOthersAreIgnored() {
        gpg.sign(upload, ".asc", ed, "--sig-notation", "note@iee.example=x");
        assertGood();
        gpg.sign(upload, ".asc", ed, "--sig-notation", "!note@iee.example=x");
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "critical part of type 20", "gpg");
    }

    @Test
    void aSignatureExpiresWhereItSaysSo() {
        gpg.sign(upload, ".asc", ed, "--default-sig-expire", "10d");
        assertGood();
        assertRefused(
                upload.check(authenticator, now().plus(Duration.ofDays(11))),
                Reason.SIGNATURE_EXPIRED,
                "is a signature that expired at",
                "sign again");
    }

    @Test
    void aSignatureFromTheFutureIsRefused() {
        gpg.sign(upload, ".asc", ed, "--faked-system-time", fake(1));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_EXPIRED, "in the future", "set the clock");
        assertThat(upload.check(authenticator, now().plus(Duration.ofDays(1))))
                .isInstanceOf(SignatureFinding.Enough.class);
    }

    @Test
    void oneFileMayHoldSeveralSignatures() throws MachineException {
        gpg.sign(upload, ".sig", rsa, "--local-user", ed);
        assertThat(upload.check(authenticator))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.signers()).hasSize(2));
        assertThat(upload.check(trusting(gpg.export(ed))))
                .isInstanceOfSatisfying(SignatureFinding.Enough.class, enough -> {
                    assertThat(enough.signers()).hasSize(1);
                    assertThat(enough.warnings()).singleElement().asString().contains(rsa);
                });
    }

    /** {@code cat a.asc b.asc}, as two people sign for themselves. */
    @Test
    void everyArmoredBlockOfAFileCounts() {
        gpg.sign(upload, ".asc", ed);
        String one = upload.text(NAME + ".asc");
        gpg.sign(upload, ".asc", rsa);
        String two = upload.text(NAME + ".asc");
        upload.write(NAME + ".asc", one + two);
        assertThat(upload.check(authenticator))
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.signers()).hasSize(2));
        upload.write(NAME + ".asc", "\r\n" + one + "\r\n\n" + two.strip());
        assertThat(upload.check(authenticator)).isInstanceOf(SignatureFinding.Enough.class);
        byte[] archive = upload.bytes(NAME);
        upload.write(NAME, "other bytes");
        gpg.sign(upload, ".asc", rsa);
        String bad = upload.text(NAME + ".asc");
        upload.write(NAME, archive);
        upload.write(NAME + ".asc", one + bad);
        assertMismatch(upload.check(authenticator), "the signature of IEE RSA in " + NAME + ".asc does not fit");
        for (String garbage : List.of("x", "-----BEGIN PGP SIGNATURE-----\n", "-----BEGIN CMS-----\n", "\0")) {
            upload.write(NAME + ".asc", one + garbage + two);
            assertMismatch(upload.check(authenticator), "is not a whole openpgp signature");
        }
        upload.write(NAME + ".asc", one + two.substring(0, two.length() / 2));
        assertMismatch(upload.check(authenticator), "is not a whole openpgp signature");
        upload.write(NAME + ".asc", one.repeat(OpenPgpSignature.MAX_SIGNATURES));
        assertGood();
        upload.write(NAME + ".asc", one.repeat(OpenPgpSignature.MAX_SIGNATURES + 1));
        assertRefused(
                upload.check(authenticator),
                Reason.SIGNATURE_INVALID,
                "has more than 16 signatures in it",
                "gpg --armor --detach-sign " + NAME);
    }

    @Test
    void aSignatureOfOtherBytesBesideAGoodOneSpeaksForTheFile() {
        gpg.sign(upload, ".sig", ed);
        assertGood();
        byte[] good = upload.bytes(NAME + ".sig");
        byte[] archive = upload.bytes(NAME);
        upload.write(NAME, "other bytes");
        gpg.sign(upload, ".sig", rsa);
        byte[] stale = upload.bytes(NAME + ".sig");
        upload.write(NAME, archive);
        upload.write(NAME + ".sig", joined(good, stale));
        assertMismatch(upload.check(authenticator), "the signature of IEE RSA");
        gpg.sign(upload, ".sig", rsa, "--digest-algo", "SHA1");
        upload.write(NAME + ".sig", joined(good, upload.bytes(NAME + ".sig")));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "weak hash", "SHA256");
    }

    @Test
    void moreSignaturesThanTheLimitAreRefused() {
        gpg.sign(upload, ".sig", ed);
        byte[] one = upload.bytes(NAME + ".sig");
        byte[] all = one;
        for (int i = 1; i < OpenPgpSignature.MAX_SIGNATURES; i++) {
            all = joined(all, one);
        }
        upload.write(NAME + ".sig", all);
        assertThat(upload.check(authenticator)).isInstanceOf(SignatureFinding.Enough.class);
        upload.write(NAME + ".sig", joined(all, one));
        assertRefused(upload.check(authenticator), Reason.SIGNATURE_INVALID, "more than 16", "gpg --detach-sign");
    }

    private static byte[] joined(byte[] one, byte[] other) {
        byte[] both = Arrays.copyOf(one, one.length + other.length);
        System.arraycopy(other, 0, both, one.length, other.length);
        return both;
    }

    /** A time that many days from now, as gpg takes it. */
    private static String fake(int days) {
        Instant then = now().plus(Duration.ofDays(days));
        return then.toString().replaceAll("[-:]", "").replaceAll("\\..*", "").replace("Z", "") + "!";
    }
}
