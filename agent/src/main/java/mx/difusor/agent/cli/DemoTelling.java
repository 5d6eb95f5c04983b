package mx.difusor.agent.cli;

import java.io.PrintWriter;
import java.time.Duration;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.institute.CutSource;
import mx.difusor.agent.institute.Demo;

/** Tells a demo step by step, each with the time since its beginning. */
final class DemoTelling implements Demo.Teller {

    private static final DateTimeFormatter HOUR = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final double NANOS = 1e9;
    private static final double MEGABYTE = 1e6;

    private final Texts texts;
    private final PrintWriter out;
    private final Duration pace;
    private final long begun = System.nanoTime();

    /** @param pace the least time between two cuts */
    DemoTelling(Texts texts, PrintWriter out, Duration pace) {
        this.texts = texts;
        this.out = out;
        this.pace = pace;
    }

    /** @param key of a text of the bundle */
    void say(String key, Object... arguments) {
        out.println(time() + texts.of(key, arguments));
        out.flush();
    }

    @Override
    public void making(int number, int of) {}

    @Override
    public void live(Demo.Step step) throws InterruptedException {
        CutSource.CutFolder cut = step.cut();
        // The site is the first package and no cut of its own: cuts count from 1 after it.
        String kind = texts.of(
                cut.last() ? "msg.demo-final" : "msg.demo-" + cut.kind().code(), step.number() - 1);
        String counted = cut.counted()
                .map(percent -> texts.of("msg.demo-counted", percent))
                .orElse("");
        String live = step.answer()
                .untilLive()
                .map(time -> texts.of("msg.demo-live", time.toMillis()))
                .orElse("");
        String megabytes = String.format(Locale.ROOT, "%.1f MB", step.packed().size() / MEGABYTE);
        out.println(time() + kind + " · " + HOUR.format(cut.cut()) + counted + " · " + megabytes + " · "
                + texts.of("msg.demo-" + step.answer().outcome()) + live);
        out.flush();
        if (step.number() < step.of() && !pace.isZero()) {
            TimeUnit.NANOSECONDS.sleep(pace.toNanos());
        }
    }

    private String time() {
        return String.format(Locale.ROOT, "[%7.3f s] ", (System.nanoTime() - begun) / NANOS);
    }
}
