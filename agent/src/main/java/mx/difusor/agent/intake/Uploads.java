package mx.difusor.agent.intake;

import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The undecided files of one uploader and the packages that they may become. Guarded by its inbox's lock. */
final class Uploads {
    private final Map<String, Upload> byName = new TreeMap<>();
    private final Map<String, PackageSet> sets = new HashMap<>();
    private long bytes;

    @Nullable
    Upload get(String name) {
        return byName.get(name);
    }

    Set<String> names() {
        return byName.keySet();
    }

    int count() {
        return byName.size();
    }

    long bytes() {
        return bytes;
    }

    /** The same with what uploads under way may still add. */
    long reservedBytes() {
        return byName.values().stream().mapToLong(Upload::reserved).sum();
    }

    void add(Upload upload) {
        byName.put(upload.name.text(), upload);
        bytes += upload.size;
        if (!upload.name.isTemporary()) {
            sets.computeIfAbsent(upload.name.archive(), PackageSet::new).add(upload);
        }
    }

    void remove(Upload upload) {
        if (!byName.remove(upload.name.text(), upload)) {
            return;
        }
        bytes -= upload.size;
        PackageSet set = setOf(upload.name);
        if (set != null) {
            set.remove(upload);
            if (set.isEmpty()) {
                sets.remove(set.archiveName);
            }
        }
    }

    /** Does nothing for a file that is no longer here. */
    void resized(Upload upload, long size) {
        if (byName.get(upload.name.text()) == upload) {
            bytes += size - upload.size;
            upload.size = size;
        }
    }

    void touched(Upload upload, Instant now) {
        upload.changed = now;
        PackageSet set = setOf(upload.name);
        if (set != null) {
            set.touched();
        }
    }

    /** Null also for a temporary name, which is never an archive's. */
    @Nullable
    PackageSet setOf(UploadName name) {
        return sets.get(name.archive());
    }

    /** Whether the archive is here that a signature or checksum was made for, the sidecar's temporary names included. */
    boolean hasArchiveOf(UploadName sidecar) {
        return sets.values().stream()
                .filter(set -> set.archive() != null)
                .anyMatch(set -> sidecar.isTemporary()
                        ? sidecar.text().contains(set.archiveName)
                        : sidecar.archive().equals(set.archiveName));
    }

    List<PackageSet> setsOf(UploadName name) {
        PackageSet set = setOf(name);
        return set == null ? List.of() : List.of(set);
    }

    /** A copy, so that the sets may change meanwhile. */
    List<PackageSet> sets() {
        return List.copyOf(sets.values());
    }

    List<PackageSet> setsWrittenBy(Visit visit) {
        return sets().stream()
                .filter(set -> set.members().stream().anyMatch(upload -> upload.lastWriter == visit))
                .toList();
    }

    boolean anyAtDesk(UploadName... names) {
        for (UploadName name : names) {
            PackageSet set = setOf(name);
            if (set != null && set.offer != null) {
                return true;
            }
        }
        return false;
    }

    /** The clock was put back: what lies ahead of it counts from now on, or it would wait until the clock is there again. */
    void notAfter(Instant now) {
        for (Upload upload : byName.values()) {
            upload.begun = earlier(upload.begun, now);
            upload.written = earlier(upload.written, now);
            upload.changed = earlier(upload.changed, now);
            upload.writers.forEach(writer -> writer.notAfter(now));
        }
    }

    static Instant earlier(Instant one, Instant other) {
        return one.isBefore(other) ? one : other;
    }

    /** Open for writing, and unchanged since then. */
    Collection<UploadChannel> openAndIdleSince(Instant then) {
        List<UploadChannel> idle = new ArrayList<>();
        for (Upload upload : byName.values()) {
            if (upload.changed.isBefore(then)) {
                idle.addAll(upload.writers);
            }
        }
        return idle;
    }

    /** Open for writing, silent since then, and the file was written to its end by another session meanwhile. */
    Collection<UploadChannel> outlivedSince(Instant then) {
        return byName.values().stream()
                .flatMap(upload -> upload.writers.stream())
                .filter(writer -> writer.isOutlived() && !writer.active().isAfter(then))
                .toList();
    }

    /** Unchanged since then, with nobody writing and not at the desk. */
    List<Upload> idleSince(Instant then) {
        return byName.values().stream()
                .filter(upload -> upload.changed.isBefore(then) && !upload.beingWritten() && !anyAtDesk(upload.name))
                .toList();
    }

    /** Of those the parts under temporary names and the orphans: the desk is never asked about them. */
    List<Upload> withoutArchive(Instant then) {
        return idleSince(then).stream()
                .filter(upload -> {
                    PackageSet set = setOf(upload.name);
                    return set == null || set.archive() == null;
                })
                .toList();
    }

    /** Parts and orphans unchanged since then, of no session that is still open: nothing comes of them. Oldest first. */
    List<Upload> leftovers(Instant then) {
        return idleSince(then).stream()
                .filter(upload -> !upload.sessionOpen() && !awaitsVerdict(upload))
                .sorted(Comparator.comparing((Upload upload) -> upload.changed))
                .toList();
    }

    private boolean awaitsVerdict(Upload upload) {
        PackageSet set = setOf(upload.name);
        return set != null && set.archive() != null && !set.signatures().isEmpty();
    }

    /**
     * @param except the file that is to be renamed
     * @throws Refused when a file is there whose name differs only in case: on some systems it would be the same
     */
    void requireNoTwin(UploadName name, @Nullable Upload except) throws Refused {
        for (Upload other : byName.values()) {
            String twin = other.name.text();
            if (other != except && twin.equalsIgnoreCase(name.text()) && !twin.equals(name.text())) {
                throw new Refused(Refused.Kind.NAME, name.text() + " differs only in case from " + twin);
            }
        }
    }
}
