package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.DisabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.extension.AnnotatedElementContext;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.io.TempDirFactory;

/** Whether a web server gets through, by the permissions of every folder on the way. */
@DisabledOnOs(OS.WINDOWS)
class OpenToAllTest {

    /** Where everybody gets: a build may have its own temporary files in a folder of its user. */
    static final class Passable implements TempDirFactory {
        @Override
        public Path createTempDirectory(AnnotatedElementContext element, ExtensionContext context) throws IOException {
            return Files.createTempDirectory(Path.of("/tmp"), "open");
        }
    }

    @TempDir(factory = Passable.class)
    Path temporary;

    @SuppressWarnings("NullAway.Init")
    private Path root;

    @BeforeEach
    void open() throws IOException {
        root = temporary.toRealPath();
        allow(root, "rwxr-xr-x");
    }

    private static void allow(Path folder, String permissions) throws IOException {
        Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString(permissions));
    }

    private Path folder(String name, String permissions) throws IOException {
        Path folder = Files.createDirectories(root.resolve(name));
        allow(folder, permissions);
        return folder;
    }

    @Test
    void aFolderIsOpenWhereOthersPassAndRead() throws IOException {
        folder("a", "rwx--x--x");
        assertThat(OpenToAll.closed(folder("a/live", "rwxr-xr-x"))).isEmpty();
    }

    @Test
    void theFirstFolderThatNobodyPassesIsNamed() throws IOException {
        Path a = folder("a", "rwxr-xr-x");
        Path b = folder("a/b", "rwxr-xr-x");
        Path live = folder("a/b/live", "rwxr-xr-x");
        allow(b, "rwxr-x---");
        assertThat(OpenToAll.closed(live)).contains(b);
        allow(a, "rwxr--r--");
        assertThat(OpenToAll.closed(live)).as("from the root downwards").contains(a);
    }

    @Test
    void theFolderItselfIsToBeReadAndPassed() throws IOException {
        assertThat(OpenToAll.closed(folder("unread", "rwxr-x--x"))).contains(root.resolve("unread"));
        assertThat(OpenToAll.closed(folder("unpassed", "rwxr-xr--"))).contains(root.resolve("unpassed"));
    }

    @Test
    void linksAreFollowedToTheirEnd() throws IOException {
        Path hidden = folder("hidden", "rwxr-xr-x");
        Path live = folder("hidden/live", "rwxr-xr-x");
        Path link = Files.createSymbolicLink(root.resolve("web"), live);
        assertThat(OpenToAll.closed(link)).isEmpty();
        allow(hidden, "rwx------");
        assertThat(OpenToAll.closed(link)).contains(hidden);
    }

    @Test
    void aLinkOnTheWayIsFollowedThroughAllThatLiesAboveItsEnd() throws IOException {
        Path hidden = folder("hidden", "rwxr-xr-x");
        folder("hidden/site", "rwxr-xr-x");
        folder("hidden/site/live", "rwxr-xr-x");
        Files.createSymbolicLink(root.resolve("web"), root.resolve("hidden/site"));
        assertThat(OpenToAll.closed(root.resolve("web/live"))).isEmpty();
        allow(hidden, "rwx------");
        assertThat(OpenToAll.closed(root.resolve("web/live"))).contains(hidden);
    }

    @Test
    void aClosedFolderThatALinkLeadsOutOfIsOnTheWayToo() throws IOException {
        Path live = folder("live", "rwxr-xr-x");
        Path closed = folder("closed", "rwxr-xr-x");
        Path link = Files.createSymbolicLink(closed.resolve("web"), live);
        allow(closed, "rwx------");
        assertThat(OpenToAll.closed(link)).contains(closed);
    }

    @Test
    void whatLeadsNowhereIsSaid() {
        assertThatThrownBy(() -> OpenToAll.closed(root.resolve("none"))).isInstanceOf(NoSuchFileException.class);
    }
}
