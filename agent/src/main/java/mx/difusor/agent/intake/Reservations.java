package mx.difusor.agent.intake;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one uploader may still put into {@code /entrada}. Before anything is refused for want of room, the oldest
 * leftovers of the same uploader leave. Called with the shelf's lock held.
 */
final class Reservations {
    private static final Logger LOG = LoggerFactory.getLogger(Reservations.class);

    private final String uploader;
    private final Shelf shelf;
    private final Room room;
    private final Disk disk;
    private final Clock clock;

    Reservations(String uploader, Shelf shelf, Room room, Disk disk, Clock clock) {
        this.uploader = uploader;
        this.shelf = shelf;
        this.room = room;
        this.disk = disk;
        this.clock = clock;
    }

    /** Something ended, left or was decided: what is no longer promised is free for others. */
    void settle() {
        room.settle(uploader, shelf.share());
    }

    /**
     * The same for one that somebody is about to open: of what was promised to those who closed it before, nothing is left.
     *
     * @param announcedBytes -1 where the client said nothing
     */
    void begin(Upload upload, long announcedBytes) throws Refused {
        if (!upload.beingWritten()) {
            upload.promised = 0;
        }
        reserve(upload, announcedBytes);
        upload.promised = Math.max(upload.promised, announcedBytes); // what the file has may be cut next
    }

    /**
     * Keeps room for an upload that is to have so many bytes; it counts until its last writer closes it.
     *
     * @param size what a client announced or wants to write now; less than the file has changes nothing
     */
    void reserve(Upload upload, long size) throws Refused {
        if (size > upload.reserved()) {
            require(upload.name, size, size - upload.reserved());
            upload.promised = size;
        }
    }

    /**
     * Room for one file more, kept until the next {@link #reserve} or {@link #settle}.
     *
     * @param announcedBytes -1 where the client said nothing: it wants to write a byte at least
     */
    void requireFile(UploadName name, long announcedBytes) throws Refused {
        if (shelf.uploads.count() >= Bounds.MAX_FILES) {
            leftovers(name).stream().findFirst().ifPresent(this::remove);
        }
        if (shelf.uploads.count() >= Bounds.MAX_FILES) {
            throw new Refused(
                    Refused.Kind.TOO_MANY,
                    "more than " + Bounds.MAX_FILES + " undecided files in /entrada; delete some");
        }
        long bytes = Math.max(1, announcedBytes);
        require(name, bytes, bytes);
    }

    private void require(UploadName name, long size, long bytes) throws Refused {
        Room.Share share = shelf.share();
        // Without its signature the room of an archive would be taken in vain.
        boolean sidecar = name.isSidecar() && size <= Bounds.SIDECAR_BYTES;
        Room.Wish wish = new Room.Wish(name.text(), bytes, sidecar, sidecar && shelf.uploads.hasArchiveOf(name));
        try {
            room.promise(uploader, share, wish, 0);
        } catch (Refused e) {
            List<Upload> leaving = new ArrayList<>();
            long freed = 0;
            for (Upload old : leftovers(name)) {
                leaving.add(old);
                freed += old.size;
                if (old.size > 0 && isRoom(share, wish, freed)) {
                    leaving.forEach(this::remove);
                    return;
                }
            }
            throw e; // not even all of them would make room: they stay
        }
    }

    private boolean isRoom(Room.Share share, Room.Wish wish, long freed) {
        try {
            room.promise(uploader, share.less(freed), wish, freed);
            return true;
        } catch (Refused e) {
            return false;
        }
    }

    private List<Upload> leftovers(UploadName keep) {
        Instant now = clock.instant();
        return shelf.uploads.leftovers(now.minus(Bounds.LEFTOVERS_SAFE)).stream()
                .filter(upload -> !upload.name.archive().equals(keep.archive()))
                .toList();
    }

    private void remove(Upload upload) {
        String name = upload.name.text();
        try {
            disk.delete(upload.file);
            shelf.forget(upload);
            LOG.info("{}: deleted {}, a leftover, to make room", uploader, name);
        } catch (IOException e) {
            LOG.warn("{}: cannot delete {}: {}", uploader, name, e.toString());
        }
    }
}
