package mx.difusor.agent.desk;

import java.time.Clock;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** The operator's commands, on the deciding thread: recorded first, then made durable, then carried out. */
public final class DeskOperator implements Operator {

    private final String event;
    private final HoldFile file;
    private final DeskExpiries expiries;
    private final Archive archive;
    private final Publication publication;
    private final DecidingThread deciding;
    private final Clock clock;

    public DeskOperator(
            String event,
            Home home,
            Disk disk,
            Archive archive,
            Publication publication,
            DecidingThread deciding,
            Clock clock)
            throws MachineException {
        this.event = event;
        this.file = new HoldFile(home, disk);
        this.expiries = new DeskExpiries(home, disk, archive.log(), deciding, clock);
        this.archive = archive;
        this.publication = publication;
        this.deciding = deciding;
        this.clock = clock;
    }

    /** The hold that an earlier run of the agent left. */
    public @Nullable Hold kept() throws MachineException {
        return file.read().filter(hold -> hold.event().equals(event)).orElse(null);
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
    public Hold hold(String by, String why) throws MachineException {
        return deciding.call(() -> {
            Hold before = publication.hold();
            if (before != null) {
                record("hold", before.sequence(), by, why, clock.instant());
                return before; // a root that stands still is not moved by being held again
            }
            return carryOut("hold", publication.shownSequence(), by, why);
        });
    }

    @Override
    public void resume(String by, String why) throws MachineException {
        deciding.call(() -> {
            record("resume", null, by, why, clock.instant());
            file.remove();
            publication.hold(null);
            return null;
        });
    }

    @Override
    public Hold rollback(long sequence, String by, String why) throws MachineException, UnknownSequenceException {
        if (archive.history(event).get(sequence).isEmpty()) {
            throw new UnknownSequenceException(sequence, event);
        }
        return deciding.call(() -> carryOut("rollback", sequence, by, why));
    }

    private Hold carryOut(String command, @Nullable Long sequence, String by, String why) throws MachineException {
        Hold hold = new Hold(event, sequence, by, why, clock.instant(), known(sequence));
        record(command, sequence, by, why, hold.at());
        file.write(hold);
        publication.hold(hold);
        return hold;
    }

    private Set<Long> known(@Nullable Long sequence) {
        return sequence == null
                ? Set.of()
                : archive.history(event).upTo(sequence).packages().stream()
                        .map(AcceptedPackage::sequence)
                        .collect(Collectors.toCollection(TreeSet::new));
    }

    private void record(String command, @Nullable Long sequence, String by, String why, Instant at)
            throws MachineException {
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("command", command);
        about.put("event", event);
        about.put("sequence", sequence);
        about.put("by", by);
        about.put("why", why);
        archive.log().append(at, "command", about);
    }
}
