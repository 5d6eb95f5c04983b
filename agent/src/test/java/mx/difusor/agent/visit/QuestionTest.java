package mx.difusor.agent.visit;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class QuestionTest {

    private final List<TreeFile> files = new ArrayList<>();

    private void file(String path, long size, int minute) {
        Instant modified = Instant.parse("2024-06-03T03:00:00Z").plusSeconds(60L * minute);
        files.add(new TreeFile(path, size, Digest.ofContent(new byte[] {1}), modified, 1));
    }

    private List<String> asked(int turn) {
        return Question.files(Tree.of(files), turn).stream().map(TreeFile::path).toList();
    }

    @Test
    void theThreeThatChangedLastAreAskedForAndOneAfterTheOtherOfTheRest() {
        file("index.html", 10, 99);
        for (int i = 0; i < 10; i++) {
            file("f" + i + ".json", 10, i);
        }
        assertThat(asked(0)).containsExactly("f9.json", "f8.json", "f7.json", "f0.json");
        Set<String> reached = new HashSet<>();
        for (int turn = Integer.MAX_VALUE - 9; turn != Integer.MIN_VALUE + 10; turn++) {
            reached.addAll(asked(turn));
        }
        assertThat(reached).hasSize(10);
    }

    @Test
    void amongEqualTimesTheNameDecides() {
        for (String path : List.of("d", "b", "c", "a")) {
            file(path, 10, 5);
        }
        assertThat(asked(0)).containsExactly("a", "b", "c", "d");
    }

    @Test
    void largeFilesAreLeftOutTheLargestThatIsNotIsWithinWhatIsRead() {
        file("index.html", Question.MAX_FILE_BYTES + 1, 1);
        file("large.csv", Question.MAX_FILE_BYTES + 1, 2);
        file("most.csv", Question.MAX_FILE_BYTES, 1);
        assertThat(asked(0)).containsExactly("most.csv");
        assertThat(Question.page(Tree.of(files))).isNull();
        assertThat(Question.MAX_FILE_BYTES).isLessThan(Visitor.MAX_BYTES);
    }

    @ParameterizedTest
    @CsvSource({
        "https://prep.example, a.json, https://prep.example/a.json",
        "https://prep.example/, d/a.json, https://prep.example/d/a.json",
        "https://prep.example:8443/prep/, a.json, https://prep.example:8443/prep/a.json",
        "https://prep.example/prep/index.html?x=/y/z, a.json, https://prep.example/prep/a.json",
        "https://prep.example/prep, a.json, https://prep.example/a.json",
        "http://[::1]:80/, a~b_c-d.e, http://[::1]:80/a~b_c-d.e",
    })
    void filesLieBesideThePageAsLinksDo(URI page, String path, URI address) {
        assertThat(Question.address(page, path)).isEqualTo(address);
    }
}
