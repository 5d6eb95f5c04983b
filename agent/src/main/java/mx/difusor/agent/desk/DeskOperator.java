package mx.difusor.agent.desk;

import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's commands, on the deciding thread: recorded first, then made durable, then carried out. */
public final class DeskOperator implements Operator {

    private static final Logger LOG = LoggerFactory.getLogger(DeskOperator.class);

    private final Map<String, Event> events;
    private final String configured;
    private final OrderFile<Hold> holdFile;
    private final OrderFile<Notice> noticeFile;
    private final OrderFile<OrderFiles.Activation> activationFile;
    private final DeskExpiries expiries;
    private final Archive archive;
    private final Publication publication;
    private final DecidingThread deciding;
    private final Clock clock;

    /**
     * @param events every configured event by its id
     * @param configured the one that the configuration publishes
     */
    public DeskOperator(
            Map<String, Event> events,
            String configured,
            Home home,
            Disk disk,
            Archive archive,
            Publication publication,
            DecidingThread deciding,
            Clock clock)
            throws MachineException {
        this.events = Map.copyOf(events);
        this.configured = configured;
        this.holdFile = OrderFiles.hold(home, disk);
        this.noticeFile = OrderFiles.notice(home, disk);
        this.activationFile = OrderFiles.activation(home, disk);
        this.expiries = new DeskExpiries(home, disk, archive.log(), deciding, clock);
        this.archive = archive;
        this.publication = publication;
        this.deciding = deciding;
        this.clock = clock;
    }

    /**
     * The event to publish after a start: the one that an operator activated, as long as the configuration still names
     * the one that it named then, and knows that one.
     */
    public static String published(Map<String, Event> events, String configured, Home home, Disk disk)
            throws MachineException {
        return OrderFiles.activation(home, disk)
                .read()
                .filter(activation -> activation.configured().equals(configured))
                .map(OrderFiles.Activation::event)
                .filter(events::containsKey)
                .orElse(configured);
    }

    /** As it was left by an earlier run: what was held, and the notice that was up. */
    public void open() throws MachineException {
        endActivationLeftAside();
        endHoldLeftAside();
        publication.open(holdFile.read().orElse(null), noticeFile.read().orElse(null));
    }

    /** What this start does not follow must not come back with a later one. */
    private void endActivationLeftAside() throws MachineException {
        OrderFiles.Activation left = activationFile.read().orElse(null);
        if (left != null
                && !(left.configured().equals(configured) && left.event().equals(event()))) {
            ended("activation", Map.of("event", left.event()), left.by(), left.why());
            activationFile.remove();
        }
    }

    /** It would take the page back to what was held. */
    private void endHoldLeftAside() throws MachineException {
        Hold left = holdFile.read().orElse(null);
        if (left != null && !left.event().equals(event())) {
            Map<String, @Nullable Object> about = new LinkedHashMap<>();
            about.put("event", left.event());
            about.putAll(sequence(left.sequence()));
            ended("hold", about, left.by(), left.why());
            holdFile.remove();
        }
    }

    @Override
    public DeskExpiries expiries() {
        return expiries;
    }

    @Override
    public Optional<Hold> onHold() {
        return Optional.ofNullable(publication.hold());
    }

    @Override
    public Optional<Notice> notice() {
        return Optional.ofNullable(publication.notice());
    }

    @Override
    public Optional<String> pending() {
        return Optional.ofNullable(publication.pending());
    }

    @Override
    public String event() {
        return publication.event().id();
    }

    @Override
    public Hold hold(String by, String why) throws MachineException, RefusedException {
        Optional<Hold> held = deciding.call(() -> {
            Hold before = publication.hold();
            if (before != null) {
                record("hold", sequence(before.sequence()), by, why);
                return Optional.of(before); // a root that stands still is not moved by being held again
            }
            return publication.showsInterruption() || !publication.showsItsEvent()
                    ? Optional.empty()
                    : Optional.of(holdAt("hold", publication.sequenceToHold(), by, why));
        });
        return held.orElseThrow(() -> new RefusedException(
                "no cut is public that could be held: "
                        + (publication.showsItsEvent()
                                ? "the notice of an interruption is shown"
                                : "what " + event() + " shall show could not be shown yet, and an old page is live"),
                "difusor publish rollback SEQ shows a cut and holds it; difusor publish notice on keeps a notice up"));
    }

    @Override
    public void resume(String by, String why) throws MachineException {
        deciding.call(() -> {
            record("resume", sequence(null), by, why);
            holdFile.remove();
            publication.hold(null);
            return null;
        });
    }

