package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.disk.WindowsDisk;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.publish.JunctionLiveRoot;
import mx.difusor.agent.publish.LiveRoot;
import mx.difusor.agent.publish.SymlinkLiveRoot;
import mx.difusor.agent.publish.WindowsCommands;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From the uploader's folder to the live root under the path, locking and rename rules of Windows. */
class WindowsRulesTest {

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private ElectionDay day;

    @SuppressWarnings("NullAway.Init")
    private Home home;

    @SuppressWarnings("NullAway.Init")
    private WindowsDisk disk;

    @BeforeEach
    void prepare() throws Exception {
        day = new ElectionDay(Files.createDirectory(folder.resolve("day")));
        home = home("home");
        disk = new WindowsDisk(home.root());
    }

    private Home home(String name) throws IOException {
        return new Home(Files.createDirectory(folder.resolve(name)).toRealPath());
    }

    private WholeDesk.World world(Home where, UnreliableDisk with) throws MachineException {
        return new WholeDesk.World(where, with, new SettableClock(day.began()), day.event(), day.authenticator());
    }

    /** What PowerShell would do to the junction, by the one link that can be replaced here. */
    private static String retarget(List<String> command) throws IOException {
        Path link = Path.of(command.get(command.indexOf("-Link") + 1));
        Path target = Path.of(command.get(command.indexOf("-Target") + 1));
        assertThat(Path.of(command.get(command.indexOf("-File") + 1))).isRegularFile();
        Path beside = link.resolveSibling(".junction");
        Files.createSymbolicLink(beside, target);
        Files.move(beside, link, StandardCopyOption.ATOMIC_MOVE);
        return "";
    }

    private LiveRoot junction(WindowsCommands commands) {
        return new JunctionLiveRoot(home.root().resolve("live"), home.root(), disk, commands);
    }

    private List<Map<String, String>> through(WholeDesk.World world, LiveRoot liveRoot) throws Exception {
        List<Map<String, String>> seen = new ArrayList<>();
        Auditor auditor = new Auditor(world.home());
        try (WholeDesk desk = WholeDesk.open(world, liveRoot)) {
            for (int step = 0; step < day.steps().size(); step++) {
                if (ElectionDay.isOpen(step)
                        && world.clock().instant().isBefore(world.event().opens())) {
                    world.clock().set(world.event().opens());
                }
                day.steps().get(step).happening().on(desk);
                seen.add(Objects.requireNonNull(auditor.live()));
            }
            desk.settle();
            assertThat(desk.alerts()).isEmpty();
        }
        return seen;
    }

    @Test
    void anElectionDayShowsWhatItShowsElsewhere() throws Exception {
        Home other = home("other");
        UnreliableDisk elsewhere = new UnreliableDisk(other.root(), 1);
        List<Map<String, String>> expected = through(
                world(other, elsewhere), new SymlinkLiveRoot(other.root().resolve("live"), elsewhere));

        List<Map<String, String>> seen = through(world(home, disk), junction(WindowsRulesTest::retarget));

        assertThat(seen).isEqualTo(expected);
        assertThat(disk.refusals()).as("files that were still open").isZero();
    }

    @Test
    void aStartAfterAStopFindsEverythingAsItWas() throws Exception {
        WholeDesk.World world = world(home, disk);
        List<Map<String, String>> seen = through(world, junction(WindowsRulesTest::retarget));

        try (WholeDesk again = WholeDesk.open(world, junction(WindowsRulesTest::retarget))) {
            again.settle();
            assertThat(new Auditor(home).live()).isEqualTo(seen.get(seen.size() - 1));
        }
        assertThat(disk.refusals()).as("files that were still open").isZero();
    }

    @Test
    void aScannerThatHasAnUploadOpenDelaysItAndNothingElse() throws Exception {
        disk.hold(home.incoming().resolve(WholeDesk.UPLOADER).resolve("p2.zip"), 2);

        List<Map<String, String>> seen = through(world(home, disk), junction(WindowsRulesTest::retarget));

        assertThat(disk.refusals()).isEqualTo(2);
        assertThat(seen.get(2)).containsKey("datos/a/votos.csv");
    }

    @Test
    void aJunctionThatCannotBeMovedSaysWhatToDo() {
        LiveRoot root = junction(command -> {
            throw new IOException("access is denied");
        });

        assertThatThrownBy(() -> root.pointAt(home.releases().resolve("pel/000001")))
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e).hasMessageContaining("access is denied");
                    assertThat(e.cure()).contains("write permission");
                });
    }
}
