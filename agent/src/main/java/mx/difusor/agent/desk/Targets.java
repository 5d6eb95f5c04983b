package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.publish.OwnPages;
import mx.difusor.agent.publish.Publisher;
import mx.difusor.agent.publish.Target;
import mx.difusor.agent.verify.PackageReader;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What was chosen to be shown, as a tree and where its bytes come from. */
public final class Targets {

    private static final Logger LOG = LoggerFactory.getLogger(Targets.class);

    private final Archive archive;
    private final PackageReader reader;
    private final OwnPages pages;
    private final Disk disk;
    private final @Nullable Publisher publisher;

    /** Of damaged packages that were the newest, whether a release of theirs was found when one was last looked for. */
    private final Map<AcceptedPackage, Boolean> standing = new ConcurrentHashMap<>();

    public Targets(Archive archive, PackageReader reader, OwnPages pages, Disk disk) {
        this(archive, reader, pages, disk, null);
    }

    private Targets(Archive archive, PackageReader reader, OwnPages pages, Disk disk, @Nullable Publisher publisher) {
        this.publisher = publisher;
        this.archive = archive;
        this.reader = reader;
        this.pages = pages;
        this.disk = disk;
    }

    /** The same, where no damaged package takes the page that this one shows back to an older cut. */
    Targets stayingWith(Publisher shows) {
        return new Targets(archive, reader, pages, disk, shows);
    }

    /** @param unpacked folders where packages stand unpacked already, by sequence */
    Target of(Choice.Shown shown, Map<Long, Path> unpacked, Alerts alerts) throws MachineException {
        History history = shown.history();
        Target stays = damaged(history);
        if (stays != null) {
            return stays;
        }
        AcceptedPackage newest = history.newest().orElse(null);
        if (newest == null) {
            return ownPage(shown, alerts);
        }
        alerts.clear("page-unusable"); // no page of the difusor's is up
        String label = label(newest);
        PackageContents contents = new PackageContents(history, archive, reader, disk, unpacked);
        return new Target(history.event(), label, Tree.of(history), newest, contents);
    }

    /** The newest package of what would be shown; null where no cut would be. */
    @Nullable
    AcceptedPackage newest(Choice.Shown shown) throws MachineException {
        Target stays = damaged(shown.history());
        return stays == null ? shown.history().newest().orElse(null) : stays.newest();
    }

    /**
     * The newest package that ever came, unless it cannot be read any more and no release shows it either: then it is as
     * if it had never come. Any thread.
     *
     * @param history whose newest package was {@link #lookFor looked for}
     */
    @Nullable
    AcceptedPackage newestThatCounts(History history) {
        return history.newestDamaged()
                .filter(one -> standing.getOrDefault(one, true))
                .or(history::newest)
                .orElse(null);
    }

    /** Looks for a release of a newest package that is damaged, where that has not been done yet. */
    void lookFor(History history) {
        AcceptedPackage one = history.newestDamaged().orElse(null);
        if (one == null || standing.containsKey(one)) {
            return;
        }
        try {
            damaged(history);
        } catch (MachineException e) {
            LOG.debug("whether sequence {} still stands is not known yet: {}", one.sequence(), e.getMessage());
        }
    }

    /** The cut that was public and whose package cannot be read any more, until there is a newer one; else null. */
    private @Nullable Target damaged(History history) throws MachineException {
        AcceptedPackage one = history.newestDamaged().orElse(null);
        if (one == null || publisher == null) {
            return null;
        }
        String event = history.event();
        Tree tree = publisher.stillStands(event, label(one), one.sequence()).orElse(null);
        standing.put(one, tree != null);
        return tree == null
                ? null
                : new Target(event, label(one), tree, one, (files, folder) -> {
                    throw new IOException("sequence " + one.sequence() + " is damaged in the archive");
                });
    }

    private static String label(AcceptedPackage newest) {
        return String.format("%06d", newest.sequence());
    }

    private Target ownPage(Choice.Shown shown, Alerts alerts) throws MachineException {
        String event = shown.history().event();
        try {
            OwnPages.Notice notice = shown.notice();
            OwnPages.Made page = notice == null ? pages.waiting(event) : pages.notice(event, notice);
            if (page.problem() == null) {
                alerts.clear("page-unusable");
            } else {
                alerts.raise(
                        "page-unusable", page.problem() + "; the agent's own page is shown instead; mend the folder");
            }
            return page.target();
        } catch (IOException e) {
            throw new MachineException(
                    "waiting-page", "cannot make the difusor's page: " + e, "install the agent again", e);
        }
    }
}
