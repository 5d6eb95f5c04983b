package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The rules of Windows that the other tests rely on are kept. */
class WindowsDiskTest {

    private static final byte[] BYTES = "x".getBytes(StandardCharsets.UTF_8);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private WindowsDisk disk;

    @SuppressWarnings("NullAway.Init")
    private Path root;

    @BeforeEach
    void prepare() throws Exception {
        root = folder.toRealPath();
        disk = new WindowsDisk(root);
    }

    @ParameterizedTest
    @ValueSource(strings = {"NUL", "con.txt", "Com1.json", "lpt9", "a:b", "a?", "a\\b", "a.", "a ", "a\tb", "<a>"})
    void namesThatWindowsHasNot(String name) {
        assertThatThrownBy(() -> disk.createFile(root.resolve(name), Disk.Access.PRIVATE))
                .isInstanceOf(IOException.class);
        assertThat(root.resolve(name)).doesNotExist();
    }

    @Test
    void namesThatDifferInCaseOnlyAreOne() throws Exception {
        disk.replace(root.resolve("Index.html"), BYTES, Disk.Access.PRIVATE);
        assertThatThrownBy(() -> disk.createFile(root.resolve("index.HTML"), Disk.Access.PRIVATE))
                .isInstanceOf(IOException.class);
        disk.replace(root.resolve("Index.html"), BYTES, Disk.Access.PRIVATE);
    }

    @Test
    void whatIsOpenStaysWhereItIs() throws Exception {
        disk.createDirectories(root.resolve("a"), Disk.Access.PRIVATE);
        disk.replace(root.resolve("a/file"), BYTES, Disk.Access.PRIVATE);
        disk.replace(root.resolve("other"), BYTES, Disk.Access.PRIVATE);
        try (var reading = Files.newInputStream(root.resolve("a/file"))) {
            assertThat(reading.read()).isEqualTo('x');
            assertThatThrownBy(() -> disk.moveAtomically(root.resolve("a"), root.resolve("b")))
                    .hasMessageContaining("used by another process");
            assertThatThrownBy(() -> disk.moveAtomically(root.resolve("other"), root.resolve("a/file")))
                    .hasMessageContaining("used by another process");
            assertThatThrownBy(() -> disk.deleteTree(root.resolve("a"))).isInstanceOf(IOException.class);
        }
        disk.moveAtomically(root.resolve("a"), root.resolve("b"));
        disk.hold(root.resolve("other"));
        assertThatThrownBy(() -> disk.delete(root.resolve("other"))).isInstanceOf(IOException.class);
        disk.letGo();
        disk.delete(root.resolve("other"));
        assertThat(disk.refusals()).isGreaterThanOrEqualTo(4);
    }

    @Test
    void noFolderIsReplacedAndNoSymbolicLinkMade() throws Exception {
        disk.createDirectories(root.resolve("a"), Disk.Access.PRIVATE);
        disk.createDirectories(root.resolve("b"), Disk.Access.PRIVATE);
        assertThatThrownBy(() -> disk.moveAtomically(root.resolve("a"), root.resolve("b")))
                .isInstanceOf(IOException.class);
        assertThatThrownBy(() -> disk.linkAtomically(root.resolve("live"), root.resolve("a")))
                .hasMessageContaining("privilege");
    }
}
