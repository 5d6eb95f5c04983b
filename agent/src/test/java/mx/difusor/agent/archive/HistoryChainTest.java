package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a log that was read before goes on, and what reading it may cost. */
class HistoryChainTest {

    @TempDir
    Path folder;

    private Path file = Path.of("unset");

    @BeforeEach
    void name() {
        file = folder.resolve("history.log");
    }

    private static HistoryHead head(String line) {
        return new HistoryHead(1, Digest.ofContent(line.getBytes(StandardCharsets.UTF_8)));
    }

    private boolean endsIn(long bytes, String line) throws IOException {
        return HistoryChain.endsIn(file, bytes, head(line));
    }

    @Test
    void aBeginningIsKnownByItsLastLine() throws Exception {
        Files.writeString(file, "one\ntwo\nthree\n");
        assertThat(endsIn(4, "one")).isTrue();
        assertThat(endsIn(8, "two")).isTrue();
        assertThat(endsIn(14, "three")).isTrue();
        assertThat(endsIn(8, "one")).as("the line before").isFalse();
        assertThat(endsIn(8, "one\ntwo")).as("both lines").isFalse();
    }

    @Test
    void whatEndsInNoLineIsNoBeginning() throws Exception {
        assertThat(endsIn(4, "one")).as("no log").isFalse();
        Files.writeString(file, "one\ntwo\n");
        assertThat(endsIn(0, "")).as("nothing was read").isFalse();
        assertThat(endsIn(12, "two")).as("a log that was cut").isFalse();
        assertThat(endsIn(3L * HistoryLog.MAX_LINE_BYTES, "two"))
                .as("by more than a line")
                .isFalse();
        assertThat(endsIn(7, "tw")).as("in the middle of a line").isFalse();
    }

    @Test
    void theLongestLineIsKnownToo() throws Exception {
        String longest = "x".repeat(HistoryLog.MAX_LINE_BYTES - 1);
        Files.writeString(file, "one\n" + longest + "\n");
        assertThat(endsIn(4L + HistoryLog.MAX_LINE_BYTES, longest)).isTrue();
    }

    @Test
    void aLogThatCannotBeReachedIsNoEmptyOne() throws Exception {
        Files.createSymbolicLink(file, file);
        assertThatThrownBy(() -> HistoryChain.read(file, (entry, head) -> {})).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> endsIn(4, "one")).isInstanceOf(IOException.class);
    }

    @Test
    void aLogThatIsNotThereIsAnEmptyOne() throws Exception {
        assertThat(HistoryChain.read(file, (entry, head) -> {}))
                .isEqualTo(new HistoryChain(HistoryHead.NONE, 0, 0, List.of()));
    }

    @Test
    void eachByteThatIsReadIsToldAndTornOnesAreCounted() throws Exception {
        Files.writeString(file, "one\ntwo\nthr");
        List<Integer> read = new ArrayList<>();
        HistoryChain chain = HistoryChain.read(file, 4, head("one"), (entry, head) -> {}, read::add);
        assertThat(read).containsExactly(7);
        assertThat(chain.bytes()).isEqualTo(8);
        assertThat(chain.tornBytes()).isEqualTo(3);
        assertThat(chain.head()).isEqualTo(new HistoryHead(2, head("two").head()));
    }

    @Test
    void onlySoManyProblemsAreTold() throws Exception {
        Files.writeString(file, "no json\n".repeat(HistoryChain.MAX_PROBLEMS + 1));
        assertThat(HistoryChain.read(file, (entry, head) -> {}).problems()).hasSize(HistoryChain.MAX_PROBLEMS);
    }
}
