package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The log of the service of Windows is bounded, whatever is written and whoever reads it. */
class RotatingLogTest {

    private static final int PART = 1 << 20;

    @TempDir
    Path folder;

    private static byte[] part(int number) {
        byte[] part = new byte[PART];
        part[0] = (byte) number;
        return part;
    }

    private List<Path> files() throws Exception {
        try (Stream<Path> found = Files.list(folder)) {
            return found.sorted().toList();
        }
    }

    @Test
    void theOldestIsGivenUpWhenTheBoundIsReached() throws Exception {
        int perFile = RotatingLog.FILE_BYTES / PART;
        int parts = perFile * (RotatingLog.FILES + 2);
        try (RotatingLog log = RotatingLog.in(folder, new LocalDisk())) {
            for (int i = 0; i < parts; i++) {
                log.write(part(i));
            }
        }
        assertThat(files()).hasSize(RotatingLog.FILES);
        for (Path file : files()) {
            assertThat(file).hasSize(RotatingLog.FILE_BYTES);
        }
        try (var oldest = Files.newInputStream(folder.resolve("difusor." + (RotatingLog.FILES - 1) + ".log"))) {
            assertThat(oldest.read()).isEqualTo(2 * perFile);
        }
    }

    @Test
    void aStartGoesOnWhereTheLastEnded() throws Exception {
        for (String line : List.of("one\n", "two\n")) {
            try (RotatingLog log = RotatingLog.in(folder, new LocalDisk())) {
                log.write(line.getBytes(StandardCharsets.UTF_8));
            }
        }
        assertThat(folder.resolve("difusor.log")).hasContent("one\ntwo\n");
    }

    @Test
    void aFileThatCannotBeMovedBecauseSomebodyReadsItIsBegunAnew() throws Exception {
        LocalDisk windows = new LocalDisk() {
            @Override
            public void moveAtomically(Path from, Path to) throws java.io.IOException {
                throw new FileSystemException(from.toString(), to.toString(), "used by another process");
            }
        };
        try (RotatingLog log = RotatingLog.in(folder, windows)) {
            for (int i = 0; i <= RotatingLog.FILE_BYTES / PART; i++) {
                log.write(part(i));
            }
        }
        assertThat(files()).containsExactly(folder.resolve("difusor.log"));
        assertThat(folder.resolve("difusor.log")).hasSize(PART);
    }
}
