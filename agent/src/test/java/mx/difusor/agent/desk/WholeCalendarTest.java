package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.TrustSettings;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * From the first drill to eight days after the election, in the time that the machine needs for it: two drills, a night
 * and a day of 96 cuts, and what goes wrong in them. The public tree is looked at after each transition.
 */
class WholeCalendarTest {

    private static final ZoneOffset CHIHUAHUA = ZoneOffset.ofHours(-7);
    private static final Duration CADENCE = Duration.ofMinutes(15);
    private static final Duration GRACE = Duration.ofMinutes(3);
    private static final int CUTS = 96;
    private static final String DATA = "datos/avance.json";

    /** The throwaway certificates are valid for a week from now; the drills lie closer to the election than in life. */
    private final Instant began = Instant.now().truncatedTo(ChronoUnit.HOURS);

    private final Event first = event("simulacro-1", true, began.plus(Duration.ofHours(2)), Duration.ofHours(6));
    private final Event second = event("simulacro-2", true, began.plus(Duration.ofHours(26)), Duration.ofHours(3));
    private final Event election = event("pel", false, began.plus(Duration.ofHours(50)), Duration.ofHours(24));

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private Packer packer;

    @SuppressWarnings("NullAway.Init")
    private WholeDesk.World world;

    @SuppressWarnings("NullAway.Init")
    private WholeDesk desk;

    private static Event event(String id, boolean drill, Instant opens, Duration lasts) {
        Instant closes = opens.plus(lasts);
        return new Event(id, drill, opens, closes, closes.plus(Duration.ofDays(8)), CADENCE, 3);
    }

