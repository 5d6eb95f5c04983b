package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Set;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.MachineException;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an operator ordered outlives the process, and so does that it was taken back. */
class OrderFileTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");
    private static final Operator.Notice NOTICE = new Operator.Notice("ana", "agua", AT, "vuelve");

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Home home;

    @SuppressWarnings("NullAway.Init")
    private UnreliableDisk disk;

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder.toRealPath());
        disk = new UnreliableDisk(home.root(), 1);
    }

    @Test
    void everyKindOfHoldIsReadBackAsItWasOrdered() throws Exception {
        OrderFile<Operator.Hold> file = OrderFiles.hold(home, disk);
        assertThat(file.read()).isEmpty();
        for (Operator.Hold hold : new Operator.Hold[] {
            new Operator.Hold("pel", 7L, "ana", "agua", AT, Set.of(1L, 7L)),
            new Operator.Hold("pel", null, "ana", "agua", AT, Set.of()),
            new Operator.Hold("pel", 7L, "ana", "agua", AT)
        }) {
            file.write(hold);
            assertThat(file.read()).contains(hold);
        }
    }

    @Test
    void anOrderIsThereAfterAPowerCutAndOneThatWasTakenBackIsNot() throws Exception {
        OrderFile<Operator.Notice> file = OrderFiles.notice(home, disk);
        file.write(NOTICE);
        disk.cutPower(Loss.ALL);
        assertThat(file.read()).contains(NOTICE);
        file.remove();
        disk.cutPower(Loss.ALL);
        assertThat(file.read()).isEmpty();
        file.remove();
    }

    @Test
    void anOrderThatCannotBeTakenBackSaysSo() throws Exception {
        OrderFile<Operator.Notice> file = OrderFiles.notice(home, disk);
        file.write(NOTICE);
        disk.failWhere("delete notice.json", Fault.FAILS);
        assertThatThrownBy(file::remove).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("home-unwritable");
            assertThat(e).hasMessageContaining("input/output error");
        });
        assertThat(file.read()).contains(NOTICE);
    }

    private void failsAtTheFoldersSync(ThrowingCallable change, String operation) {
        disk.failAfter(operation, Fault.FAILS);
        assertThatThrownBy(change).isInstanceOf(MachineException.class);
        assertThat(disk.struckAt()).startsWith("sync folder");
    }

    @Test
    void anOrderWhoseNameCouldNotBeSyncedIsNotInForceAfterARestart() throws Exception {
        OrderFile<Operator.Notice> file = OrderFiles.notice(home, disk);
        failsAtTheFoldersSync(() -> file.write(NOTICE), "rename to notice.json");
        assertThat(file.read()).isEmpty();
        disk.cutPower(Loss.ALL);
        assertThat(file.read()).isEmpty();
    }

    @Test
    void anOrderThatCouldNotBeReplacedStaysInForce() throws Exception {
        OrderFile<Operator.Notice> file = OrderFiles.notice(home, disk);
        file.write(NOTICE);
        Operator.Notice other = new Operator.Notice("eva", "fuego", AT, "mañana");
        failsAtTheFoldersSync(() -> file.write(other), "rename to notice.json");
        assertThat(file.read()).contains(NOTICE);
        disk.cutPower(Loss.ALL);
        assertThat(file.read()).contains(NOTICE);
    }

    @Test
    void anOrderWhoseEndCouldNotBeSyncedStaysInForce() throws Exception {
        OrderFile<Operator.Notice> file = OrderFiles.notice(home, disk);
        file.write(NOTICE);
        failsAtTheFoldersSync(file::remove, "delete notice.json");
        assertThat(file.read()).contains(NOTICE);
        disk.cutPower(Loss.ALL);
        assertThat(file.read()).contains(NOTICE);
    }

    /** It stops the next start; an order must not wait for that. */
    @Test
    void aFileThatCannotBeReadIsReplacedAndLeftAloneWhereThatFails() throws Exception {
        Files.writeString(home.notice(), " ".repeat(OrderFile.MOST_BYTES + 1));
        OrderFile<Operator.Notice> file = OrderFiles.notice(home, disk);
        disk.failWhere("rename to notice.json", Fault.FAILS);
        assertThatThrownBy(() -> file.write(NOTICE)).isInstanceOf(MachineException.class);
        assertThat(home.notice()).hasSize(OrderFile.MOST_BYTES + 1);
        file.write(NOTICE);
        assertThat(file.read()).contains(NOTICE);
    }

    @Test
    void anOrderOfAnotherFormIsNotReadOnAGuess() throws Exception {
        Files.writeString(
                home.hold(), "{\"event\":7,\"sequence\":null,\"by\":\"a\",\"why\":\"b\",\"at\":\"" + AT + "\"}");
        assertThatThrownBy(() -> OrderFiles.hold(home, disk).read())
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("hold-unreadable");
                    assertThat(e).hasMessageEndingWith("hold.json: event is not a text");
                });
    }
}
