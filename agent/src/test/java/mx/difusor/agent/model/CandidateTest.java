package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class CandidateTest {

    private static final Path ARCHIVE = Path.of("a.zip");
    private static final Path SIGNATURE = Path.of("a.zip.p7s");
    private static final Path OTHER = Path.of("a.zip.sig");
    private static final Path CHECKSUM = Path.of("a.zip.sha256");

    private static Candidate candidate() {
        return new Candidate("iee", "a.zip", ARCHIVE, List.of(SIGNATURE, OTHER), CHECKSUM, Instant.EPOCH);
    }

    @Test
    void itsFilesAreItsArchiveAndWhatLiesBesideIt() {
        assertThat(List.of(ARCHIVE, SIGNATURE, OTHER, CHECKSUM))
                .allSatisfy(file -> assertThat(candidate().has(file)).isTrue());
        assertThat(candidate().has(Path.of("b.zip"))).isFalse();
    }

    @Test
    void whatIsLeftOutIsNoMoreOfIt() {
        assertThat(candidate().without(List.of(SIGNATURE)).signatures()).containsExactly(OTHER);
        assertThat(candidate().without(List.of(SIGNATURE)).checksum()).isEqualTo(CHECKSUM);
        Candidate unchecked = candidate().without(List.of(CHECKSUM));
        assertThat(unchecked.checksum()).isNull();
        assertThat(unchecked.signatures()).containsExactly(SIGNATURE, OTHER);
        assertThat(unchecked.without(List.of(OTHER)).checksum()).isNull();
        assertThat(candidate().without(List.of())).isEqualTo(candidate());
    }
}
