package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.Test;

class ChecksumsTest {

    private static final String HEX = "a".repeat(64);

    private static Checksums parse(String text) throws IOException {
        return Checksums.parse(text.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void whatIsWrittenIsReadBackInItsOrder() throws Exception {
        Checksums written = new Checksums();
        written.add("pel/2/b.zip", new Digest("b".repeat(64)));
        written.add("pel/1/ñ a.zip", new Digest(HEX));
        assertThat(new String(written.text(), StandardCharsets.UTF_8))
                .isEqualTo("b".repeat(64) + "  pel/2/b.zip\n" + HEX + "  pel/1/ñ a.zip\n");
        assertThat(Checksums.parse(written.text()).byPath().entrySet())
                .containsExactlyElementsOf(written.byPath().entrySet());
    }

    @Test
    void filesReadAsBinaryAndPathsFromHereAreTheSameFiles() throws Exception {
        assertThat(parse(HEX + " *a.zip\n\n" + HEX + "  ./b.zip\n" + HEX + "  c")
                        .byPath())
                .containsOnlyKeys("a.zip", "b.zip", "c");
    }

    @Test
    void aLineThatSha256sumDidNotWriteIsRefused() {
        String capitals = HEX.toUpperCase(Locale.ROOT);
        for (String line : List.of(
                HEX,
                HEX + "  ",
                HEX + "- a",
                HEX + " -a",
                HEX + "\t a",
                HEX + "a  a",
                " " + HEX + "  a",
                capitals + "  a")) {
            assertThatThrownBy(() -> parse(line))
                    .as(line)
                    .isInstanceOf(IOException.class)
                    .hasMessage("SHA256SUMS has a line that sha256sum did not write");
        }
    }

    @Test
    void aFileThatIsNamedTwiceIsRefused() {
        assertThatThrownBy(() -> parse(HEX + "  a.zip\n" + HEX + " *./a.zip\n"))
                .isInstanceOf(IOException.class)
                .hasMessage("SHA256SUMS names a file twice");
    }
}
