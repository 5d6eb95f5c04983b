package mx.difusor.agent.intake;

import java.io.IOException;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/** The endpoint says no, and the uploader is told why in words: lower case, facts first, no path of this host. */
final class Refused extends IOException {

    /** Decides the SFTP status; the text goes along with it. */
    enum Kind {
        /** Nothing may be changed there, or the operation is not served at all. */
        FORBIDDEN,
        /** The name is not one that {@code /entrada} takes. */
        NAME,
        /** The file would be larger than {@code sftp.maxPackage}. */
        TOO_LARGE,
        /** The archive's budget has no room for it. */
        OVER_BUDGET,
        /** The disk has no room for it. */
        NO_SPACE,
        /** Too many files, or too many bytes, wait in {@code /entrada} already. */
        TOO_MANY,
        /** The desk looks at the package and did not finish in time. */
        BUSY,
        /** This handle lost an earlier write or was idle too long; the upload has to be resumed or sent again. */
        BROKEN;

        /** Of its package, where that is answered; null where only the upload failed. */
        @Nullable
        Reason reason() {
            return switch (this) {
                case TOO_LARGE -> Reason.TOO_LARGE;
                case OVER_BUDGET -> Reason.BUDGET_EXCEEDED;
                case FORBIDDEN, NAME, NO_SPACE, TOO_MANY, BUSY, BROKEN -> null;
            };
        }
    }

    private final Kind kind;

    Refused(Kind kind, String text) {
        super(text);
        this.kind = kind;
    }

    Kind kind() {
        return kind;
    }
}
