package mx.difusor.agent.model;

import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * An operator's word that one certificate or OpenPGP key counts for a while though it has expired. It forgives nothing
 * else.
 *
 * @param fingerprint lower-case hex: 64 digits, SHA-256 of a certificate or an OpenPGP key of version 6; or 40, an
 *     OpenPGP key of version 4
 * @param from to the millisecond, as every time in receipts
 * @param until no longer in force at that instant
 * @param by who allowed it
 * @param why in their words
 * @param withdrawn when it was taken back before its end
 */
public record ExpiryOverride(
        String fingerprint,
        Instant from,
        Instant until,
        String by,
        String why,
        @Nullable Instant withdrawn) {

    private static final Pattern HEX = Pattern.compile("[0-9a-f]{40}|[0-9a-f]{64}");

    /** As {@code openssl x509 -fingerprint -sha256} prints it. */
    private static final String PREFIX_OF_OPENSSL = "sha256fingerprint=";

    public ExpiryOverride {
        if (!HEX.matcher(fingerprint).matches()) {
            throw new IllegalArgumentException("not a fingerprint: " + fingerprint);
        }
    }

    /** What a person pasted, as this record wants it: without colons, blanks, capitals; empty where it is none. */
    public static Optional<String> fingerprint(String typed) {
        String hex = typed.toLowerCase(Locale.ROOT).replaceAll("[\\s:]", "");
        String bare = hex.startsWith(PREFIX_OF_OPENSSL) ? hex.substring(PREFIX_OF_OPENSSL.length()) : hex;
        return HEX.matcher(bare).matches() ? Optional.of(bare) : Optional.empty();
    }

    public boolean isInForce(Instant at) {
        return !at.isBefore(from) && at.isBefore(until) && (withdrawn == null || at.isBefore(withdrawn));
    }

    public ExpiryOverride withdrawnAt(Instant at) {
        return new ExpiryOverride(fingerprint, from, until, by, why, at);
    }
}
