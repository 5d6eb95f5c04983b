package mx.difusor.agent.app;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {

    @Test
    void whoOnlyAsksForAMomentKeepsNoAgentFromStarting() throws Exception {
        Home home = new Home(folder);
        Deque<HomeLock> asking = new ArrayDeque<>(List.of(HomeLock.take(home, new LocalDisk())));
        List<String> pauses = new ArrayList<>();

        try (HomeLock taken = HomeLock.take(home, new LocalDisk(), () -> {
            pauses.add("pause");
            close(asking.poll());
        })) {
            assertThat(taken).isNotNull();
            assertThat(pauses).hasSize(1);
            assertThatThrownBy(() -> HomeLock.take(home, new LocalDisk(), () -> pauses.add("in vain")))
                    .hasMessageContaining("another agent already works on");
            assertThat(pauses).as("it does not wait for ever").hasSizeLessThan(10);
        }
    }

    /** As after an error of the disk: Linux mounts it read-only, and the agent runs on. */
    @Test
    void anAgentIsSeenWhereNothingMayBeWritten() throws Exception {
        Config config = new CareBench(folder).home("home", CareBench.EVENT);
        Path lock = Wiring.home(config).lock();
        DoctorRooms rooms = new DoctorRooms(
                new LocalDisk() {
                    @Override
                    public FileChannel createFile(Path file, Access access) throws IOException {
                        throw new FileSystemException(file.toString(), null, "Read-only file system");
                    }
                },
                Clock.systemUTC());
        assertThat(rooms.isRunning(config)).isFalse();

        Process agent = holder(lock);
        try {
            assertThat(agent.inputReader(US_ASCII).readLine()).isEqualTo("held");
            assertThat(lock.toFile().setReadOnly()).isTrue();
            assertThat(rooms.isRunning(config)).isTrue();
        } finally {
            agent.destroy();
            assertThat(agent.waitFor(1, TimeUnit.MINUTES)).isTrue();
        }
        assertThat(rooms.isRunning(config)).isFalse();

        assertThat(lock.toFile().setWritable(true)).isTrue();
        Files.delete(lock);
        assertThat(rooms.isRunning(config)).isFalse();
        assertThat(lock).as("asking makes none").doesNotExist();
    }

    private static Process holder(Path lock) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-cp",
                        System.getProperty("java.class.path"),
                        HomeLockTest.class.getName(),
                        lock.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** An agent, as far as its lock goes, until it is ended. */
    public static void main(String[] arguments) throws Exception {
        try (FileChannel channel = FileChannel.open(Path.of(arguments[0]), StandardOpenOption.WRITE);
                FileLock lock = channel.lock()) {
            System.out.println(lock.isValid() ? "held" : "not held");
            System.in.transferTo(OutputStream.nullOutputStream()); // until it is closed
        }
    }

    private static void close(@Nullable HomeLock lock) {
        try {
            Objects.requireNonNull(lock).close();
        } catch (MachineException e) {
            throw new IllegalStateException(e);
        }
    }

    @TempDir
    Path folder;

    @Test
    void ofTwoThatStartAtOnceInAFreshHomeOneHasIt() throws Exception {
        Home home = new Home(folder);
        List<HomeLock> taken = new ArrayList<>();
        Disk late = new LocalDisk() {
            @Override
            public FileChannel createFile(Path file, Access access) throws IOException {
                try {
                    if (!taken.isEmpty()) {
                        return super.createFile(file, access);
                    }
                    taken.add(HomeLock.take(home, new LocalDisk())); // the other one, at the worst moment
                } catch (MachineException e) {
                    throw new IOException(e);
                }
                return super.createFile(file, access);
            }
        };

        assertThatThrownBy(() -> HomeLock.take(home, late))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("agent-running"));
        assertThat(taken).hasSize(1);
        assertThat(HomeLock.isTaken(home, new LocalDisk())).isTrue();

        taken.get(0).close();
        assertThat(HomeLock.isTaken(home, new LocalDisk())).isFalse();
    }
}
