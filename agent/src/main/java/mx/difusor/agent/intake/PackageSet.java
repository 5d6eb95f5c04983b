package mx.difusor.agent.intake;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.TreeMap;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import org.jspecify.annotations.Nullable;

/** An archive and what lies beside it under its name, either of which may still be missing. Guarded by its inbox's lock. */
final class PackageSet {

    /** What the desk would see now; offered again only when this differs from what it left. */
    record Glance(long generation, boolean mayGrow, boolean quiet, boolean overdue) {}

    final String archiveName;
    private final TreeMap<String, Upload> members = new TreeMap<>();
    private long generation;

    /** While the desk looks at it, nobody changes its files. */
    @Nullable
    StandingOffer offer;

    private @Nullable Glance left;
    private Retry retry = new Retry();

    PackageSet(String archiveName) {
        this.archiveName = archiveName;
    }

    void add(Upload upload) {
        members.put(upload.name.text(), upload);
        generation++;
    }

    void remove(Upload upload) {
        members.remove(upload.name.text());
        generation++;
    }

    void touched() {
        generation++;
    }

    boolean isEmpty() {
        return members.isEmpty();
    }

    Collection<Upload> members() {
        return members.values();
    }

    @Nullable
    Upload archive() {
        return members.get(archiveName);
    }

    Offer.@Nullable CutShort cutShort() {
        Upload archive = archive();
        return archive == null ? null : archive.cutShort;
    }

    List<Upload> signatures() {
        return members.values().stream()
                .filter(upload -> upload.name.role() == UploadName.Role.SIGNATURE)
                .toList();
    }

    @Nullable
    Upload checksum() {
        return members.values().stream()
                .filter(upload -> upload.name.role() == UploadName.Role.CHECKSUM)
                .findFirst()
                .orElse(null);
    }

    /** The archive begins anew: what lies beside it may have been made for the bytes that are gone. */
    void doubtSidecars() {
        for (Upload upload : members.values()) {
            upload.doubtful = upload.name.role() != UploadName.Role.ARCHIVE;
        }
    }

    /**
     * The archive begins under a name that was free. Of three signs two are needed against a file that lies here: another
     * session sent it, it was not sent just before, and an archive of this name was taken in already.
     */
    void doubtEarlier(Upload archive, boolean tookBefore) {
        for (Upload upload : members.values()) {
            if (upload.name.role() != UploadName.Role.ARCHIVE) {
                boolean foreign = upload.lastWriter != archive.lastWriter;
                boolean old = upload.changed.isBefore(archive.begun.minus(Bounds.BEFOREHAND));
                upload.doubtful |= foreign ? old || tookBefore : old && tookBefore;
            }
        }
    }

    /** What to show the desk, or null while there is nothing new to show it. */
    @Nullable
    Glance worthOffering(Instant now, Duration quietAfter, Duration signatureTimeout) {
        Upload archive = archive();
        if (offer != null || archive == null || members.values().stream().anyMatch(Upload::beingWritten)) {
            return null;
        }
        if (!retry.isDue(now)) {
            return null;
        }
        Duration still = Duration.between(changed(), now);
        boolean overdue = still.compareTo(signatureTimeout) >= 0;
        boolean quiet = still.compareTo(quietAfter) >= 0;
        // Who was refused may send it again, or less; then the answer waits for no signature.
        boolean early = archive.cutShort == null ? signatures().isEmpty() : archive.sessionOpen() || !quiet;
        if (early && !overdue) {
            return null;
        }
        boolean unsettled = members.values().stream().anyMatch(upload -> upload.broken) || doubtful();
        Glance glance = new Glance(generation, archive.sessionOpen() || (unsettled && !overdue), quiet, overdue);
        return glance.equals(left) ? null : glance;
    }

    /** Nothing beside the archive is certain to have been made for its bytes. */
    private boolean doubtful() {
        return members.values().stream().anyMatch(upload -> upload.doubtful);
    }

    /** The latest change of any of its files. */
    Instant changed() {
        return members.values().stream()
                .map(upload -> upload.changed)
                .max(Instant::compareTo)
                .orElse(Instant.EPOCH);
    }

    void left(Glance glance) {
        offer = null;
        left = glance;
        retry = new Retry();
    }

    /** The machine failed: to be offered again unchanged, later each time. */
    void postponed(Instant now) {
        offer = null;
        left = null;
        retry.failed(now);
    }

    boolean isAt(Glance glance) {
        return generation == glance.generation();
    }

    Candidate candidate(String uploader) {
        Upload archive = archive();
        if (archive == null) {
            throw new IllegalStateException("no archive in the set of " + archiveName);
        }
        List<Path> signatures = new ArrayList<>();
        signatures().forEach(upload -> signatures.add(upload.file));
        Upload checksum = checksum();
        Instant receivedAt = members.values().stream()
                .map(upload -> upload.written)
                .max(Instant::compareTo)
                .orElse(archive.written);
        Arrival.Whole whole = archive.whole;
        return new Candidate(
                uploader,
                archiveName,
                archive.file,
                signatures,
                checksum == null ? null : checksum.file,
                receivedAt,
                whole != null && whole.stands(archive.file) ? whole.digest() : null);
    }
}
