package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.Upload.NAME;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryCertificates.Terms;
import mx.difusor.agent.verify.LibraryOpenPgp.Ring;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** How often an archive is hashed for what lies beside it: whoever can upload, and cannot sign, chooses that. */
class HashedPassesTest {

    private static final Instant MADE = LibraryCertificates.MADE;
    private static final Instant NOW = MADE.plusSeconds(1000);
    private static final List<Integer> HASHES = List.of(
            HashAlgorithmTags.SHA256,
            HashAlgorithmTags.SHA384,
            HashAlgorithmTags.SHA512,
            HashAlgorithmTags.SHA3_256,
            HashAlgorithmTags.SHA3_512);
    private static final byte[] OTHER = {1, 2, 3};

    @TempDir
    Path folder;

    private final PGPKeyPair known = LibraryOpenPgp.ed25519(MADE);
    private final PGPKeyPair salted = LibraryOpenPgp.version6(MADE);
    private final PGPKeyPair stranger = LibraryOpenPgp.ed25519(MADE);
    private LibraryCertificates shop = new LibraryCertificates(Path.of(""));
    private Upload upload;
    private byte[] content = new byte[0];
    private @Nullable Authenticator authenticator;
    private @Nullable SignatureFinding finding;

    @BeforeEach
    void makeKeys() throws IOException, MachineException {
        upload = Upload.in(folder);
        content = upload.bytes(NAME);
        shop = new LibraryCertificates(Files.createDirectory(folder.resolve("keys")));
        shop.selfSigned("root", Terms.ca());
        shop.issue("leaf", "root", Terms.leaf());
        authenticator = Authenticator.load(new TrustSettings(
                1, List.of(shop.pem("root")), List.of(), List.of(), List.of(ring(known), ring(salted))));
    }

    private Path ring(PGPKeyPair key) throws IOException {
        return Files.write(
                Files.createTempFile(folder, "ring", ".gpg"),
                new Ring(key)
                        .userId("IEE", Saying.of(PGPSignature.POSITIVE_CERTIFICATION, MADE))
                        .bytes());
    }

    private static Saying saying(int hash) {
        return Saying.of(PGPSignature.BINARY_DOCUMENT, NOW).hash(hash);
    }

    private void write(String ending, List<byte[]> signatures) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        signatures.forEach(all::writeBytes);
        upload.write(NAME + ending, all.toByteArray());
    }

    private long passes() {
        return passes(upload.candidate());
    }

    private long passes(Candidate candidate) {
        try (HashedBytes hashed = new HashedBytes()) {
            finding = Objects.requireNonNull(authenticator).check(candidate, NOW);
            return hashed.count() / content.length;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void anyNumberOfSignaturesWithOneHashTakesOnePass() {
        byte[] strangers = saying(HashAlgorithmTags.SHA256).over(content, stranger);
        byte[] ours = saying(HashAlgorithmTags.SHA256).over(content, known);
        write(".sig", Collections.nCopies(OpenPgpSignature.MAX_SIGNATURES, strangers));
        assertThat(passes()).isEqualTo(1);
        assertThat(finding).isInstanceOf(SignatureFinding.Refused.class);
        write(".asc", Collections.nCopies(OpenPgpSignature.MAX_SIGNATURES, ours));
        assertThat(passes()).isEqualTo(1);
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
        write(".asc", List.of(saying(HashAlgorithmTags.SHA512).over(content, known), ours));
        assertThat(passes()).isEqualTo(2);
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
    }

    /** Nothing of a salted one can be compared without its key. */
    @Test
    void aStrangersSaltedSignatureTakesNoPassOfItsOwn() {
        byte[] strangers = saying(HashAlgorithmTags.SHA512).over(content, LibraryOpenPgp.version6(MADE));
        write(".sig", Collections.nCopies(OpenPgpSignature.MAX_SIGNATURES, strangers));
        assertThat(passes()).isEqualTo(1);
        assertThat(finding)
                .isInstanceOfSatisfying(
                        SignatureFinding.Refused.class,
                        refused -> assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_UNTRUSTED));
    }

    @Test
    void saltedSignaturesOfKnownKeysAreFew() {
        byte[] forged = saying(HashAlgorithmTags.SHA512).over(OTHER, salted);
        write(".sig", Collections.nCopies(OpenPgpSignature.MAX_SALTED, forged));
        assertThat(passes()).isEqualTo(1 + OpenPgpSignature.MAX_SALTED);
        write(".sig", Collections.nCopies(OpenPgpSignature.MAX_SALTED + 1, forged));
        assertThat(passes()).isEqualTo(1);
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
            assertThat(refused.message())
                    .contains(NAME + ".sig has more than 2 signatures of version 6 in it: sign with gpg");
        });
    }

    @Test
    void theMostThatCanBeAskedForIsBounded() {
        // No NUL, at which one of the text forms ends.
        content = "linea\n".repeat(10_000).getBytes(StandardCharsets.US_ASCII);
        upload.write(NAME, content);
        LibraryCms cms = new LibraryCms(shop.folder);
        for (String hash : List.of("SHA256", "SHA384", "SHA512", "SHA3-256", "SHA3-384", "SHA3-512")) {
            cms.signer("leaf", hash + "withECDSA");
        }
        upload.write(NAME + ".p7s", cms.sign(OTHER));
        List<byte[]> mixed = new ArrayList<>();
        for (int hash : HASHES) {
            mixed.add(saying(hash).over(OTHER, stranger));
            mixed.add(saying(hash).over(OTHER, known));
        }
        mixed.addAll(Collections.nCopies(
                OpenPgpSignature.MAX_SALTED, saying(HashAlgorithmTags.SHA512).over(OTHER, salted)));
        write(".sig", mixed);
        write(".asc", mixed);
        assertThat(passes()).isEqualTo(Authenticator.MAX_HASHED_PASSES).isEqualTo(12);
        assertThat(finding).isInstanceOf(SignatureFinding.Mismatch.class);
    }

    @Test
    void oneSignatureFilePerEndingWhateverItsCase() {
        byte[] good = saying(HashAlgorithmTags.SHA256).over(content, known);
        Path one = upload.write(NAME + ".sig", good);
        assertThat(passes()).isEqualTo(1);
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
        Path two = upload.write(NAME + ".Sig", saying(HashAlgorithmTags.SHA512).over(content, known));
        Candidate both = new Candidate("iee", NAME, upload.archive(), List.of(one, two), null, NOW);
        assertThat(passes(both)).isEqualTo(1);
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
            assertThat(refused.message())
                    .contains("two signature files of one kind beside " + NAME)
                    .contains(NAME + ".sig and " + NAME + ".Sig: upload");
        });
    }
}
