package mx.difusor.agent.verify;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.model.Signer;
import org.bouncycastle.bcpg.sig.KeyFlags;
import org.bouncycastle.openpgp.PGPException;
import org.bouncycastle.openpgp.PGPPublicKey;
import org.bouncycastle.openpgp.PGPPublicKeyRing;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureList;
import org.bouncycastle.openpgp.operator.PGPContentVerifierBuilderProvider;
import org.jspecify.annotations.Nullable;

/**
 * One OpenPGP key of a keyring with its user ids and subkeys. Everything that its owner signed about it is verified
 * here, once, when the keyrings are loaded; afterwards it does not change. Statements with a weak hash or with critical parts
 * that are not understood do not count; revocations always do.
 */
final class OpenPgpKey {

    /**
     * Why a key may not sign.
     *
     * @param expired the fingerprint of the key whose end it was; null where something else is wrong
     */
    record Refusal(Kind kind, String what, @Nullable String expired) {
        enum Kind {
            WEAK,
            UNTRUSTED,
            EXPIRED
        }
    }

    private record Subkey(PGPPublicKey key, OpenPgpStatements bindings) {}

    private final PGPPublicKey primary;
    private final String fingerprint;
    private final OpenPgpStatements direct = new OpenPgpStatements();
    private final Map<String, OpenPgpStatements> userIds = new LinkedHashMap<>();
    private final Map<String, Subkey> subkeys = new LinkedHashMap<>();
    private final OpenPgpRevokers revokers = new OpenPgpRevokers();

    /** @param strays as of {@link #add} */
    OpenPgpKey(PGPPublicKeyRing ring, PGPContentVerifierBuilderProvider verifiers, List<PGPSignature> strays) {
        primary = ring.getPublicKey();
        fingerprint = fingerprint(primary);
        add(ring, verifiers, strays);
    }

    static String fingerprint(PGPPublicKey key) {
        return HexFormat.of().formatHex(key.getFingerprint());
    }

    String fingerprint() {
        return fingerprint;
    }

    /**
     * Takes in another copy of the same key: what either says, a revocation above all, counts.
     *
     * @param strays takes the revocations that this key did not make for itself: of others who may, or of another key
     *     behind which they were put and that is not the last in its file
     */
    void add(PGPPublicKeyRing ring, PGPContentVerifierBuilderProvider verifiers, List<PGPSignature> strays) {
        for (PGPPublicKey key : ring) {
            // A revocation put at the end of a ring belongs to the primary key, and hangs on the last subkey.
            for (Iterator<PGPSignature> all = key.getSignatures(); all.hasNext(); ) {
                PGPSignature signature = all.next();
                if (signature.getSignatureType() == PGPSignature.KEY_REVOCATION
                        && !addRevocation(signature, verifiers)) {
                    strays.add(signature);
                }
            }
        }
        addDirect(ring, verifiers);
        for (Iterator<byte[]> ids = ring.getPublicKey().getRawUserIDs(); ids.hasNext(); ) {
            addUserId(ring, ids.next(), verifiers);
        }
        for (PGPPublicKey key : ring) {
            if (!fingerprint(key).equals(fingerprint)) {
                addSubkey(key, verifiers);
            }
        }
    }

    /** Those of its keys that may have made the signature. */
    List<PGPPublicKey> keysNamedBy(PGPSignature signature) {
        List<PGPPublicKey> keys = new ArrayList<>();
        keys.add(primary);
        subkeys.values().forEach(subkey -> keys.add(subkey.key()));
        return keys.stream()
                .filter(key -> key.getKeyIdentifier().isPresentIn(signature.getKeyIdentifiers()))
                .toList();
    }

    Signer signer(JudgingTime when) {
        return new Signer(name(when), "openpgp:" + fingerprint);
    }

