package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class ProgressLineTest {

    private final StringWriter errors = new StringWriter();
    private final AtomicLong nanoTime = new AtomicLong(-5);

    private void work(boolean seen, long nanos) {
        try (ProgressLine line = new ProgressLine("checking", new PrintWriter(errors), seen, nanoTime::get)) {
            line.total(10_000_000);
            nanoTime.addAndGet(nanos);
            line.advance(4_000_000);
            line.advance(6_000_000);
        }
    }

    @Test
    void longWorkShowsABarToAPerson() {
        work(true, ProgressLine.PATIENCE.toNanos() + 1);

        assertThat(errors.toString()).contains("checking", "100%").endsWith(System.lineSeparator());
    }

    @Test
    void shortWorkIsSilent() {
        work(true, ProgressLine.PATIENCE.toNanos());

        assertThat(errors.toString()).isEmpty();
    }

    @Test
    void nobodyWatchingMeansNoBar() {
        work(false, ProgressLine.PATIENCE.toNanos() * 60);

        assertThat(errors.toString()).isEmpty();
    }
}
