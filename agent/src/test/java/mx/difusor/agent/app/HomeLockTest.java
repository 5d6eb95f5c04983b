package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Objects;
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
