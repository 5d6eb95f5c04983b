package mx.difusor.agent.desk;

import org.jspecify.annotations.Nullable;

/** The difusor's site, as visitors get it. For one thread of its own: a slow site keeps it waiting. */
public interface VisitedSite {

    /** The release that visitors should get: the same object as long as it is live; null while there is none. */
    @Nullable
    Object release();

    /**
     * Visits the site once; what is found goes among the alerts.
     *
     * @param lenient the release has just become live: where another one still comes, nothing is said yet
     * @param recorded whether it goes into the record of the availability too
     */
    Said visit(boolean lenient, boolean recorded);

    /** What a visit says. */
    enum Said {
        /** Nothing: it is to be made again in a moment. */
        NOTHING,
        GOOD,
        BAD
    }
}
