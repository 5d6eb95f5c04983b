package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Under another account than the agent's no command writes into its home. */
class HomeOwnerTest {

    private static final int ANOTHER = 54_321;

    @TempDir
    Path folder;

    @BeforeEach
    void askForRoot() throws IOException {
        Path mine = Files.createFile(folder.resolve("mine"));
        boolean unix = mine.getFileSystem().supportedFileAttributeViews().contains("unix");
        Assumptions.assumeTrue(
                unix && Integer.valueOf(0).equals(Files.getAttribute(mine, "unix:uid")),
                "only root can give files to another account");
    }

    private static void giveAway(Path path) throws IOException {
        Files.setAttribute(path, "unix:uid", ANOTHER);
    }

    private static void expectRefused(String command, ThrowingCallable call) {
        assertThatThrownBy(call).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("home-of-another");
            assertThat(e).hasMessageContaining("`" + command + "`");
            assertThat(e.cure()).contains("sudo -u " + ANOTHER + " " + command);
        });
    }

    @Test
    void beforeTheFirstStartTheHomesOwnerCounts() throws Exception {
        Home home = new Home(folder);
        HomeLock.takeFor("difusor x", home, new LocalDisk()).close();
        Files.delete(home.lock());
        giveAway(folder);
        expectRefused("difusor x", () -> HomeLock.takeFor("difusor x", home, new LocalDisk()));
        assertThat(home.lock()).doesNotExist();
    }

    /** A container's agent may be root, in a folder that is not. */
    @Test
    void afterwardsTheAccountThatTheAgentRunsUnderCounts() throws Exception {
        Home home = new Home(folder);
        HomeLock.take(home, new LocalDisk()).close();
        giveAway(folder);
        assertThatCode(() -> HomeOwner.expectOwn("difusor x", home)).doesNotThrowAnyException();
        giveAway(home.lock());
        expectRefused("difusor x", () -> HomeOwner.expectOwn("difusor x", home));
    }

    /** Its trials are cleared by the agent's account when it is stopped half way. */
    @Test
    void theDoctorTriesNothingThere() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.filled("home", 1, 2);
        Home home = Wiring.home(config);
        DoctorRooms rooms = new DoctorRooms(new LocalDisk(), Clock.systemUTC());
        assertThat(outcomes(rooms, config)).contains("sync.works", "throughput.skipped");
        Files.deleteIfExists(home.lock());
        giveAway(home.root());

        assertThat(outcomes(rooms, config)).contains("sync.of-another", "links.of-another", "hard-links.of-another");
        assertThat(home.lock()).doesNotExist();
    }

    private static List<String> outcomes(DoctorRooms rooms, Config config) throws InterruptedException {
        return rooms.examine(config, false, null, false).stream()
                .map(finding -> finding.check().code() + "." + finding.word())
                .toList();
    }

    @Test
    void aHomeThatIsNotThereIsLeftToTheCommand() {
        assertThatCode(() -> HomeOwner.expectOwn("difusor x", new Home(folder.resolve("none"))))
                .doesNotThrowAnyException();
    }

    @Test
    void noArchiveCommandLeavesFilesThere() throws Exception {
        CareBench bench = new CareBench(folder);
        Config config = bench.filled("home", 1, 2);
        Home home = Wiring.home(config);
        Path out = folder.resolve("out");
        bench.rooms.export(config, CareBench.DRILL, out, CareBench.SILENT);
        Files.deleteIfExists(home.lock());
        giveAway(home.root());
        Map<String, Digest> before = CareBench.files(home.root());

        expectRefused("difusor archive import", () -> bench.rooms.bringIn(config, out, "maria", CareBench.SILENT));
        expectRefused(
                "difusor archive retire",
                () -> bench.rooms.retire(config, CareBench.DRILL, out, "maria", "over", CareBench.SILENT));
        expectRefused("difusor archive reindex", () -> bench.rooms.reindex(config, CareBench.SILENT));
        assertThat(bench.rooms.list(config, null, 9)).hasSize(4);
        Files.delete(home.index());
        expectRefused("difusor archive", () -> bench.rooms.list(config, null, 9));

        assertThat(CareBench.files(home.root())).isEqualTo(before);
    }
}
