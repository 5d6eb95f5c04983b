package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.marschall.memoryfilesystem.MemoryFileSystemBuilder;
import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.Test;

/**
 * Two packages that write one folder in two ways: two folders where case counts, one where it does not, and in neither
 * does the guard find an alteration. On file systems in memory.
 */
class SpellingsTest {
    private static final Instant MODIFIED = Instant.parse("2024-06-03T03:00:00Z");
    private static final byte[] BYTES = {1, 2, 3};

    private static Release publish(Path folder, String... paths) throws IOException {
        List<TreeFile> files = new ArrayList<>();
        for (String path : paths) {
            write(folder.resolve(path));
            files.add(new TreeFile(path, BYTES.length, Digest.ofContent(BYTES), MODIFIED, 1));
        }
        return new Release(folder, Tree.of(files));
    }

    private static void write(Path file) throws IOException {
        Files.createDirectories(file.getParent());
        Files.write(file, BYTES);
        Files.setLastModifiedTime(file, FileTime.from(MODIFIED));
    }

    private static List<String> looked(Release release) throws IOException {
        return Inspection.of(release, false).first().stream()
                .map(one -> one.change().code() + " " + one.path())
                .toList();
    }

    @Test
    void whereCaseDoesNotCountTwoSpellingsAreOneFolder() throws IOException {
        try (FileSystem windows = MemoryFileSystemBuilder.newWindows().build()) {
            Release release = publish(
                    windows.getPath("C:\\r1"), "Datos/a.csv", "datos/b.csv", "DATOS/x/c.csv", "datos/x/d.csv", "e.csv");
            write(release.folder().resolve("datos/b.csv.gz"));
            assertThat(looked(release)).isEmpty();

            Files.write(release.folder().resolve("Datos/b.csv"), new byte[] {1});
            Files.delete(release.folder().resolve("Datos/x/c.csv"));
            write(release.folder().resolve("Datos/x/more.csv"));
            assertThat(looked(release))
                    .containsExactlyInAnyOrder(
                            "changed datos/b.csv", "missing DATOS/x/c.csv", "added DATOS/x/more.csv");
        }
    }

    @Test
    void whereItCountsEachHasItsOwn() throws IOException {
        try (FileSystem linux = MemoryFileSystemBuilder.newLinux().build()) {
            Release release = publish(linux.getPath("/r1"), "Datos/a.csv", "datos/b.csv");
            assertThat(looked(release)).isEmpty();

            write(release.folder().resolve("Datos/b.csv"));
            Files.delete(release.folder().resolve("datos/b.csv"));
            assertThat(looked(release)).containsExactlyInAnyOrder("added Datos/b.csv", "missing datos/b.csv");

            Files.delete(release.folder().resolve("datos"));
            Files.createSymbolicLink(
                    release.folder().resolve("datos"), release.folder().resolve("Datos"));
            assertThat(looked(release))
                    .as("a link is no folder of ours, wherever it leads")
                    .containsExactlyInAnyOrder("added Datos/b.csv", "changed datos", "missing datos/b.csv");
        }
    }
}
