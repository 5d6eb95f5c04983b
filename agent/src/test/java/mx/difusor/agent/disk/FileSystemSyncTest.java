package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.e2e.HangingProgram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Only where the system says when it failed; else every file is synced by itself. */
@EnabledOnOs(OS.LINUX)
@Timeout(300)
class FileSystemSyncTest {

    @TempDir
    Path folder;

    @ParameterizedTest
    @CsvSource({
        "Linux, 6.1.0-28-amd64, true",
        "Linux, 5.8.0, true",
        "Linux, 5.7.19, false",
        "Linux, 4.18.0-553.el8, false",
        "Linux, 10.0-rc1, true",
        "Linux, unknown, false",
        "FreeBSD, 14.1-RELEASE, false",
        "Windows 11, 10.0, false",
    })
    void anOlderKernelDoesNotTellThatAWriteFailed(String system, String version, boolean tells) {
        assertThat(FileSystemSync.reportsErrors(system, version)).isEqualTo(tells);
    }

    private FileSystemSync with(String script, Duration timeout) throws IOException {
        Path program = folder.resolve("sync");
        Files.writeString(program, "#!/bin/sh\n" + script + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwx------"));
        return new FileSystemSync(program, timeout);
    }

    @Test
    void theProgramIsAskedForTheFolder() throws IOException {
        String script = "printf '%s' \"$*\" > '" + folder.resolve("asked") + "'";
        assertThat(with(script, FileSystemSync.TIMEOUT).sync(folder)).isTrue();
        assertThat(folder.resolve("asked")).hasContent("-f " + folder);
    }

    @Test
    void nothingIsPromisedWhereItFailsOrIsMissing() throws IOException {
        assertThat(with("exit 1", FileSystemSync.TIMEOUT).sync(folder)).isFalse();
        assertThat(new FileSystemSync(null, FileSystemSync.TIMEOUT).sync(folder))
                .isFalse();
        assertThat(new FileSystemSync(folder.resolve("none"), FileSystemSync.TIMEOUT).sync(folder))
                .isFalse();
        assertThat(new FileSystemSync(Path.of("/bin/true"), FileSystemSync.TIMEOUT).sync(Path.of("/proc")))
                .as("a file system that is not known")
                .isFalse();
    }

    /** What Linux always has: a file system that is known, and the program. */
    @Test
    void anOlderKernelIsNotAskedAtAll() {
        Path memory = Path.of("/dev/shm");
        assertThat(FileSystemSync.of("Linux", "6.1.0").sync(memory)).isTrue();
        assertThat(FileSystemSync.of("Linux", "4.18.0").sync(memory)).isFalse();
    }

    @Test
    void anInterruptionStaysOne() throws IOException {
        FileSystemSync sync = with("exec sleep 600", FileSystemSync.TIMEOUT);
        Thread.currentThread().interrupt();
        assertThat(sync.sync(folder)).isFalse();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void nothingIsPromisedWhereItTakesTooLong() throws Exception {
        Path pid = folder.resolve("pid");

        HangingProgram.ended(
                pid,
                timeout -> assertThat(with("echo $$ > '" + pid + "'; exec sleep 600", timeout)
                                .sync(folder))
                        .isFalse());
    }

    /** Each of its own accord, and what was asked of the whole file system. */
    private static final class CountingDisk extends LocalDisk {
        private final boolean able;
        private final List<Path> synced = java.util.Collections.synchronizedList(new ArrayList<>());

        CountingDisk(boolean able) {
            this.able = able;
        }

        @Override
        boolean syncFileSystem(Path below) {
            return able;
        }

        @Override
        public void sync(Path file) {
            synced.add(file);
        }

        @Override
        public void syncDirectory(Path inner) {
            synced.add(inner);
        }
    }

    private List<Path> files(int count) {
        List<Path> files = new ArrayList<>();
        for (int i = 0; i < count; i++) {
            files.add(folder.resolve("f" + i));
        }
        return files;
    }

    @Test
    void manyFilesAreSyncedByOneCallWhereItCanBeHad() throws IOException {
        CountingDisk able = new CountingDisk(true);
        able.syncAll(folder, files(LocalDisk.MANY_FILES), List.of(folder));
        assertThat(able.synced).isEmpty();
        able.syncAll(folder, files(LocalDisk.MANY_FILES - 1), List.of(folder));
        assertThat(able.synced).as("a few are synced each").hasSize(LocalDisk.MANY_FILES);
    }

    @Test
    void everyFileAndFolderIsSyncedWhereItCannot() throws IOException {
        CountingDisk unable = new CountingDisk(false);
        List<Path> files = files(LocalDisk.MANY_FILES);
        unable.syncAll(folder, files, List.of(folder));
        assertThat(unable.synced).containsAll(files).contains(folder).hasSize(LocalDisk.MANY_FILES + 1);
    }
}
