package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.publish.Contents;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.Release;
import mx.difusor.agent.publish.Target;
import mx.difusor.agent.publish.WaitingPage;
import mx.difusor.agent.verify.PackageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the live root at what history, clock and operator say, and the receipts at what became of their packages.
 * Only the desk's deciding thread calls it, but for {@link #live}.
 */
public final class Publication {

    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final Event event;
    private final boolean siteBeforeOpening;
    private final Archive archive;
    private final Publisher publisher;
    private final PackageReader reader;
    private final WaitingPage waitingPage;
    private final Disk disk;
    private final Clock clock;
    private final Alerts alerts;

    /** Receipts that do not say yet how publication ended, by sequence. */
    private final Map<Long, Receipt> unsettled = new LinkedHashMap<>();

    /** Receipts that could not be written where the uploader reads them; tried again with each tick. */
    private boolean undelivered;

    private volatile @Nullable View view;
    private volatile Operator.@Nullable Hold hold;
    private final AtomicLong switches = new AtomicLong();
    private boolean failed;
    private final Rest rest = new Rest(System::nanoTime);

    /** The opening has come, by this run's clock or by a receipt of an earlier one. */
    private boolean opened;

    private @Nullable History shownHistory;

    /** What was published last. */
    private record View(
            String release,
            Digest tree,
            @Nullable AcceptedPackage newest,
            @Nullable Instant publishedAt) {}

    public Publication(
            Event event,
            boolean siteBeforeOpening,
            Archive archive,
            Publisher publisher,
            PackageReader reader,
            WaitingPage waitingPage,
            Disk disk,
            Clock clock,
            Alerts alerts) {
        this.event = event;
        this.siteBeforeOpening = siteBeforeOpening;
        this.archive = archive;
        this.publisher = publisher;
        this.reader = reader;
        this.waitingPage = waitingPage;
        this.disk = disk;
        this.clock = clock;
        this.alerts = alerts;
    }

    /** After a start: what is live is made to match; where that fails an old page stays, if there is one. */
    public void open(Operator.@Nullable Hold kept) throws MachineException {
        hold = kept;
        for (Receipt receipt : archive.unsettled(event.id())) {
            if (receipt.contents() != null) {
                unsettled.put(receipt.contents().sequence(), receipt);
            }
        }
        opened = archive.wasLiveSince(event.id(), event.opens());
        try {
            publish(chosen(), Map.of(), false);
        } catch (MachineException e) {
            if (!publisher.somethingIsLive()) {
                throw e;
            }
            failed = true;
            alerts.raise(e);
        }
        settle();
        precompress();
    }

    /**
     * An accepted package of this event or another; its files may stand unpacked already. What fails from here on is
     * an alert and is tried again: the package counts.
     */
    void accepted(AcceptedPackage one, Receipt receipt, Path unpacked) {
        if (!one.event().equals(event.id())) {
            deliver(receipt.published(Receipt.Publication.HELD, null));
            return;
        }
        unsettled.put(one.sequence(), receipt);
        refresh(Map.of(one.sequence(), unpacked));
        settle();
        precompress();
    }

    /** Time has passed: an opening may have come, or what failed may work again. */
    void tick() {
        boolean resting = failed && !rest.over();
        if (!resting && (failed || shownHistory == null || !shownHistory.isSame(chosen()))) {
            refresh(Map.of());
            settle();
            precompress();
        } else if (undelivered) {
            settle();
        }
    }

    void hold(Operator.@Nullable Hold now) {
        hold = now;
        refresh(Map.of());
        settle();
        precompress();
    }

    Operator.@Nullable Hold hold() {
        return hold;
    }

    /** The one that is published. Any thread. */
    Event event() {
        return event;
    }

    /** The sequence that is public now; null while none is. */
    @Nullable
    Long shownSequence() {
        View now = view;
        return now == null || now.newest() == null ? null : now.newest().sequence();
    }

    long switches() {
        return switches.get();
    }

    /**
     * The live root was moved or removed by hand: it is pointed back, whatever else may fail.
     *
     * @return what was found there, in words; null when nothing is wrong by now
     */
    @Nullable
    String pointBack() throws MachineException {
        Release release = publisher.settled();
        if (release == null) {
            return null;
        }
        String found = publisher.target();
        if (publisher.pointsAt(release)) {
            return null;
        }
        publisher.pointBack(release);
        LOG.info("live again: {}", publisher.name(release.folder()));
        return "the live root pointed at " + found;
    }

    /**
     * The live release was found altered: the same is shown anew, whole, out of the archive.
     *
     * @return the new release's name; null when another one is live by now
     * @throws MachineException the altered page stays; the caller decides when to try again
     */
    @Nullable
    String replace(Release altered) throws MachineException {
        History shown = shownHistory;
        if (shown == null || !publisher.isSettled(altered)) {
            return null;
        }
        publish(shown, Map.of(), true);
        settle();
        precompress();
        View now = view;
        return now == null ? null : now.release();
    }

    private void refresh(Map<Long, Path> unpacked) {
        rest.begin();
        try {
            publish(chosen(), unpacked, false);
        } catch (MachineException e) {
            failed = true;
            alerts.raise(e);
            rest.failed();
        }
    }

    private void precompress() {
        try {
            publisher.precompress();
            alerts.clear("precompress-failed");
        } catch (MachineException e) {
            alerts.raise(e);
        }
    }

    private History chosen() {
        return Choice.shown(archive.history(event.id()), event, hold, siteBeforeOpening, now());
    }