    /** The user id that its owner calls the primary one, the newest of those; otherwise the newest. */
    String name(JudgingTime when) {
        Comparator<Map.Entry<String, OpenPgpStatements.Statement>> order = Comparator.comparing(
                        (Map.Entry<String, OpenPgpStatements.Statement> id) ->
                                id.getValue().primaryUserId())
                .thenComparing(id -> id.getValue().made());
        return userIds.entrySet().stream()
                .filter(id -> !id.getValue().withdrawn(when))
                .map(id -> Map.entry(
                        id.getKey(), id.getValue().inForce(when.received()).orElseThrow()))
                .max(order)
                .map(id -> ReadableName.of(id.getKey()))
                .orElse("openpgp key " + fingerprint.toUpperCase(Locale.ROOT));
    }

    /**
     * Why {@code key}, one of {@link #keysNamedBy}, may not sign a package that came and is judged then; empty if it may.
     *
     * @param allowed fingerprints of keys whose end does not count
     */
    Optional<Refusal> refusal(PGPPublicKey key, JudgingTime when, Set<String> allowed) {
        Instant at = when.received();
        Optional<String> weak = OpenPgpPolicy.weakness(primary).or(() -> OpenPgpPolicy.weakness(key));
        if (weak.isPresent()) {
            return Optional.of(new Refusal(Refusal.Kind.WEAK, "rests on " + weak.get(), null));
        }
        Optional<Instant> revoked = direct.revoked(when.now());
        if (revoked.isPresent()) {
            return untrusted("was revoked at " + revoked.get());
        }
        List<OpenPgpStatements.Statement> own = statementsOnPrimary(when);
        if (own.isEmpty()) {
            return outOfDate(primary, null, at, allowed)
                    .or(() -> untrusted("has no user id in force that is signed with sha-256 or stronger"));
        }
        for (OpenPgpStatements.Statement statement : own) {
            Optional<Refusal> old = outOfDate(primary, statement.keyLife(), at, allowed);
            if (old.isPresent()) {
                return old;
            }
        }
        Subkey subkey = subkeys.get(fingerprint(key));
        return subkey == null ? refusalOfPrimary(own) : refusal(subkey, when, allowed);
    }

    /** Until when the best of its keys may sign, by what its owner says at that time. */
    TrustedEnd end(Instant at) {
        JudgingTime when = JudgingTime.at(at);
        Set<String> allAllowed = new java.util.HashSet<>(subkeys.keySet());
        allAllowed.add(fingerprint);
        List<PGPPublicKey> able = new ArrayList<>();
        String why = null;
        for (PGPPublicKey key : all()) {
            Optional<Refusal> refusal = refusal(key, when, allAllowed);
            refusal.ifPresentOrElse(one -> {}, () -> able.add(key));
            why = why == null && refusal.isPresent() ? refusal.get().what() : why;
        }
        if (able.isEmpty()) {
            return new TrustedEnd(TrustedEnd.What.OPENPGP, name(when), null, why);
        }
        Instant latest = Instant.MIN;
        for (PGPPublicKey key : able) {
            Instant end = end(key, when);
            if (end == null) {
                return new TrustedEnd(TrustedEnd.What.OPENPGP, name(when), null, null);
            }
            latest = end.isAfter(latest) ? end : latest;
        }
        return new TrustedEnd(TrustedEnd.What.OPENPGP, name(when), latest, null);
    }

    private List<PGPPublicKey> all() {
        List<PGPPublicKey> keys = new ArrayList<>(List.of(primary));
        subkeys.values().forEach(subkey -> keys.add(subkey.key()));
        return keys;
    }

    /** The first of the ends that count for this key; null where it has none. */
    private @Nullable Instant end(PGPPublicKey key, JudgingTime when) {
        List<Instant> ends = new ArrayList<>();
        for (OpenPgpStatements.Statement statement : statementsOnPrimary(when)) {
            addEnd(ends, primary, statement.keyLife());
        }
        Subkey subkey = subkeys.get(fingerprint(key));
        if (subkey != null) {
            subkey.bindings().inForce(when.received()).ifPresent(binding -> addEnd(ends, key, binding.keyLife()));
        }
        return ends.stream().min(Comparator.naturalOrder()).orElse(null);
    }

    private static void addEnd(List<Instant> ends, PGPPublicKey key, @Nullable Duration life) {
        if (life != null) {
            ends.add(key.getCreationTime().toInstant().plus(life));
        }
    }

