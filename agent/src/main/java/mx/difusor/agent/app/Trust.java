package mx.difusor.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.TrustSettings;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The trusted anchors and keys, taken up again whenever one of their files changes: whoever asks for them gets what the
 * files hold at that moment, so that a package sent right after a change is not judged by what stood there before.
 * Files that cannot be used raise an alert, and what was trusted before stays trusted.
 */
final class Trust {

    /** Beats between two looks at the contents, for a change that leaves name, size and times as they were. */
    static final int CONTENTS_EVERY = 10;

    /** Longer files are refused when they are loaded. */
    private static final long MAX_DIGESTED_BYTES = 32L * 1024 * 1024;

    private static final int BUFFER_BYTES = 64 * 1024;

    private static final Logger LOG = LoggerFactory.getLogger(Trust.class);
    private static final String ALERT = "trust-unusable";

    private final TrustSettings settings;
    private final List<Path> files;
    private List<Object> stamps;
    private List<String> contents;
    private Authenticator authenticator;
    private @Nullable MachineException problem;
    private long beat;

    Trust(TrustSettings settings) throws MachineException {
        this.settings = settings;
        this.files = new ArrayList<>(settings.cmsAnchors());
        files.addAll(settings.cmsCrls());
        files.addAll(settings.openpgpKeyrings());
        this.stamps = stamps();
        this.contents = contents();
        this.authenticator = Authenticator.load(settings);
    }

    /** By the files as they are now; any thread. */
    synchronized Authenticator authenticator() {
        takeUp(false);
        return authenticator;
    }

    /** Once a second: looks whether a file has changed, and says so where it cannot be used. */
    synchronized void tick(Alerts alerts) {
        takeUp(++beat % CONTENTS_EVERY == 0);
        if (problem == null) {
            alerts.clear(ALERT);
        } else {
            alerts.raise(
                    ALERT,
                    problem.getMessage() + "; " + problem.cure() + "; what was trusted before stays trusted meanwhile");
        }
    }

    /**
     * Reads the files now, changed or not.
     *
     * @return how many hold, in a few words
     * @throws MachineException one of them cannot be used; what was trusted before stays trusted
     */
    synchronized String reload() throws MachineException {
        stamps = stamps();
        contents = contents();
        try {
            authenticator = Authenticator.load(settings);
            problem = null;
            return "anchors and keys that sign: " + files.size() + " files";
        } catch (MachineException e) {
            problem = e;
            throw e;
        }
    }

    private void takeUp(boolean anyway) {
        List<Object> nowStamped = stamps();
        if (nowStamped.equals(stamps) && !anyway) {
            return;
        }
        List<String> now = contents();
        stamps = nowStamped;
        if (now.equals(contents)) {
            return;
        }
        contents = now;
        try {
            authenticator = Authenticator.load(settings);
            problem = null;
            LOG.info("the changed anchors and keys are in force");
        } catch (MachineException e) {
            problem = e;
        }
    }

    /** Which file stands there, how long it is, and when it was changed, as far as the system tells. */
    private List<Object> stamps() {
        List<Object> found = new ArrayList<>();
        for (Path file : files) {
            boolean unix = file.getFileSystem().supportedFileAttributeViews().contains("unix");
            try {
                found.add(Files.readAttributes(
                        file, (unix ? "unix:ctime," : "basic:creationTime,") + "lastModifiedTime,size,fileKey"));
            } catch (IOException e) {
                found.add(Map.of());
            }
        }
        return found;
    }

    private List<String> contents() {
        List<String> found = new ArrayList<>();
        for (Path file : files) {
            try {
                found.add(digest(file));
            } catch (IOException e) {
                found.add(e.toString());
            }
        }
        return found;
    }

    private static String digest(Path file) throws IOException {
        MessageDigest sha256 = Digest.sha256();
        byte[] buffer = new byte[BUFFER_BYTES];
        long read = 0;
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0 && read <= MAX_DIGESTED_BYTES; n = in.read(buffer)) {
                sha256.update(buffer, 0, n);
                read += n;
            }
        }
        return Digest.of(sha256.digest()).hex();
    }
}
