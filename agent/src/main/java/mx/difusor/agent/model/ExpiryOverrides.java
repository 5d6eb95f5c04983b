package mx.difusor.agent.model;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * Every override that an operator ever gave, ended ones too: what was accepted under one has to hold when the archive
 * is checked years later.
 */
public record ExpiryOverrides(List<ExpiryOverride> all) {

    public static final ExpiryOverrides NONE = new ExpiryOverrides(List.of());

    public ExpiryOverrides {
        all = List.copyOf(all);
    }

    /** Those in force at that time, the one that ends first first. */
    public List<ExpiryOverride> inForce(Instant at) {
        return all.stream()
                .filter(one -> one.isInForce(at))
                .sorted(Comparator.comparing(ExpiryOverride::until))
                .toList();
    }

    /** The one that lets this certificate or key count at that time. */
    public Optional<ExpiryOverride> covering(String fingerprint, Instant at) {
        return inForce(at).stream()
                .filter(one -> one.fingerprint().equals(fingerprint))
                .findFirst();
    }

    /** With one more, in place of what was in force for the same fingerprint. */
    public ExpiryOverrides with(ExpiryOverride one) {
        List<ExpiryOverride> more = new ArrayList<>(without(one.fingerprint(), one.from()).all);
        more.add(one);
        return new ExpiryOverrides(more);
    }

    /** With nothing in force for that fingerprint from then on. */
    public ExpiryOverrides without(String fingerprint, Instant from) {
        return new ExpiryOverrides(all.stream()
                .map(one -> one.fingerprint().equals(fingerprint) && one.isInForce(from) ? one.withdrawnAt(from) : one)
                .toList());
    }
}