    private static Optional<Refusal> refusalOfPrimary(List<OpenPgpStatements.Statement> own) {
        boolean forbidden =
                own.stream().anyMatch(statement -> statement.flags() != null && !statement.hasFlag(KeyFlags.SIGN_DATA));
        return forbidden ? untrusted("is not a key for signing, by its flags") : Optional.empty();
    }

    private static Optional<Refusal> refusal(Subkey subkey, JudgingTime when, Set<String> allowed) {
        Instant at = when.received();
        String id = "has signed with its subkey " + fingerprint(subkey.key()).toUpperCase(Locale.ROOT) + ", which ";
        Optional<Instant> revoked = subkey.bindings().revoked(when.now());
        if (revoked.isPresent()) {
            return untrusted(id + "was revoked at " + revoked.get());
        }
        Optional<OpenPgpStatements.Statement> binding = subkey.bindings().inForce(at);
        if (binding.isEmpty() || !binding.get().boundBack()) {
            return outOfDate(subkey.key(), null, at, allowed)
                    .map(old -> new Refusal(old.kind(), id + old.what(), old.expired()))
                    .or(() -> untrusted(id + "is not validly bound to it as a signing subkey"));
        }
        if (!binding.get().hasFlag(KeyFlags.SIGN_DATA)) {
            return untrusted(id + "is not a key for signing, by its flags");
        }
        return outOfDate(subkey.key(), binding.get().keyLife(), at, allowed)
                .map(old -> new Refusal(old.kind(), id + old.what(), old.expired()));
    }

    /** The newest about the key as such and the newest of a user id: both have to allow what is done. */
    private List<OpenPgpStatements.Statement> statementsOnPrimary(JudgingTime when) {
        List<OpenPgpStatements.Statement> own = new ArrayList<>();
        direct.inForce(when.received()).ifPresent(own::add);
        userIds.values().stream()
                .filter(id -> !id.withdrawn(when))
                .flatMap(id -> id.inForce(when.received()).stream())
                .max(Comparator.comparing(OpenPgpStatements.Statement::made))
                .ifPresent(own::add);
        return own;
    }

    private static Optional<Refusal> outOfDate(
            PGPPublicKey key, @Nullable Duration life, Instant at, Set<String> allowed) {
        Instant created = key.getCreationTime().toInstant();
        if (created.isAfter(at.plus(OpenPgpPolicy.CLOCK_TOLERANCE))) {
            return Optional.of(new Refusal(Refusal.Kind.EXPIRED, "is valid only from " + created, null));
        }
        if (life != null && !at.isBefore(created.plus(life)) && !allowed.contains(fingerprint(key))) {
            return Optional.of(new Refusal(Refusal.Kind.EXPIRED, "expired at " + created.plus(life), fingerprint(key)));
        }
        return Optional.empty();
    }

    private static Optional<Refusal> untrusted(String what) {
        return Optional.of(new Refusal(Refusal.Kind.UNTRUSTED, what, null));
    }

    private void addDirect(PGPPublicKeyRing ring, PGPContentVerifierBuilderProvider verifiers) {
        for (Iterator<PGPSignature> all = ring.getPublicKey().getSignatures(); all.hasNext(); ) {
            PGPSignature signature = all.next();
            if (signature.getSignatureType() == PGPSignature.DIRECT_KEY && isAbout(signature, primary, verifiers)) {
                revokers.name(signature);
                if (isSound(signature)) {
                    take(direct, signature, false);
                }
            }
        }
    }

    /**
     * Takes it where this key made it.
     *
     * @return whether it did
     */
    private boolean addRevocation(PGPSignature signature, PGPContentVerifierBuilderProvider verifiers) {
        boolean own = isAbout(signature, primary, verifiers);
        if (own) {
            take(direct, signature, true);
        }
        return own;
    }

