package mx.difusor.agent.app;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.TrustSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trusted anchors and keys, taken up again whenever one of their files changes. Files that cannot be used raise an
 * alert, and what was trusted before stays trusted.
 */
final class Trust {

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);
    private static final String ALERT = "trust-unusable";

    private final TrustSettings settings;
    private List<FileTime> taken;
    private volatile Authenticator authenticator;

    Trust(TrustSettings settings) throws MachineException {
        this.settings = settings;
        this.taken = times();
        this.authenticator = Authenticator.load(settings);
    }

    Authenticator authenticator() {
        return authenticator;
    }

    /** Looks whether a file has changed; one thread calls it. */
    void tick(Alerts alerts) {
        List<FileTime> now = times();
        if (now.equals(taken)) {
            return;
        }
        try {
            authenticator = Authenticator.load(settings);
            taken = now;
            alerts.clear(ALERT);
            LOG.info("the changed anchors and keys are in force");
        } catch (MachineException e) {
            alerts.raise(ALERT, e.getMessage() + "; " + e.cure() + "; what was trusted before stays trusted meanwhile");
        }
    }

    private List<FileTime> times() {
        List<Path> files = new ArrayList<>(settings.cmsAnchors());
        files.addAll(settings.cmsCrls());
        files.addAll(settings.openpgpKeyrings());
        List<FileTime> times = new ArrayList<>();
        for (Path file : files) {
            try {
                times.add(Files.getLastModifiedTime(file));
            } catch (IOException e) {
                times.add(FileTime.fromMillis(0));
            }
        }
        return times;
    }
}
