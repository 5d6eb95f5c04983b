package mx.difusor.agent.publish.adopt;

import java.util.List;
import java.util.Locale;

/** Nothing was changed, and why. */
public final class AdoptionRefused extends Exception {

    /** Why a folder is not adopted, or not given back. */
    public enum Why {
        /** Arguments: the folder. */
        WINDOWS,
        /** Arguments: the folder. */
        NOT_THERE,
        /** Arguments: the folder. */
        NOT_A_FOLDER,
        /** Arguments: the link and where it leads. */
        LINK_ELSEWHERE,
        /** Arguments: the folder and the home or live link that is one with it. */
        AROUND_HOME,
        /** Arguments: the folder. */
        MOUNT_POINT,
        /** Arguments: the live link. */
        LIVE_MISSING,
        /** Arguments: the folder that others cannot pass, and the live link. */
        CLOSED,
        /** Arguments: what stands under the name that the old folder would be kept under. */
        KEPT_OCCUPIED,
        /** Arguments: the folder, and the name under which the old one should be. */
        KEPT_MISSING,
        /** Arguments: the folder. */
        NOT_ADOPTED,
        /** Arguments: the folder to be written in, and what the system says. */
        NOT_PERMITTED,
        /** Arguments: the folder. */
        NO_WAY_WITHOUT_A_GAP,
        /** Arguments: the folder, and what the system says. */
        FAILED;

        /** For programs and bundles: {@code not-there}. */
        public String code() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }

    private final Why why;
    private final List<String> arguments;

    AdoptionRefused(Why why, Object... arguments) {
        super(why.code() + " " + List.of(arguments));
        this.why = why;
        this.arguments = List.of(arguments).stream().map(Object::toString).toList();
    }

    public Why why() {
        return why;
    }

    /** As {@link Why} lists them. */
    public List<String> arguments() {
        return arguments;
    }
}
