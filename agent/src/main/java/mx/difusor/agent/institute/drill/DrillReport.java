package mx.difusor.agent.institute.drill;

import java.time.Duration;
import java.time.Instant;
import java.util.List;

/**
 * What happened in a drill, and when, on its clock.
 *
 * @param steps in their order
 * @param changes what the agent said of itself, each time that changed
 * @param untilLive from the last byte's arrival to the live root, of every cut that went live at once; on the drill's clock
 * @param times how many times as fast as time that clock ran
 */
public record DrillReport(List<Step> steps, List<Change> changes, List<Duration> untilLive, int times) {

    public DrillReport {
        steps = List.copyOf(steps);
        changes = List.copyOf(changes);
        untilLive = List.copyOf(untilLive);
    }

    /**
     * Something that was tried, and what came of it.
     *
     * @param what its code: {@code early}, {@code opening}, {@code late}, …; the commands' texts say it in words
     * @param expected and {@code seen} in the contract's words
     */
    public record Step(Instant at, String what, String expected, String seen, boolean good) {}

    /** The agent's state, and the sequence that is public; -1 while none is. */
    public record Change(Instant at, String state, long sequence) {}

    public boolean good() {
        return steps.stream().allMatch(Step::good);
    }

    /** In real time; zero where nothing went live. */
    public Duration slowestUntilLive() {
        return untilLive.stream().reduce(Duration.ZERO, (a, b) -> a.compareTo(b) > 0 ? a : b);
    }
}
