package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.marschall.memoryfilesystem.MemoryFileSystemBuilder;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * What even the agent's account cannot read. On a file system in memory, of an account that is nobody special: to root,
 * as whom builds run, nothing is closed.
 */
class ClosedReleaseTest {
    private static final Instant MODIFIED = Instant.parse("2024-06-03T03:00:00Z");

    private FileSystem memory;
    private Release release;

    @BeforeEach
    void publish() throws IOException {
        memory = MemoryFileSystemBuilder.newLinux()
                .addUser("difusor")
                .setUmask(PosixFilePermissions.fromString("----w--w-"))
                .build();
        Path folder = memory.getPath("/home/difusor/r1");
        List<TreeFile> files = new ArrayList<>();
        for (String name : List.of("a.json", "datos/b.csv", "datos/c.csv")) {
            byte[] bytes = {1, 2, 3};
            Files.createDirectories(folder.resolve(name).getParent());
            Files.write(folder.resolve(name), bytes);
            Files.setLastModifiedTime(folder.resolve(name), FileTime.from(MODIFIED));
            files.add(new TreeFile(name, bytes.length, Digest.ofContent(bytes), MODIFIED, 1));
        }
        release = new Release(folder, Tree.of(files));
        assertThat(looked()).isEmpty();
        assertThat(read()).isEmpty();
    }

    @AfterEach
    void forget() throws IOException {
        memory.close();
    }

    private void close(String path) throws IOException {
        Files.setPosixFilePermissions(release.folder().resolve(path), PosixFilePermissions.fromString("---------"));
    }

    private List<String> looked() throws IOException {
        return words(Inspection.of(release));
    }

    private List<String> read() throws IOException {
        try (Rereading rereading = new Rereading(release)) {
            assertThat(rereading.advance(Long.MAX_VALUE)).isTrue();
            return words(rereading.findings());
        }
    }

    private static List<String> words(Findings findings) {
        return findings.first().stream()
                .map(one -> one.path() + ": " + one.found())
                .toList();
    }

    /** Once, by the folder's name; what is in it is not called missing, for nobody knows. */
    @Test
    void aFolderThatCannotBeListedIsAFindingAndItsFilesAreNone() throws IOException {
        close("datos");
        assertThat(looked())
                .containsExactly(
                        "datos: a folder of mode ---------", "datos/: a folder that even the agent cannot list");
    }

    @Test
    void aFileThatCannotBeReadIsAFindingAndTheOthersAreReadOn() throws IOException {
        close("datos");
        Files.write(release.folder().resolve("a.json"), new byte[] {1, 2, 4});
        assertThat(read()).hasSize(3);
        assertThat(read().get(0)).startsWith("a.json: 3 bytes, sha256 ");
        assertThat(read().subList(1, 3))
                .containsExactly(
                        "datos/b.csv: a file that even the agent cannot read",
                        "datos/c.csv: a file that even the agent cannot read");
    }
}
