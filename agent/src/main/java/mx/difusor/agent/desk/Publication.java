package mx.difusor.agent.desk;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongSupplier;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.Release;
import mx.difusor.agent.publish.Target;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the live root at what history, clock and operator say, and the receipts at what became of their packages.
 * Only the desk's deciding thread calls it, but for {@link #live} and its kin.
 */
public final class Publication {

    private static final Logger LOG = LoggerFactory.getLogger(Publication.class);

    private final Choice.Rules rules;
    private final Archive archive;
    private final Publisher publisher;
    private final Targets targets;
    private final SteadyClock clock;
    private final EventTime time;
    private final Alerts alerts;
    private final Tally tally;
    private final Outcomes outcomes;

    /** The one that is published. */
    private volatile Event event;

    private volatile @Nullable View view;
    private volatile Choice.Orders orders = Choice.Orders.NONE;
    private final AtomicLong switches = new AtomicLong();
    private boolean failed;
    private volatile @Nullable String pending;
    private final Rest rest;

    private Choice.@Nullable Shown shownChoice;

    /**
     * @param siteBeforeOpening the newest site package alone is public before {@code opens}; otherwise nothing is
     * @param noticeWhenInterrupted a notice is shown instead of an old cut; otherwise the old cut stays
     */
    public record Settings(Event event, boolean siteBeforeOpening, boolean noticeWhenInterrupted) {}

    public Publication(
            Settings settings,
            Archive archive,
            Publisher publisher,
            Targets targets,
            SteadyClock clock,
            Alerts alerts,
            Tally tally) {
        this(settings, archive, publisher, targets, clock, alerts, tally, System::nanoTime);
    }

    Publication(
            Settings settings,
            Archive archive,
            Publisher publisher,
            Targets targets,
            SteadyClock clock,
            Alerts alerts,
            Tally tally,
            LongSupplier nanos) {
        this.event = settings.event();
        this.rules = new Choice.Rules(settings.siteBeforeOpening(), settings.noticeWhenInterrupted());
        this.archive = archive;
        this.publisher = publisher;
        this.targets = targets.stayingWith(publisher);
        this.clock = clock;
        this.time = new EventTime(clock);
        this.alerts = alerts;
        this.tally = tally;
        this.outcomes = new Outcomes(archive, alerts, tally);
        this.rest = new Rest(nanos);
    }

    /** After a start: what is live is made to match; where that fails an old page stays, if there is one. */
    public void open(Operator.@Nullable Hold hold, Operator.@Nullable Notice notice) throws MachineException {
        orders = new Choice.Orders(hold, notice);
        take(event);
        try {
            publishChosen(Map.of());
        } catch (MachineException | RuntimeException | Error e) {
            MachineException why = why(e);
            if (publisher.somethingIsLive()) {
                view = View.unsure(event, publisher.liveName());
            } else if (LostPackageException.isBehind(why)) {
                waitingPage(); // the Institute can send it again only to an agent that runs
            } else {
                throw why;
            }
            failed(why);
        }
        settle();
        precompress();
    }

    private void waitingPage() throws MachineException {
        publish(event, new Choice.Shown(History.empty(event.id()), null), Map.of(), false);
    }

    private void take(Event one) throws MachineException {
        if (archive.wasLiveSince(one.id(), one.opens())) {
            time.open(one);
        }
        outcomes.open(one.id());
        event = one;
    }

    /** Another event is the published one from now on; where its tree cannot be shown, the old page stays. */
    void activate(Event other) throws MachineException {
        take(other);
        update();
    }

    /**
     * An accepted package of this event or another; its files may stand unpacked already. What fails from here on is
     * an alert and is tried again: the package counts.
     */
    void accepted(AcceptedPackage one, Receipt receipt, Path unpacked) {
        time.accept(one);
        tally.coming(receipt);
        if (!one.event().equals(event.id())) {
            outcomes.hold(receipt);
            return;
        }
        outcomes.add(receipt);
        refresh(Map.of(one.sequence(), unpacked));
        settle();
        precompress();
    }

    /** Time has passed: an opening or an interruption may have come, or what failed may work again. */
    void tick() {
        boolean resting = failed && !rest.over();
        if (!resting && (failed || !isUpToDate())) {
            update();
        } else if (outcomes.undelivered()) {
            settle();
        }
    }

    private boolean isUpToDate() {
        Choice.Shown shown = shownChoice;
        return shown != null && showsItsEvent() && shown.isSame(chosen());
    }