    /** What was public once stays so, whatever a clock says that is put back. */
    private Instant now() {
        Instant now = clock.instant();
        opened |= !now.isBefore(event.opens());
        return opened && now.isBefore(event.opens()) ? event.opens() : now;
    }

    private void publish(History history, Map<Long, Path> unpacked, boolean anew) throws MachineException {
        Target target = target(history, unpacked);
        Publisher.Shown shown = anew ? publisher.showAnew(target) : publisher.show(target);
        Instant now = clock.instant();
        view = new View(shown.release(), target.tree().digest(), target.newest(), publishedAt(target, shown, now));
        shownHistory = history;
        if (shown.switched()) {
            switches.incrementAndGet();
            LOG.info("live: {}", shown.release());
            archive.log().note(now, "published", published(target, shown));
        }
        failed = false;
        List.of("release-failed", "live-root-failed", "live-root-occupied").forEach(alerts::clear);
    }

    /** An entry of {@code history.log}: what the public sees from now on. */
    private Map<String, @Nullable Object> published(Target target, Publisher.Shown shown) {
        AcceptedPackage newest = target.newest();
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("event", event.id());
        fields.put("sequence", newest == null ? null : newest.sequence());
        fields.put("cut", newest == null ? null : Receipt.cut(newest.contents().cut()));
        fields.put("release", shown.release());
        fields.put("tree", target.tree().digest().hex());
        return fields;
    }

    /** A restart does not make an old cut younger. */
    private @Nullable Instant publishedAt(Target target, Publisher.Shown shown, Instant now) throws MachineException {
        AcceptedPackage newest = target.newest();
        if (newest == null) {
            return null;
        }
        View before = view;
        boolean same =
                before != null && before.newest() != null && before.newest().sequence() == newest.sequence();
        if (same && before != null) {
            return before.publishedAt();
        }
        Optional<Instant> earlier = archive.receipt(event.id(), newest.sequence())
                .flatMap(receipt -> Optional.ofNullable(receipt.liveAt()));
        return shown.switched() && before != null ? now : earlier.orElse(now);
    }

    private Target target(History history, Map<Long, Path> unpacked) throws MachineException {
        Optional<AcceptedPackage> newest = history.newest();
        if (newest.isEmpty()) {
            try {
                return waitingPage.target(event.id());
            } catch (IOException e) {
                throw new MachineException(
                        "waiting-page", "cannot make the waiting page: " + e, "install the agent again", e);
            }
        }
        String label = String.format("%06d", newest.get().sequence());
        Contents contents = new PackageContents(history, archive, reader, disk, unpacked);
        return new Target(event.id(), label, Tree.of(history), newest.get(), contents);
    }

    /** Every receipt whose publication is known better than it says is written again. */
    private void settle() {
        undelivered = false;
        Long shown = failed ? null : shownSequence();
        for (Receipt receipt : List.copyOf(unsettled.values())) {
            Receipt.Contents contents = receipt.contents();
            if (contents == null) {
                continue;
            }
            Receipt settled = settled(receipt, contents.sequence(), shown);
            boolean told =
                    receipt.publication() == settled.publication() && receipt.publication() != Receipt.Publication.NONE;
            if (!told && !deliver(settled)) {
                undelivered = true;
                continue;
            }
            if (settled.publication() == Receipt.Publication.LIVE
                    || settled.publication() == Receipt.Publication.SUPERSEDED) {
                unsettled.remove(contents.sequence());
            } else {
                unsettled.put(contents.sequence(), settled);
            }
        }
    }

    private boolean deliver(Receipt receipt) {
        try {
            archive.deliver(receipt);
            return true;
        } catch (MachineException e) {
            alerts.raise(e);
            return false;
        }
    }

    private Receipt settled(Receipt receipt, long sequence, @Nullable Long shown) {
        if (shown != null && shown == sequence) {
            View now = view;
            Instant at = now == null || now.publishedAt() == null ? clock.instant() : now.publishedAt();
            return receipt.published(
                    Receipt.Publication.LIVE, at.isBefore(receipt.decidedAt()) ? receipt.decidedAt() : at);
        }
        if (shown != null && sequence < shown) {
            return receipt.published(Receipt.Publication.SUPERSEDED, null);
        }
        return failed ? receipt : receipt.published(Receipt.Publication.HELD, null);
    }

    /** How a package that was accepted before stands to the public now. */
    Receipt.Publication standing(AcceptedPackage one) {
        Long shown = shownSequence();
        if (!one.event().equals(event.id()) || shown == null || one.sequence() > shown) {
            return Receipt.Publication.HELD;
        }
        return one.sequence() == shown ? Receipt.Publication.LIVE : Receipt.Publication.SUPERSEDED;
    }

    /** For any thread. Null before the first publication. */
    Overview.@Nullable Live live() {
        View now = view;
        if (now == null) {
            return null;
        }
        Instant instant = clock.instant();
        AcceptedPackage newest = now.newest();
        Instant published = now.publishedAt();
        return new Overview.Live(
                state(newest, instant),
                event.id(),
                newest == null ? null : newest.sequence(),
                newest == null ? null : Receipt.cut(newest.contents().cut()),
                published,
                newest == null
                        ? null
                        : Math.max(0, Duration.between(newest.cut(), instant).toSeconds()),
                now.tree(),
                now.release());
    }

    private LiveState state(@Nullable AcceptedPackage shown, Instant now) {
        Operator.Hold held = hold;
        boolean onHold = held != null && held.event().equals(event.id());
        Instant newestAt = archive.history(event.id())
                .newest()
                .map(AcceptedPackage::decidedAt)
                .orElse(null);
        return LiveState.of(event, onHold, shown, newestAt, now);
    }
}
