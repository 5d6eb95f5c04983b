package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What runs out in the check of one signature file ends that check, in words. */
class GuardedSignatureTest {

    private static final Instant NOW = Instant.parse("2024-06-03T03:00:00Z");

    @TempDir
    Path folder;

    /** Throws what it is given when it is opened, or only when it is judged. */
    private SignatureOutcome check(Error thrown, boolean opening) throws IOException {
        Path archive = Files.write(folder.resolve("p.zip"), new byte[1]);
        SignatureFile file = SignatureFile.read(Files.write(folder.resolve("p.zip.p7s"), new byte[1]), "p.zip");
        Supplier<DetachedSignature> whole = () -> {
            if (opening) {
                throw thrown;
            }
            return new Failing(thrown);
        };
        return GuardedSignature.open(file, whole)
                .judge(RawBytes.read(archive, EnumSet.of(StrongHash.SHA256), List.of()), JudgingTime.at(NOW));
    }

    private record Failing(Error thrown) implements DetachedSignature {
        @Override
        public Set<StrongHash> hashes() {
            return Set.of();
        }

        @Override
        public boolean goesOn() {
            return false;
        }

        @Override
        public List<ByteSink> sinks() {
            return List.of();
        }

        @Override
        public SignatureOutcome judge(RawBytes bytes, JudgingTime when) {
            throw thrown;
        }
    }

    @Test
    void aHeapThatIsTooSmallIsThisMachinesFailure() {
        for (boolean opening : new boolean[] {true, false}) {
            assertThatThrownBy(() -> check(new OutOfMemoryError(), opening))
                    .isInstanceOf(IOException.class)
                    .hasMessage("the heap is too small for what is checked at once: give the agent more memory");
        }
    }

    @Test
    void aLibraryThatIsLostIsThisMachinesFailure() {
        for (boolean opening : new boolean[] {true, false}) {
            assertThatThrownBy(() -> check(new NoClassDefFoundError("ASN1Set$Sort"), opening))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("restart the agent")
                    .hasMessageContaining("ASN1Set$Sort");
        }
    }

    @Test
    void aFileThatIsNestedTooDeepIsRefused() throws IOException {
        for (boolean opening : new boolean[] {true, false}) {
            assertThat(check(new StackOverflowError(), opening))
                    .isInstanceOfSatisfying(SignatureOutcome.Bad.class, bad -> {
                        assertThat(bad.reason()).isEqualTo(Reason.SIGNATURE_INVALID);
                        assertThat(bad.message()).contains("is nested deeper than any real one");
                    });
        }
    }
}
