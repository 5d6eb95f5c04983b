package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.util.function.LongSupplier;
import me.tongfei.progressbar.ProgressBar;
import me.tongfei.progressbar.ProgressBarBuilder;
import me.tongfei.progressbar.ProgressBarConsumer;
import me.tongfei.progressbar.ProgressBarStyle;
import org.jspecify.annotations.Nullable;

/** A progress bar on standard error, for a person and for work that takes longer than a second. */
final class ProgressLine implements Progress, AutoCloseable {

    static final Duration PATIENCE = Duration.ofSeconds(1);

    private static final int WIDTH = 78;
    private static final int REFRESH_MILLIS = 200;
    private static final long MEGABYTE = 1_000_000;

    private final String task;
    private final PrintWriter errors;
    private final boolean seen;
    private final LongSupplier nanoTime;
    private final long begun;
    private long total;
    private long done;
    private @Nullable ProgressBar bar;

    /** @param seen standard error is a terminal */
    ProgressLine(String task, PrintWriter errors, boolean seen, LongSupplier nanoTime) {
        this.task = task;
        this.errors = errors;
        this.seen = seen;
        this.nanoTime = nanoTime;
        this.begun = nanoTime.getAsLong();
    }

    @Override
    public void total(long bytes) {
        total = bytes;
        if (bar != null) {
            bar.maxHint(bytes);
        }
    }

    @Override
    public void advance(long bytes) {
        done += bytes;
        if (bar == null && seen && nanoTime.getAsLong() - begun > PATIENCE.toNanos()) {
            bar = new ProgressBarBuilder()
                    .setTaskName(task)
                    .setInitialMax(total)
                    .setUnit(" MB", MEGABYTE)
                    .setStyle(ProgressBarStyle.ASCII)
                    .setUpdateIntervalMillis(REFRESH_MILLIS)
                    .setConsumer(new Line(errors))
                    .build();
        }
        if (bar != null) {
            bar.stepTo(done);
        }
    }

    @Override
    public void close() {
        if (bar != null) {
            bar.close();
            // The library closes its consumer only where the bar was drawn at least once before.
            errors.println();
            errors.flush();
        }
    }

    /** Rewrites one line; asks no terminal for its width. */
    private record Line(PrintWriter errors) implements ProgressBarConsumer {
        @Override
        public int getMaxRenderedLength() {
            return WIDTH;
        }

        @Override
        public void accept(String rendered) {
            errors.print("\r" + rendered);
            errors.flush();
        }

        @Override
        public void close() {}
    }
}
