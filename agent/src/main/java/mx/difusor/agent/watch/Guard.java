package mx.difusor.agent.watch;

import mx.difusor.agent.desk.LiveFiles;
import org.jspecify.annotations.Nullable;

/**
 * When the live files are looked at: the root with every beat, names often, bytes at a gentle pace without end. A
 * release that has just become live is looked at at once and as a whole. Docs: {@code docs/guard.md}.
 */
public final class Guard implements Watch.Duty {

    /** Beats from one look at all names, sizes and times to the next. */
    static final int NAMES_EVERY = 10;

    /** Bytes read in one beat while a release is new: changed files are in memory still, shared ones may not be. */
    static final long FIRST_PASS_BYTES = 64L << 20;

    /** Bytes read in one beat from then on. */
    static final long GENTLE_BYTES = 8L << 20;

    /** Beats from the end of one pass over all bytes to the beginning of the next. */
    static final int PAUSE = 60;

    private final LiveFiles files;
    private @Nullable Object seen;
    private long portion = FIRST_PASS_BYTES;
    private int untilNames;
    private int pause;

    public Guard(LiveFiles files) {
        this.files = files;
    }

    @Override
    public void tick() {
        Object release = files.release();
        if (release == null) {
            return;
        }
        if (release != seen) {
            seen = release;
            portion = FIRST_PASS_BYTES;
            untilNames = 0;
            pause = 0;
        }
        files.checkRoot();
        if (untilNames-- <= 0) {
            untilNames = NAMES_EVERY - 1;
            files.checkNames();
        }
        if (pause > 0) {
            pause--;
        } else if (files.checkBytes(portion)) {
            portion = GENTLE_BYTES;
            pause = PAUSE;
        }
    }
}
