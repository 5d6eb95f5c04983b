package mx.difusor.agent.verify;

import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/**
 * A package that cannot be read as one. While a package is being judged it becomes a {@code Verdict.Rejected}; when it
 * comes out of the archive it means that the kept bytes are not what was accepted.
 */
public final class UnreadablePackageException extends Exception {

    private final Reason reason;
    private final @Nullable String path;

    UnreadablePackageException(Reason reason, String message, @Nullable String path, @Nullable Throwable cause) {
        super(message, cause);
        this.reason = reason;
        this.path = path;
    }

    UnreadablePackageException(Reason reason, String message, @Nullable String path) {
        this(reason, message, path, null);
    }

    static UnreadablePackageException corrupt(String message) {
        return new UnreadablePackageException(Reason.ARCHIVE_CORRUPT, message, null);
    }

    static UnreadablePackageException corrupt(String message, @Nullable String path) {
        return new UnreadablePackageException(Reason.ARCHIVE_CORRUPT, message, path);
    }

    static UnreadablePackageException bomb(String message) {
        return new UnreadablePackageException(Reason.ARCHIVE_BOMB, message, null);
    }

    static UnreadablePackageException forbidden(String message, String path) {
        return new UnreadablePackageException(Reason.ENTRY_FORBIDDEN, message, path);
    }

    static UnreadablePackageException unsafe(String message, String path) {
        return new UnreadablePackageException(Reason.PATH_UNSAFE, message, path);
    }

    public Reason reason() {
        return reason;
    }

    /** The file inside the package, where the reason is about one; safe to print. */
    public @Nullable String path() {
        return path;
    }

    /** Always given: what is wrong and how the Institute makes it right. */
    public String explanation() {
        String message = getMessage();
        return message == null ? reason.code() : message;
    }
}
