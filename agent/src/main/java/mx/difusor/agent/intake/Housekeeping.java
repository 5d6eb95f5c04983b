package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.Disk;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a start and the passing of time do to an uploader's {@code /entrada}. */
final class Housekeeping {
    private static final Logger LOG = LoggerFactory.getLogger(Housekeeping.class);

    private final String uploader;
    private final Path folder;
    private final Duration signatureTimeout;
    private final Disk disk;
    private final Clock clock;
    private final Shelf shelf;
    private final Judging judging;

    Housekeeping(
            String uploader,
            Path folder,
            Duration signatureTimeout,
            Disk disk,
            Clock clock,
            Shelf shelf,
            Judging judging) {
        this.uploader = uploader;
        this.folder = folder;
        this.signatureTimeout = signatureTimeout;
        this.disk = disk;
        this.clock = clock;
        this.shelf = shelf;
        this.judging = judging;
    }

    void recover() throws IOException {
        disk.createDirectories(folder, Disk.Access.PRIVATE);
        shelf.lock.lock();
        try {
            judging.recover();
            for (Path file : Leftovers.files(folder)) {
                add(UploadName.parse(file.getFileName().toString()), file);
            }
        } finally {
            shelf.lock.unlock();
        }
    }

    /** A new file; its folder is made again where somebody removed it. */
    void createFile(Path file) throws IOException {
        try {
            disk.createFile(file, Disk.Access.PRIVATE).close();
        } catch (NoSuchFileException e) {
            LOG.warn("{}: {} was gone, and is made again", uploader, folder);
            disk.createDirectories(folder, Disk.Access.PRIVATE);
            disk.createFile(file, Disk.Access.PRIVATE).close();
        }
    }

    /**
     * A file that stands under that very name and that nobody knows: put there by hand, or left by what failed. With the
     * lock held.
     */
    @Nullable
    Upload takeUp(UploadName name) throws IOException {
        Path file = name.in(folder);
        if (!Leftovers.isThere(file)) {
            return null;
        }
        shelf.uploads.requireNoTwin(name, null);
        Upload upload = add(name, file);
        shelf.doubtEarlier(upload);
        shelf.ghosts.remove(name.text());
        LOG.info("{}: took up {}, which nobody had uploaded", uploader, Words.printable(name.text()));
        return upload;
    }

    private Upload add(UploadName name, Path file) throws IOException {
        Instant now = clock.instant();
        Upload upload = new Upload(name, file, now);
        upload.size = Files.size(file);
        upload.written = Leftovers.written(file, now);
        // Whether its upload was whole is not known any more, nor for which archive a sidecar was made: neither
        // a part nor what comes next must be refused before its time.
        upload.broken = true;
        upload.doubtful = name.role() != UploadName.Role.ARCHIVE;
        shelf.uploads.add(upload);
        return upload;
    }

    void tick() {
        Collection<UploadChannel> idle;
        List<Offer> offers = new ArrayList<>();
        shelf.lock.lock();
        try {
            Instant now = clock.instant();
            shelf.uploads.notAfter(now);
            shelf.ghosts.forgetBefore(now);
            idle = new HashSet<>(shelf.uploads.openAndIdleSince(now.minus(signatureTimeout)));
            idle.addAll(shelf.uploads.outlivedSince(now.minus(Bounds.QUIET)));
            judging.dropRepeatedChecksums();
            deleteLeftovers(now);
            offers.addAll(judging.due());
            offers.addAll(judging.ripe(shelf.uploads.sets()));
        } finally {
            shelf.lock.unlock();
        }
        idle.forEach(this::giveUp);
        judging.deliver(offers);
    }

    /** What has an archive is answered, however long the machine fails at it; with the lock held. */
    private void deleteLeftovers(Instant now) {
        for (Upload upload : shelf.uploads.withoutArchive(now.minus(Bounds.LEFTOVERS_KEPT))) {
            String name = upload.name.text();
            try {
                disk.delete(upload.file);
                shelf.forget(upload);
                LOG.info("{}: deleted {}, undecided and unchanged for {}", uploader, name, Bounds.LEFTOVERS_KEPT);
            } catch (IOException e) {
                LOG.warn("{}: cannot delete {}: {}", uploader, name, e.toString());
            }
        }
    }

    private void giveUp(UploadChannel channel) {
        channel.breakOff();
        try {
            channel.close();
        } catch (IOException e) {
            LOG.warn("{}: cannot close an idle upload: {}", uploader, e.toString());
        }
    }
}
