package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileOwnerAttributeView;
import java.nio.file.attribute.UserPrincipal;
import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.Optional;
import java.util.function.LongSupplier;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Unfinished;
import mx.difusor.agent.publish.adopt.AdoptionRefused.Why;

/**
 * Turns a web server's root, a real folder, into a link to the live link, and back. The web server's configuration stays
 * as it is, and so does the way of switching: the live link moves as before, this one never again.
 *
 * <p>After a crash at any line the old folder or the live root is served (or, where a gap was allowed, nothing until the
 * command is run again), and the same command, or the opposite one, finishes. The old folder is renamed, never copied and
 * never deleted.
 */
public final class Adoption {

    private final Home home;
    private final Path live;
    private final Disk disk;
    private final Exchange exchange;
    private final Suitability suitability;
    private final Clock clock;
    private final LongSupplier nanos;

    /** @param live the live link of the configuration */
    public Adoption(Home home, Path live, Disk disk, Exchange exchange, Clock clock) {
        this(home, live, disk, exchange, Suitability.ofThisSystem(home, live), clock, System::nanoTime);
    }

    Adoption(
            Home home,
            Path live,
            Disk disk,
            Exchange exchange,
            Suitability suitability,
            Clock clock,
            LongSupplier nanos) {
        this.home = home;
        this.live = live;
        this.disk = disk;
        this.exchange = exchange;
        this.suitability = suitability;
        this.clock = clock;
        this.nanos = nanos;
    }

    /**
     * @param docroot with its parents real
     * @param kept where the old folder is, or was until it was given back
     * @param changed false where everything was as wanted already
     * @param way what exchanged the names; empty where nothing had to be, or with a gap
     * @param gapNanos how long nothing stood there; 0 without a gap
     */
    public record Done(Path docroot, Path kept, boolean changed, Optional<String> way, long gapNanos) {}

    /** @throws AdoptionRefused with nothing changed, or {@link Why#FAILED} */
    public Done adopt(Path folder, boolean gapAllowed) throws AdoptionRefused {
        try {
            suitability.expectSystem(folder);
            Docroot docroot = Docroot.of(folder, live);
            switch (docroot.standing()) {
                case ADOPTED, KEPT_MISSING -> {
                    return done(docroot, false, Optional.empty(), 0);
                }
                case GAP -> {
                    suitability.expectLive();
                    note(docroot);
                    disk.linkAtomically(docroot.folder(), live);
                    clearLink(docroot);
                    return done(docroot, true, Optional.empty(), 0);
                }
                case OLD, PREPARED -> {
                    suitability.expectSuitable(docroot);
                    return swap(docroot, gapAllowed);
                }
                case KEPT_OCCUPIED -> throw new AdoptionRefused(Why.KEPT_OCCUPIED, docroot.kept());
                case LINK_ELSEWHERE ->
                    throw new AdoptionRefused(
                            Why.LINK_ELSEWHERE, docroot.folder(), Files.readSymbolicLink(docroot.folder()));
                case NOT_A_FOLDER -> throw new AdoptionRefused(Why.NOT_A_FOLDER, docroot.folder());
                case NOT_THERE -> throw new AdoptionRefused(Why.NOT_THERE, docroot.folder());
            }
            throw new IllegalStateException("every standing is decided on");
        } catch (IOException e) {
            throw new AdoptionRefused(Why.FAILED, folder, Failures.inWords(e));
        }
    }

    private Done swap(Docroot docroot, boolean gapAllowed) throws AdoptionRefused, IOException {
        Optional<String> way = exchange.way(docroot.parent());
        if (way.isEmpty() && !gapAllowed) {
            throw new AdoptionRefused(Why.NO_WAY_WITHOUT_A_GAP, docroot.folder());
        }
        Unfinished.clear(disk, docroot.parent());
        note(docroot);
        if (way.isEmpty()) {
            disk.delete(docroot.kept()); // of an attempt by exchange that was never finished
            prepare(docroot.link());
            return done(docroot, true, way, moveTwice(docroot, docroot.folder(), docroot.kept(), docroot.link()));
        }
        prepare(docroot.kept());
        exchange(docroot, Docroot.Standing.ADOPTED);
        clearLink(docroot);
        return done(docroot, true, way, 0);
    }

