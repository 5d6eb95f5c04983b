package mx.difusor.agent.verify;

import static mx.difusor.agent.verify.LibraryOpenPgp.ed25519;
import static mx.difusor.agent.verify.LibraryOpenPgp.rsa;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.verify.LibraryOpenPgp.Ring;
import mx.difusor.agent.verify.LibraryOpenPgp.Saying;
import org.bouncycastle.bcpg.HashAlgorithmTags;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.bcpg.sig.RevocationReasonTags;
import org.bouncycastle.openpgp.PGPKeyPair;
import org.bouncycastle.openpgp.PGPSignature;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an owner says of a key, its user ids and its subkeys, in ways that stock tools do not write. */
class OpenPgpStatementsTest {

    private static final Instant MADE = Instant.parse("2024-01-01T00:00:00Z");
    private static final Instant SIGNED = MADE.plus(Duration.ofDays(10));
    private static final int SIGNS = KeyFlags.SIGN_DATA | KeyFlags.CERTIFY_OTHER;

    @TempDir
    Path folder;

    private final PGPKeyPair primary = ed25519(MADE);
    private final PGPKeyPair sub = ed25519(MADE);
    private final PGPKeyPair stranger = ed25519(MADE);

    private Upload upload;

    @BeforeEach
    void uploadAnArchive() {
        upload = Upload.in(folder);
    }

    private static Saying self(Instant made) {
        return Saying.of(PGPSignature.POSITIVE_CERTIFICATION, made);
    }

    private static Saying binding(Instant made) {
        return Saying.of(PGPSignature.SUBKEY_BINDING, made);
    }

    private Saying back() {
        return Saying.of(PGPSignature.PRIMARYKEY_BINDING, MADE);
    }

    private PGPSignature boundBack(Saying back, PGPKeyPair by) {
        return back.about(primary.getPublicKey(), sub.getPublicKey(), by);
    }

    private Ring ring() {
        return new Ring(primary);
    }

    /** A key as it usually is. */
    private Ring good() {
        return ring().userId("IEE", self(MADE).flags(SIGNS));
    }

    private SignatureFinding check(PGPKeyPair signer, Instant at, Ring... rings) {
        return check(Saying.of(PGPSignature.BINARY_DOCUMENT, SIGNED), signer, at, rings);
    }

    private SignatureFinding check(Saying signature, PGPKeyPair signer, Instant at, Ring... rings) {
        upload.write(Upload.NAME + ".sig", signature.over(upload.bytes(Upload.NAME), signer));
        try {
            List<Path> files = new ArrayList<>();
            for (Ring ring : rings) {
                files.add(Files.write(folder.resolve(files.size() + ".gpg"), ring.bytes()));
            }
            return upload.check(Authenticator.load(new TrustSettings(1, List.of(), List.of(), List.of(), files)), at);
        } catch (IOException | MachineException e) {
            throw new AssertionError(e);
        }
    }

    private static void assertGood(SignatureFinding finding, String name) {
        assertThat(finding)
                .isInstanceOfSatisfying(
                        SignatureFinding.Enough.class,
                        enough -> assertThat(enough.signers())
                                .extracting(Signer::name)
                                .containsExactly(name));
    }

    private static void assertUntrusted(SignatureFinding finding, String cause) {
        assertRefused(finding, Reason.SIGNATURE_UNTRUSTED, cause);
    }

    private static void assertExpired(SignatureFinding finding, String cause) {
        assertRefused(finding, Reason.SIGNATURE_EXPIRED, cause);
    }

    private static void assertRefused(SignatureFinding finding, Reason reason, String cause) {
        assertThat(finding).isInstanceOfSatisfying(SignatureFinding.Refused.class, refused -> {
            assertThat(refused.reason()).isEqualTo(reason);
            assertThat(refused.message()).contains(cause);
        });
    }

    @Test
    void aKeyWithoutFlagsSignsAndOneWhoseFlagsDoNotSaySoDoesNot() {
        assertGood(check(primary, SIGNED, good()), "IEE");
        assertGood(check(primary, SIGNED, ring().userId("IEE", self(MADE))), "IEE");
        assertUntrusted(
                check(primary, SIGNED, ring().userId("IEE", self(MADE).flags(KeyFlags.CERTIFY_OTHER))),
                "is not a key for signing, by its flags");
    }

