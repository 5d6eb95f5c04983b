package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import mx.difusor.agent.archive.HistoryLog;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What operators let count though it has expired: recorded, bounded, durable, and over by itself. */
class DeskExpiriesTest {

    private static final Instant NOW = Instant.parse("2024-06-03T03:00:00.123456Z");
    private static final String ONE = "a".repeat(64);

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private final DecidingThread deciding = new DecidingThread();
    private final SettableClock clock = new SettableClock(NOW);
    private Home home = new Home(Path.of(""));

    @BeforeEach
    void makeAHome() throws IOException {
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
    }

    @AfterEach
    void close() {
        deciding.close();
    }

    private DeskExpiries open() throws MachineException, IOException {
        return new DeskExpiries(home, disk, HistoryLog.open(home.history(), disk), deciding, clock);
    }

    private static String print(int n) {
        return "%064x".formatted(n);
    }

    @Test
    void anOverrideIsInForceAtOnceAndSurvivesARestart() throws Exception {
        DeskExpiries expiries = open();
        expiries.allow(ONE, NOW.plusSeconds(60), "ana", "vence a media elección");
        assertThat(expiries.inForce()).isEqualTo(open().inForce());
        assertThat(expiries.inForce()).singleElement().satisfies(one -> {
            assertThat(one.fingerprint()).isEqualTo(ONE);
            assertThat(one.from()).as("a receipt's milliseconds").isEqualTo(Instant.parse("2024-06-03T03:00:00.123Z"));
            assertThat(one.until()).isEqualTo(NOW.plusSeconds(60));
            assertThat(one.by()).isEqualTo("ana");
            assertThat(one.why()).isEqualTo("vence a media elección");
        });
    }

    @Test
    void itEndsByItselfAndStaysInTheHistory() throws Exception {
        DeskExpiries expiries = open();
        expiries.allow(ONE, NOW.plusSeconds(60), "ana", "x");
        clock.set(NOW.plusSeconds(60));
        assertThat(expiries.inForce()).isEmpty();
        assertThat(open().overrides().covering(ONE, NOW)).isPresent();
    }

    @Test
    void whatIsTakenBackIsOverAtOnceAndStaysInTheHistory() throws Exception {
        DeskExpiries expiries = open();
        expiries.allow(ONE, NOW.plusSeconds(60), "ana", "x");
        clock.set(NOW.plusSeconds(30));
        expiries.withdraw(ONE, "eva", "ya hay otro");
        assertThat(expiries.inForce()).isEmpty();
        assertThat(open().overrides().covering(ONE, NOW.plusSeconds(29))).isPresent();
        assertThat(open().overrides().covering(ONE, NOW.plusSeconds(30))).isEmpty();
        assertThatThrownBy(() -> expiries.withdraw(ONE, "eva", ""))
                .isInstanceOf(Expiries.RefusedException.class)
                .hasMessageContaining("no override is in force for " + ONE);
    }

    @Test
    void everyUseIsRecordedWithWhoAndWhy() throws Exception {
        DeskExpiries expiries = open();
        expiries.allow(ONE, Instant.parse("2024-06-03T04:00:00Z"), "ana", "vence");
        expiries.withdraw(ONE, "eva", "ya no");
        String at = "\"at\":\"2024-06-03T03:00:00.123Z\",\"what\":\"command\",\"command\":";
        String about = ",\"fingerprint\":\"" + ONE + "\",";
        assertThat(Files.readAllLines(home.history()))
                .satisfiesExactly(
                        allow -> assertThat(allow)
                                .startsWith("{\"entry\":1," + at + "\"allow-expired\"" + about
                                        + "\"until\":\"2024-06-03T04:00:00.000Z\",\"by\":\"ana\",\"why\":\"vence\","),
                        withdraw -> assertThat(withdraw)
                                .startsWith("{\"entry\":2," + at + "\"withdraw\"" + about
                                        + "\"by\":\"eva\",\"why\":\"ya no\","));
    }

