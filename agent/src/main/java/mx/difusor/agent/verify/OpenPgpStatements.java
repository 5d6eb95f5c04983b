package mx.difusor.agent.verify;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.bcpg.SignatureSubpacketTags;
import org.bouncycastle.openpgp.PGPSignature;
import org.bouncycastle.openpgp.PGPSignatureSubpacketVector;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a key has said of one of its parts (the primary key as such, a user id, a subkey) with signatures
 * that hold. Which statement is in force is a question of time.
 */
final class OpenPgpStatements {

    /**
     * @param ends when the statement itself expires
     * @param keyLife how long after its creation the key it is about may be used; null without end
     * @param flags RFC 9580, 5.2.3.29; null where it says nothing of them
     * @param boundBack the subkey that it is about agreed to it; of nothing else true
     */
    record Statement(
            Instant made,
            @Nullable Instant ends,
            @Nullable Duration keyLife,
            @Nullable Integer flags,
            boolean primaryUserId,
            boolean boundBack) {

        static Statement of(PGPSignature signature, boolean boundBack) {
            PGPSignatureSubpacketVector hashed = signature.getHashedSubPackets();
            Instant made = hashed.getSignatureCreationTime().toInstant();
            long ends = hashed.getSignatureExpirationTime();
            long keyLife = hashed.getKeyExpirationTime();
            return new Statement(
                    made,
                    ends == 0 ? null : made.plusSeconds(ends),
                    keyLife == 0 ? null : Duration.ofSeconds(keyLife),
                    hashed.hasSubpacket(SignatureSubpacketTags.KEY_FLAGS) ? hashed.getKeyFlags() : null,
                    hashed.isPrimaryUserID(),
                    boundBack);
        }

        boolean hasFlag(int flag) {
            return flags != null && (flags & flag) != 0;
        }

        private boolean isInForce(Instant at) {
            return !made.isAfter(at.plus(OpenPgpPolicy.CLOCK_TOLERANCE)) && (ends == null || at.isBefore(ends));
        }
    }

    /** @param hard the key was lost, or no reason is given: it counts for all time (RFC 9580, 5.2.3.31) */
    private record Revocation(Instant made, boolean hard) {}

    private static final Comparator<Statement> OLDEST_FIRST = Comparator.comparing(Statement::made);

    private final List<Statement> statements = new ArrayList<>();
    private final List<Revocation> revocations = new ArrayList<>();

    void add(PGPSignature signature, boolean boundBack) {
        statements.add(Statement.of(signature, boundBack));
    }

    void addRevocation(PGPSignature signature) {
        revocations.add(new Revocation(signature.getCreationTime().toInstant(), signature.isHardRevocation()));
    }

    Optional<Statement> inForce(Instant at) {
        return statements.stream().filter(statement -> statement.isInForce(at)).max(OLDEST_FIRST);
    }

    Optional<Instant> revoked(Instant at) {
        return revocations.stream()
                .filter(revocation -> revocation.hard() || !revocation.made().isAfter(at))
                .map(Revocation::made)
                .min(Comparator.naturalOrder());
    }

    /** A user id's revocation is undone by a newer statement. */
    boolean withdrawn(JudgingTime when) {
        Optional<Statement> newest = inForce(when.received());
        return newest.isEmpty()
                || revocations.stream()
                        .anyMatch(revocation -> !revocation.made().isAfter(when.now())
                                && !revocation.made().isBefore(newest.get().made()));
    }
}
