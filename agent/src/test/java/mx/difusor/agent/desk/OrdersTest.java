package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators may order, what is refused, and what a start makes of it. */
class OrdersTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private ElectionDay day;

    @SuppressWarnings("NullAway.Init")
    private WholeDesk.World world;

    @SuppressWarnings("NullAway.Init")
    private WholeDesk desk;

    private static Event other(Event event) {
        return new Event(
                "simulacro", true, event.opens(), event.closes(), null, event.cadence(), event.missedPeriods());
    }

    @BeforeEach
    void open() throws Exception {
        day = new ElectionDay(Files.createDirectory(folder.resolve("day")));
        Home home = new Home(Files.createDirectory(folder.resolve("home")).toRealPath());
        Event event = day.event();
        world = new WholeDesk.World(
                home,
                new UnreliableDisk(home.root(), 0),
                new SettableClock(day.began()),
                event,
                Map.of(event.id(), event, "simulacro", other(event)),
                day.authenticator());
        desk = WholeDesk.open(world);
        deliver(0);
        world.clock().set(event.opens());
        desk.pass();
    }

    @AfterEach
    void close() throws Exception {
        desk.close();
    }

    private void deliver(int step) throws Exception {
        ElectionDay.Parcel parcel = Objects.requireNonNull(day.steps().get(step).parcel());
        desk.deliver(parcel.name(), parcel.files());
    }

    private void interrupt() throws Exception {
        world.clock().pass(Duration.ofHours(1));
        desk.pass();
        assertThat(state()).isEqualTo(LiveState.INTERRUPTED);
    }

    private LiveState state() {
        return Objects.requireNonNull(desk.publication().live()).state();
    }

    private String event() {
        return Objects.requireNonNull(desk.publication().live()).event();
    }

    private Path page() {
        return world.home().root().resolve("live/index.html");
    }

    @Test
    void thereIsNothingToHoldWhileTheNoticeOfAnInterruptionIsUp() throws Exception {
        interrupt();
        assertThatThrownBy(() -> desk.operator().hold("ana", ""))
                .isInstanceOfSatisfying(Operator.RefusedException.class, e -> {
                    assertThat(e.getMessage()).contains("no cut is public");
                    assertThat(e.cure()).contains("rollback SEQ");
                });
        assertThat(world.home().hold()).doesNotExist();
        desk.command(operator -> operator.rollback(1, "ana", "the old cut is better than none"));
        assertThat(state()).isEqualTo(LiveState.HELD);
        assertThat(page()).hasContent("<h1>1</h1>");
    }

    @Test
    void aNoticeStandsAboveAHoldAndLeavesItInForce() throws Exception {
        desk.command(operator -> operator.hold("ana", ""));
        desk.command(operator -> operator.noticeOn("", "ana", ""));
        assertThat(state()).isEqualTo(LiveState.NOTICE);
        assertThat(page()).content().contains("interrumpida");
        desk.command(operator -> operator.noticeOff("ana", ""));
        assertThat(state()).isEqualTo(LiveState.HELD);
        assertThat(page()).hasContent("<h1>1</h1>");
    }

    @Test
    void aHoldUnderANoticeHoldsWhatWouldBeSeenWithoutIt() throws Exception {
        desk.command(operator -> operator.noticeOn("", "ana", ""));
        desk.command(operator -> operator.hold("ana", ""));
        assertThat(desk.operator().onHold()).map(Operator.Hold::sequence).contains(1L);
        deliver(2);
        desk.command(operator -> operator.noticeOff("ana", ""));
        assertThat(state()).isEqualTo(LiveState.HELD);
        assertThat(page()).hasContent("<h1>1</h1>");
    }

    @Test
    void underANoticeAnInterruptionLeavesNothingToHoldEither() throws Exception {
        desk.command(operator -> operator.noticeOn("", "ana", ""));
        world.clock().pass(Duration.ofHours(1));
        desk.pass();
        assertThatThrownBy(() -> desk.operator().hold("ana", ""))
                .isInstanceOf(Operator.RefusedException.class)
                .hasMessageContaining("no cut is public");
        assertThat(world.home().hold()).doesNotExist();
    }

    /** Somebody has to call the Institute all the same. */
    @Test
    void neitherAHoldNorANoticeHidesThatCutsAreMissing() throws Exception {
        world.clock().pass(Duration.ofMinutes(19));
        assertThat(desk.publication().lateness()).isEqualTo(Lateness.Degree.LATE);
        desk.command(operator -> operator.hold("ana", ""));
        assertThat(state()).isEqualTo(LiveState.HELD);
        assertThat(desk.publication().lateness()).isEqualTo(Lateness.Degree.LATE);
        world.clock().pass(Duration.ofHours(1));
        desk.pass();
        assertThat(desk.publication().lateness()).isEqualTo(Lateness.Degree.INTERRUPTED);
        desk.command(operator -> operator.noticeOn("", "ana", ""));
        assertThat(state()).isEqualTo(LiveState.NOTICE);
        assertThat(desk.publication().lateness()).isEqualTo(Lateness.Degree.INTERRUPTED);
        deliver(2);
        assertThat(desk.publication().lateness()).isEqualTo(Lateness.Degree.NONE);
    }

    @Test
    void aNoticesWordsCanBeChanged() throws Exception {
        desk.command(operator -> operator.noticeOn("a las 22:00", "ana", ""));
        desk.command(operator -> operator.noticeOn("a las 23:00", "ana", ""));
        assertThat(page()).content().contains("a las 23:00").doesNotContain("a las 22:00");
    }

    @Test
    void onlyAConfiguredEventIsActivated() {
        assertThatThrownBy(() -> desk.operator().activate("pel-2030", "ana", ""))
                .isInstanceOfSatisfying(
                        Operator.UnknownException.class,
                        e -> assertThat(e.cure()).contains("choose one of pel, simulacro"));
        assertThat(event()).isEqualTo("pel");
    }

    @Test
    void aHoldKeepsItsEvent() throws Exception {
        desk.command(operator -> operator.hold("ana", ""));
        assertThatThrownBy(() -> desk.operator().activate("simulacro", "ana", ""))
                .isInstanceOf(Operator.RefusedException.class)
                .hasMessageContaining("on hold");
        assertThat(event()).isEqualTo("pel");
        assertThat(world.home().activation()).doesNotExist();
    }

    @Test
    void anActivationLastsUntilTheConfigurationNamesAnotherEvent() throws Exception {
        desk.command(operator -> operator.activate("simulacro", "ana", ""));
        assertThat(event()).isEqualTo("simulacro");
        assertThat(published("pel")).as("after a start").isEqualTo("simulacro");
        assertThat(published("simulacro"))
                .as("the configuration was brought up to date")
                .isEqualTo("simulacro");
        assertThat(published("other"))
                .as("somebody configured another one meanwhile")
                .isEqualTo("other");
        desk.command(operator -> operator.activate("pel", "ana", ""));
        assertThat(event()).isEqualTo("pel");
        assertThat(world.home().activation()).doesNotExist();
        assertThat(page()).hasContent("<h1>1</h1>");
    }

    private String published(String configured) throws MachineException {
        return DeskOperator.published(world.events(), configured, world.home(), new LocalDisk());
    }

    @Test
    void anActivatedEventThatIsNoLongerConfiguredGivesWay() throws Exception {
        desk.command(operator -> operator.activate("simulacro", "ana", ""));
        Map<String, Event> left = Map.of("pel", world.event());
        assertThat(DeskOperator.published(left, "pel", world.home(), new LocalDisk()))
                .isEqualTo("pel");
    }

    private void restartWith(String configured) throws Exception {
        desk.close();
        desk = WholeDesk.open(new WholeDesk.World(
                world.home(),
                world.disk(),
                world.clock(),
                Objects.requireNonNull(world.events().get(configured)),
                world.events(),
                world.authenticator()));
    }

    @Test
    void anActivationThatEndedDoesNotComeBack() throws Exception {
        desk.command(operator -> operator.activate("simulacro", "ana", "ensayo"));
        restartWith("pel");
        assertThat(event()).as("until then it lasts").isEqualTo("simulacro");
        assertThat(world.home().history()).content().doesNotContain("\"what\":\"ended\"");
        restartWith("simulacro");
        assertThat(event()).isEqualTo("simulacro");
        assertThat(world.home().activation()).doesNotExist();
        assertThat(world.home().history())
                .content()
                .containsOnlyOnce("\"what\":\"ended\",\"order\":\"activation\",\"event\":\"simulacro\","
                        + "\"published\":\"simulacro\",\"by\":\"ana\",\"why\":\"ensayo\"");
        restartWith("pel");
        assertThat(event()).isEqualTo("pel");
        assertThat(page()).hasContent("<h1>1</h1>");
    }

    @Test
    void anActivationOfAnEventThatWasNotConfiguredAtAStartDoesNotComeBack() throws Exception {
        desk.command(operator -> operator.activate("simulacro", "ana", ""));
        desk.close();
        desk = WholeDesk.open(
                new WholeDesk.World(world.home(), world.disk(), world.clock(), world.event(), world.authenticator()));
        assertThat(event()).isEqualTo("pel");
        restartWith("pel");
        assertThat(event()).isEqualTo("pel");
    }

    @Test
    void anEndedActivationStaysEndedAfterAPowerCut() throws Exception {
        desk.command(operator -> operator.activate("simulacro", "ana", ""));
        restartWith("simulacro");
        desk.close();
        world.disk().cutPower(Loss.ALL);
        desk = WholeDesk.open(world);
        assertThat(event()).isEqualTo("pel");
    }

    @Test
    void aRetiredEventIsNotPublishedAgain() throws Exception {
        desk.close();
        Path event = world.home().archive().resolve("simulacro");
        world.disk().createDirectories(event, Disk.Access.PRIVATE);
        String retired =
                "{\"event\":\"simulacro\",\"at\":\"2024-06-02T20:00:00Z\",\"by\":\"ana\",\"why\":\"\",\"export\":\""
                        + "ab".repeat(32) + "\",\"removing\":false,\"packages\":[]}";
        world.disk()
                .replace(event.resolve("retired.json"), retired.getBytes(StandardCharsets.UTF_8), Disk.Access.PRIVATE);
        desk = WholeDesk.open(world);
        assertThatThrownBy(() -> desk.operator().activate("simulacro", "ana", ""))
                .isInstanceOfSatisfying(
                        Operator.RefusedException.class,
                        e -> assertThat(e.cure()).contains("archive import"));
        assertThat(event()).isEqualTo("pel");
    }

    @Test
    void anOrderThatIsTooLargeIsNotRead() throws Exception {
        Files.writeString(world.home().notice(), " ".repeat(OrderFile.MOST_BYTES + 1));
        assertThatThrownBy(
                        () -> OrderFiles.notice(world.home(), new LocalDisk()).read())
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("larger than 8388608 bytes");
        Files.delete(world.home().notice());
    }

    @Test
    void everyOrderIsRecordedWithWhoAndWhy() throws Exception {
        desk.command(operator -> operator.noticeOn("vuelve", "ana", "agua"));
        desk.command(operator -> operator.noticeOff("eva", "seco"));
        desk.command(operator -> operator.activate("simulacro", "ana", "ensayo"));
        assertThat(world.home().history())
                .content()
                .contains(
                        "\"command\":\"notice-on\",\"event\":\"pel\",\"message\":\"vuelve\",\"by\":\"ana\",\"why\":\"agua\"",
                        "\"command\":\"notice-off\",\"event\":\"pel\",\"by\":\"eva\",\"why\":\"seco\"",
                        "\"command\":\"activate\",\"event\":\"pel\",\"activated\":\"simulacro\",\"by\":\"ana\"");
    }

    @Test
    void everyHoldIsRecordedAndLastsUntilItIsTakenBack() throws Exception {
        desk.command(operator -> operator.hold("ana", "agua"));
        assertThat(world.home().hold()).exists();
        desk.command(operator -> operator.hold("eva", "otra"));
        assertThat(desk.operator().onHold()).map(Operator.Hold::by).contains("ana");
        desk.command(operator -> operator.resume("eva", "seco"));
        assertThat(world.home().hold()).doesNotExist();
        assertThat(desk.operator().onHold()).isEmpty();
        desk.command(operator -> operator.rollback(1, "eva", "fuego"));
        assertThat(world.home().history())
                .content()
                .contains(
                        "\"command\":\"hold\",\"event\":\"pel\",\"sequence\":1,\"by\":\"ana\",\"why\":\"agua\"",
                        "\"command\":\"hold\",\"event\":\"pel\",\"sequence\":1,\"by\":\"eva\",\"why\":\"otra\"",
                        "\"command\":\"resume\",\"event\":\"pel\",\"sequence\":null,\"by\":\"eva\",\"why\":\"seco\"",
                        "\"command\":\"rollback\",\"event\":\"pel\",\"sequence\":1,\"by\":\"eva\",\"why\":\"fuego\"");
    }

    @Test
    void aNoticeLastsUntilItIsTakenDown() throws Exception {
        desk.command(operator -> operator.noticeOn("vuelve", "ana", "agua"));
        desk.close();
        desk = WholeDesk.open(world);
        assertThat(state()).isEqualTo(LiveState.NOTICE);
        assertThat(desk.operator().notice()).map(Operator.Notice::message).contains("vuelve");
        desk.command(operator -> operator.noticeOff("ana", ""));
        assertThat(world.home().notice()).doesNotExist();
        assertThat(desk.operator().notice()).isEmpty();
    }

    /** It would be of no packages of this one. */
    @Test
    void aHoldOfAnotherEventIsEndedByAStart() throws Exception {
        desk.close();
        OrderFiles.hold(world.home(), world.disk())
                .write(new Operator.Hold(
                        "simulacro", 1L, "ana", "agua", world.clock().instant()));
        desk = WholeDesk.open(world);
        assertThat(desk.operator().onHold()).isEmpty();
        assertThat(world.home().hold()).doesNotExist();
        assertThat(world.home().history())
                .content()
                .containsOnlyOnce("\"what\":\"ended\",\"order\":\"hold\",\"event\":\"simulacro\",\"sequence\":1,"
                        + "\"published\":\"pel\",\"by\":\"ana\",\"why\":\"agua\"");
        desk.command(operator -> operator.activate("simulacro", "ana", ""));
        assertThat(event()).isEqualTo("simulacro");
    }

    @Test
    void aHoldThatAStartLeftAsideNeverTakesThePageBack() throws Exception {
        desk.command(operator -> operator.hold("ana", ""));
        restartWith("simulacro");
        desk.command(operator -> operator.activate("pel", "ana", ""));
        deliver(2);
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        Map<String, String> before = seen();
        restartWith("simulacro");
        assertThat(event()).isEqualTo("pel");
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        assertThat(seen()).isEqualTo(before);
    }

    @Test
    void aHoldOfTheEventThatAStartPublishesStaysInForce() throws Exception {
        desk.command(operator -> operator.hold("ana", ""));
        Map<String, String> before = seen();
        restartWith("pel");
        deliver(2);
        assertThat(state()).isEqualTo(LiveState.HELD);
        assertThat(seen()).isEqualTo(before);
    }

    private Map<String, String> seen() throws Exception {
        return Objects.requireNonNull(new Auditor(world.home()).live());
    }

    @Test
    void onlyWhatWasAcceptedCanBeRolledBackTo() {
        assertThatThrownBy(() -> desk.operator().rollback(9, "ana", ""))
                .isInstanceOfSatisfying(Operator.UnknownException.class, e -> {
                    assertThat(e).hasMessage("no accepted package of pel has sequence 9");
                    assertThat(e.cure()).contains("archive list");
                });
        assertThat(world.home().hold()).doesNotExist();
    }

    @Test
    void anOrderThatCannotBeReadStopsTheStartAndNamesItsFile() throws Exception {
        Files.writeString(world.home().notice(), "{");
        desk.close();
        assertThatThrownBy(() -> WholeDesk.open(world)).isInstanceOfSatisfying(MachineException.class, e -> {
            assertThat(e.code()).isEqualTo("notice-unreadable");
            assertThat(e.getMessage()).contains("notice.json");
        });
        Files.delete(world.home().notice());
        desk = WholeDesk.open(world);
    }
}
