package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A clock that somebody sets, or that a time server corrects, in the middle of an election. */
class ClockJumpsTest {

    /** The throwaway certificates are valid a week from now, and since an hour ago. */
    private static final Duration FORWARD = Duration.ofDays(5);

    /** Behind the opening. */
    private static final Duration BACK = Duration.ofMinutes(-90);

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private ElectionDay day;

    @SuppressWarnings("NullAway.Init")
    private WholeDesk.World world;

    @SuppressWarnings("NullAway.Init")
    private WholeDesk desk;

    @SuppressWarnings("NullAway.Init")
    private Auditor evidence;

    @BeforeEach
    void opened() throws Exception {
        day = new ElectionDay(Files.createDirectory(folder.resolve("day")));
        Home home = new Home(Files.createDirectory(folder.resolve("home")).toRealPath());
        evidence = new Auditor(home);
        world = new WholeDesk.World(
                home,
                new UnreliableDisk(home.root(), 0),
                new SettableClock(day.began()),
                day.event(),
                day.authenticator());
        desk = WholeDesk.open(world);
        deliver(0);
        world.clock().set(world.event().opens());
        desk.pass();
        assertThat(live()).containsKey("index.html");
        deliver(2);
    }

    @AfterEach
    void close() throws Exception {
        desk.close();
    }

    private Receipt deliver(int step) throws Exception {
        ElectionDay.Parcel parcel = Objects.requireNonNull(day.steps().get(step).parcel());
        Receipt receipt = desk.deliver(parcel.name(), parcel.files());
        assertThat(receipt.decidedAt()).isAfterOrEqualTo(receipt.receivedAt());
        for (JsonNode told : evidence.receipts().values()) {
            Instant decided = Instant.parse(told.path("decidedAt").asText());
            assertThat(decided)
                    .isAfterOrEqualTo(Instant.parse(told.path("receivedAt").asText()));
            if (!told.path("liveAt").isNull()) {
                assertThat(Instant.parse(told.path("liveAt").asText())).isAfterOrEqualTo(decided);
            }
        }
        return receipt;
    }

    private Map<String, String> live() throws Exception {
        return Objects.requireNonNull(evidence.live());
    }

    private void restart() throws Exception {
        desk.close();
        desk = WholeDesk.open(world);
    }

    @Test
    void whatIsPublicStaysPublicWhenTheClockGoesBackBehindTheOpening() throws Exception {
        Map<String, String> before = live();
        world.clock().pass(BACK);
        desk.pass();
        assertThat(live()).isEqualTo(before);
        restart();
        assertThat(live()).as("after a start with a wrong clock").isEqualTo(before);
        assertThat(deliver(3).publication()).isEqualTo(Receipt.Publication.LIVE);
        assertThat(live()).isNotEqualTo(before);
        assertThat(desk.alerts()).extracting(Alert::code).doesNotContain("internal-error");
    }

    @Test
    void aLeapForwardAndBackChangesNothing() throws Exception {
        Map<String, String> before = live();
        world.clock().pass(FORWARD);
        desk.pass();
        assertThat(live()).isEqualTo(before);
        assertThat(deliver(3).publication()).isEqualTo(Receipt.Publication.LIVE);
        world.clock().pass(FORWARD.negated());
        desk.pass();
        assertThat(deliver(4).outcome()).as("a late one").isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(desk.alerts()).extracting(Alert::code).doesNotContain("internal-error");
    }

    @Test
    void nothingWentLiveBeforeItWasDecidedWhateverTheClockSays() throws Exception {
        world.clock().pass(FORWARD);
        desk.command(operator -> operator.hold("ana", "checking"));
        assertThat(deliver(3).publication()).isEqualTo(Receipt.Publication.HELD);
        world.clock().pass(FORWARD.negated());
        desk.command(operator -> operator.resume("ana", "all is well"));
        Receipt receipt = desk.archive().receipt(ElectionDay.EVENT, 4).orElseThrow();
        assertThat(receipt.liveAt()).isEqualTo(receipt.decidedAt());
    }

    @Test
    void aHoldShowsWhatIsLiveThoughTheClockSaysItWasDecidedLater() throws Exception {
        deliver(3);
        Map<String, String> before = live();
        world.clock().pass(BACK);
        desk.command(operator -> operator.hold("ana", "checking"));
        assertThat(live()).isEqualTo(before);
        assertThat(deliver(4).outcome()).as("a late one").isEqualTo(Receipt.Outcome.ACCEPTED);
        assertThat(live()).as("it does not move a root that stands still").isEqualTo(before);
        restart();
        assertThat(live()).as("a hold outlives the process").isEqualTo(before);
        desk.command(operator -> operator.resume("ana", "all is well"));
        assertThat(live()).isNotEqualTo(before);
    }
}