    /**
     * Its own revocations among these count, and those of whoever its owner named. To be called when all keyrings are
     * read.
     */
    void heed(List<PGPSignature> strays, Map<String, OpenPgpKey> keys, PGPContentVerifierBuilderProvider verifiers) {
        strays.stream()
                .filter(signature -> OpenPgpRevokers.mayBeBy(primary.getKeyIdentifier(), signature))
                .forEach(signature -> addRevocation(signature, verifiers));
        revokers.heeded(
                        strays,
                        keys::containsKey,
                        (signature, revoker) ->
                                isAbout(signature, Objects.requireNonNull(keys.get(revoker)).primary, verifiers))
                .forEach(signature -> take(direct, signature, true));
    }

    /** Is this a statement by that key about this primary key as such? */
    private boolean isAbout(PGPSignature signature, PGPPublicKey by, PGPContentVerifierBuilderProvider verifiers) {
        return OpenPgpPolicy.holds(() -> {
            signature.init(verifiers, by);
            return signature.verifyCertification(primary);
        });
    }

    private void addUserId(PGPPublicKeyRing ring, byte[] id, PGPContentVerifierBuilderProvider verifiers) {
        OpenPgpStatements statements =
                userIds.computeIfAbsent(new String(id, StandardCharsets.UTF_8), name -> new OpenPgpStatements());
        for (Iterator<PGPSignature> all = ring.getPublicKey().getSignaturesForID(id); all.hasNext(); ) {
            PGPSignature signature = all.next();
            boolean revokes = signature.getSignatureType() == PGPSignature.CERTIFICATION_REVOCATION;
            if ((revokes || signature.isCertification())
                    && OpenPgpPolicy.holds(() -> {
                        signature.init(verifiers, primary);
                        return signature.verifyCertification(id, primary);
                    })) {
                revokers.name(signature);
                if (revokes || isSound(signature)) {
                    take(statements, signature, revokes);
                }
            }
        }
    }

    private void addSubkey(PGPPublicKey key, PGPContentVerifierBuilderProvider verifiers) {
        OpenPgpStatements bindings = subkeys.computeIfAbsent(
                        fingerprint(key), print -> new Subkey(key, new OpenPgpStatements()))
                .bindings();
        for (Iterator<PGPSignature> all = key.getSignatures(); all.hasNext(); ) {
            PGPSignature signature = all.next();
            boolean revokes = signature.getSignatureType() == PGPSignature.SUBKEY_REVOCATION;
            boolean speaks = signature.getSignatureType() == PGPSignature.SUBKEY_BINDING && isSound(signature);
            if ((revokes || speaks)
                    && OpenPgpPolicy.holds(() -> {
                        signature.init(verifiers, primary);
                        return signature.verifyCertification(primary, key);
                    })) {
                boolean boundBack = OpenPgpPolicy.holds(() -> isBoundBack(signature, key, verifiers));
                take(bindings, signature, revokes, boundBack);
            }
        }
    }

    /** Only the subkey's own signature shows that it is not somebody else's key, adopted (RFC 9580, 5.2.1.11). */
    private boolean isBoundBack(PGPSignature binding, PGPPublicKey key, PGPContentVerifierBuilderProvider verifiers)
            throws PGPException {
        List<PGPSignatureList> places = new ArrayList<>();
        places.add(binding.getHashedSubPackets().getEmbeddedSignatures());
        places.add(binding.getUnhashedSubPackets().getEmbeddedSignatures());
        for (PGPSignatureList embedded : places) {
            for (PGPSignature back : embedded) {
                if (back.getSignatureType() == PGPSignature.PRIMARYKEY_BINDING
                        && isSound(back)
                        && OpenPgpPolicy.holds(() -> {
                            back.init(verifiers, key);
                            return back.verifyCertification(primary, key);
                        })) {
                    return true;
                }
            }
        }
        return false;
    }

    private static boolean isSound(PGPSignature signature) {
        return OpenPgpPolicy.refusal(signature).isEmpty();
    }

    private static void take(OpenPgpStatements statements, PGPSignature signature, boolean revokes) {
        take(statements, signature, revokes, false);
    }

    /** @param boundBack the subkey that it is about agreed to it */
    private static void take(OpenPgpStatements statements, PGPSignature signature, boolean revokes, boolean boundBack) {
        if (revokes) {
            statements.addRevocation(signature);
        } else {
            statements.add(signature, boundBack);
        }
    }
}