    /**
     * What is live was shown by this run and is of the published event, or a page of the difusor's own in its name. False
     * after a start or an activation that could not be shown yet.
     */
    boolean showsItsEvent() {
        View now = view;
        return now != null && shownChoice != null && now.event().id().equals(event.id());
    }

    private void update() {
        refresh(Map.of());
        settle();
        precompress();
    }

    void hold(Operator.@Nullable Hold now) {
        orders = new Choice.Orders(now, orders.notice());
        update();
    }

    void notice(Operator.@Nullable Notice now) {
        orders = new Choice.Orders(orders.hold(), now);
        update();
    }

    Operator.@Nullable Hold hold() {
        return orders.hold();
    }

    Operator.@Nullable Notice notice() {
        return orders.notice();
    }

    /** A page of the difusor's own is up because cuts are missing, or would be without an operator's notice. */
    boolean showsInterruption() {
        Choice.Shown shown = orders.notice() == null ? shownChoice : beneathNotice();
        return shown != null && shown.notice() != null;
    }

    /** The newest package of what is public, or would be without an operator's notice; null where no cut is. */
    @Nullable
    Long sequenceToHold() throws MachineException {
        if (orders.notice() == null) {
            return shownSequence();
        }
        AcceptedPackage newest = targets.newest(beneathNotice());
        return newest == null ? null : newest.sequence();
    }

    private Choice.Shown beneathNotice() {
        return chosen(new Choice.Orders(orders.hold(), null));
    }

    /** Every receipt of an accepted package stands where its uploader reads it. */
    boolean delivered() {
        return !outcomes.undelivered();
    }

    /** The one that is published. Any thread. */
    Event event() {
        return event;
    }

    /** The sequence of the published event that is public now; null while none is. */
    @Nullable
    Long shownSequence() {
        View now = view;
        return now == null || now.newest() == null || !now.newest().event().equals(event.id())
                ? null
                : now.newest().sequence();
    }

    /** Nothing of a cut may be public yet. Any thread. */
    boolean beforeOpening() {
        Event now = event;
        return time.now(now).isBefore(now.opens());
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
        Choice.Shown shown = shownChoice;
        View before = view;
        if (shown == null || before == null || !publisher.isSettled(altered)) {
            return null;
        }
        try {
            publish(before.event(), shown, Map.of(), true);
            if (isUpToDate()) {
                published();
            }
        } catch (MachineException | RuntimeException | Error e) {
            MachineException why = why(e);
            failed |= publisher.settled() == null; // half way: nothing is left that the guard could look at
            throw why;
        }
        settle();
        precompress();
        View now = view;
        return now == null ? null : now.release();
    }

    private void refresh(Map<Long, Path> unpacked) {
        rest.begin();
        try {
            publishChosen(unpacked);
        } catch (MachineException | RuntimeException | Error e) {
            failed(why(e));
            rest.failed();
        }
    }

    private void failed(MachineException e) {
        failed = true;
        pending = e.getMessage() + "; " + e.cure();
        alerts.raise(e);
    }

    /** Why the page does not show yet what it shall; null where it does. Any thread. */
    @Nullable
    String pending() {
        return pending;
    }

    /** A defect too ends neither a package that counts nor an order: it is told once with its trace. */
    private MachineException why(Throwable e) {
        if (e instanceof MachineException known) {
            return LostPackageException.withCure(known);
        }
        if (!failed) {
            LOG.error("the page cannot be brought up to date", e);
        }
        return Unforeseen.of("release-failed", "the old page stays, because the new one cannot be made", e);
    }

    private void precompress() {
        try {
            publisher.precompress();
            alerts.clear("precompress-failed");
        } catch (MachineException e) {
            alerts.raise(e);
        } catch (RuntimeException | Error e) {
            alerts.raise(Unforeseen.of("precompress-failed", "the .gz twins cannot be written", e));
        }
    }

    private Choice.Shown chosen() {
        return chosen(orders);
    }

    private Choice.Shown chosen(Choice.Orders said) {
        History history = archive.history(event.id());
        targets.lookFor(history);
        AcceptedPackage newest = targets.newestThatCounts(history);
        Instant now = time.now(event);
        return Choice.shown(history, event, rules, said, newest, time.newestAt(newest, now), now);
    }

    private void publishChosen(Map<Long, Path> unpacked) throws MachineException {
        publish(event, chosen(), unpacked, false);
        published();
    }

    private void published() {
        failed = false;
        pending = null;
        List.of("release-failed", "live-root-failed", "live-root-occupied", "waiting-page")
                .forEach(alerts::clear);
    }

