package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SpaceTest {
    @TempDir
    Path folder;

    private final LocalDisk local = new LocalDisk();
    private long free;

    /** Says how much is free as the test does; below zero it does not answer. */
    private Disk disk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("freeBytes")) {
                        if (free < 0) {
                            throw new IOException("no answer");
                        }
                        return free;
                    }
                    try {
                        return method.invoke(local, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Test
    void theRoomIsWhatTheArchiveAndItsDiskSay() throws Exception {
        Home home = new Home(folder.resolve("home"));
        home.prepare(local);
        try (Archive archive = Archive.open(home, disk(), 1_000, file -> {
            throw new IOException("not asked");
        })) {
            Space space = Space.of(archive);
            assertThat(space.budgetLeft()).isEqualTo(1_000);
            free = 10;
            assertThat(space.diskFree()).isEqualTo(10);
            free = -1;
            assertThat(space.diskFree()).as("the disk does not answer").isEqualTo(Long.MAX_VALUE);
        }
    }

    @Test
    void whatIsInTheMarginIsNotLeft() {
        assertThat(Space.beyondMargin(Space.DISK_MARGIN_BYTES + 5)).isEqualTo(5);
        assertThat(Space.beyondMargin(Space.DISK_MARGIN_BYTES)).isZero();
        assertThat(Space.beyondMargin(10)).isZero();
    }
}
