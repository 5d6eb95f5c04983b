package mx.difusor.agent.publish;

import java.util.Locale;

/**
 * One thing in a release that is not as it was put there.
 *
 * @param path {@code /}-separated below the release; empty for the release's own folder
 * @param expected in words: size, time and digest of a file
 * @param found in words; what a person needs to understand the finding
 */
public record Difference(String path, Change change, String expected, String found) {

    /** What happened to the path. */
    public enum Change {
        CHANGED,
        ADDED,
        MISSING;

        public String code() {
            return name().toLowerCase(Locale.ROOT);
        }
    }

    static Difference changed(String path, String expected, String found) {
        return new Difference(path, Change.CHANGED, expected, found);
    }

    static Difference added(String path, String found) {
        return new Difference(path, Change.ADDED, "nothing", found);
    }

    static Difference missing(String path, String expected) {
        return new Difference(path, Change.MISSING, expected, "nothing");
    }
}