    @Test
    void anOverrideEndsInTheFutureAndWithinAWeek() throws Exception {
        DeskExpiries expiries = open();
        Instant now = Instant.parse("2024-06-03T03:00:00.123Z");
        expiries.allow(ONE, now.plus(DeskExpiries.LONGEST), "ana", "x");
        for (Instant bad : java.util.List.of(
                now, now.minusSeconds(1), now.plus(DeskExpiries.LONGEST).plusMillis(1))) {
            assertThatThrownBy(() -> expiries.allow(print(1), bad, "ana", "x"))
                    .isInstanceOf(Expiries.RefusedException.class)
                    .hasMessageContaining("at most 7 days");
        }
        assertThat(expiries.inForce()).hasSize(1);
        assertThat(Files.readAllLines(home.history())).hasSize(1);
    }

    @Test
    void aNewEndTakesThePlaceOfTheOldOne() throws Exception {
        DeskExpiries expiries = open();
        expiries.allow(ONE, NOW.plusSeconds(600), "ana", "x");
        clock.set(NOW.plusSeconds(1));
        expiries.allow(ONE, NOW.plusSeconds(60), "ana", "menos");
        assertThat(expiries.inForce()).extracting(ExpiryOverride::until).containsExactly(NOW.plusSeconds(60));
    }

    @Test
    void soManyAreInForceAndNoMore() throws Exception {
        DeskExpiries expiries = open();
        for (int i = 0; i < DeskExpiries.MAX_IN_FORCE; i++) {
            expiries.allow(print(i), NOW.plusSeconds(60), "ana", "x");
        }
        assertThatThrownBy(() -> expiries.allow(ONE, NOW.plusSeconds(60), "ana", "x"))
                .isInstanceOf(Expiries.RefusedException.class)
                .hasMessageContaining("16 overrides are in force");
        expiries.allow(print(0), NOW.plusSeconds(90), "ana", "one of them anew");
        clock.set(NOW.plusSeconds(61));
        expiries.allow(ONE, NOW.plusSeconds(90), "ana", "x");
        assertThat(expiries.inForce()).hasSize(2);
    }

    @Test
    void soManyAreRecordedAndNoMore() throws Exception {
        String one = "{\"fingerprint\":\"%s\",\"from\":\"2023-01-01T00:00:00Z\",\"until\":\"2023-01-02T00:00:00Z\","
                + "\"by\":\"ana\",\"why\":\"x\",\"withdrawn\":null}";
        Files.writeString(
                home.expiryOverrides(),
                IntStream.range(0, DeskExpiries.MAX_RECORDED - 1)
                        .mapToObj(i -> one.formatted(print(i)))
                        .collect(Collectors.joining(",", "{\"overrides\":[", "]}")));
        DeskExpiries expiries = open();
        expiries.allow(ONE, NOW.plusSeconds(60), "ana", "x");
        assertThatThrownBy(() -> expiries.allow("b".repeat(64), NOW.plusSeconds(60), "ana", "x"))
                .isInstanceOf(Expiries.RefusedException.class)
                .hasMessageContaining("500 overrides are recorded");
    }

    @Test
    void aFileThatCannotBeReadIsNotTakenForNone() throws Exception {
        for (String text : java.util.List.of(
                "", "{", "{\"overrides\":[{}]}", "[]", "{\"overrides\":[]}" + " ".repeat(ExpiryFile.MAX_BYTES))) {
            Files.writeString(home.expiryOverrides(), text);
            assertThatThrownBy(this::open).isInstanceOfSatisfying(MachineException.class, e -> {
                assertThat(e.code()).isEqualTo("overrides-unreadable");
                assertThat(e.cure()).contains("move the file away");
            });
        }
    }

    @Test
    void anAlertStandsAsLongAsOneIsInForce() throws Exception {
        Alerts alerts = new Alerts(clock);
        DeskExpiries expiries = open();
        expiries.tick(alerts);
        assertThat(alerts.active()).isEmpty();
        expiries.allow(ONE, NOW.plusSeconds(60), "ana", "x");
        expiries.tick(alerts);
        assertThat(alerts.active()).extracting(Alert::code).containsExactly("expired-allowed");
        assertThat(alerts.active().get(0).message()).contains(ONE, "until 2024-06-03T03:01:00.123Z (ana)");
        clock.set(NOW.plus(Duration.ofSeconds(60)));
        expiries.tick(alerts);
        assertThat(alerts.active()).isEmpty();
    }
}
