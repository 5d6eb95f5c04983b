package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeLockTest {

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
