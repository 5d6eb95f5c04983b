package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SidecarsTest {

    @TempDir
    Path folder;

    @Test
    void besideAnArchiveIsItsVeryNameWithOneMoreEnding() {
        assertThat(Sidecars.isBeside("a.zip", "a.zip.p7s", ".p7s")).isTrue();
        assertThat(Sidecars.isBeside("a.zip", "a.zip.P7S", ".p7s")).isTrue();
        assertThat(Sidecars.isBeside("a.zip", "a.zip.1.p7s", ".p7s")).isFalse();
        assertThat(Sidecars.isBeside("a.zip", "b.zip.p7s", ".p7s")).isFalse();
        assertThat(Sidecars.isBeside("a.zip", "a.zip.sig", ".p7s")).isFalse();
    }

    @Test
    void onlyFilesLieBesideAnArchiveInOrderOfTheirNames() throws Exception {
        Path archive = Files.createFile(folder.resolve("a.zip"));
        assertThat(Sidecars.beside(archive, ".p7s")).isEmpty();
        Files.createDirectory(folder.resolve("a.zip.p7s"));
        assertThat(Sidecars.beside(archive, ".p7s")).isEmpty();
        Path upper = Files.createFile(folder.resolve("a.zip.SIG"));
        Path lower = folder.resolve("a.zip.sig");
        Files.createFile(folder.resolve("b.zip.sig"));
        if (Files.notExists(lower)) { // else the disk itself ignores case
            Files.createFile(lower);
            assertThat(Sidecars.beside(archive, ".sig")).containsExactly(upper, lower);
        }
    }
}
