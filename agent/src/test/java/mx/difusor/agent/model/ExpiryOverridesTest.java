package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class ExpiryOverridesTest {

    private static final Instant FROM = Instant.parse("2024-06-03T03:00:00Z");
    private static final Instant UNTIL = FROM.plusSeconds(3600);
    private static final String ONE = "1".repeat(64);
    private static final String OTHER = "2".repeat(40);

    private static ExpiryOverride override(String fingerprint, Instant from, Instant until) {
        return new ExpiryOverride(fingerprint, from, until, "ana", "renewal is under way", null);
    }

    @Test
    void aFingerprintIs64HexDigitsOr40() {
        for (String no : List.of("", "1".repeat(39), "1".repeat(63), "A".repeat(64), "g".repeat(40))) {
            assertThatThrownBy(() -> override(no, FROM, UNTIL))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a fingerprint: " + no);
        }
    }

    @Test
    void whatAPersonPastesIsTakenAsItIsMeant() {
        assertThat(ExpiryOverride.fingerprint("sha256 Fingerprint=" + "AB:".repeat(31) + "AB"))
                .contains("ab".repeat(32));
        assertThat(ExpiryOverride.fingerprint(" ABCD ".repeat(10))).contains("abcd".repeat(10));
        assertThat(ExpiryOverride.fingerprint("ab".repeat(31))).isEmpty();
    }

    @Test
    void itIsInForceFromItsBeginUntilItsEndOrItsWithdrawal() {
        ExpiryOverride one = override(ONE, FROM, UNTIL);
        assertThat(one.isInForce(FROM.minusMillis(1))).isFalse();
        assertThat(one.isInForce(FROM)).isTrue();
        assertThat(one.isInForce(UNTIL.minusMillis(1))).isTrue();
        assertThat(one.isInForce(UNTIL)).isFalse();
        ExpiryOverride withdrawn = one.withdrawnAt(FROM.plusSeconds(60));
        assertThat(withdrawn.isInForce(FROM.plusSeconds(59))).isTrue();
        assertThat(withdrawn.isInForce(FROM.plusSeconds(60))).isFalse();
    }

    @Test
    void thoseInForceAreListedByTheirEnd() {
        ExpiryOverride late = override(ONE, FROM, UNTIL.plusSeconds(60));
        ExpiryOverride early = override(OTHER, FROM, UNTIL);
        ExpiryOverrides both = new ExpiryOverrides(List.of(late, early, override(ONE, UNTIL, UNTIL.plusSeconds(9))));
        assertThat(both.inForce(FROM)).containsExactly(early, late);
        assertThat(both.covering(ONE, FROM)).contains(late);
        assertThat(both.covering(OTHER, FROM)).contains(early);
        assertThat(both.covering("3".repeat(40), FROM)).isEmpty();
    }

    @Test
    void aNewOneTakesThePlaceOfWhatIsInForceForTheSameFingerprint() {
        ExpiryOverride ended = override(ONE, FROM.minusSeconds(7200), FROM);
        ExpiryOverride other = override(OTHER, FROM, UNTIL);
        ExpiryOverride before = override(ONE, FROM, UNTIL);
        Instant now = FROM.plusSeconds(60);
        ExpiryOverride anew = override(ONE, now, UNTIL.plusSeconds(60));
        assertThat(new ExpiryOverrides(List.of(ended, other, before)).with(anew).all())
                .containsExactly(ended, other, before.withdrawnAt(now), anew);
    }
}
