package mx.difusor.agent.desk;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Of several things that are wrong with a package the first one in the contract's order is its reason ("A package"). */
class OrderOfReasonsTest extends OneDesk {

    private static final int MAX_BYTES = 1_000_000;

    private Reason reason(Candidate candidate) throws Exception {
        Receipt receipt = decide(candidate);
        return Objects.requireNonNull(receipt.refusal(), receipt::toString).reason();
    }

    private Candidate of(Path archive, List<Path> signatures, @Nullable Path checksum) {
        return new Candidate("iee", String.valueOf(archive.getFileName()), archive, signatures, checksum, began);
    }

    private Path wrongSum() throws IOException {
        return Files.writeString(folder.resolve("p.zip.sha256"), "0".repeat(64) + "  p.zip\n");
    }

    private Path zeros(String name, int bytes) throws IOException {
        return Files.write(folder.resolve(name), new byte[bytes]);
    }

    /** By openssl and keys that nobody trusts. */
    private Path strangersSignature(Path archive) throws Exception {
        ThrowawayKeys keys = ThrowawayKeys.make(
                Files.createTempDirectory(folder, "stranger"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        Path signature = archive.resolveSibling(archive.getFileName() + ".p7s");
        Files.deleteIfExists(signature);
        Shell.bash(
                        folder,
                        "openssl cms -sign -binary -md sha256 -in '%s' -signer '%s' -inkey '%s' -outform DER -out '%s'"
                                .formatted(archive, keys.certificate(), keys.key(), signature))
                .ok();
        return signature;
    }

    @Test
    void theLargestPackageIsAskedForItsSignatureAndOneByteMoreIsNot() throws Exception {
        assertThat(reason(of(zeros("p.zip", MAX_BYTES), List.of(wrongSum()), null)))
                .isEqualTo(Reason.SIGNATURE_INVALID);
        assertThat(reason(of(zeros("q.zip", MAX_BYTES + 1), List.of(), wrongSum())))
                .isEqualTo(Reason.TOO_LARGE);
    }

    @Test
    void theBudgetComesBeforeTheChecksum() throws Exception {
        Candidate one = pack(1);
        budget = Files.size(one.archive()) - 1;
        moveTo(began.minusSeconds(3600));
        assertThat(reason(of(one.archive(), one.signatures(), wrongSum()))).isEqualTo(Reason.BUDGET_EXCEEDED);
    }

    @Test
    void theChecksumComesBeforeTheSignatureAndThisBeforeTheStructure() throws Exception {
        Candidate one = pack(1);
        Path strange = strangersSignature(one.archive());
        assertThat(reason(of(one.archive(), List.of(strange), wrongSum()))).isEqualTo(Reason.CHECKSUM_MISMATCH);
        assertThat(reason(of(one.archive(), List.of(strange), null))).isEqualTo(Reason.SIGNATURE_UNTRUSTED);

        Path corrupt = Files.write(folder.resolve("corrupt.zip"), "no zip".getBytes(UTF_8));
        assertThat(reason(of(corrupt, List.of(strangersSignature(corrupt)), null)))
                .isEqualTo(Reason.SIGNATURE_UNTRUSTED);
    }

    @Test
    void theEventComesBeforeTheCut() throws Exception {
        long minutes = Duration.between(
                        OffsetDateTime.parse("2024-06-02T20:00:00-07:00").toInstant(), began)
                .toMinutes();
        int ahead = (int) minutes + 60;
        assertThat(reason(pack(ahead))).isEqualTo(Reason.CUT_INVALID);
        Path files = Files.createTempDirectory(folder, "cut");
        assertThat(reason(pack("otro", ahead, files))).isEqualTo(Reason.EVENT_UNKNOWN);
    }
}