    /** @param of whose choice it is, perhaps no longer the published one */
    private void publish(Event of, Choice.Shown choice, Map<Long, Path> unpacked, boolean anew)
            throws MachineException {
        Target target = targets.of(choice, unpacked, alerts);
        Publisher.Shown shown = anew ? publisher.showAnew(target) : publisher.show(target);
        Instant now = clock.instant();
        View shows = new View(of, shown.release(), target.tree().digest(), target.newest(), publishedAt(target, now));
        view = shows;
        shownChoice = choice;
        if (target.newest() != null && !now.isBefore(of.opens())) {
            time.open(of);
        }
        if (shown.switched()) {
            switches.incrementAndGet();
            LOG.info("live: {}", shown.release());
            archive.log().note(now, "published", shows.entry());
        }
    }

    /** A restart does not make an old cut younger. */
    private @Nullable Instant publishedAt(Target target, Instant now) {
        AcceptedPackage newest = target.newest();
        if (newest == null) {
            return null;
        }
        View before = view;
        if (before != null && before.shows(newest)) {
            return before.publishedAt();
        }
        return shownChoice == null ? liveAt(newest).orElse(now) : now;
    }

    /** By its receipt. The page has been switched by now: an index that does not answer must not part page and status. */
    private Optional<Instant> liveAt(AcceptedPackage one) {
        try {
            return archive.receipt(one.event(), one.sequence())
                    .flatMap(receipt -> Optional.ofNullable(receipt.liveAt()));
        } catch (MachineException e) {
            LOG.warn("since when {} {} is live is not known: {}", one.event(), one.sequence(), e.getMessage());
            return Optional.empty();
        }
    }

    private void settle() {
        View now = view;
        Instant at = now == null || now.publishedAt() == null ? clock.instant() : now.publishedAt();
        boolean owed = outcomes.undelivered();
        outcomes.settle(shownHistory(), shownSequence(), at, failed);
        if (outcomes.undelivered()) {
            return;
        }
        if (owed) {
            alerts.clear("storage-failed");
        }
        if (!failed) {
            // What is public was looked up in it, and what there was to say of packages stands there.
            alerts.clear("index-unusable");
        }
    }

    /**
     * How a package that was accepted before stands to the public now.
     *
     * @param told what its receipt says: the answer where nobody can tell better
     */
    Receipt.Publication standing(AcceptedPackage one, Receipt.Publication told) {
        if (failed && shownSequence() == null) {
            return told;
        }
        return one.event().equals(event.id())
                ? Outcomes.standing(one.sequence(), shownHistory(), shownSequence())
                : Receipt.Publication.HELD;
    }

    /** Of the published event; none of it is public while the page of another one is still up. */
    private History shownHistory() {
        Choice.Shown shown = shownChoice;
        return shown == null || !shown.history().event().equals(event.id())
                ? History.empty(event.id())
                : shown.history();
    }

    /** For any thread. Null before the first publication. */
    Overview.@Nullable Live live() {
        View now = view;
        if (now == null) {
            return null;
        }
        Instant instant = time.now(now.event());
        AcceptedPackage newest = now.newest();
        Instant published = now.publishedAt();
        return new Overview.Live(
                state(now, instant),
                now.event().id(),
                newest == null ? null : newest.sequence(),
                newest == null ? null : Receipt.cut(newest.contents().cut()),
                published,
                newest == null
                        ? null
                        : Math.max(0, Duration.between(newest.cut(), instant).toSeconds()),
                now.tree(),
                now.release());
    }

    /** The newest cut of the event that is shown, whether it is public or not. Any thread. */
    @Nullable
    AcceptedPackage newest() {
        View now = view;
        return newestOf(now == null ? event : now.event());
    }

    private @Nullable AcceptedPackage newestOf(Event one) {
        return targets.newestThatCounts(archive.history(one.id()));
    }

    /** Whether cuts of the event that is shown are missing, whatever operators hold or show instead. Any thread. */
    Lateness.Degree lateness() {
        View now = view;
        Event shown = now == null ? event : now.event();
        Instant instant = time.now(shown);
        AcceptedPackage newest = newestOf(shown);
        return Lateness.degree(shown, newest, time.newestAt(newest, instant), instant);
    }

    private LiveState state(View now, Instant instant) {
        Choice.Orders said = orders;
        AcceptedPackage newest = newestOf(now.event());
        return LiveState.of(
                now.event(),
                said.holdOf(now.event()) != null,
                said.notice() != null,
                newest,
                now.newest(),
                time.newestAt(newest, instant),
                instant);
    }
}