    /** @throws AdoptionRefused with nothing changed, or {@link Why#FAILED} */
    public Done giveBack(Path folder, boolean gapAllowed) throws AdoptionRefused {
        try {
            suitability.expectSystem(folder);
            Docroot docroot = Docroot.of(folder, live);
            Done done = switch (docroot.standing()) {
                case ADOPTED -> swapBack(docroot, gapAllowed);
                case PREPARED -> {
                    disk.delete(docroot.kept());
                    yield done(docroot, true, Optional.empty(), 0);
                }
                case GAP -> {
                    disk.moveAtomically(docroot.kept(), docroot.folder());
                    yield done(docroot, true, Optional.empty(), 0);
                }
                case OLD, KEPT_OCCUPIED -> {
                    boolean noted = Adoptions.read(home).stream()
                            .anyMatch(one -> one.docroot().equals(docroot.folder()));
                    if (!noted) {
                        throw new AdoptionRefused(Why.NOT_ADOPTED, docroot.folder());
                    }
                    yield done(docroot, false, Optional.empty(), 0);
                }
                case KEPT_MISSING -> throw new AdoptionRefused(Why.KEPT_MISSING, docroot.folder(), docroot.kept());
                case LINK_ELSEWHERE, NOT_A_FOLDER, NOT_THERE ->
                    throw new AdoptionRefused(Why.NOT_ADOPTED, docroot.folder());
            };
            clearLink(docroot);
            disk.syncDirectory(docroot.parent());
            Adoptions.remove(home, disk, docroot.folder());
            return done;
        } catch (IOException e) {
            throw new AdoptionRefused(Why.FAILED, folder, Failures.inWords(e));
        }
    }

    private Done swapBack(Docroot docroot, boolean gapAllowed) throws AdoptionRefused, IOException {
        suitability.expectWritable(docroot.parent());
        Optional<String> way = exchange.way(docroot.parent());
        if (way.isPresent()) {
            exchange(docroot, Docroot.Standing.PREPARED);
            disk.delete(docroot.kept());
            return done(docroot, true, way, 0);
        }
        if (!gapAllowed) {
            throw new AdoptionRefused(Why.NO_WAY_WITHOUT_A_GAP, docroot.folder());
        }
        long gap = moveTwice(docroot, docroot.folder(), docroot.link(), docroot.kept());
        return done(docroot, true, way, gap);
    }

    /** Before anything is moved: what was adopted is known even where this process ends in between. */
    private void note(Docroot docroot) throws IOException {
        String at = clock.instant().truncatedTo(ChronoUnit.SECONDS).toString();
        Adoptions.add(home, disk, new Adoptions.Adopted(docroot.folder(), docroot.kept(), live, at));
    }

    /** The link's owner becomes the live link's: Apache's SymLinksIfOwnerMatch asks for it. */
    private void prepare(Path link) throws IOException {
        disk.linkAtomically(link, live.toAbsolutePath().normalize());
        UserPrincipal theirs = Files.getOwner(live, LinkOption.NOFOLLOW_LINKS);
        try {
            Files.getFileAttributeView(link, FileOwnerAttributeView.class, LinkOption.NOFOLLOW_LINKS)
                    .setOwner(theirs);
        } catch (IOException e) {
            return; // only root may; nginx, and Apache with FollowSymLinks, do not ask
        }
    }

    /** A helper that failed or hung may have done it all the same: what stands there decides. */
    private void exchange(Docroot docroot, Docroot.Standing wanted) throws IOException {
        try {
            exchange.exchange(docroot.folder(), docroot.kept());
        } catch (IOException e) {
            if (docroot.standing() != wanted) {
                throw e;
            }
        }
        disk.syncDirectory(docroot.parent());
        if (docroot.standing() != wanted) {
            throw new IOException("the names were not exchanged, or somebody else did so at the same time");
        }
    }

    /** What an attempt with a gap may have left. */
    private void clearLink(Docroot docroot) throws IOException {
        if (Files.isSymbolicLink(docroot.link())) {
            disk.delete(docroot.link());
        }
    }

    /** @return nanoseconds in which nothing stood at the docroot */
    private long moveTwice(Docroot docroot, Path away, Path awayTo, Path thenFrom) throws IOException {
        long begin = nanos.getAsLong();
        disk.moveAtomically(away, awayTo);
        disk.moveAtomically(thenFrom, docroot.folder());
        long end = nanos.getAsLong();
        disk.syncDirectory(docroot.parent());
        return end - begin;
    }

    private static Done done(Docroot docroot, boolean changed, Optional<String> way, long gapNanos) {
        return new Done(docroot.folder(), docroot.kept(), changed, way, gapNanos);
    }
}
