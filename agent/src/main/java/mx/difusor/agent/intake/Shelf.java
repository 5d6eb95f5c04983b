package mx.difusor.agent.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * All state of one uploader's {@code /entrada} and the one lock that guards it. The desk is never called while the
 * lock is held, and nothing is synced under it.
 */
final class Shelf {
    final ReentrantLock lock = new ReentrantLock();
    final Condition deskAnswered = lock.newCondition();
    final Uploads uploads = new Uploads();
    final Ghosts ghosts = new Ghosts();
    final List<ClaimedPackage> claimed = new ArrayList<>();

    /** What has no verdict yet. A package that is kept counts here too until its decision is through: never less. */
    Room.Share share() {
        long taken = claimed.stream().mapToLong(ClaimedPackage::bytes).sum();
        return new Room.Share(uploads.bytes() + taken, uploads.reservedBytes() + taken);
    }

    /**
     * An archive of that name was taken in, and the next has not come or is just coming from another session: this may
     * be late for the one or early for the other.
     *
     * @param by who sends it
     */
    boolean isDoubtful(UploadName name, @Nullable Visit by) {
        if (name.role() != UploadName.Role.SIGNATURE && name.role() != UploadName.Role.CHECKSUM) {
            return false;
        }
        Upload next = uploads.get(name.archive());
        return next == null
                ? ghosts.get(name.archive()) != null
                : next.beingWritten() && next.lastWriter != by && ghosts.tookBefore(name.archive());
    }

    /** An archive begins: what lies beside it already was sent ahead of it, or too late for the one before. */
    void doubtEarlier(Upload upload) {
        PackageSet set = uploads.setOf(upload.name);
        if (set != null && upload.name.role() == UploadName.Role.ARCHIVE) {
            set.doubtEarlier(upload, ghosts.tookBefore(set.archiveName));
        }
    }

    /** Whoever still writes to it has lost: bytes without a name would be counted by nobody. */
    void forget(Upload upload) {
        upload.writers.forEach(UploadChannel::forgotten);
        uploads.remove(upload);
    }
}
