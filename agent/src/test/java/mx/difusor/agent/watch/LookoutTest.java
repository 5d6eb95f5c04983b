package mx.difusor.agent.watch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZoneOffset;
import java.util.List;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.desk.Space;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.ProbedHour;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

class LookoutTest {
    private static final long BUDGET = 20_000_000_000L;
    private static final long PLENTY = 60_000_000_000L;

    private Instant now = Instant.parse("2024-06-03T07:00:00Z"); // midnight there
    private long bytes;
    private long diskFree = PLENTY;
    private LiveState state = LiveState.CURRENT;
    private @Nullable Long sequence = 17L;
    private Lateness.Degree lateness = Lateness.Degree.NONE;
    private boolean onHold;
    private @Nullable String unpublished;
    private boolean indexFails;

    private final Clock clock = new Clock() {
        @Override
        public Instant instant() {
            return now;
        }

        @Override
        public ZoneId getZone() {
            return ZoneOffset.UTC;
        }

        @Override
        public Clock withZone(ZoneId zone) {
            return this;
        }
    };
    private static final Event EVENT = new Event(
            "pel-2024",
            false,
            Instant.parse("2024-06-03T03:00:00Z"),
            Instant.parse("2024-06-04T03:00:00Z"),
            null,
            Duration.ofMinutes(15),
            3);

    private final Alerts alerts = new Alerts(clock);
    private final Lookout lookout = new Lookout(new Seen(), alerts, clock);

    private final class Seen implements Overview {
        @Override
        public boolean ready() {
            return true;
        }

        @Override
        public Snapshot snapshot() {
            Live live = new Live(
                    state,
                    "pel-2024",
                    sequence,
                    "2024-06-02T23:45:00-07:00",
                    now,
                    312L,
                    new Digest("ab".repeat(32)),
                    "r");
            return new Snapshot(
                    "1",
                    now,
                    "radio",
                    "Radio",
                    EVENT,
                    live,
                    List.of(),
                    null,
                    new ArchiveState(17, bytes, BUDGET, diskFree),
                    List.of(),
                    new Counters(0, 0, 0, 0, 0),
                    HistoryHead.NONE);
        }

        @Override
        public List<Row> packages(@Nullable String event, int limit, @Nullable Long before) {
            return List.of();
        }

        @Override
        public Lateness.Degree lateness() {
            return lateness;
        }

        @Override
        public boolean onHold() {
            return onHold;
        }

        @Override
        public @Nullable String unpublished() {
            if (indexFails) {
                throw new IllegalStateException("the index does not answer");
            }
            return unpublished;
        }

        @Override
        public @Nullable String newestCut() {
            return "2024-06-02T23:45:00-07:00";
        }

        @Override
        public List<ProbedHour> probedHours(Instant since) {
            return List.of();
        }
    }

    private List<String> codes() {
        lookout.tick();
        return alerts.active().stream().map(Alert::code).toList();
    }

    private String message(String code) {
        return alerts.active().stream()
                .filter(alert -> alert.code().equals(code))
                .findFirst()
                .orElseThrow()
                .message();
    }

    /** So much an hour, in cuts of a quarter of an hour. */
    private void grow(long bytesAnHour, int hours) {
        lookout.tick();
        for (int quarter = 0; quarter < 4 * hours; quarter++) {
            for (int minute = 0; minute < 15; minute++) {
                now = now.plus(Duration.ofMinutes(1));
                lookout.tick();
            }
            bytes += bytesAnHour / 4;
            diskFree -= bytesAnHour / 4;
        }
        lookout.tick();
    }

    @Test
    void anOperatorsNoticeIsNotForgottenAndTheInstitutesOwnNeedsNoReminder() {
        state = LiveState.NOTICE;
        assertThat(codes()).isEmpty();
        sequence = null;
        assertThat(codes()).containsExactly("notice-up");
        state = LiveState.CURRENT;
        assertThat(codes()).isEmpty();
    }

    @Test
    void theBudgetAlertsAtItsThreeMarksOneAtATimeAndEnds() {
        bytes = BUDGET / 100 * 70 - 1;
        assertThat(codes()).isEmpty();
        bytes = BUDGET / 100 * 70;
        assertThat(codes()).containsExactly("budget-70");
        bytes = BUDGET / 100 * 85;
        assertThat(codes()).containsExactly("budget-85");
        bytes = BUDGET / 100 * 95;
        assertThat(codes()).containsExactly("budget-95");
        assertThat(message("budget-95"))
                .contains("95 % of the archive's budget")
                .contains("1000000000 bytes are left; raise archive.budget")
                .doesNotContain("full at");
        bytes = BUDGET / 2;
        assertThat(codes()).isEmpty();
    }

    @Test
    void theAlertSaysWhenItWillBeFullInTheEventsTimeAndOnlyWhileSomethingComes() {
        bytes = 15_000_000_000L;
        grow(1_000_000_000L, 2);
        assertThat(message("budget-85")).contains("; full at about 05:00;");
        now = now.plus(Duration.ofMinutes(61));
        lookout.tick();
        assertThat(message("budget-85")).doesNotContain("full at");
    }

    @Test
    void theDiskAlertsWhereItEndsBeforeTheBudgetAndSaysWhen() {
        bytes = 10_000_000_000L;
        diskFree = 10_000_000_000L + Space.DISK_MARGIN_BYTES;
        assertThat(codes()).isEmpty();
        diskFree--;
        assertThat(codes()).containsExactly("disk-low");
        assertThat(message("disk-low")).doesNotContain("full at");

        now = now.plus(Duration.ofHours(4));
        diskFree = 5_000_000_000L + Space.DISK_MARGIN_BYTES;
        grow(1_000_000_000L, 2);
        assertThat(message("disk-low")).contains("; full at about 09:00;");
        diskFree = PLENTY;
        assertThat(codes()).isEmpty();
    }

    @Test
    void aDiskWithoutItsMarginAlertsEvenWhereTheBudgetIsSpent() {
        bytes = BUDGET;
        diskFree = Space.DISK_MARGIN_BYTES + 1;
        assertThat(codes()).containsExactly("budget-95");
        diskFree = Space.DISK_MARGIN_BYTES;
        assertThat(codes()).containsExactly("budget-95", "disk-low");
    }

    @Test
    void aMissedPeriodIsLateThenInterruptedAndEnds() {
        lateness = Lateness.Degree.LATE;
        assertThat(codes()).containsExactly("late");
        lateness = Lateness.Degree.INTERRUPTED;
        assertThat(codes()).containsExactly("interrupted");
        lateness = Lateness.Degree.NONE;
        assertThat(codes()).isEmpty();
    }

    @Test
    void aHoldIsNotForgottenAlsoBeneathANotice() {
        onHold = true;
        state = LiveState.HELD;
        assertThat(codes()).containsExactly("on-hold");
        assertThat(message("on-hold")).contains("difusor publish resume");
        state = LiveState.NOTICE;
        sequence = null;
        assertThat(codes()).containsExactly("notice-up", "on-hold");
        onHold = false;
        assertThat(codes()).containsExactly("notice-up");
    }

    @Test
    void cutsOfAnEventThatIsNotPublishedAreAnAlertUntilItIs() {
        assertThat(codes()).isEmpty();
        unpublished = "pel-2030";
        assertThat(codes()).containsExactly("event-not-published");
        assertThat(message("event-not-published"))
                .contains("pel-2024 is published", "`difusor event activate pel-2030`");
        indexFails = true; // and the first look of a start does not end it
        assertThat(codes()).containsExactly("event-not-published");
        indexFails = false;
        unpublished = null;
        assertThat(codes()).isEmpty();
    }
}
