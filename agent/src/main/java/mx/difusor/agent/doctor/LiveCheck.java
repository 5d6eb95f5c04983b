package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.OpenToAll;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.publish.adopt.Adoptions;

/** The live root: a link, to a whole release, that a web server of another account gets through to. */
final class LiveCheck implements Check {

    private final Subject subject;

    LiveCheck(Subject subject) {
        this.subject = subject;
    }

    @Override
    public List<Finding> look() throws IOException {
        List<Finding> findings = new ArrayList<>();
        findings.add(event());
        Path live = subject.config().publish().live();
        Finding link = link(live);
        findings.add(link);
        if (link.level() == Level.FINE) {
            findings.add(traverse(live));
        }
        for (Adoptions.Adopted one : Adoptions.read(subject.home())) {
            findings.add(
                    leadsTo(one.docroot(), live)
                            ? Finding.fine(
                                    CheckId.DOCROOTS, "linked", one.docroot().toString())
                            : Finding.fault(
                                    CheckId.DOCROOTS, "back", one.docroot().toString()));
        }
        return findings;
    }

    private static boolean leadsTo(Path docroot, Path live) throws IOException {
        return Files.exists(docroot) && Files.exists(live) && Files.isSameFile(docroot, live);
    }

    private Finding event() {
        Event event = subject.config().publishedEvent();
        Instant end = event.keepUntil() == null ? event.closes() : event.keepUntil();
        if (end.isBefore(subject.now())) {
            return Finding.note(CheckId.EVENT, "over", event.id(), end.toString());
        }
        if (event.drill()) {
            return Finding.note(CheckId.EVENT, "drill", event.id());
        }
        return Finding.fine(
                CheckId.EVENT,
                event.opens().isAfter(subject.now()) ? "opens" : "open",
                event.id(),
                event.opens().toString());
    }

    private Finding link(Path live) throws IOException {
        String iis = subject.config().publish().iisSite();
        if (iis != null) {
            return Finding.note(CheckId.LIVE, "iis", iis);
        }
        if (!Files.exists(live, LinkOption.NOFOLLOW_LINKS)) {
            return subject.running()
                    ? Finding.fault(CheckId.LIVE, "missing", live.toString())
                    : Finding.note(CheckId.LIVE, "not-yet", live.toString());
        }
        if (!subject.machine().windows() && !Files.isSymbolicLink(live)) {
            return Finding.fault(CheckId.LIVE, "not-a-link", live.toString());
        }
        if (!Files.isDirectory(live)) {
            return Finding.fault(CheckId.LIVE, "dangling", live.toString());
        }
        Path target = live.toRealPath();
        Path releases = subject.home().releases();
        return Files.isDirectory(releases) && target.startsWith(releases.toRealPath())
                ? Finding.fine(CheckId.LIVE, "points", live.toString(), target.toString())
                        .with("target", target.toString())
                : Finding.fault(CheckId.LIVE, "elsewhere", live.toString(), target.toString());
    }

    private Finding traverse(Path live) {
        if (subject.machine().windows()) {
            return Finding.note(CheckId.TRAVERSE, "no-modes", live.toString());
        }
        try {
            Optional<Path> closed = OpenToAll.closed(live);
            if (closed.isPresent()) {
                return Finding.fault(CheckId.TRAVERSE, "closed", closed.get().toString(), live.toString())
                        .with("closed", closed.get().toString());
            }
            Path page = live.resolve("index.html");
            boolean unreadable = Files.exists(page)
                    && !Files.getPosixFilePermissions(page).contains(PosixFilePermission.OTHERS_READ);
            return unreadable
                    ? Finding.fault(CheckId.TRAVERSE, "unreadable", page.toString())
                    : Finding.fine(CheckId.TRAVERSE, "open");
        } catch (IOException e) {
            return Finding.unchecked(CheckId.TRAVERSE, Failures.inWords(e));
        }
    }
}
