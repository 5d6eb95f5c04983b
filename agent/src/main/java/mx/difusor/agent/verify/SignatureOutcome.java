package mx.difusor.agent.verify;

import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;

/** What one signature, or one file of them, says of the bytes that it is about. */
sealed interface SignatureOutcome {

    /** Trusted signers signed exactly these bytes. */
    record Good(List<Signer> signers, List<String> warnings) implements SignatureOutcome {
        public Good {
            signers = List.copyOf(signers);
            warnings = List.copyOf(warnings);
        }
    }

    /** These are not the bytes that were signed, or the signature is not whole. */
    record Unfit(String message) implements SignatureOutcome {}

    /** No further byte makes this signature acceptable. */
    record Bad(Reason reason, String message) implements SignatureOutcome {}

    /** Of several ways to trust one signature the good one with the fewest reservations; empty where none is good. */
    static Optional<Good> best(List<SignatureOutcome> each) {
        return each.stream()
                .filter(Good.class::isInstance)
                .map(Good.class::cast)
                .min(Comparator.comparing(good -> good.warnings().size()));
    }

    /**
     * What a file says that holds these signatures. A forbidden form, then one that does not fit, speaks for the whole
     * file; a signer who is only unknown or expired is a warning beside a trusted one.
     *
     * @param each at least one
     */
    static SignatureOutcome ofAll(List<SignatureOutcome> each) {
        List<Signer> signers = new ArrayList<>();
        List<String> warnings = new ArrayList<>();
        for (SignatureOutcome one : each) {
            if (one instanceof Bad bad && bad.reason() == Reason.SIGNATURE_INVALID) {
                return bad;
            }
        }
        for (SignatureOutcome one : each) {
            if (one instanceof Unfit) {
                return one;
            }
            if (one instanceof Good good) {
                signers.addAll(good.signers());
                warnings.addAll(good.warnings());
            }
            if (one instanceof Bad bad) {
                warnings.add(bad.message());
            }
        }
        return signers.isEmpty() ? each.get(0) : new Good(signers, warnings);
    }
}
