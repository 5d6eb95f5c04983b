package mx.difusor.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicInteger;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ProbedHour;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** An agent in the middle of an election night; fields may be set by a test before it asks. */
final class FakeOverview implements Overview {

    static final Instant STARTED = Instant.parse("2024-06-02T18:00:00.250Z");
    static final String TREE = "ab".repeat(32);

    static final Event EVENT = new Event(
            "pel-2024",
            false,
            Instant.parse("2024-06-03T03:00:00Z"),
            Instant.parse("2024-06-04T03:00:00Z"),
            null,
            Duration.ofMinutes(15),
            3);

    volatile boolean ready = true;
    volatile @Nullable RuntimeException bug;
    volatile @Nullable MachineException failure;
    volatile String difusorName = "Radio Universidad";
    volatile Live live = new Live(
            LiveState.CURRENT,
            "pel-2024",
            17L,
            "2024-06-02T23:45:00-07:00",
            Instant.parse("2024-06-03T06:45:30.5Z"),
            312L,
            new Digest(TREE),
            "pel-2024/000017-0123456789ab");
    volatile List<Long> gaps = List.of(12L);
    volatile List<Alert> alerts =
            List.of(new Alert("disk-low", Instant.parse("2024-06-03T01:00:00Z"), "less free than the budget's rest"));
    volatile List<ProbedHour> probed = List.of();
    volatile ArchiveState archive = new ArchiveState(17, 17_825_792, 20_000_000_000L, 52_000_000_000L);
    volatile Runnable whenAsked = () -> {};
    final AtomicInteger queries = new AtomicInteger();
    final List<Row> rows = new CopyOnWriteArrayList<>();

    @Override
    public boolean ready() {
        throwIfFailing();
        return ready;
    }

    @Override
    public Snapshot snapshot() {
        throwIfFailing();
        return new Snapshot(
                "1.2.3",
                STARTED,
                "radio-universidad",
                difusorName,
                EVENT,
                live,
                gaps,
                rows.isEmpty() ? null : rows.get(0).receipt(),
                archive,
                alerts,
                new Counters(17, 2, 3, 18_000_000, 18),
                new HistoryHead(41, new Digest("5".repeat(64))));
    }

    @Override
    public List<Row> packages(@Nullable String event, int limit, @Nullable Long before) throws MachineException {
        queries.incrementAndGet();
        whenAsked.run();
        throwIfFailing();
        MachineException machine = failure;
        if (machine != null) {
            throw machine;
        }
        return rows.stream()
                .filter(row -> before == null || row.id() < before)
                .filter(row -> event == null || isOf(event, row.receipt()))
                .limit(limit)
                .toList();
    }

    volatile @Nullable Site site;

    @Override
    public @Nullable String newestCut() {
        return live.cut();
    }

    @Override
    public Lateness.Degree lateness() {
        return Lateness.Degree.NONE;
    }

    @Override
    public boolean onHold() {
        return false;
    }

    @Override
    public @Nullable String unpublished() {
        return null;
    }

    @Override
    public List<ProbedHour> probedHours(Instant since) throws MachineException {
        MachineException machine = failure;
        if (machine != null) {
            throw machine;
        }
        return probed;
    }

    @Override
    public @Nullable Site site() {
        return site;
    }

    /** Newest first, as the index answers. */
    void add(Receipt receipt) {
        rows.add(0, new Row(rows.size() + 1L, receipt));
    }

    static Receipt accepted(long sequence, String signer) {
        Receipt.Contents contents = new Receipt.Contents(
                "pel-2024", Kind.DATA, sequence, OffsetDateTime.parse("2024-06-02T23:45:00-07:00"), false);
        return new Receipt(
                "iee",
                "prep-%04d.zip".formatted(sequence),
                new Digest(TREE),
                1_048_576,
                Receipt.Outcome.ACCEPTED,
                null,
                contents,
                List.of(signer),
                Receipt.Publication.LIVE,
                Instant.parse("2024-06-03T06:45:29.001Z"),
                Instant.parse("2024-06-03T06:45:30.002Z"),
                Instant.parse("2024-06-03T06:45:30.5Z"),
                List.of());
    }

    static Receipt rejected(String name, String message) {
        return new Receipt(
                "iee",
                name,
                null,
                10,
                Receipt.Outcome.REJECTED,
                new Receipt.Refusal(Reason.SIGNATURE_INVALID, message, null),
                null,
                List.of(),
                Receipt.Publication.NONE,
                Instant.parse("2024-06-03T06:50:00Z"),
                Instant.parse("2024-06-03T06:50:00Z"),
                null,
                List.of());
    }

    private void throwIfFailing() {
        RuntimeException failing = bug;
        if (failing != null) {
            throw failing;
        }
    }

    private static boolean isOf(String event, Receipt receipt) {
        Receipt.Contents contents = receipt.contents();
        return contents != null && contents.event().equals(event);
    }
}
