package mx.difusor.agent.intake;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The desk's side of an uploader's {@code /entrada}: what is offered, claimed and decided.
 *
 * <p>Methods that say "locked" are called with the shelf's lock held, all others without.
 */
final class Judging {
    private static final Logger LOG = LoggerFactory.getLogger(Judging.class);

    private final String uploader;
    private final Duration signatureTimeout;
    private final Disk disk;
    private final Clock clock;
    private final Consumer<Offer> desk;
    private final Claims claims;
    private final Shelf shelf;
    private final Reservations reservations;

    Judging(
            String uploader,
            Path folder,
            Duration signatureTimeout,
            Disk disk,
            Clock clock,
            Consumer<Offer> desk,
            Shelf shelf,
            Reservations reservations) {
        this.uploader = uploader;
        this.signatureTimeout = signatureTimeout;
        this.disk = disk;
        this.clock = clock;
        this.desk = desk;
        this.claims = new Claims(uploader, folder, disk);
        this.shelf = shelf;
        this.reservations = reservations;
    }

    /** Takes up what was claimed before a restart; locked. */
    void recover() throws IOException {
        shelf.claimed.addAll(claims.recover());
    }

    /** Offers for those of the sets that the desk should look at now, standing still from here on; locked. */
    List<Offer> ripe(Iterable<PackageSet> sets) {
        List<Offer> offers = new ArrayList<>();
        for (PackageSet set : sets) {
            PackageSet.Glance glance = set.worthOffering(clock.instant(), Bounds.QUIET, signatureTimeout);
            if (glance != null && shelf.claimed.size() < Bounds.MAX_CLAIMED) {
                StandingOffer offer = new StandingOffer(this, set, glance, set.candidate(uploader));
                set.offer = offer;
                offers.add(offer);
            }
        }
        return offers;
    }

    /** Claimed packages whose verdict failed before and that are due again; locked. */
    List<Offer> due() {
        List<Offer> offers = new ArrayList<>();
        for (ClaimedPackage one : shelf.claimed) {
            if (one.isDue(clock.instant())) {
                one.offered();
                offers.add(new ClaimedOffer(this, one));
            }
        }
        return offers;
    }

    void deliver(List<Offer> offers) {
        for (Offer offer : offers) {
            try {
                desk.accept(offer);
            } catch (RuntimeException | Error e) { // an Error too: what nobody has must not count as being checked
                LOG.error(
                        "{}: the desk did not take {}",
                        uploader,
                        offer.candidate().name(),
                        e);
                offer.failed();
            }
        }
    }

    /** What may have been made for an earlier archive of this name. */
    List<Path> doubtful(StandingOffer offer) {
        shelf.lock.lock();
        try {
            return offer.set().members().stream()
                    .filter(upload -> upload.doubtful)
                    .map(upload -> upload.file)
                    .toList();
        } finally {
            shelf.lock.unlock();
        }
    }

    void leave(StandingOffer offer) {
        answered(() -> offer.set().left(offer.glance()));
    }

    /** The machine failed before the desk could take it, or the files are not those that were offered. */
    void postpone(StandingOffer offer) {
        answered(() -> {
            offer.set().postponed(clock.instant());
            lookAgain(offer.set());
        });
    }

    /** @return null when the files are not those that were offered; they may be offered again */
    @Nullable
    ClaimedPackage claim(StandingOffer offer) throws IOException {
        ClaimedPackage taken;
        try {
            for (Upload upload : offer.set().members()) {
                if (Files.size(upload.file) != upload.size) {
                    throw new NoSuchFileException(upload.name.text());
                }
                disk.sync(upload.file);
            }
            taken = take(offer);
        } catch (NoSuchFileException e) {
            LOG.warn(
                    "{}: files of {} changed behind the agent's back",
                    uploader,
                    offer.candidate().name());
            postpone(offer);
            return null;
        } catch (IOException | RuntimeException | Error e) {
            postpone(offer);
            throw e;
        }
        settle(taken);
        return taken;
    }

    void decided(ClaimedPackage decided, Receipt receipt, Path keptArchive) {
        // Before the claim goes: whoever reads the archive finds it where it stands now, at any moment.
        answered(() -> decided.ghosts().forEach(ghost -> show(ghost, receipt, keptArchive)));
        try {
            claims.drop(decided.folder());
        } catch (IOException e) {
            LOG.warn(
                    "{}: cannot delete {}, decided; it is judged again after a restart", uploader, decided.folder(), e);
        }
        answered(() -> {
            shelf.claimed.remove(decided);
            dropRepeatedChecksums();
        });
    }

    private static void show(Ghost ghost, Receipt receipt, Path keptArchive) {
        ghost.rejected = receipt.outcome() == Receipt.Outcome.REJECTED;
        if (ghost.role == UploadName.Role.ARCHIVE) {
            ghost.formerKey = Readers.keyOf(ghost.file);
            ghost.file = keptArchive;
            ghost.sha256 = receipt.sha256();
        } else {
            ghost.file = null;
        }
    }

