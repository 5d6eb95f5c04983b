package mx.difusor.agent.desk;

import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.Release;
import mx.difusor.agent.visit.Finding;
import mx.difusor.agent.visit.Origins;
import mx.difusor.agent.visit.Probe;
import mx.difusor.agent.visit.Shown;
import mx.difusor.agent.visit.Visiting;
import org.jspecify.annotations.Nullable;

/** Keeps the record of what visitors got, and raises and ends the alerts about the site. */
public final class DeskSite implements VisitedSite {

    /** So many visits in a row must fail before anybody is called: one hiccup is only recorded. */
    static final int FAILURES_TO_ALARM = 2;

    /** Answers whose median is the site's speed. */
    static final int ANSWERS = 5;

    /** A median above this is {@code site-slow}. */
    static final Duration SLOW = Duration.ofSeconds(5);

    /** So long before a certificate's end it is {@code site-certificate}. */
    static final Duration CERTIFICATE_WARNING = Duration.ofDays(7);

    /** So often in a row a live root that points elsewhere is waited for; then what visitors got counts. */
    static final int TRIES_WHILE_MOVING = 3;

    private final URI url;
    private final Visiting site;
    private final Publisher publisher;
    private final Archive archive;
    private final Origins origins;
    private final Alerts alerts;
    private final Clock clock;
    private final Deque<Integer> answers = new ArrayDeque<>();
    private int visits;
    private int failures;
    private int moving;

    /** As it was seen last: a site that is down meanwhile has not renewed it. */
    private @Nullable Instant certificateEnds;

    private volatile Overview.Site state;

    /** @param event the published one, whose packages visitors may still get */
    public DeskSite(
            URI url,
            Visiting site,
            Supplier<String> event,
            Home home,
            Publisher publisher,
            Archive archive,
            Alerts alerts,
            Clock clock) {
        this.url = url;
        this.site = site;
        this.publisher = publisher;
        this.archive = archive;
        this.origins = new EarlierReleases(archive, event, home);
        this.alerts = alerts;
        this.clock = clock;
        this.state = new Overview.Site(url, 0, 0, null);
    }

    @Override
    public @Nullable Object release() {
        return publisher.settled();
    }

    /** What was found last. Any thread. */
    Overview.Site state() {
        return state;
    }

    @Override
    public Said visit(boolean lenient, boolean recorded) {
        Release release = publisher.settled();
        if (release == null) {
            return Said.NOTHING;
        }
        Shown shown = new Shown(publisher.name(release.folder()), release.folder(), release.tree());
        Instant at = clock.instant();
        Probe found;
        try {
            found = site.visit(shown, visits++, origins);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Said.NOTHING;
        }
        if (!counts(release, found, lenient)) {
            return Said.NOTHING;
        }
        if (recorded) {
            archive.probes().note(at, found.good(), found.millis());
        }
        remember(found, at, recorded);
        tell(found, at);
        return found.good() ? Said.GOOD : Said.BAD;
    }

    private void remember(Probe found, Instant at, boolean recorded) {
        Overview.Site before = state;
        long probes = before.probes() + (recorded ? 1 : 0);
        long good = before.good() + (recorded && found.good() ? 1 : 0);
        state = new Overview.Site(url, probes, good, last(at, found));
    }

    /** What is held against a release that was not live all the time says nothing. */
    private boolean counts(Release release, Probe found, boolean lenient) {
        if (!publisher.isSettled(release)) {
            return false;
        }
        Finding finding = found.finding();
        if (finding == null || !finding.ofOtherBytes()) {
            moving = 0;
            return true;
        }
        if (lenient) {
            return false;
        }
        // A switch points the live root first and tells a moment later; the guard puts back what a hand has moved.
        if (!pointsAt(release) && moving < TRIES_WHILE_MOVING) {
            moving++;
            return false;
        }
        moving = 0;
        return true;
    }

    private boolean pointsAt(Release release) {
        try {
            return publisher.pointsAt(release);
        } catch (MachineException e) {
            return true; // the deciding thread tells why; what visitors get counts
        }
    }

    private static Overview.LastProbe last(Instant at, Probe found) {
        Finding finding = found.finding();
        return new Overview.LastProbe(
                at,
                finding == null ? null : finding.code().code(),
                finding == null ? null : finding.message(),
                found.millis(),
                found.certificateEnds());
    }

    private void tell(Probe found, Instant now) {
        Finding finding = found.finding();
        Map<Finding.Code, String> holds = new EnumMap<>(Finding.Code.class);
        failures = finding == null ? 0 : failures + 1;
        if (found.good()) {
            answers.addLast(found.millis());
            while (answers.size() > ANSWERS) {
                answers.removeFirst();
            }
        }
        certificateEnds = found.certificateEnds() == null ? certificateEnds : found.certificateEnds();
        Instant end = certificateEnds;
        if (end != null && end.isBefore(now.plus(CERTIFICATE_WARNING))) {
            holds.put(
                    Finding.Code.CERTIFICATE,
                    "the certificate of %s ends at %s; renew it and reload the web server".formatted(url, end));
        }
        long median = median();
        if (median > SLOW.toMillis()) {
            holds.put(
                    Finding.Code.SLOW,
                    "%s takes %d ms, the median of its last %d good answers; look at the load of the web server and its"
                                    .formatted(url, median, ANSWERS)
                            + " host, at its limits of connections, and at the line");
        }
        if (finding != null) {
            if (failures < FAILURES_TO_ALARM) {
                return; // neither raised nor ended by a hiccup
            }
            holds.put(finding.code(), finding.message());
        }
        for (Finding.Code code : Finding.Code.values()) {
            String message = holds.get(code);
            if (message == null) {
                alerts.clear(code.code());
            } else {
                alerts.raise(code.code(), message);
            }
        }
    }

    /** 0 while there are too few. */
    private long median() {
        if (answers.size() < ANSWERS) {
            return 0;
        }
        List<Integer> sorted = answers.stream().sorted().toList();
        return sorted.get(ANSWERS / 2);
    }
}
