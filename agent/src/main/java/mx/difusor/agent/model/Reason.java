package mx.difusor.agent.model;

import java.util.Locale;
import java.util.Optional;

/** Why a package was rejected: the stable public codes of the contract ("The receipt"), in the order of judging. */
public enum Reason {
    TOO_LARGE,
    BUDGET_EXCEEDED,
    CHECKSUM_MISMATCH,
    SIGNATURE_MISSING,
    SIGNATURE_INVALID,
    SIGNATURE_UNTRUSTED,
    SIGNATURE_EXPIRED,
    ARCHIVE_CORRUPT,
    ARCHIVE_BOMB,
    PATH_UNSAFE,
    ENTRY_FORBIDDEN,
    MANIFEST_MISSING,
    MANIFEST_INVALID,
    FILE_MISSING,
    FILE_UNLISTED,
    FILE_CORRUPT,
    TYPE_FORBIDDEN,
    JSON_INVALID,
    CSV_INVALID,
    EVENT_UNKNOWN,
    SEQUENCE_CONFLICT,
    CUT_INVALID,
    STORAGE_FAILED;

    /** The code in receipts, {@code signature-missing} for {@link #SIGNATURE_MISSING}. */
    public String code() {
        return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    public static Optional<Reason> ofCode(String code) {
        for (Reason reason : values()) {
            if (reason.code().equals(code)) {
                return Optional.of(reason);
            }
        }
        return Optional.empty();
    }
}