    /** The key as such and its user id both have to allow it. */
    @Test
    void whatIsSaidOfTheKeyAsSuchHoldsBesideWhatIsSaidOfItsUserId() {
        Saying direct = Saying.of(PGPSignature.DIRECT_KEY, MADE);
        assertGood(check(primary, SIGNED, ring().itself(direct)), "openpgp key " + hex(primary));
        assertUntrusted(
                check(
                        primary,
                        SIGNED,
                        ring().itself(Saying.of(PGPSignature.DIRECT_KEY, MADE).flags(KeyFlags.CERTIFY_OTHER))
                                .userId("IEE", self(MADE).flags(SIGNS))),
                "is not a key for signing, by its flags");
        Saying ending20 = Saying.of(PGPSignature.DIRECT_KEY, MADE).keyLife(Duration.ofDays(20));
        Ring ending = ring().itself(ending20).userId("IEE", self(MADE).flags(SIGNS));
        assertGood(check(primary, SIGNED, ending), "IEE");
        assertExpired(check(primary, MADE.plus(Duration.ofDays(20)), ending), "expired at 2024-01-21T00:00:00Z");
        assertGood(check(primary, MADE.plus(Duration.ofDays(20)).minusSeconds(1), ending), "IEE");
    }

    private static String hex(PGPKeyPair key) {
        return OpenPgpKey.fingerprint(key.getPublicKey()).toUpperCase(Locale.ROOT);
    }

    @Test
    void onlyTheOwnersStatementsCount() {
        assertUntrusted(check(primary, SIGNED, ring().userId("IEE")), "has no user id in force");
        assertUntrusted(
                check(
                        primary,
                        SIGNED,
                        ring().userId("IEE").add(self(MADE).about(primary.getPublicKey(), "IEE", stranger))),
                "has no user id in force");
        assertUntrusted(
                check(
                        primary,
                        SIGNED,
                        ring().userId("IEE").add(self(MADE).about(primary.getPublicKey(), "Otro", primary))),
                "has no user id in force");
        assertUntrusted(
                check(
                        primary,
                        SIGNED,
                        ring().add(Saying.of(PGPSignature.DIRECT_KEY, MADE).about(primary.getPublicKey(), stranger))),
                "has no user id in force");
        assertGood(
                check(
                        primary,
                        SIGNED,
                        good().add(Saying.of(PGPSignature.CERTIFICATION_REVOCATION, MADE)
                                .about(primary.getPublicKey(), "IEE", stranger))),
                "IEE");
    }

    @Test
    void aStatementWithAWeakHashOrACriticalPartThatIsNotUnderstoodDoesNotCount() {
        assertUntrusted(
                check(primary, SIGNED, ring().userId("IEE", self(MADE).hash(HashAlgorithmTags.SHA1))),
                "has no user id in force");
        assertUntrusted(
                check(primary, SIGNED, ring().userId("IEE", self(MADE).critical(100))), "has no user id in force");
        assertUntrusted(
                check(
                        primary,
                        SIGNED,
                        ring().itself(Saying.of(PGPSignature.DIRECT_KEY, MADE).hash(HashAlgorithmTags.SHA1))),
                "has no user id in force");
    }

    @Test
    void aStatementCountsFromWhenItWasMadeUntilItEnds() {
        Ring ring = ring().userId("IEE", self(SIGNED).life(Duration.ofDays(1)));
        Instant tolerated = SIGNED.minus(OpenPgpPolicy.CLOCK_TOLERANCE);
        assertGood(check(primary, tolerated, ring), "IEE");
        assertUntrusted(
                check(Saying.of(PGPSignature.BINARY_DOCUMENT, MADE), primary, tolerated.minusSeconds(1), ring),
                "has no user id in force");
        Instant end = SIGNED.plus(Duration.ofDays(1));
        assertGood(check(primary, end.minusSeconds(1), ring), "IEE");
        assertUntrusted(check(primary, end, ring), "has no user id in force");
    }

