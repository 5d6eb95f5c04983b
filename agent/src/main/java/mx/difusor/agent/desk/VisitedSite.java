package mx.difusor.agent.desk;

import org.jspecify.annotations.Nullable;

/** The difusor's site, as visitors get it. For one thread of its own: a slow site keeps it waiting. */
public interface VisitedSite {

    /** The release that visitors should get: the same object as long as it is live; null while there is none. */
    @Nullable
    Object release();

    /**
     * Visits the site once; what is found goes into the record and among the alerts.
     *
     * @param lenient the release has just become live: where another one still comes, nothing is said yet
     * @return false where nothing was said: the visit is to be made again in a moment
     */
    boolean visit(boolean lenient);
}
