package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.publish.OwnPages;
import mx.difusor.agent.publish.Target;
import mx.difusor.agent.verify.PackageReader;

/** What was chosen to be shown, as a tree and where its bytes come from. */
public final class Targets {

    private final Archive archive;
    private final PackageReader reader;
    private final OwnPages pages;
    private final Disk disk;

    public Targets(Archive archive, PackageReader reader, OwnPages pages, Disk disk) {
        this.archive = archive;
        this.reader = reader;
        this.pages = pages;
        this.disk = disk;
    }

    /** @param unpacked folders where packages stand unpacked already, by sequence */
    Target of(Choice.Shown shown, Map<Long, Path> unpacked, Alerts alerts) throws MachineException {
        History history = shown.history();
        AcceptedPackage newest = history.newest().orElse(null);
        if (newest == null) {
            return ownPage(shown, alerts);
        }
        alerts.clear("page-unusable"); // no page of the difusor's is up
        String label = String.format("%06d", newest.sequence());
        PackageContents contents = new PackageContents(history, archive, reader, disk, unpacked);
        return new Target(history.event(), label, Tree.of(history), newest, contents);
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
