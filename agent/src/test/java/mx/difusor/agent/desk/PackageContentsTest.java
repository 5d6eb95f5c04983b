package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where a tree's bytes come from. */
class PackageContentsTest {

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private GuardedHome at;

    /** As unpacking left it. */
    @SuppressWarnings("NullAway.Init")
    private Path unpacked;

    @BeforeEach
    void keepTwo() throws Exception {
        at = new GuardedHome(folder, true);
        at.arrive(Kind.SITE, 1, Map.of("index.html", "1", "a.json", "[1]"));
        at.arrive(Kind.DATA, 2, Map.of("a.json", "[2]"));
        unpacked = Files.createDirectory(folder.resolve("unpacked"));
        Files.writeString(unpacked.resolve("index.html"), "1");
        Files.writeString(unpacked.resolve("a.json"), "[1]");
    }

    @AfterEach
    void close() throws Exception {
        at.close();
    }

    private History history() {
        return at.archive.history("pel");
    }

    private PackageContents contents(History history) {
        return new PackageContents(history, at.archive, at.reader, at.disk, Map.of(1L, unpacked));
    }

    private static List<TreeFile> files(History history) {
        return List.copyOf(Tree.of(history).files());
    }

    @Test
    void whatWasUnpackedIsTakenAsItStandsWhereTheTreeIsThatAndNothingElse() throws Exception {
        History first = history().upTo(1);
        assertThat(contents(first).ready(files(first))).isEqualTo(unpacked);
        assertThat(contents(first).ready(files(first).subList(0, 1)))
                .as("a file more than the tree has")
                .isNull();
        at.disk.deleteTree(unpacked);
        assertThat(contents(first).ready(files(first))).as("removed meanwhile").isNull();
    }

    @Test
    void aTreeOfTwoPackagesIsNotTakenFromOne() {
        List<TreeFile> both =
                List.of(files(history().upTo(1)).get(1), files(history()).get(0));
        assertThat(both).extracting(TreeFile::source).containsExactly(1L, 2L);
        assertThat(contents(history()).ready(both)).isNull();
    }

    @Test
    void whatNobodyHasUnpackedIsNotReady() {
        assertThat(contents(history()).ready(List.of(files(history()).get(0)))).isNull();
    }

    @Test
    void whatStandsUnpackedIsLinkedAndTheRestIsReadOutOfTheArchive() throws Exception {
        Path into = Files.createDirectory(folder.resolve("into"));
        contents(history()).provide(files(history()), into);
        assertThat(into.resolve("index.html")).hasContent("1");
        assertThat(into.resolve("a.json")).hasContent("[2]");
        assertThat(Files.getAttribute(into.resolve("index.html"), "unix:ino"))
                .isEqualTo(Files.getAttribute(unpacked.resolve("index.html"), "unix:ino"));
    }

    @Test
    void whatWasRemovedMeanwhileIsReadOutOfTheArchive() throws Exception {
        at.disk.deleteTree(unpacked);
        Path into = Files.createDirectory(folder.resolve("into"));
        contents(history()).provide(files(history()), into);
        assertThat(into.resolve("index.html")).hasContent("1");
    }

    /** Which its reader would take for what was accepted. */
    @Test
    void anotherWholePackageInThePlaceOfTheAcceptedOneGivesNothing() throws Exception {
        List<TreeFile> files = files(history());
        Path first = at.archive.file(history().get(1).orElseThrow());
        Path second = at.archive.file(history().get(2).orElseThrow());
        Files.copy(first, second, StandardCopyOption.REPLACE_EXISTING);
        Path into = Files.createDirectory(folder.resolve("into"));

        assertThatThrownBy(() -> contents(history()).provide(files, into))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(second + " is damaged: its bytes are not those of its receipt");
        assertThat(into.resolve("a.json")).doesNotExist();
    }

    @Test
    void aTreeOfAnotherHistoryIsADefect() {
        List<TreeFile> files = files(history());
        assertThatThrownBy(() -> contents(history().upTo(1)).provide(files, folder))
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("a tree's source is not in its history: 2");
    }
}
