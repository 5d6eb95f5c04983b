package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryOpenPgp.ed25519;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.LibraryOpenPgp.Ring;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Keyrings and signatures in which something true stands in the wrong place. */
class OpenPgpForgedKeysTest {

    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant SIGNED = MADE.plus(Duration.ofDays(10));

    @TempDir
    Path folder;

    private final PGPKeyPair primary = ed25519(MADE);
    private final PGPKeyPair sub = ed25519(MADE);

    private Upload upload;

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
    }

    private static Saying self(Instant made) {
        return Saying.of(PGPSignature.POSITIVE_CERTIFICATION, made);
    }

    private Ring ring() {
        return new Ring(primary);
    }

    private Ring good() {
        return ring().userId("IEE", self(MADE));
    }

    private SignatureFinding check(PGPKeyPair signer, Instant at, Ring ring) {
        return check(Saying.of(PGPSignature.BINARY_DOCUMENT, at).over(upload.bytes(Upload.NAME), signer), at, ring);
    }

    private SignatureFinding check(byte[] signature, Instant at, Ring ring) {
        upload.write(Upload.NAME + ".sig", signature);
        try {
            return upload.check(trusting(ring), at);
        } catch (IOException | MachineException e) {
            throw new AssertionError(e);
        }
    }

    private Authenticator trusting(Ring ring) throws IOException, MachineException {
        Path file = Files.write(folder.resolve("ring.gpg"), ring.bytes());
        return Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), List.of(file)));
    }

    private static void assertGood(SignatureFinding finding) {
        assertThat(finding).isInstanceOf(SignatureFinding.Enough.class);
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void whatIsSaidOfAnotherPartOfTheKeyIsNotSaidOfThisOne() {
        String none = "has no user id in force";
        // A certification without a user id, and a statement about the key as such under one.
        assertRefused(
                check(primary, SIGNED, ring().add(self(MADE).about(primary.getPublicKey(), primary))),
                Reason.SIGNATURE_UNTRUSTED,
                none);
        assertRefused(
                check(primary, SIGNED, ring().userId("IEE", Saying.of(PGPSignature.DIRECT_KEY, MADE))),
                Reason.SIGNATURE_UNTRUSTED,
                none);
        Saying back = Saying.of(PGPSignature.PRIMARYKEY_BINDING, MADE);
        PGPSignature agreed = back.about(primary.getPublicKey(), sub.getPublicKey(), sub);
        for (int type : List.of(PGPSignature.PRIMARYKEY_BINDING, PGPSignature.DIRECT_KEY)) {
            Saying other = Saying.of(type, MADE).flags(KeyFlags.SIGN_DATA).embedding(agreed);
            assertRefused(
                    check(sub, SIGNED, good().subkey(sub, other)),
                    Reason.SIGNATURE_UNTRUSTED,
                    "is not validly bound to it as a signing subkey");
        }
    }

    @Test
    void revocationsOfAnotherKindRevokeNothing() {
        assertGood(check(
                primary,
                SIGNED,
                ring().itself(Saying.of(PGPSignature.SUBKEY_REVOCATION, MADE)).userId("IEE", self(MADE))));
        assertGood(check(
                primary, SIGNED, ring().userId("IEE", self(MADE), Saying.of(PGPSignature.KEY_REVOCATION, SIGNED))));
        Saying signing = Saying.of(PGPSignature.SUBKEY_BINDING, MADE)
                .flags(KeyFlags.SIGN_DATA)
                .embedding(Saying.of(PGPSignature.PRIMARYKEY_BINDING, MADE)
                        .about(primary.getPublicKey(), sub.getPublicKey(), sub));
        assertGood(check(
                sub, SIGNED, good().subkey(sub, signing, Saying.of(PGPSignature.CERTIFICATION_REVOCATION, MADE))));
    }

    /** Its binding is not in force yet either; that it comes from the future is what can be cured by a clock. */
    @Test
    void aSubkeyFromTheFutureIsNamedAsSuch() {
        Instant later = SIGNED.plus(Duration.ofDays(30));
        PGPKeyPair future = ed25519(later);
        Saying signing = Saying.of(PGPSignature.SUBKEY_BINDING, later)
                .flags(KeyFlags.SIGN_DATA)
                .embedding(Saying.of(PGPSignature.PRIMARYKEY_BINDING, later)
                        .about(primary.getPublicKey(), future.getPublicKey(), future));
        Ring ring = good().subkey(future, signing);
        assertRefused(
                check(future, SIGNED, ring),
                Reason.SIGNATURE_EXPIRED,
                ", which is valid only from 2024-02-10T00:00:00Z");
        assertGood(check(future, later, ring));
    }

    /** Of a stranger's signature two bytes of the hash can be compared, and both are. */
    @Test
    void aStrangersSignatureFitsByBothBytesOfItsHash() {
        byte[] packet = Saying.of(PGPSignature.BINARY_DOCUMENT, SIGNED).over(upload.bytes(Upload.NAME), sub);
        assertRefused(check(packet, SIGNED, good()), Reason.SIGNATURE_UNTRUSTED, "which is not among those trusted");
        for (int back : new int[] {1, 2}) {
            byte[] other = packet.clone();
            other[prefixEnd(other) - back] ^= 1;
            assertThat(check(other, SIGNED, good()))
                    .as("the byte %d before the numbers", back)
                    .isInstanceOf(SignatureFinding.Mismatch.class);
        }
    }

    /** Behind the hashed and the unhashed parts stand two bytes of the hash (RFC 9580, 5.2.3). */
    private static int prefixEnd(byte[] packet) {
        int hashed = 6;
        int unhashed = hashed + 2 + length(packet, hashed);
        return unhashed + 2 + length(packet, unhashed) + 2;
    }

    private static int length(byte[] packet, int at) {
        return ((packet[at] & 0xff) << 8) | (packet[at + 1] & 0xff);
    }

    private Saying signing(PGPKeyPair subkey) {
        return Saying.of(PGPSignature.SUBKEY_BINDING, MADE)
                .flags(KeyFlags.SIGN_DATA)
                .embedding(Saying.of(PGPSignature.PRIMARYKEY_BINDING, MADE)
                        .about(primary.getPublicKey(), subkey.getPublicKey(), subkey));
    }

    @Test
    void aKeyEndsWithTheLastOfItsSubkeysWhereverThatStands() throws IOException, MachineException {
        PGPKeyPair other = ed25519(MADE);
        Saying certifies = self(MADE).flags(KeyFlags.CERTIFY_OTHER);
        for (int first : new int[] {10, 20}) {
            Ring ring = ring().userId("IEE", certifies)
                    .subkey(sub, signing(sub).keyLife(Duration.ofDays(first)))
                    .subkey(other, signing(other).keyLife(Duration.ofDays(30 - first)));
            assertThat(trusting(ring).ends(SIGNED))
                    .extracting(TrustedEnd::end)
                    .containsExactly(MADE.plus(Duration.ofDays(20)));
        }
    }

    @Test
    void ofAKeyThatSignsNothingTheFirstReasonIsGiven() throws IOException, MachineException {
        Ring ring = ring().userId("IEE", self(MADE).flags(KeyFlags.CERTIFY_OTHER))
                .subkey(sub, Saying.of(PGPSignature.SUBKEY_BINDING, MADE).flags(KeyFlags.SIGN_DATA));
        assertThat(trusting(ring).ends(SIGNED))
                .extracting(TrustedEnd::refusal)
                .containsExactly("is not a key for signing, by its flags");
    }

    @Test
    void aRevocationFromTheFutureTakesAUserIdBackOnlyThen() throws IOException, MachineException {
        Saying taken = Saying.of(PGPSignature.CERTIFICATION_REVOCATION, SIGNED);
        Ring ring = ring().userId("IEE", self(MADE.plusSeconds(1)), taken).userId("Otro", self(MADE));
        Authenticator trusting = trusting(ring);
        assertThat(trusting.ends(SIGNED.minusSeconds(1)))
                .extracting(TrustedEnd::name)
                .containsExactly("IEE");
        assertThat(trusting.ends(SIGNED)).extracting(TrustedEnd::name).containsExactly("Otro");
    }
}
