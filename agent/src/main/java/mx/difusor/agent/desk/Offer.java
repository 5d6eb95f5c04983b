package mx.difusor.agent.desk;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;

/**
 * Something a door believes may be a whole package, standing still while the desk looks at it: from the offer on until
 * {@link #claim}, {@link #leave} or {@link #failed}, nobody can write, rename or remove its files (they wait, for a bounded time).
 * Every offer ends with exactly one of {@code leave()}, {@code failed()}, or {@code claim(...)} followed by
 * {@code decided(...)} or {@code failed()}.
 */
public interface Offer {

    /** The files where the uploader put them, to be read only. */
    Candidate candidate();

    /** More bytes may still come: its upload session is open, or broke off in the middle of one of these files. */
    boolean mayGrow();

    /**
     * A moment has passed since the last change of these files: no signature is on its way. That a session has ended
     * says nothing, because many a client opens one for each file.
     */
    boolean quiet();

    /** {@code sftp.signatureTimeout} has passed since the last change of these files. */
    boolean overdue();

    /** Where the door took no more of the archive for want of size or budget: what lies there is a part, or nothing. */
    default Optional<CutShort> cutShort() {
        return Optional.empty();
    }

    /**
     * Why an upload was refused.
     *
     * @param reason {@link Reason#TOO_LARGE} or {@link Reason#BUDGET_EXCEEDED}
     * @param bytes that the archive was to have at least
     */
    record CutShort(Reason reason, long bytes) {}

    /** Of the candidate's signatures and its checksum those that may have been made for an earlier archive of this name. */
    List<Path> doubtful();

    /** These of the doubtful ones are not this package's: they stay where they are when it is claimed. */
    void spare(List<Path> strangers);

    /** Not to be decided yet; the door offers it again when something changed or time passed. */
    void leave();

    /**
     * Moves the files out of the uploader's reach into a new folder of the door's; from now on the same names can
     * come again. The uploader goes on seeing its files for a while. Empty when the files are no longer what was
     * offered; the offer has then ended.
     */
    Optional<Candidate> claim() throws IOException;

    /**
     * The verdict is durable and the claimed files are kept elsewhere or not needed any more.
     *
     * @param keptArchive where the archive file stands now, so that the uploader can still see it; may not exist
     */
    void decided(Receipt receipt, Path keptArchive);

    /** The machine failed; the files, claimed or not, stay where they are and are offered again, later each time. */
    void failed();
}