    @Test
    void theNewestStatementSpeaks() {
        Ring ring = ring().userId(
                        "IEE",
                        self(SIGNED).flags(KeyFlags.CERTIFY_OTHER),
                        self(MADE).flags(SIGNS),
                        self(SIGNED.plus(Duration.ofDays(5))).flags(SIGNS));
        assertUntrusted(check(primary, SIGNED, ring), "is not a key for signing, by its flags");
        assertGood(check(primary, SIGNED.plus(Duration.ofDays(5)), ring), "IEE");
    }

    @Test
    void aUserIdThatWasTakenBackIsNoneUntilItIsGivenAgain() {
        Saying taken = Saying.of(PGPSignature.CERTIFICATION_REVOCATION, SIGNED);
        Ring ring = ring().userId("IEE", self(MADE), taken);
        assertGood(check(Saying.of(PGPSignature.BINARY_DOCUMENT, MADE), primary, SIGNED.minusSeconds(1), ring), "IEE");
        assertUntrusted(check(primary, SIGNED, ring), "has no user id in force");
        Ring again = ring().userId("IEE", self(MADE), taken, self(SIGNED.plusSeconds(1)));
        assertGood(check(primary, SIGNED.plusSeconds(1), again), "IEE");
        assertUntrusted(
                check(
                        primary,
                        SIGNED.plusSeconds(1),
                        ring().userId(
                                        "IEE",
                                        self(MADE),
                                        Saying.of(PGPSignature.CERTIFICATION_REVOCATION, SIGNED)
                                                .hash(HashAlgorithmTags.SHA1))),
                "has no user id in force");
    }

    @Test
    void aLostKeySignsNothingAtAnyTimeAReplacedOneNothingFromThenOn() {
        Instant before = SIGNED.plusSeconds(60);
        Instant revoked = SIGNED.plus(Duration.ofDays(1));
        for (byte reason : new byte[] {RevocationReasonTags.KEY_SUPERSEDED, RevocationReasonTags.KEY_RETIRED}) {
            Ring ring = ring().itself(
                            Saying.of(PGPSignature.KEY_REVOCATION, revoked).reason(reason));
            assertGood(check(primary, before, ring.userId("IEE", self(MADE))), "IEE");
            assertUntrusted(check(primary, revoked, ring), "was revoked at 2024-01-12T00:00:00Z");
        }
        Ring lost = ring().itself(
                        Saying.of(PGPSignature.KEY_REVOCATION, revoked).reason(RevocationReasonTags.KEY_COMPROMISED));
        assertUntrusted(check(primary, before, lost.userId("IEE", self(MADE))), "was revoked at 2024-01-12T00:00:00Z");
        Ring weak =
                ring().itself(Saying.of(PGPSignature.KEY_REVOCATION, revoked).hash(HashAlgorithmTags.SHA1));
        assertUntrusted(check(primary, before, weak.userId("IEE", self(MADE))), "was revoked at 2024-01-12T00:00:00Z");
    }

    @Test
    void nobodyElseRevokesAKey() {
        Ring ring = ring().add(Saying.of(PGPSignature.KEY_REVOCATION, MADE).about(primary.getPublicKey(), stranger));
        assertGood(check(primary, SIGNED, ring.userId("IEE", self(MADE))), "IEE");
    }

    @Test
    void aSigningSubkeyHasAgreedToIt() {
        assertGood(check(sub, SIGNED, good().subkey(sub, signing().embedding(boundBack(back(), sub)))), "IEE");
        assertGood(check(sub, SIGNED, good().subkey(sub, signing().embeddingUnhashed(boundBack(back(), sub)))), "IEE");
        String unbound = "subkey " + hex(sub) + ", which is not validly bound to it as a signing subkey";
        assertUntrusted(check(sub, SIGNED, good().subkey(sub, signing())), unbound);
        assertUntrusted(
                check(sub, SIGNED, good().subkey(sub, signing().embedding(boundBack(back(), primary)))), unbound);
        assertUntrusted(
                check(
                        sub,
                        SIGNED,
                        good().subkey(
                                        sub,
                                        signing()
                                                .embedding(
                                                        boundBack(Saying.of(PGPSignature.SUBKEY_BINDING, MADE), sub)))),
                unbound);
        assertUntrusted(
                check(
                        sub,
                        SIGNED,
                        good().subkey(sub, signing().embedding(boundBack(back().hash(HashAlgorithmTags.SHA1), sub)))),
                unbound);
        PGPSignature forAnother = back().about(stranger.getPublicKey(), sub.getPublicKey(), sub);
        assertUntrusted(check(sub, SIGNED, good().subkey(sub, signing().embedding(forAnother))), unbound);
    }

