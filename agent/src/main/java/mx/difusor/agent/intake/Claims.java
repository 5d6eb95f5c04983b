package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The folder {@code .claimed} of one uploader: a folder for each package that the desk took and has not decided. Its
 * name begins with the milliseconds since 1970 of the package's {@code receivedAt}, so that a restart knows it.
 *
 * <p>Sidecars are moved in first and the archive last: a folder with an archive in it is a whole claim, and one without
 * is a claim that a crash interrupted.
 */
final class Claims {
    /** A claim that was decided and is being deleted. */
    private static final String DROPPED = ".dropped-";

    private static final Logger LOG = LoggerFactory.getLogger(Claims.class);

    private final String uploader;
    private final Path incoming;
    private final Path root;
    private final Disk disk;
    private long last;

    Claims(String uploader, Path incoming, Disk disk) {
        this.uploader = uploader;
        this.incoming = incoming;
        this.root = incoming.resolve(UploadName.CLAIMED);
        this.disk = disk;
    }

    /** @return a new empty folder for a package received at that instant */
    synchronized Path newFolder(Instant receivedAt) throws IOException {
        Path folder;
        do {
            folder = root.resolve(String.format(Locale.ROOT, "%013d-%06d", receivedAt.toEpochMilli(), ++last));
        } while (Leftovers.stands(folder));
        disk.createDirectories(folder, Disk.Access.PRIVATE);
        return folder;
    }

    /** Moves the candidate's files; on failure none is moved. Not durable before {@link #sync}. */
    Candidate moveInto(Path folder, Candidate offered) throws IOException {
        List<Path> sidecars = new ArrayList<>(offered.signatures());
        if (offered.checksum() != null) {
            sidecars.add(offered.checksum());
        }
        List<Path> all = new ArrayList<>(sidecars);
        all.add(offered.archive());
        Candidate there = new Candidate(
                offered.uploader(),
                offered.name(),
                in(folder, offered.archive()),
                offered.signatures().stream().map(file -> in(folder, file)).toList(),
                offered.checksum() == null ? null : in(folder, offered.checksum()),
                offered.receivedAt());
        try {
            for (Path file : all) {
                disk.moveAtomically(file, in(folder, file));
            }
        } catch (IOException | RuntimeException | Error e) {
            all.forEach(file -> moveBack(folder, file, e));
            throw e;
        }
        return there;
    }

    /** Where it is now and not where it was, whatever the move that failed had said. */
    private void moveBack(Path folder, Path file, Throwable failure) {
        try {
            if (Leftovers.stands(in(folder, file)) && !Leftovers.stands(file)) {
                disk.moveAtomically(in(folder, file), file);
            }
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    /** Of a claim that came to nothing; what could not be moved back stays in it for the next start. */
    void abandon(Path folder, Throwable failure) {
        try {
            disk.delete(folder); // only where it is empty
        } catch (DirectoryNotEmptyException e) {
            LOG.warn("{}: {} is not empty; the next start puts back what is in it", uploader, folder);
        } catch (IOException e) {
            failure.addSuppressed(e);
        }
    }

    void sync(Path folder) throws IOException {
        disk.syncDirectory(folder);
        disk.syncDirectory(root);
        disk.syncDirectory(incoming);
    }

    /** Renamed first, for good: half a claim must not be found, and judged without its signature, after a crash. */
    void drop(Path folder) throws IOException {
        Path dropped = folder.resolveSibling(DROPPED + folder.getFileName());
        disk.moveAtomically(folder, dropped);
        disk.syncDirectory(root);
        disk.deleteTree(dropped);
    }

    /** Whole claims that an earlier run left, oldest first; interrupted ones are put back into {@code /entrada}. */
    List<ClaimedPackage> recover() throws IOException {
        List<ClaimedPackage> found = new ArrayList<>();
        if (!Leftovers.stands(root) || !Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)) {
            return found;
        }
        for (Path folder : sorted(root)) {
            ClaimedPackage claimed = read(folder);
            if (folder.getFileName().toString().startsWith(DROPPED)) {
                disk.deleteTree(folder);
            } else if (claimed == null || isCutShort(claimed)) {
                putBack(folder);
            } else {
                LOG.info("{}: {} was claimed before the restart and is judged again", uploader, name(claimed));
                found.add(claimed);
            }
        }
        return found;
    }

    /**
     * A power cut may lose the move of a signature and keep the archive's. Back in {@code /entrada} they find each
     * other again, or the signature's time-out ends the package; but nothing that came since is displaced.
     */
    private boolean isCutShort(ClaimedPackage claimed) throws IOException {
        Path archive = claimed.candidate().archive();
        return claimed.candidate().signatures().isEmpty() && !Leftovers.stands(in(incoming, archive));
    }

    private @Nullable ClaimedPackage read(Path folder) throws IOException {
        Path archive = null;
        Path checksum = null;
        List<Path> signatures = new ArrayList<>();
        long bytes = 0;
        for (Path file : sorted(folder)) {
            bytes += Files.size(file);
            switch (UploadName.parse(file.getFileName().toString()).role()) {
                case ARCHIVE -> archive = file;
                case SIGNATURE -> signatures.add(file);
                case CHECKSUM -> checksum = file;
                case TEMPORARY -> {}
            }
        }
        if (archive == null) {
            return null;
        }
        String name = archive.getFileName().toString();
        Candidate candidate = new Candidate(uploader, name, archive, signatures, checksum, receivedAt(folder));
        return new ClaimedPackage(folder, candidate, bytes, List.of(), null, false);
    }

    private void putBack(Path folder) throws IOException {
        for (Path file : sorted(folder)) {
            Path back = in(incoming, file);
            if (!Leftovers.stands(back)) {
                disk.moveAtomically(file, back);
            }
        }
        disk.syncDirectory(incoming);
        disk.deleteTree(folder);
    }

    private static Instant receivedAt(Path folder) throws IOException {
        String[] parts = folder.getFileName().toString().split("-", 2);
        try {
            return Instant.ofEpochMilli(Long.parseLong(parts[0]));
        } catch (NumberFormatException e) {
            return Files.getLastModifiedTime(folder).toInstant();
        }
    }

    private static List<Path> sorted(Path folder) throws IOException {
        List<Path> entries = new ArrayList<>();
        try (DirectoryStream<Path> stream = Files.newDirectoryStream(folder)) {
            stream.forEach(entries::add);
        }
        entries.sort(null);
        return entries;
    }

    private static String name(ClaimedPackage claimed) {
        return claimed.candidate().name();
    }

    private static Path in(Path folder, Path file) {
        return folder.resolve(file.getFileName().toString());
    }
}
