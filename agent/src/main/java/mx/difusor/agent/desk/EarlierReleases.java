package mx.difusor.agent.desk;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.visit.Origins;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Finds bytes that visitors got in the packages of the event and in the releases that still stand. */
final class EarlierReleases implements Origins {

    /** Packages that are looked through, the newest first: two days of cuts. */
    static final int PACKAGES = 200;

    /** Release folders that are looked into. */
    static final int FOLDERS = 200;

    private static final int EVENT_AND_NAME = 2;

    /** A larger file was never asked for. */
    private static final long MAX_FILE_BYTES = 4L << 20;

    private static final Logger LOG = LoggerFactory.getLogger(EarlierReleases.class);

    private final Archive archive;
    private final Supplier<String> event;
    private final Home home;

    EarlierReleases(Archive archive, Supplier<String> event, Home home) {
        this.archive = archive;
        this.event = event;
        this.home = home;
    }

    @Override
    public Optional<String> of(String path, Digest sha256) {
        Optional<String> cut = inHistory(path, sha256);
        return cut.isPresent() ? cut : inFolders(path, sha256);
    }

    private Optional<String> inHistory(String path, Digest sha256) {
        try {
            History history = archive.history(event.get());
            List<AcceptedPackage> packages = new ArrayList<>(history.packages());
            int oldest = Math.max(0, packages.size() - PACKAGES);
            for (int i = packages.size() - 1; i >= oldest; i--) {
                AcceptedPackage one = packages.get(i);
                boolean carries = history.manifest(one).files().stream()
                        .anyMatch(file ->
                                file.sha256().equals(sha256) && file.path().equals(path));
                if (carries) {
                    return Optional.of("sequence " + one.sequence() + ", cut "
                            + Receipt.cut(one.contents().cut()));
                }
            }
        } catch (IllegalStateException e) {
            LOG.info("where the site's bytes come from cannot be looked up: {}", e.getMessage()); // as without an index
        }
        return Optional.empty();
    }

    /** The waiting page, a notice, and what another event showed. */
    private Optional<String> inFolders(String path, Digest sha256) {
        try (Stream<Path> folders = Files.walk(home.releases(), EVENT_AND_NAME)) {
            return folders.filter(this::isRelease)
                    .limit(FOLDERS)
                    .filter(folder -> holds(folder.resolve(path), sha256))
                    .map(folder -> "the release " + home.releases().relativize(folder))
                    .findFirst();
        } catch (IOException | java.io.UncheckedIOException e) {
            LOG.info("where the site's bytes come from cannot be looked up: {}", e.getMessage());
            return Optional.empty();
        }
    }

    private boolean isRelease(Path folder) {
        return home.releases().relativize(folder).getNameCount() == EVENT_AND_NAME;
    }

    private static boolean holds(Path file, Digest sha256) {
        try {
            if (!Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS) || Files.size(file) > MAX_FILE_BYTES) {
                return false;
            }
            try (InputStream in = Files.newInputStream(file)) {
                return Digest.ofContent(in.readAllBytes()).equals(sha256);
            }
        } catch (IOException e) {
            return false; // removed meanwhile
        }
    }
}