    private static Saying signing() {
        return binding(MADE).flags(KeyFlags.SIGN_DATA);
    }

    @Test
    void aSubkeyIsBoundByItsOwnPrimaryKey() {
        String unbound = "is not validly bound to it as a signing subkey";
        PGPSignature byStranger =
                signing().embedding(boundBack(back(), sub)).about(primary.getPublicKey(), sub.getPublicKey(), stranger);
        assertUntrusted(check(sub, SIGNED, good().subkey(sub).add(byStranger)), unbound);
        assertUntrusted(
                check(
                        sub,
                        SIGNED,
                        good().subkey(
                                        sub,
                                        signing().hash(HashAlgorithmTags.SHA1).embedding(boundBack(back(), sub)))),
                unbound);
        assertUntrusted(
                check(
                        sub,
                        SIGNED,
                        good().subkey(
                                        sub,
                                        Saying.of(PGPSignature.CERTIFICATION_REVOCATION, MADE)
                                                .flags(KeyFlags.SIGN_DATA)
                                                .embedding(boundBack(back(), sub)))),
                unbound);
    }

    @Test
    void aSubkeySignsOnlyWithTheFlagForIt() {
        assertUntrusted(
                check(sub, SIGNED, good().subkey(sub, binding(MADE).embedding(boundBack(back(), sub)))),
                "subkey " + hex(sub) + ", which is not a key for signing, by its flags");
        assertUntrusted(
                check(
                        sub,
                        SIGNED,
                        good().subkey(
                                        sub,
                                        binding(MADE)
                                                .flags(KeyFlags.ENCRYPT_COMMS)
                                                .embedding(boundBack(back(), sub)))),
                "is not a key for signing, by its flags");
    }

    @Test
    void aSubkeyEndsAndIsTakenBackByItself() {
        Ring ending = good().subkey(sub, signing().keyLife(Duration.ofDays(20)).embedding(boundBack(back(), sub)));
        assertGood(check(sub, SIGNED, ending), "IEE");
        assertExpired(
                check(sub, MADE.plus(Duration.ofDays(20)), ending),
                "subkey " + hex(sub) + ", which expired at 2024-01-21T00:00:00Z");
        Instant revoked = SIGNED.plus(Duration.ofDays(1));
        Saying replaced = Saying.of(PGPSignature.SUBKEY_REVOCATION, revoked).reason(RevocationReasonTags.KEY_RETIRED);
        Ring revoking = good().subkey(sub, signing().embedding(boundBack(back(), sub)), replaced);
        assertGood(check(sub, revoked.minusSeconds(1), revoking), "IEE");
        assertUntrusted(
                check(sub, revoked, revoking), "subkey " + hex(sub) + ", which was revoked at 2024-01-12T00:00:00Z");
        PGPSignature byStranger = Saying.of(PGPSignature.SUBKEY_REVOCATION, MADE)
                .about(primary.getPublicKey(), sub.getPublicKey(), stranger);
        assertGood(
                check(
                        sub,
                        SIGNED,
                        good().subkey(sub, signing().embedding(boundBack(back(), sub)))
                                .add(byStranger)),
                "IEE");
    }

    @Test
    void aSubkeyWithoutAPrimaryKeyInForceSignsNothing() {
        assertUntrusted(
                check(sub, SIGNED, ring().userId("IEE").subkey(sub, signing().embedding(boundBack(back(), sub)))),
                "has no user id in force");
        assertExpired(
                check(
                        sub,
                        SIGNED.plus(Duration.ofDays(90)),
                        ring().userId("IEE", self(MADE).keyLife(Duration.ofDays(30)))
                                .subkey(sub, signing().embedding(boundBack(back(), sub)))),
                "whose key expired at 2024-01-31T00:00:00Z");
    }