    @BeforeEach
    void open() throws Exception {
        ThrowawayKeys keys =
                ThrowawayKeys.make(folder.resolve("keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
        Home home = new Home(Files.createDirectory(folder.resolve("home")).toRealPath());
        Authenticator authenticator =
                Authenticator.load(new TrustSettings(1, List.of(keys.root()), List.of(), List.of(), List.of()));
        world = new WholeDesk.World(
                home,
                new UnreliableDisk(home.root(), 0),
                new SettableClock(began),
                first,
                Map.of(first.id(), first, second.id(), second, election.id(), election),
                authenticator);
        desk = WholeDesk.open(world);
    }

    @AfterEach
    void close() throws Exception {
        desk.close();
    }

    private void restart() throws Exception {
        desk.close();
        desk = WholeDesk.open(world);
    }

    /** Nothing happens until then, but the agent's own beats. */
    private void until(Instant instant) throws Exception {
        world.clock().set(instant.minusSeconds(5)); // the desk lets five seconds pass with each beat
        desk.pass();
    }

    /** The site comes as sequence 1, before the opening; from then on each period has its cut. */
    private OffsetDateTime cut(Event event, int sequence) {
        Instant now = world.clock().instant();
        if (sequence == 1 && now.isBefore(event.opens())) {
            return now.truncatedTo(ChronoUnit.MINUTES).atOffset(CHIHUAHUA);
        }
        return event.opens().plus(CADENCE.multipliedBy(sequence - 1L)).atOffset(CHIHUAHUA);
    }

    private Receipt send(Event event, int sequence, boolean last) throws Exception {
        return send(event, sequence, last, Map.of(DATA, "[" + sequence + "]"));
    }

    private Receipt send(Event event, int sequence, boolean last, Map<String, String> files) throws Exception {
        Path cut = Files.createDirectories(folder.resolve(event.id() + "-" + sequence + "-" + files.hashCode()));
        for (Map.Entry<String, String> file : files.entrySet()) {
            Path path = cut.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.writeString(path, file.getValue());
        }
        String name = event.id() + "-" + sequence + ".zip";
        Packer.Packed packed = packer.pack(new Packer.Order(
                event.id(),
                files.containsKey("index.html") ? Kind.SITE : Kind.DATA,
                sequence,
                cut(event, sequence),
                last,
                List.of(),
                cut,
                Files.createTempDirectory(folder, "sent").resolve(name),
                false));
        Map<String, byte[]> sent = new LinkedHashMap<>();
        sent.put(name, Files.readAllBytes(packed.archive()));
        sent.put(name + ".p7s", Files.readAllBytes(packed.signature()));
        return desk.deliver(name, sent);
    }

    private Receipt sendSite(Event event) throws Exception {
        return send(event, 1, false, Map.of("index.html", "<h1>PREP " + event.id() + "</h1>", DATA, "[1]"));
    }

    private Path live(String path) {
        return world.home().root().resolve("live").resolve(path);
    }

    /** The state, and what a visitor sees of it. */
    private void shows(LiveState state, Event event, int sequence) throws IOException {
        Overview.Live live = Objects.requireNonNull(desk.publication().live());
        assertThat(live.state()).isEqualTo(state);
        assertThat(live.event()).isEqualTo(event.id());
        assertThat(live.sequence()).isEqualTo(sequence);
        assertThat(live("index.html")).hasContent("<h1>PREP " + event.id() + "</h1>");
        assertThat(live(DATA)).hasContent("[" + sequence + "]");
    }

    private void showsAPage(LiveState state, Event event, String text) {
        Overview.Live live = Objects.requireNonNull(desk.publication().live());
        assertThat(live.state()).isEqualTo(state);
        assertThat(live.event()).isEqualTo(event.id());
        assertThat(live.sequence()).isNull();
        assertThat(live("index.html")).content().contains(text);
        assertThat(live(DATA))
                .as("results beside a page that says there are none")
                .doesNotExist();
    }

    private Path release() throws IOException {
        return live("").toRealPath();
    }

    @Test
    void fromTheFirstDrillToEightDaysAfterTheElection() throws Exception {
        firstDrill();
        secondDrill();
        electionNight();
        afterwards();
    }

    /** Everything on time, then an interruption and a recovery, and a final cut. */
    private void firstDrill() throws Exception {
        showsAPage(LiveState.WAITING, first, "todavía no se publican");
        assertThat(sendSite(first).publication()).isEqualTo(Receipt.Publication.HELD);
        showsAPage(LiveState.WAITING, first, "todavía no se publican");
        until(first.opens().minusSeconds(1));
        showsAPage(LiveState.WAITING, first, "todavía no se publican");
        until(first.opens());
        shows(LiveState.CURRENT, first, 1);
        for (int sequence = 2; sequence <= 5; sequence++) {
            until(cut(first, sequence).toInstant().plusSeconds(90));
            assertThat(send(first, sequence, false).publication()).isEqualTo(Receipt.Publication.LIVE);
            shows(LiveState.CURRENT, first, sequence);
        }
        Instant newest = decided(first, 5);
        until(newest.plus(CADENCE).plus(GRACE).minusMillis(1));
        shows(LiveState.CURRENT, first, 5);
        until(newest.plus(CADENCE).plus(GRACE));
        shows(LiveState.LATE, first, 5);
        until(newest.plus(CADENCE.multipliedBy(3)).plus(GRACE).minusMillis(1));
        shows(LiveState.LATE, first, 5);
        until(newest.plus(CADENCE.multipliedBy(3)).plus(GRACE));
        showsAPage(LiveState.INTERRUPTED, first, "interrumpida");
        assertThat(live("index.html")).content().contains("%tR h (UTC-7)".formatted(cut(first, 5)));
        Path notice = release();
        restart();
        assertThat(release()).as("the same state after a start").isEqualTo(notice);
        showsAPage(LiveState.INTERRUPTED, first, "interrumpida");

        until(cut(first, 9).toInstant());
        showsAPage(LiveState.INTERRUPTED, first, "interrumpida");
        assertThat(send(first, 9, false).publication()).isEqualTo(Receipt.Publication.LIVE);
        shows(LiveState.CURRENT, first, 9);
        assertThat(send(first, 7, false).publication()).as("a late one").isEqualTo(Receipt.Publication.SUPERSEDED);
        shows(LiveState.CURRENT, first, 9);
        until(cut(first, 10).toInstant());
        send(first, 10, true);
        shows(LiveState.FINAL, first, 10);
        until(first.closes().minusSeconds(1));
        shows(LiveState.FINAL, first, 10);
        until(first.closes().plusSeconds(1));
        shows(LiveState.FINAL, first, 10);
    }

    private Instant decided(Event event, int sequence) throws Exception {
        return desk.archive().receipt(event.id(), sequence).orElseThrow().decidedAt();
    }

    /** An operator's day: notices, a hold, an interruption that lasts until nothing is late any more. */
    private void secondDrill() throws Exception {
        assertThat(sendSite(second).publication()).as("not the published one").isEqualTo(Receipt.Publication.HELD);
        shows(LiveState.FINAL, first, 10);
        desk.command(operator -> operator.activate(second.id(), "ana", "second drill"));
        showsAPage(LiveState.WAITING, second, "todavía no se publican");
        restart();
        showsAPage(LiveState.WAITING, second, "todavía no se publican");
        until(second.opens());
        shows(LiveState.CURRENT, second, 1);
        assertThat(desk.archive().receipt(second.id(), 1).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.LIVE);

        desk.command(operator -> operator.noticeOn("Volvemos a las <22:00>", "ana", "a pipe burst"));
        showsAPage(LiveState.NOTICE, second, "Volvemos a las &lt;22:00&gt;");
        until(cut(second, 2).toInstant());
        assertThat(send(second, 2, false).publication()).isEqualTo(Receipt.Publication.HELD);
        restart();
        showsAPage(LiveState.NOTICE, second, "Volvemos a las &lt;22:00&gt;");
        desk.command(operator -> operator.noticeOff("ana", ""));
        shows(LiveState.CURRENT, second, 2);
        assertThat(desk.archive().receipt(second.id(), 2).orElseThrow().publication())
                .isEqualTo(Receipt.Publication.LIVE);

        desk.command(operator -> operator.hold("ana", "checking"));
        shows(LiveState.HELD, second, 2);
        until(decided(second, 2).plus(Duration.ofHours(1)));
        shows(LiveState.HELD, second, 2);
        desk.command(operator -> operator.resume("ana", ""));
        showsAPage(LiveState.INTERRUPTED, second, "interrumpida");
        until(second.closes().minusSeconds(1));
        showsAPage(LiveState.INTERRUPTED, second, "interrumpida");
        until(second.closes());
        shows(LiveState.CLOSED, second, 2);
    }

    /** 96 cuts; among them a late one, missing ones, a corrupt one, one of a test, one sent twice. */
    private void electionNight() throws Exception {
        desk.command(operator -> operator.activate(election.id(), "ana", "the day"));
        showsAPage(LiveState.WAITING, election, "todavía no se publican");
        assertThat(send(second, 3, false).publication()).isEqualTo(Receipt.Publication.HELD);
        showsAPage(LiveState.WAITING, election, "todavía no se publican");
        sendSite(election);
        until(election.opens());
        shows(LiveState.CURRENT, election, 1);
        for (int sequence = 2; sequence <= CUTS; sequence++) {
            if (sequence >= 60 && sequence < 64) {
                continue; // they are not sent at all
            }
            Instant due = cut(election, sequence).toInstant().plusSeconds(sequence % 7 * 20L);
            until(sequence == 40 ? due.plus(Duration.ofMinutes(6)) : due);
            if (sequence == 40) {
                shows(LiveState.LATE, election, 39);
            } else if (sequence == 64) {
                showsAPage(LiveState.INTERRUPTED, election, "%tR h (UTC-7)".formatted(cut(election, 59)));
            } else {
                shows(LiveState.CURRENT, election, sequence - 1);
            }
            if (sequence == 20) {
                mixedUp(sequence);
            }
            Receipt receipt = send(election, sequence, sequence == CUTS);
            assertThat(receipt.publication()).isEqualTo(Receipt.Publication.LIVE);
            shows(sequence == CUTS ? LiveState.FINAL : LiveState.CURRENT, election, sequence);
            if (sequence == 30) {
                assertThat(send(election, sequence, false).outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
                shows(LiveState.CURRENT, election, sequence);
            }
            if (sequence == 50) {
                restart();
                shows(LiveState.CURRENT, election, sequence);
            }
        }
    }

    /** Results of a test, and no JSON at all: the page stays. */
    private void mixedUp(int sequence) throws Exception {
        Path before = release();
        Receipt test = send(election, sequence, false, Map.of(DATA, "{\"simulacro\": true, \"votos\": 1}"));
        Receipt.Refusal refusal = Objects.requireNonNull(test.refusal());
        assertThat(refusal.reason()).isEqualTo(Reason.CUT_INVALID);
        assertThat(refusal.message()).contains("a test", "pel is a real event");
        Receipt broken = send(election, sequence, false, Map.of(DATA, "{\"votos\": "));
        assertThat(Objects.requireNonNull(broken.refusal()).reason()).isEqualTo(Reason.JSON_INVALID);
        assertThat(release()).isEqualTo(before);
    }

    private void afterwards() throws Exception {
        Path last = release();
        for (int hour = 0; hour <= 8 * 24 + 1; hour++) {
            until(election.closes().plus(Duration.ofHours(hour)));
            shows(LiveState.FINAL, election, CUTS);
            if (hour % 48 == 7) {
                restart();
            }
        }
        assertThat(release()).isEqualTo(last);
        assertThat(desk.alerts()).extracting(mx.difusor.agent.model.Alert::code).doesNotContain("internal-error");
    }
}
