package mx.difusor.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Six hours of an election night, with what goes wrong in one: a late cut, a missing one, a refused package. */
final class ElectionNight {

    static final Instant OPENS = FakeOverview.EVENT.opens();
    static final Instant NOW = OPENS.plus(Duration.ofMinutes(6 * 60 + 4));
    static final ZoneOffset PACIFIC = ZoneOffset.ofHours(-7);

    static final Instant BEFORE = OPENS.minus(Duration.ofMinutes(34));

    private static final long PACKAGE_BYTES = 11_000_000;
    private static final int NEWEST = 24;
    private static final int MISSING = 12;
    private static final int LATE = 7;

    private ElectionNight() {}

    /** What the agent shows in {@code state}, with the alerts that come with it. */
    static void show(FakeOverview overview, LiveState state) {
        overview.rows.clear();
        overview.gaps = List.of();
        overview.alerts = List.of();
        overview.probed = probes();
        switch (state) {
            case WAITING -> waiting(overview);
            case LATE -> {
                cuts(overview, NEWEST - 1);
                overview.alerts = List.of(alert("late", "a cut is missing: the last cut is 2024-06-03T01:45:00-07:00"));
            }
            case INTERRUPTED -> {
                cuts(overview, NEWEST - 4);
                overview.alerts = List.of(alert(
                        "interrupted", "the publication is interrupted: the last cut is 2024-06-03T01:00:00-07:00"));
            }
            default -> cuts(overview, NEWEST);
        }
        overview.live = live(overview, state);
    }

    static Alert alert(String code, String message) {
        return new Alert(code, NOW.minusSeconds(95), message);
    }

    private static void waiting(FakeOverview overview) {
        overview.archive = new Overview.ArchiveState(0, 0, 20_000_000_000L, 52_000_000_000L);
        overview.probed = List.of();
    }

    private static void cuts(FakeOverview overview, int newest) {
        for (int sequence = 1; sequence <= newest; sequence++) {
            Instant cut = OPENS.plus(Duration.ofMinutes(15L * sequence));
            Instant received = cut.plusSeconds(20 + sequence * 7 % 11).plusSeconds(sequence == LATE ? 420 : 0);
            if (sequence == MISSING) {
                overview.add(refused(received));
                continue;
            }
            overview.add(cut(sequence, cut, received, Duration.ofMillis(900 + sequence * 371 % 700)));
        }
        overview.gaps = newest > MISSING ? List.of((long) MISSING) : List.of();
        long packages = overview.rows.size() - 1L;
        overview.archive =
                new Overview.ArchiveState(packages, packages * PACKAGE_BYTES * 30, 20_000_000_000L, 52_000_000_000L);
    }

    static Receipt cut(long sequence, Instant cut, Instant received, Duration untilLive) {
        OffsetDateTime local = cut.atOffset(PACIFIC);
        return new Receipt(
                "iee",
                "20240602_%04d_PREP_CHIH.zip".formatted(sequence),
                new Digest(FakeOverview.TREE),
                PACKAGE_BYTES * 30,
                Receipt.Outcome.ACCEPTED,
                null,
                new Receipt.Contents("pel-2024", Kind.DATA, sequence, local, false),
                List.of("CN=Instituto Estatal Electoral"),
                Receipt.Publication.LIVE,
                received,
                received.plusMillis(600),
                received.plus(untilLive),
                List.of());
    }

    private static Receipt refused(Instant at) {
        return new Receipt(
                "iee",
                "20240602_0012_PREP_CHIH.zip",
                new Digest(FakeOverview.TREE),
                PACKAGE_BYTES,
                Receipt.Outcome.REJECTED,
                new Receipt.Refusal(Reason.SIGNATURE_INVALID, "the signature was made over other bytes", null),
                null,
                List.of(),
                Receipt.Publication.NONE,
                at,
                at,
                null,
                List.of());
    }

    private static Overview.Live live(FakeOverview overview, LiveState state) {
        @Nullable
        Receipt newest = overview.rows.isEmpty() ? null : overview.rows.get(0).receipt();
        Receipt.Contents contents = newest == null ? null : newest.contents();
        return new Overview.Live(
                state,
                "pel-2024",
                contents == null ? null : contents.sequence(),
                contents == null ? null : Receipt.cut(contents.cut()),
                newest == null ? null : newest.liveAt(),
                contents == null
                        ? null
                        : Duration.between(contents.cut().toInstant(), NOW).toSeconds(),
                new Digest(FakeOverview.TREE),
                "pel-2024/000024-0123456789ab");
    }

    private static List<ProbedHour> probes() {
        List<ProbedHour> hours = new ArrayList<>();
        Instant first = Instant.parse("2024-06-01T06:00:00Z");
        for (int hour = 0; first.plus(Duration.ofHours(hour)).isBefore(NOW); hour++) {
            int good = hour == 30 ? 57 : hour == 31 ? 0 : 60;
            hours.add(new ProbedHour(first.plus(Duration.ofHours(hour)), 60, good, 180 + hour * 131 % 240));
        }
        return hours;
    }
}
