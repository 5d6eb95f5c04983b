package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What a crash left half written goes, and nothing else. */
class UnfinishedTest {

    @TempDir
    Path folder;

    @Test
    void onlyItsOwnNamesAndOnlyInThatFolderAreDeleted() throws IOException {
        Path receipt = folder.resolve("corte-01.zip.acuse.json");
        Path left = Files.writeString(Unfinished.beside(receipt), "half");
        Path inner = Files.createDirectory(folder.resolve("inner"));
        Path below = Files.writeString(Unfinished.beside(inner.resolve("file")), "somebody else's");
        Path lookalike = Files.writeString(folder.resolve(".nota.tmp"), "the operator's");
        Files.writeString(receipt, "whole");

        Unfinished.clear(new LocalDisk(), folder);

        assertThat(left).hasParentRaw(folder).doesNotExist();
        assertThat(below).exists();
        assertThat(lookalike).exists();
        assertThat(receipt).hasContent("whole");
    }

    @Test
    void noTwoNamesAreTheSame() {
        Path file = folder.resolve("a");
        assertThat(Unfinished.beside(file)).isNotEqualTo(Unfinished.beside(file));
    }

    @Test
    void aMissingFolderHasNothingLeft() {
        assertThatCode(() -> Unfinished.clear(new LocalDisk(), folder.resolve("none")))
                .doesNotThrowAnyException();
    }
}