    void failed(ClaimedPackage failed) {
        answered(() -> failed.returned(clock.instant()));
    }

    /** A checksum that came after its package was decided, and agrees with it, has nothing more to say; locked. */
    void dropRepeatedChecksums() {
        for (PackageSet set : shelf.uploads.sets()) {
            Upload checksum = set.checksum();
            Ghost archive = shelf.ghosts.get(set.archiveName);
            if (checksum == null || checksum.beingWritten() || set.archive() != null) {
                continue;
            }
            if (archive != null && archive.sha256 != null && ChecksumFile.agrees(checksum.file, archive.sha256)) {
                drop(checksum, archive.rejected);
            }
        }
    }

    private void drop(Upload checksum, boolean rejected) {
        String name = checksum.name.text();
        try {
            FileTime modified = Files.getLastModifiedTime(checksum.file);
            disk.delete(checksum.file);
            shelf.forget(checksum);
            Ghost ghost = new Ghost(checksum.name.role(), checksum.size, modified, null, clock.instant());
            ghost.rejected = rejected;
            shelf.ghosts.put(name, ghost);
            LOG.info("{}: {} came after the verdict and agrees", uploader, name);
        } catch (IOException e) {
            LOG.warn("{}: cannot delete {}: {}", uploader, name, e.toString());
        }
    }

    private ClaimedPackage take(StandingOffer offer) throws IOException {
        Path claimFolder = claims.newFolder(offer.candidate().receivedAt());
        try {
            return take(offer, claimFolder);
        } catch (IOException | RuntimeException | Error e) {
            claims.abandon(claimFolder, e);
            throw e;
        }
    }

    private ClaimedPackage take(StandingOffer offer, Path claimFolder) throws IOException {
        shelf.lock.lock();
        try {
            if (!offer.set().isAt(offer.glance())) {
                throw new NoSuchFileException(offer.candidate().name());
            }
            requireKnown(offer);
            return move(offer, claimFolder);
        } finally {
            shelf.deskAnswered.signalAll();
            shelf.lock.unlock();
        }
    }

    /** What the desk did not read has to be the very file that arrived. */
    private void requireKnown(StandingOffer offer) throws NoSuchFileException {
        boolean wasKnown = offer.candidate().known() != null;
        if (wasKnown && offer.set().candidate(uploader).known() == null) {
            throw new NoSuchFileException(offer.candidate().name());
        }
    }

    private ClaimedPackage move(StandingOffer offer, Path claimFolder) throws IOException {
        PackageSet set = offer.set();
        // What was spared stays, an orphan, until its own archive comes or nobody wants it any more.
        List<Upload> members = set.members().stream()
                .filter(upload -> offer.candidate().has(upload.file))
                .toList();
        List<Ghost> seen = new ArrayList<>();
        long bytes = 0;
        for (Upload upload : members) {
            FileTime modified = Files.getLastModifiedTime(upload.file);
            Path there = claimFolder.resolve(upload.name.text());
            seen.add(new Ghost(upload.name.role(), upload.size, modified, there, clock.instant()));
            bytes += upload.size;
        }
        Candidate candidate = claims.moveInto(claimFolder, offer.candidate());
        for (int i = 0; i < members.size(); i++) {
            shelf.ghosts.put(members.get(i).name.text(), seen.get(i));
            shelf.uploads.remove(members.get(i));
        }
        set.offer = null;
        ClaimedPackage taken = new ClaimedPackage(
                claimFolder, candidate, bytes, seen, offer.cutShort().orElse(null), true);
        shelf.claimed.add(taken);
        return taken;
    }

    private void settle(ClaimedPackage taken) throws IOException {
        try {
            claims.sync(taken.folder());
        } catch (IOException | RuntimeException | Error e) {
            failed(taken);
            throw e;
        }
    }

    /** Somebody may have changed or removed its files behind the agent's back; what cannot be looked at is not gone. */
    private void lookAgain(PackageSet set) {
        for (Upload upload : List.copyOf(set.members())) {
            try {
                shelf.uploads.resized(upload, Files.size(upload.file));
            } catch (IOException e) {
                boolean gone = Leftovers.isGone(upload.file);
                LOG.info("{}: {} {}", uploader, upload.name.text(), gone ? "is gone" : "cannot be looked at: " + e);
                if (gone) {
                    shelf.forget(upload);
                }
            }
        }
    }

    private void answered(Runnable change) {
        shelf.lock.lock();
        try {
            change.run();
            reservations.settle();
            shelf.deskAnswered.signalAll();
        } finally {
            shelf.lock.unlock();
        }
    }
}
