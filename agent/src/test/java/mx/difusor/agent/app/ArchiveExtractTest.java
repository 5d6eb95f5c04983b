package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.assertj.core.api.AbstractThrowableAssert;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Files out of the archive; and where that fails, what is to blame. */
@SuppressWarnings("NullAway.Init")
class ArchiveExtractTest {

    @TempDir
    Path folder;

    private CareBench bench;
    private Config config;
    private Path into;

    @BeforeEach
    void fill() throws Exception {
        bench = new CareBench(folder);
        config = bench.filled("home", 1, 2);
        into = folder.resolve("out");
    }

    private long extract(Disk disk) throws MachineException {
        return new ArchiveRooms(disk, bench.clock)
                .extract(config, CareBench.DRILL, 1, into, List.of(), CareBench.SILENT);
    }

    private AbstractThrowableAssert<?, ?> failing(Disk disk, String code) {
        return assertThatThrownBy(() -> extract(disk))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo(code));
    }

    @Test
    void theFilesStandInTheFolder() throws Exception {
        assertThat(extract(new LocalDisk())).isEqualTo(2);
        assertThat(into.resolve("index.html")).exists();
    }

    @Test
    void aFolderThatCannotBeMadeOrWrittenIsNotTheArchivesFault() {
        failing(
                        new LocalDisk() {
                            @Override
                            public void createDirectories(Path made, Access access) throws IOException {
                                throw new AccessDeniedException(made.toString());
                            }
                        },
                        "target-unwritable")
                .hasMessage("cannot write in " + into + ": permission denied: " + into)
                .extracting(e -> ((MachineException) e).cure())
                .asString()
                .startsWith("name a folder that this account may write in");
        failing(
                        new LocalDisk() {
                            @Override
                            public FileChannel createFile(Path file, Access access) throws IOException {
                                throw new IOException("No space left on device");
                            }
                        },
                        "target-unwritable")
                .hasMessage("cannot write in " + into + ": No space left on device");
    }

    @Test
    void aDamagedPackageIs() throws Exception {
        Path kept = Wiring.home(config).archive().resolve(CareBench.DRILL).resolve("1");
        try (Stream<Path> files = Files.list(kept)) {
            Path archive = files.filter(file -> file.toString().endsWith(".zip"))
                    .findFirst()
                    .orElseThrow();
            Files.write(archive, new byte[100]);
        }

        failing(new LocalDisk(), "archive-unreadable").hasMessageContaining(kept.toString());
    }

    /** What cannot be read to its end: here because it goes meanwhile. */
    @Test
    void soIsOneThatCannotBeRead() throws Exception {
        Path kept = Wiring.home(config).archive().resolve(CareBench.DRILL).resolve("1");
        LocalDisk failing = new LocalDisk() {
            @Override
            public FileChannel createFile(Path file, Access access) throws IOException {
                try (Stream<Path> files = Files.list(kept)) {
                    for (Path archive :
                            files.filter(one -> one.toString().endsWith(".zip")).toList()) {
                        Files.delete(archive);
                    }
                }
                throw new IOException("Input/output error");
            }
        };

        failing(failing, "archive-unreadable").hasMessageContaining("Input/output error");
    }
}
