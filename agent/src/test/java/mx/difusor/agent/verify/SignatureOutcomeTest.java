package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.verify.SignatureOutcome.Bad;
import mx.difusor.agent.verify.SignatureOutcome.Good;
import mx.difusor.agent.verify.SignatureOutcome.Unfit;
import org.junit.jupiter.api.Test;

/** What a file of several signatures says, whatever order they stand in. */
class SignatureOutcomeTest {

    private static final Signer IEE = new Signer("CN=IEE", "1");
    private static final Signer OTHER = new Signer("CN=otro", "2");
    private static final Good GOOD = new Good(List.of(IEE), List.of("of iee"));
    private static final Unfit UNFIT = new Unfit("does not fit");
    private static final Bad UNKNOWN = new Bad(Reason.SIGNATURE_UNTRUSTED, "is unknown");
    private static final Bad EXPIRED = new Bad(Reason.SIGNATURE_EXPIRED, "is expired");
    private static final Bad FORBIDDEN = new Bad(Reason.SIGNATURE_INVALID, "is forbidden");

    private static SignatureOutcome all(SignatureOutcome... each) {
        return SignatureOutcome.ofAll(List.of(each));
    }

    @Test
    void aForbiddenFormSpeaksForTheWholeFileWhereverItStands() {
        assertThat(all(GOOD, UNFIT, UNKNOWN, FORBIDDEN)).isEqualTo(FORBIDDEN);
        assertThat(all(FORBIDDEN, GOOD)).isEqualTo(FORBIDDEN);
    }

    @Test
    void oneThatDoesNotFitSpeaksNext() {
        assertThat(all(GOOD, UNKNOWN, UNFIT)).isEqualTo(UNFIT);
        assertThat(all(UNKNOWN, UNFIT)).isEqualTo(UNFIT);
    }

    @Test
    void whoIsOnlyUnknownOrExpiredIsAWarningBesideAGoodOne() {
        assertThat(all(UNKNOWN, GOOD, EXPIRED))
                .isEqualTo(new Good(List.of(IEE), List.of("is unknown", "of iee", "is expired")));
        assertThat(all(GOOD, new Good(List.of(OTHER), List.of())))
                .isEqualTo(new Good(List.of(IEE, OTHER), List.of("of iee")));
    }

    @Test
    void withoutAGoodOneTheFirstGivesTheReason() {
        assertThat(all(EXPIRED, UNKNOWN)).isEqualTo(EXPIRED);
    }

    @Test
    void ofSeveralWaysToTrustOneTheOneWithTheFewestReservationsCounts() {
        Good plain = new Good(List.of(OTHER), List.of());
        assertThat(SignatureOutcome.best(List.of(UNKNOWN, GOOD, plain))).hasValue(plain);
        assertThat(SignatureOutcome.best(List.of(UNKNOWN, UNFIT))).isEmpty();
    }
}
