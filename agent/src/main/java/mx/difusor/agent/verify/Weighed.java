package mx.difusor.agent.verify;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;

/** What each of the files beside an archive file says of its bytes, and what follows from them together. Immutable. */
public final class Weighed {

    /** A checksum file that speaks against the bytes. */
    record Checksum(Path file, boolean whole, String message) {}

    private final String name;
    private final int threshold;
    private final RawBytes bytes;
    private final Optional<Checksum> checksum;
    private final Map<Path, SignatureOutcome> outcomes;

    /** @param outcomes by signature file, in the order in which they are asked */
    Weighed(
            String name,
            int threshold,
            RawBytes bytes,
            Optional<Checksum> checksum,
            Map<Path, SignatureOutcome> outcomes) {
        this.name = name;
        this.threshold = threshold;
        this.bytes = bytes;
        this.checksum = checksum;
        this.outcomes = outcomes;
    }

    /** Of all of them together. */
    public SignatureFinding finding() {
        return finding(file -> true);
    }

    /** What some of the files would say if the others were not there. */
    public SignatureFinding finding(Predicate<Path> some) {
        List<SignatureOutcome> judged = outcomes.entrySet().stream()
                .filter(one -> some.test(one.getKey()))
                .map(Map.Entry::getValue)
                .toList();
        return conclude(checksum.filter(one -> some.test(one.file())), judged);
    }

    private SignatureFinding conclude(Optional<Checksum> checksum, List<SignatureOutcome> outcomes) {
        Map<String, Signer> signers = new LinkedHashMap<>();
        List<String> warnings = new ArrayList<>();
        for (SignatureOutcome outcome : outcomes) {
            if (outcome instanceof SignatureOutcome.Good good) {
                good.signers().forEach(signer -> signers.putIfAbsent(signer.identity(), signer));
                warnings.addAll(good.warnings());
            } else if (outcome instanceof SignatureOutcome.Unfit unfit) {
                warnings.add(unfit.message());
            } else if (outcome instanceof SignatureOutcome.Bad bad) {
                warnings.add(bad.message());
            }
        }
        boolean enough = signers.size() >= threshold;
        if (checksum.isPresent()) {
            String message = checksum.get().message();
            // A malformed file may still be arriving; a whole one that differs from signed bytes is wrong for good.
            return enough && checksum.get().whole()
                    ? new SignatureFinding.Refused(bytes.sha256(), bytes.size(), Reason.CHECKSUM_MISMATCH, message)
                    : new SignatureFinding.Mismatch(bytes.sha256(), bytes.size(), Reason.CHECKSUM_MISMATCH, message);
        }
        return enough
                ? new SignatureFinding.Enough(bytes.sha256(), bytes.size(), List.copyOf(signers.values()), warnings)
                : notEnough(signers.size(), outcomes);
    }

    private SignatureFinding notEnough(int signers, List<SignatureOutcome> outcomes) {
        for (SignatureOutcome outcome : outcomes) {
            if (outcome instanceof SignatureOutcome.Bad bad) {
                return new SignatureFinding.Refused(bytes.sha256(), bytes.size(), bad.reason(), bad.message());
            }
        }
        for (SignatureOutcome outcome : outcomes) {
            if (outcome instanceof SignatureOutcome.Unfit unfit) {
                return new SignatureFinding.Mismatch(
                        bytes.sha256(), bytes.size(), Reason.SIGNATURE_INVALID, unfit.message());
            }
        }
        String have = signers == 0
                ? "no signature beside " + name
                : "only " + signers + " of " + threshold + " signers of " + name;
        return new SignatureFinding.Missing(
                bytes.sha256(),
                bytes.size(),
                have + ", where " + threshold + (threshold == 1 ? " is" : " different ones are") + " needed: " + name
                        + ".p7s, " + name + ".sig or " + name + ".asc");
    }
}
