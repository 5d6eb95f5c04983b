package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import mx.difusor.agent.archive.HistoryLog;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HomeFormatTest {

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private final Clock clock = Clock.fixed(Instant.parse("2024-06-03T03:00:00Z"), ZoneOffset.UTC);

    private HistoryLog upgrade() throws Exception {
        Home home = new Home(folder);
        HistoryLog log = HistoryLog.open(home.history(), disk);
        HomeFormat.upgrade(home, disk, log, "1.2.3", clock);
        return log;
    }

    private void requireRefused(String code, String message) {
        assertThatThrownBy(() -> HomeFormat.require(new Home(folder)))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo(code))
                .hasMessageContaining(message);
    }

    @Test
    void aNewHomeSaysItsFormatAndItsWriter() throws Exception {
        HomeFormat.require(new Home(folder));
        assertThat(upgrade().head().entries()).isZero();
        assertThat(folder.resolve("home.json"))
                .content()
                .containsSubsequence("\"format\" : 2", "\"agent\" : \"1.2.3\"");
        HomeFormat.require(new Home(folder));
    }

    @Test
    void aCurrentHomeIsNotWrittenAgain() throws Exception {
        upgrade();
        Files.writeString(folder.resolve("home.json"), "{\"format\":2,\"agent\":\"other\"}");
        Files.writeString(folder.resolve("operations.log"), "x");
        assertThat(upgrade().head().entries()).isZero();
        assertThat(folder.resolve("home.json")).content().contains("other");
    }

    @Test
    void whatOperatorsDidBeforeIsBoundIntoTheLog() throws Exception {
        Files.writeString(folder.resolve("operations.log"), "x");
        upgrade();
        assertThat(folder.resolve("history.log"))
                .content()
                .contains("\"what\":\"upgraded\",\"from\":1,\"to\":2,\"operations.log\":\"2d711642");
    }

    @Test
    void aNewerHomeIsRefusedWithItsWriter() throws Exception {
        Files.writeString(folder.resolve("home.json"), "{\"format\":3,\"agent\":\"9.0\"}");
        requireRefused("home-newer", "written by a newer agent (agent 9.0, format 3; this one knows formats up to 2)");
    }

    @Test
    void aFormatThatCannotBeReadIsRefused() throws Exception {
        Files.writeString(folder.resolve("home.json"), "{\"format\":");
        requireRefused("home-unreadable", "home.json");
        Files.writeString(folder.resolve("home.json"), "{}");
        requireRefused("home-unreadable", "names no format");
    }
}
