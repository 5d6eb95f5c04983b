package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Nothing but plain files and folders below the root is shown or read. */
class ReadOnlyFolderTest {
    @TempDir
    Path home;

    private Path root;
    private ReadOnlyFolder folder;

    @BeforeEach
    void make() throws IOException {
        root = home.resolve("root");
        Files.createDirectories(root.resolve("in"));
        Files.writeString(root.resolve("in/file"), "open to all");
        Files.createDirectories(home.resolve("keys"));
        Files.writeString(home.resolve("keys/secret"), "secret");
        folder = new ReadOnlyFolder(root);
    }

    private List<String> list(String... names) throws IOException {
        try (Stream<String> entries = folder.list(List.of(names))) {
            return entries.sorted().toList();
        }
    }

    private void hidden(String... names) {
        assertThatThrownBy(() -> folder.see(List.of(names)))
                .as("%s", List.of(names))
                .isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> folder.resolve(List.of(names)))
                .as("%s", List.of(names))
                .isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void filesAndFoldersAreSeenAsTheyAre() throws IOException {
        FileTime time = FileTime.fromMillis(1_717_358_400_000L);
        Files.setLastModifiedTime(root.resolve("in/file"), time);
        Files.setLastModifiedTime(root.resolve("in"), time);
        Files.setLastModifiedTime(root, time);
        assertThat(folder.see(List.of())).isEqualTo(Seen.folder(time, false));
        assertThat(folder.see(List.of("in"))).isEqualTo(Seen.folder(time, false));
        assertThat(folder.see(List.of("in", "file"))).isEqualTo(Seen.file(11, time, false));
        assertThat(list()).containsExactly("in");
        assertThat(list("in")).containsExactly("file");
    }

    @Test
    void noLinkBelowTheRootIsShownOrFollowed() throws IOException {
        Files.createSymbolicLink(root.resolve("folder"), home.resolve("keys"));
        Files.createSymbolicLink(root.resolve("in/link"), home.resolve("keys/secret"));
        Files.createSymbolicLink(root.resolve("in/up"), Path.of(".."));
        Files.createSymbolicLink(root.resolve("in/inside"), Path.of("file"));
        assertThat(list()).containsExactly("in");
        assertThat(list("in")).containsExactly("file");
        hidden("folder");
        hidden("folder", "secret");
        hidden("in", "link");
        hidden("in", "inside");
        hidden("in", "up", "in", "file");
        assertThatThrownBy(() -> list("folder")).isInstanceOf(NoSuchFileException.class);
    }

    @Test
    void theRootItselfMayBeALinkThatIsMoved() throws IOException {
        Path live = home.resolve("live");
        folder = new ReadOnlyFolder(live);
        assertThat(folder.see(List.of())).isEqualTo(Seen.folder(FileTime.fromMillis(0), false));
        assertThat(list()).as("there is none yet").isEmpty();
        hidden("in");
        Files.createSymbolicLink(live, Path.of("root"));
        assertThat(list("in")).containsExactly("file");
        assertThat(folder.see(List.of()).modified()).isEqualTo(Files.getLastModifiedTime(root));
    }

    @Test
    void noNameThatBeginsWithADotIsShownOrRead() throws IOException {
        Files.writeString(root.resolve(".hidden"), "hidden");
        Files.createDirectories(root.resolve("in/.git"));
        Files.writeString(root.resolve("in/.git/config"), "hidden");
        assertThat(list()).containsExactly("in");
        assertThat(list("in")).containsExactly("file");
        hidden(".hidden");
        hidden("in", ".git", "config");
        hidden("in", "..", "in", "file");
        hidden("..", "keys", "secret");
        hidden(".", "in", "file");
    }

    @Test
    void noNameThatMeansMoreOnSomeSystemIsRead() throws IOException {
        for (String name : List.of("a\\b", "c:d", "e\nf")) {
            Files.writeString(root.resolve(name), "odd");
            hidden(name);
        }
        assertThat(folder.see(List.of("in", "file")).size()).isEqualTo(11);
        Files.writeString(root.resolve("with space"), "x");
        assertThat(folder.see(List.of("with space")).size()).isEqualTo(1);
    }

    @Test
    void whatIsNeitherFileNorFolderIsNotShown() throws IOException {
        try (ServerSocketChannel socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(root.resolve("in/socket")));
            assertThat(list("in")).containsExactly("file");
            hidden("in", "socket");
        }
    }
}
