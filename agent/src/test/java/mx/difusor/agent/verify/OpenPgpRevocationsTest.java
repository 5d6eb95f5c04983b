package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Revocations as gpg writes them, wherever they stand in the keyrings: who revokes a key must not be overheard. */
class OpenPgpRevocationsTest {

    private static GnuPg gpg;
    private static String bare;
    private static String withSubkey;
    private static String revoker;
    private static String other;

    @TempDir
    Path folder;

    private Upload upload;

    @BeforeAll
    static void makeKeys() {
        gpg = new GnuPg();
        bare = gpg.key("IEE Sola", "ed25519", "sign,cert", "0");
        withSubkey = gpg.key("IEE Subclave", "ed25519", "sign,cert", "0");
        gpg.subkey(withSubkey, "cv25519", "encr", "0");
        revoker = gpg.key("Seguridad", "ed25519", "sign,cert", "0");
        other = gpg.key("IEE Otra", "ed25519", "sign,cert", "0");
    }

    @AfterAll
    static void endTheAgent() {
        if (gpg != null) {
            gpg.close();
        }
    }

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
    }

    private static Authenticator trusting(Path... keyrings) throws MachineException {
        return Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(keyrings)));
    }

    private void assertGood(Path... keyrings) throws MachineException {
        assertThat(upload.check(trusting(keyrings))).isInstanceOf(SignatureFinding.Enough.class);
    }

    private void assertRevoked(Path... keyrings) throws MachineException {
        assertThat(upload.check(trusting(keyrings))).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_UNTRUSTED);
            assertThat(refused.message()).contains("whose key was revoked at");
        });
    }

    /** The certificate that gpg makes with each key, without the colon that guards it. */
    private Path revocation(String key) throws IOException {
        String text = Files.readString(gpg.home.resolve("openpgp-revocs.d").resolve(key + ".rev"));
        return Files.writeString(folder.resolve(key + ".rev"), text.substring(text.indexOf(":-----") + 1));
    }

    private Path binary(Path armored) {
        Path file = folder.resolve(armored.getFileName() + ".bin");
        gpg.gpg("--output", file.toString(), "--dearmor", armored.toString());
        return file;
    }

    private Path joined(Path... files) throws IOException {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (Path file : files) {
            all.writeBytes(Files.readAllBytes(file));
        }
        return Files.write(Files.createTempFile(folder, "joined", ".gpg"), all.toByteArray());
    }

    private Path armored(String key) throws IOException {
        return Files.writeString(
                Files.createTempFile(folder, "armored", ".asc"),
                gpg.gpg("--armor", "--export", key),
                StandardCharsets.US_ASCII);
    }

    @Test
    void aRevocationBehindABinaryRingCounts() throws MachineException, IOException {
        for (String key : List.of(bare, withSubkey)) {
            gpg.sign(upload, ".sig", key);
            assertGood(gpg.export(key));
            assertRevoked(joined(gpg.export(key), binary(revocation(key))));
        }
    }

    @Test
    void aRevocationInABlockOrAFileOfItsOwnCounts() throws MachineException, IOException {
        for (String key : List.of(bare, withSubkey)) {
            gpg.sign(upload, ".sig", key);
            assertGood(armored(key));
            Path revocation = revocation(key);
            assertRevoked(joined(armored(key), revocation));
            assertRevoked(joined(revocation, armored(key)));
            assertRevoked(armored(key), revocation);
            assertRevoked(binary(revocation), gpg.export(key));
            // Another's is none of its business.
            gpg.sign(upload, ".sig", other);
            assertGood(joined(armored(key), revocation, armored(other)));
        }
    }

    /** The library hangs it on the last key of the file. */
    @Test
    void aRevocationBehindSeveralBinaryRingsCounts() throws MachineException, IOException {
        for (String key : List.of(bare, withSubkey)) {
            Path all = joined(gpg.export(key), gpg.export(other), binary(revocation(key)));
            gpg.sign(upload, ".sig", key);
            assertRevoked(all);
            assertRevoked(gpg.export(key), joined(gpg.export(other), binary(revocation(key))));
            gpg.sign(upload, ".sig", other);
            assertGood(all);
        }
    }

    @Test
    void aRevocationThatIsArmoredAsASignatureCountsAndNothingElseIsPassedOver() throws MachineException, IOException {
        gpg.sign(upload, ".sig", bare);
        String block = Files.readString(revocation(bare));
        Path signature = Files.writeString(folder.resolve("sq.rev"), block.replace("PUBLIC KEY BLOCK", "SIGNATURE"));
        assertRevoked(joined(armored(bare), signature));
        assertRevoked(armored(bare), signature);
        Path file =
                Files.writeString(folder.resolve("gpg.rev"), block.replace("PGP PUBLIC KEY BLOCK", "PGP ARMORED FILE"));
        Path mixed = joined(armored(bare), file);
        assertThatThrownBy(() -> trusting(mixed)).hasMessageContaining("holds something else than openpgp");
    }

    @Test
    void whatOldProgramsOfWindowsWriteBehindAFileIsNoKey() throws MachineException, IOException {
        gpg.sign(upload, ".sig", bare);
        assertGood(joined(armored(bare), Files.write(folder.resolve("end"), new byte[] {0x1A})));
    }

    /** Only the blocks would be read, and every key before them be lost. */
    @Test
    void anArmoredRevocationBehindABinaryRingIsRefused() throws IOException {
        Path mixed = joined(gpg.export(bare), revocation(bare));
        assertThatThrownBy(() -> trusting(mixed))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("holds binary keys beside armored ones");
    }

    @Test
    void whomTheOwnerNamedMayRevokeAKey() throws MachineException, IOException {
        String key = gpg.key("IEE Encargada", "ed25519", "sign,cert", "0");
        gpg.subkey(key, "cv25519", "encr", "0");
        gpg.answer(List.of("addrevoker", revoker, "y", "save"), "--edit-key", key);
        gpg.sign(upload, ".sig", key);
        Path before = gpg.export(key);
        assertGood(before, gpg.export(revoker));
        Path revocation = folder.resolve("revoker.rev");
        gpg.answer(List.of("y", "1", "", "y"), "--output", revocation.toString(), "--desig-revoke", key);
        // As it is, a copy of the key with the revocation.
        assertRevoked(before, revocation);
        gpg.gpg("--import", revocation.toString());
        Path after = gpg.export(key);
        assertRevoked(after, gpg.export(revoker));
        assertRevoked(gpg.export(revoker), before, after);
        // Nobody can tell whether it holds: rather not.
        assertRevoked(after);
    }

    @Test
    void whoWasNotNamedRevokesNothing() throws MachineException, IOException {
        PGPKeyPair key = LibraryOpenPgp.ed25519(Upload.now().minusSeconds(100));
        PGPKeyPair stranger = LibraryOpenPgp.ed25519(Upload.now().minusSeconds(100));
        upload.write(
                Upload.NAME + ".sig",
                Saying.of(PGPSignature.BINARY_DOCUMENT, Upload.now()).over(upload.bytes(Upload.NAME), key));
        LibraryOpenPgp.Ring ring = new LibraryOpenPgp.Ring(key)
                .userId(
                        "IEE",
                        Saying.of(
                                PGPSignature.POSITIVE_CERTIFICATION,
                                Upload.now().minusSeconds(90)))
                .add(Saying.of(PGPSignature.KEY_REVOCATION, Upload.now().minusSeconds(50))
                        .about(key.getPublicKey(), stranger));
        assertGood(Files.write(folder.resolve("ring.gpg"), ring.bytes()));
    }

    @Test
    void revocationsByThemselvesAreLimited() throws IOException {
        PGPKeyPair key = LibraryOpenPgp.ed25519(Upload.now());
        byte[] one = Saying.of(PGPSignature.KEY_REVOCATION, Upload.now())
                .about(key.getPublicKey(), key)
                .getEncoded();
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (int i = 0; i <= OpenPgpKeyring.MAX_REVOCATIONS; i++) {
            all.writeBytes(one);
        }
        Path file = Files.write(folder.resolve("many.gpg"), all.toByteArray());
        assertThatThrownBy(() -> trusting(file))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("brings more than 1000 revocations");
    }
}