    @Test
    void aWeakKeySignsNothingNorDoesWhatRestsOnIt() {
        PGPKeyPair weak = rsa(1024, MADE);
        assertRefused(
                check(weak, SIGNED, new Ring(weak).userId("IEE", self(MADE))),
                Reason.SIGNATURE_INVALID,
                "whose key rests on an rsa key of 1024 bits");
        Saying below = signing().embedding(back().about(weak.getPublicKey(), sub.getPublicKey(), sub));
        assertRefused(
                check(sub, SIGNED, new Ring(weak).userId("IEE", self(MADE)).subkey(sub, below)),
                Reason.SIGNATURE_INVALID,
                "whose key rests on an rsa key of 1024 bits");
        Saying weakSubkey = signing().embedding(back().about(primary.getPublicKey(), weak.getPublicKey(), weak));
        assertRefused(
                check(weak, SIGNED, good().subkey(weak, weakSubkey)),
                Reason.SIGNATURE_INVALID,
                "whose key rests on an rsa key of 1024 bits");
    }

    @Test
    void twoCopiesOfAKeyAreOne() {
        Ring half = good();
        Ring other = ring().userId("IEE").subkey(sub, signing().embedding(boundBack(back(), sub)));
        assertGood(check(sub, SIGNED, half, other), "IEE");
        assertGood(check(sub, SIGNED, other, half), "IEE");
    }

    /** A key's end is taken from the newest user id only: an older one's that is still in force does not matter. */
    @Test
    void theNewestUserIdGivesTheEnd() {
        Ring ring = ring().userId("IEE viejo", self(MADE).keyLife(Duration.ofDays(20)))
                .userId("IEE nuevo", self(SIGNED));
        assertGood(check(primary, MADE.plus(Duration.ofDays(30)), ring), "IEE nuevo");
    }

    @Test
    void aKeyOrASignatureFromTheFutureIsRefused() {
        Instant early = MADE.minus(OpenPgpPolicy.CLOCK_TOLERANCE);
        Saying then = Saying.of(PGPSignature.BINARY_DOCUMENT, early);
        assertGood(check(then, primary, early, good()), "IEE");
        assertExpired(
                check(Saying.of(PGPSignature.BINARY_DOCUMENT, early), primary, early.minusSeconds(1), good()),
                "whose key is valid only from 2024-01-01T00:00:00Z");
        Instant just = SIGNED.minus(OpenPgpPolicy.CLOCK_TOLERANCE);
        assertGood(check(primary, just, good()), "IEE");
        assertExpired(check(primary, just.minusSeconds(1), good()), "is dated 2024-01-11T00:00:00Z, in the future");
        Saying older = Saying.of(PGPSignature.BINARY_DOCUMENT, early.minusSeconds(1));
        assertExpired(check(older, primary, SIGNED, good()), "is dated 2023-12-31T23:54:59Z, before its key was made");
    }

    @Test
    void aSignatureEndsWhenItSaysSo() {
        Saying ending = Saying.of(PGPSignature.BINARY_DOCUMENT, SIGNED).life(Duration.ofDays(1));
        assertGood(check(ending, primary, SIGNED.plus(Duration.ofDays(1)).minusSeconds(1), good()), "IEE");
        assertExpired(
                check(
                        Saying.of(PGPSignature.BINARY_DOCUMENT, SIGNED).life(Duration.ofDays(1)),
                        primary,
                        SIGNED.plus(Duration.ofDays(1)),
                        good()),
                "is a signature that expired at 2024-01-12T00:00:00Z");
    }

    @Test
    void onlySignaturesOverFilesCount() {
        for (int type : List.of(PGPSignature.STAND_ALONE, PGPSignature.TIMESTAMP)) {
            assertRefused(
                    check(Saying.of(type, SIGNED), primary, SIGNED, good()),
                    Reason.SIGNATURE_INVALID,
                    "is an openpgp signature of type 0x" + Integer.toHexString(type) + ", not one over a file");
        }
    }
}
