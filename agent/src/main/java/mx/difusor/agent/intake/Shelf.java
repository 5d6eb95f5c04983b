package mx.difusor.agent.intake;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

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
     * An archive of that name was taken in and none has come since, for a name is an upload's or a ghost's and never
     * both: this may be late for it, or early for the next.
     */
    boolean isDoubtful(UploadName name) {
        boolean sidecar = name.role() == UploadName.Role.SIGNATURE || name.role() == UploadName.Role.CHECKSUM;
        return sidecar && ghosts.get(name.archive()) != null;
    }

    /** Whoever still writes to it has lost: bytes without a name would be counted by nobody. */
    void forget(Upload upload) {
        upload.writers.forEach(UploadChannel::forgotten);
        uploads.remove(upload);
    }
}
