package mx.difusor.agent.doctor;

import java.io.IOException;
import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.visit.PageLook;
import mx.difusor.agent.visit.Probe;
import mx.difusor.agent.visit.Shown;
import mx.difusor.agent.visit.SiteProbe;
import mx.difusor.agent.visit.Visitor;

/** The public site as visitors get it: the live release's bytes, TLS, and headers that keep no old cut alive. */
final class SiteCheck implements Check {

    /** A certificate that ends sooner is a fault; later ones are renewed by themselves in most places. */
    static final Duration CERTIFICATE_LEFT = Duration.ofDays(7);

    private final Subject subject;
    private final URI site;
    private final SiteProbe probe;
    private final PageLook page;

    SiteCheck(Subject subject, URI site, SiteProbe probe, PageLook page) {
        this.subject = subject;
        this.site = site;
        this.probe = probe;
        this.page = page;
    }

    /** Where no site is configured, a look that says so. */
    static Check of(Subject subject) {
        URI site = subject.config().difusor().site();
        if (site == null) {
            return () -> List.of(Finding.note(CheckId.SITE, "not-given"));
        }
        Visitor visitor = Visitor.ofThisJvm();
        String live = subject.config().publish().live().toString();
        return new SiteCheck(
                subject, site, new SiteProbe(site, live, visitor, System::nanoTime), new PageLook(visitor));
    }

    @Override
    public List<Finding> look() throws InterruptedException {
        Shown shown;
        try {
            shown = LiveSample.of(subject.config().publish().live());
        } catch (IOException e) {
            return List.of(Finding.note(CheckId.SITE, "no-live", site.toString(), Failures.inWords(e)));
        }
        List<Finding> findings = new ArrayList<>();
        Probe found = probe.visit(shown, 0, (path, sha256) -> LiveSample.origin(subject.home(), path, sha256));
        findings.add(served(found));
        PageLook.Seen seen = page.look(site, "");
        findings.add(tls(seen));
        if (seen.status() == 200) {
            findings.add(contentType(seen));
            findings.add(caching(seen, shown));
            findings.add(Frames.of(seen));
        }
        return findings;
    }

    private Finding served(Probe found) {
        if (found.finding() != null) {
            return Finding.fault(CheckId.SITE, "wrong", found.finding().message())
                    .with("code", found.finding().code().code())
                    .with("url", site.toString());
        }
        return Finding.fine(CheckId.SITE, "serves", site.toString(), found.millis())
                .with("millis", found.millis())
                .with("url", site.toString());
    }

    Finding tls(PageLook.Seen seen) {
        Instant ends = seen.certificateEnds();
        if (!"https".equalsIgnoreCase(seen.ended().getScheme())) {
            return Finding.note(CheckId.SITE_TLS, "plain", site.toString());
        }
        if (ends == null) {
            return Finding.note(CheckId.SITE_TLS, "silent", site.toString());
        }
        Finding finding;
        if (ends.isBefore(subject.now().plus(CERTIFICATE_LEFT))) {
            finding = Finding.fault(CheckId.SITE_TLS, "ends", ends.toString());
        } else {
            Instant until = subject.keysNeededUntil();
            finding = ends.isBefore(until)
                    ? Finding.note(CheckId.SITE_TLS, "before", ends.toString(), until.toString())
                    : Finding.fine(CheckId.SITE_TLS, "lasts", ends.toString());
        }
        return finding.with("ends", ends.toString());
    }

    static Finding contentType(PageLook.Seen seen) {
        String type = seen.header("Content-Type").toLowerCase(Locale.ROOT);
        if (!type.startsWith("text/html")) {
            return Finding.fault(CheckId.CONTENT_TYPE, "wrong", type.isEmpty() ? "-" : type);
        }
        return type.contains("charset") && !type.contains("utf-8")
                ? Finding.note(CheckId.CONTENT_TYPE, "charset", type)
                : Finding.fine(CheckId.CONTENT_TYPE, "html", type);
    }

    /** The page's headers, or those of the file that changed last where they let it be kept longer. */
    private Finding caching(PageLook.Seen seen, Shown shown) throws InterruptedException {
        Finding worst = Caching.of(site.toString(), seen);
        var newest = shown.tree().files().stream()
                .filter(file -> !file.path().equals("index.html"))
                .max(java.util.Comparator.comparing(mx.difusor.agent.model.TreeFile::modified));
        if (newest.isPresent()) {
            PageLook.Seen data = page.look(seen.ended(), newest.get().path());
            if (data.status() == 200) {
                Finding other = Caching.of(data.ended().toString(), data);
                worst = other.level().compareTo(worst.level()) > 0 ? other : worst;
            }
        }
        return worst;
    }
}