    @Override
    public Hold rollback(long sequence, String by, String why)
            throws MachineException, UnknownException, RefusedException {
        if (publication.beforeOpening()) {
            throw new RefusedException(
                    event() + " opens at " + Receipt.time(publication.event().opens())
                            + ", and nothing of a cut is public before",
                    "roll back once it has opened; difusor publish hold keeps the page as it is beyond the opening");
        }
        Optional<Hold> held =
                deciding.call(() -> archive.history(event()).get(sequence).isEmpty()
                        ? Optional.empty()
                        : Optional.of(holdAt("rollback", sequence, by, why)));
        return held.orElseThrow(() -> new UnknownException(
                "no accepted package of " + event() + " has sequence " + sequence,
                "choose one of difusor archive list; only accepted packages count"));
    }

    private Hold holdAt(String command, @Nullable Long sequence, String by, String why) throws MachineException {
        Hold hold = new Hold(event(), sequence, by, why, clock.instant(), known(sequence));
        record(command, sequence(sequence), by, why);
        holdFile.write(hold);
        publication.hold(hold);
        return hold;
    }

    private Set<Long> known(@Nullable Long sequence) {
        if (sequence == null) {
            return Set.of();
        }
        History history = archive.history(event()).upTo(sequence);
        // A page whose newest package is damaged shows what it did when all of them were whole.
        Stream<AcceptedPackage> damaged =
                history.newestDamaged().isPresent() ? history.damaged().stream() : Stream.empty();
        return Stream.concat(history.packages().stream(), damaged)
                .map(AcceptedPackage::sequence)
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @Override
    public Notice noticeOn(String message, String by, String why) throws MachineException {
        return deciding.call(() -> {
            Notice notice = new Notice(by, why, clock.instant(), message);
            Map<String, @Nullable Object> about = new LinkedHashMap<>();
            about.put("message", message);
            record("notice-on", about, by, why);
            noticeFile.write(notice);
            publication.notice(notice);
            return notice;
        });
    }

    @Override
    public void noticeOff(String by, String why) throws MachineException {
        deciding.call(() -> {
            record("notice-off", Map.of(), by, why);
            noticeFile.remove();
            publication.notice(null);
            return null;
        });
    }

    @Override
    public void activate(String event, String by, String why)
            throws MachineException, UnknownException, RefusedException {
        Event other = events.get(event);
        if (other == null) {
            throw new UnknownException(
                    "the event " + event + " is not configured here",
                    "choose one of "
                            + String.join(
                                    ", ", events.keySet().stream().sorted().toList())
                            + ", or add it to difusor.yaml and start the agent again");
        }
        Optional<RefusedException> refusal = deciding.call(() -> activate(other, by, why));
        if (refusal.isPresent()) {
            throw refusal.get();
        }
    }

    private Optional<RefusedException> activate(Event other, String by, String why) throws MachineException {
        if (archive.retirements().of(other.id()).isPresent()) {
            return Optional.of(new RefusedException(
                    "the packages of " + other.id() + " were retired from the archive, so it cannot be published",
                    "bring them back with difusor archive import"));
        }
        if (publication.hold() != null) {
            return Optional.of(new RefusedException(
                    "the publication is on hold, and a hold is of one event", "difusor publish resume, then activate"));
        }
        OrderFiles.Activation former = activationFile.read().orElse(null);
        record("activate", Map.of("activated", other.id()), by, why);
        keep(
                other.id().equals(configured)
                        ? null
                        : new OrderFiles.Activation(other.id(), configured, by, why, clock.instant()));
        if (!other.id().equals(event())) {
            try {
                publication.activate(other);
            } catch (MachineException | RuntimeException | Error e) {
                keep(former); // what was answered with a failure must not be in force after a restart
                throw e;
            }
        }
        return Optional.empty();
    }

    private void keep(OrderFiles.@Nullable Activation activation) throws MachineException {
        if (activation == null) {
            activationFile.remove();
        } else {
            activationFile.write(activation);
        }
    }

    private static Map<String, @Nullable Object> sequence(@Nullable Long sequence) {
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("sequence", sequence);
        return about;
    }

    private void record(String command, Map<String, ? extends @Nullable Object> about, String by, String why)
            throws MachineException {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("command", command);
        fields.put("event", event());
        fields.putAll(about);
        fields.put("by", by);
        fields.put("why", why);
        archive.log().append(clock.instant(), "command", fields);
    }

    /** By a start and not by a command. A log that cannot be written does not keep the agent from starting. */
    private void ended(String order, Map<String, ? extends @Nullable Object> about, String by, String why) {
        LOG.info("the {} by {} ended: {} is published now", order, by, event());
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("order", order);
        fields.putAll(about);
        fields.put("published", event());
        fields.put("by", by);
        fields.put("why", why);
        archive.log().note(clock.instant(), "ended", fields);
    }
}
