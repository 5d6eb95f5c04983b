package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.ByteBuffer;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an uploader is told never names a path of this host, whatever goes wrong. */
class VirtualTreeTest {
    @TempDir
    Path home;

    private Inbox inbox;
    private VirtualTree tree;

    @BeforeEach
    void open() throws IOException {
        Files.createDirectories(home.resolve("archive"));
        Files.writeString(home.resolve("archive/file"), "x");
        Files.createSymbolicLink(home.resolve("loop"), Path.of("loop"));
        inbox = inbox();
        tree = tree();
    }

    private Inbox inbox() throws IOException {
        Inbox made = new Inbox(
                "iee",
                home.resolve("incoming"),
                new Inbox.Limits(Duration.ofMinutes(10), Duration.ofSeconds(1)),
                new LocalDisk(),
                new MovingClock(),
                new Room(1_000, new FakeSpace()),
                offer -> {});
        made.recover();
        return made;
    }

    private VirtualTree tree() {
        return new VirtualTree(
                new Visit("iee", "192.0.2.1"),
                inbox,
                Map.of(
                        "historico", new ReadOnlyFolder(home.resolve("archive")),
                        "publicado", new ReadOnlyFolder(home.resolve("loop"))));
    }

    @Test
    void whatIsNotThereIsNamedAsTheUploaderNamedIt() {
        assertThatThrownBy(() -> tree.see(List.of("historico", "absent")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("/historico/absent");
        assertThatThrownBy(() -> tree.openForReading(List.of("entrada", "absent.zip")))
                .isInstanceOf(NoSuchFileException.class)
                .hasMessage("/entrada/absent.zip");
        assertThatThrownBy(() -> tree.list(List.of("historico", "file")))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessage("/historico/file");
    }

    @Test
    void aFileHasNothingBelowIt() throws IOException {
        tree.openForWriting(List.of("entrada", "prep.zip"), Set.of(WRITE, CREATE), -1)
                .close();
        assertThat(tree.see(List.of("entrada")).writable()).isTrue();
        assertThat(tree.see(List.of("entrada", "prep.zip")).folder()).isFalse();
        for (List<String> below : List.of(List.of("entrada", "prep.zip", "x"), List.of("historico", "file", "x"))) {
            String name = "/" + String.join("/", below);
            assertThatThrownBy(() -> tree.see(below)).hasMessage(name).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> tree.openForReading(below)).isInstanceOf(NoSuchFileException.class);
            assertThatThrownBy(() -> tree.list(below)).isInstanceOf(NoSuchFileException.class);
        }
        assertThatThrownBy(() -> tree.list(List.of("entrada", "prep.zip")))
                .isInstanceOf(NotDirectoryException.class)
                .hasMessage("/entrada/prep.zip");
    }

    @Test
    void aFolderIsListedAndNotOpened() throws IOException {
        tree.openForWriting(List.of("entrada", "prep.zip"), Set.of(WRITE, CREATE), -1)
                .close();
        try (Stream<String> names = tree.list(List.of("entrada"))) {
            assertThat(names).containsExactly("prep.zip");
        }
        try (Stream<String> names = tree.list(List.of("historico"))) {
            assertThat(names).containsExactly("file");
        }
        for (String folder : List.of("entrada", "historico")) {
            assertThatThrownBy(() -> tree.openForReading(List.of(folder)))
                    .isInstanceOf(Refused.class)
                    .hasMessage("/" + folder + " is a folder");
        }
    }

    @Test
    void aSizeThatIsSetCutsAnUploadAndNothingElse() throws IOException {
        try (UploadChannel channel = tree.openForWriting(List.of("entrada", "prep.zip"), Set.of(WRITE, CREATE), -1)) {
            channel.write(ByteBuffer.wrap(new byte[9]));
        }
        tree.setSize(List.of("entrada", "prep.zip"), 4);
        assertThat(tree.see(List.of("entrada", "prep.zip")).size()).isEqualTo(4);
        assertThatThrownBy(() -> tree.setSize(List.of("historico", "file"), 0)).isInstanceOf(Refused.class);
        assertThat(tree.see(List.of("historico", "file")).size()).isEqualTo(1);
    }

    @Test
    void aDiskThatFailsIsSaidWithoutItsPath() {
        assertThatThrownBy(() -> tree.see(List.of("publicado", "index.html")))
                .isInstanceOf(FileSystemException.class)
                .hasMessage("/publicado/index.html: the difusor's disk failed")
                .hasMessageNotContaining(home.toString());
    }

    /** What is logged of this test's visits meanwhile. */
    private static List<String> logged(ThrowingRunnable does) throws IOException {
        ByteArrayOutputStream log = new ByteArrayOutputStream();
        PrintStream usual = System.err;
        System.setErr(new PrintStream(log, true, UTF_8));
        try {
            does.run();
        } finally {
            System.setErr(usual);
        }
        return log.toString(UTF_8)
                .lines()
                .filter(line -> line.contains("from 192.0.2.1"))
                .toList();
    }

    private interface ThrowingRunnable {
        void run() throws IOException;
    }

    @Test
    void anUploaderCannotFillTheLog() throws IOException {
        List<String> refusals = logged(() -> {
            for (int i = 0; i < 1_000; i++) {
                assertThatThrownBy(() -> tree.openForWriting(List.of("entrada", "x.exe"), Set.of(WRITE, CREATE), -1))
                        .isInstanceOf(Refused.class);
            }
        });
        assertThat(refusals)
                .hasSize(SparingLog.LINES_A_MINUTE)
                .allSatisfy(line -> assertThat(line).contains("refused: file name not taken here: x.exe"));
        inbox = inbox();
        tree = tree();
        assertThat(logged(() -> {
                    for (int i = 0; i < 100; i++) {
                        tree.openForWriting(List.of("entrada", "prep.zip"), Set.of(WRITE, CREATE), -1)
                                .close();
                    }
                }))
                .hasSize(SparingLog.LINES_A_MINUTE)
                .allSatisfy(line -> assertThat(line).contains("prep.zip closed, 0 bytes in 0.0 s"));
        inbox = inbox();
        tree = tree();
        assertThat(logged(() -> {
                    for (int i = 0; i < 100; i++) {
                        try (UploadChannel channel =
                                tree.openForWriting(List.of("entrada", "prep.zip"), Set.of(WRITE, CREATE), -1)) {
                            assertThatThrownBy(() -> channel.write(ByteBuffer.allocate(1_001)))
                                    .isInstanceOf(Refused.class);
                        }
                    }
                }))
                .as("a refusal and an end each")
                .hasSize(SparingLog.LINES_A_MINUTE);
    }

    @Test
    void theRootShowsItsFoldersAndNothingElse() throws IOException {
        try (Stream<String> names = tree.list(List.of())) {
            assertThat(names).containsExactly("entrada", "historico", "publicado");
        }
        assertThatThrownBy(() -> tree.see(List.of("keys"))).isInstanceOf(NoSuchFileException.class);
        assertThatThrownBy(() -> tree.rename(List.of("historico", "file"), List.of("entrada", "x.zip"), false))
                .isInstanceOf(Refused.class);
        assertThatThrownBy(() -> tree.remove(List.of("entrada", "folder", "x.zip")))
                .isInstanceOf(Refused.class)
                .hasMessageContaining("no folders");
        assertThatThrownBy(() -> tree.remove(List.of("historico", "file"))).isInstanceOf(Refused.class);
        assertThatThrownBy(() -> tree.setPermissions(List.of("historico", "file")))
                .isInstanceOf(Refused.class);
    }
}
