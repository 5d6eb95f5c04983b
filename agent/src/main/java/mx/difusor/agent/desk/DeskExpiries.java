package mx.difusor.agent.desk;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import mx.difusor.agent.archive.HistoryLog;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.ExpiryOverrides;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** What operators allowed, on the deciding thread: recorded first, then made durable, then in force. */
public final class DeskExpiries implements Expiries {

    /** Long enough to get a new certificate after an election, too short to become the rule. */
    static final Duration LONGEST = Duration.ofDays(7);

    static final int MAX_IN_FORCE = 16;
    /** Ended ones included, which the archive's check still needs. */
    static final int MAX_RECORDED = 500;

    private static final String ALERT = "expired-allowed";

    private final Home home;
    private final Disk disk;
    private final HistoryLog log;
    private final DecidingThread deciding;
    private final Clock clock;
    private volatile ExpiryOverrides overrides;

    DeskExpiries(Home home, Disk disk, HistoryLog log, DecidingThread deciding, Clock clock) throws MachineException {
        this.home = home;
        this.disk = disk;
        this.log = log;
        this.deciding = deciding;
        this.clock = clock;
        this.overrides = ExpiryFile.read(home);
    }

    /** As they stand now; any thread. */
    public ExpiryOverrides overrides() {
        return overrides;
    }

    @Override
    public List<ExpiryOverride> inForce() {
        return overrides.inForce(clock.instant());
    }

    @Override
    public void allow(String fingerprint, Instant until, String by, String why)
            throws MachineException, RefusedException {
        RefusedException refused = deciding.call(() -> {
            Instant now = now();
            RefusedException no = refusal(fingerprint, until, now);
            if (no == null) {
                record("allow-expired", fingerprint, until, by, why, now);
                keep(overrides.with(new ExpiryOverride(fingerprint, now, until, by, why, null)));
            }
            return no;
        });
        if (refused != null) {
            throw refused;
        }
    }

    private @Nullable RefusedException refusal(String fingerprint, Instant until, Instant now) {
        if (!until.isAfter(now) || until.isAfter(now.plus(LONGEST))) {
            return new RefusedException(
                    "an override ends in the future, at most " + LONGEST.toDays() + " days from now",
                    "name a time before " + Receipt.time(now.plus(LONGEST)) + "; it can be given anew before it ends");
        }
        boolean known = overrides.covering(fingerprint, now).isPresent();
        if (!known && overrides.inForce(now).size() >= MAX_IN_FORCE) {
            return new RefusedException(
                    MAX_IN_FORCE + " overrides are in force already",
                    "withdraw one: difusor trust list, difusor trust withdraw FINGERPRINT");
        }
        if (overrides.all().size() >= MAX_RECORDED) {
            return new RefusedException(
                    MAX_RECORDED + " overrides are recorded already",
                    "install renewed certificates instead; or stop the agent and move " + home.expiryOverrides()
                            + " away, which the archive's check will miss");
        }
        return null;
    }

    @Override
    public void withdraw(String fingerprint, String by, String why) throws MachineException, RefusedException {
        boolean done = deciding.call(() -> {
            Instant now = now();
            boolean known = overrides.covering(fingerprint, now).isPresent();
            if (known) {
                record("withdraw", fingerprint, null, by, why, now);
                keep(overrides.without(fingerprint, now));
            }
            return known;
        });
        if (!done) {
            throw new RefusedException(
                    "no override is in force for " + fingerprint, "see those that are: difusor trust list");
        }
    }

    /** Once a second: an alert stands as long as anything counts that has expired. */
    public void tick(Alerts alerts) {
        List<ExpiryOverride> now = inForce();
        if (now.isEmpty()) {
            alerts.clear(ALERT);
            return;
        }
        alerts.raise(
                ALERT,
                "by an operator's word these count though they may have expired: "
                        + now.stream()
                                .map(one -> one.fingerprint() + " until " + Receipt.time(one.until()) + " (" + one.by()
                                        + ")")
                                .collect(Collectors.joining(", "))
                        + "; have the Institute renew them, then difusor trust withdraw FINGERPRINT");
    }

    /** Receipts have milliseconds; what was accepted in this one has to hold when it is checked by its receipt. */
    private Instant now() {
        return clock.instant().truncatedTo(ChronoUnit.MILLIS);
    }

    private void record(String command, String fingerprint, @Nullable Instant until, String by, String why, Instant at)
            throws MachineException {
        Map<String, @Nullable Object> about = new LinkedHashMap<>();
        about.put("command", command);
        about.put("fingerprint", fingerprint);
        if (until != null) {
            about.put("until", Receipt.time(until));
        }
        about.put("by", by);
        about.put("why", why);
        log.append(at, "command", about);
    }

    private void keep(ExpiryOverrides changed) throws MachineException {
        ExpiryFile.write(home, disk, changed);
        overrides = changed;
    }
}
