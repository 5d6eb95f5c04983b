package mx.difusor.agent.institute.drill;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import mx.difusor.agent.institute.Answer;
import mx.difusor.agent.institute.SendProgress;
import mx.difusor.agent.institute.Sender;
import mx.difusor.agent.model.MachineException;

/**
 * Plays the Institute's side of a whole election day, with what goes wrong in one: a cut that is late, one that is never
 * sent, one that is damaged on its way, one that is sent twice, one that overtakes another, an interruption and the
 * recovery from it, the final cut. After each it looks at what the public sees.
 */
public final class Drill {

    static final int LATE = 16;
    static final int MISSING = 24;
    static final int CORRUPT = 32;
    static final int REPEATED = 36;
    static final int OVERTAKING = 40;
    static final int INTERRUPTED = 56;

    /** How long, in real time, something may take that should be there at once. */
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    private static final String NONE = "no results";

    private static final int LOOK_EVERY_MILLIS = 20;

    private static final Duration SLACK = Duration.ofSeconds(3);

    private final DrillPlan plan;
    private final ScaledClock clock;
    private final DrillPackages packages;
    private final Sender sender;
    private final Path live;
    private final Consumer<DrillReport.Step> teller;
    private final AgentWatcher watcher;
    private final List<DrillReport.Step> steps = new ArrayList<>();
    private final List<Duration> untilLive = new ArrayList<>();

    /**
     * @param live what the drill's agent publishes
     * @param agent its status address, ending in a slash
     * @param teller is told each step when it is over
     */
    public Drill(
            DrillPlan plan,
            ScaledClock clock,
            DrillPackages packages,
            Sender sender,
            Path live,
            URI agent,
            Consumer<DrillReport.Step> teller) {
        this.plan = plan;
        this.clock = clock;
        this.packages = packages;
        this.sender = sender;
        this.live = live;
        this.teller = teller;
        this.watcher = new AgentWatcher(agent, clock);
    }

    /** @throws MachineException where the sender or this machine fails; what the agent does wrong stands in the report */
    public DrillReport play() throws MachineException, InterruptedException {
        try (watcher) {
            clock.start();
            beforeTheOpening();
            for (int sequence = 2; sequence <= DrillPlan.CUTS; sequence++) {
                boolean interruption = sequence >= INTERRUPTED && sequence < recovered();
                if (interruption) {
                    if (sequence == INTERRUPTED) {
                        interruption();
                    }
                } else {
                    cut(sequence);
                }
            }
            closing();
            return new DrillReport(steps, watcher.changes(), untilLive, plan.times());
        }
    }

    /** The first cut after the interruption: so many are not sent that it is one, whatever is configured. */
    private int recovered() {
        return INTERRUPTED + plan.missedPeriods() + 1;
    }

    private void beforeTheOpening() throws MachineException, InterruptedException {
        Answer site = send(packages.good(1));
        step("early", "held", publication(site));
        step("waiting", NONE, shown(NONE));
        int mark = watcher.mark();
        until(plan.opens());
        step("opening", "current", watcher.await("current", mark, PATIENCE));
        step("site", "1", shown(1));
    }

    private void cut(int sequence) throws MachineException, InterruptedException {
        until(plan.sent(sequence));
        switch (sequence) {
            case LATE -> late(sequence);
            case MISSING -> step("missing", "late", watcher.await("late", watcher.mark(), periods(2)));
            case CORRUPT -> corrupt(sequence);
            case REPEATED -> repeated(sequence);
            case OVERTAKING -> {} // sent after the next one
            case OVERTAKING + 1 -> overtaken(sequence);
            case DrillPlan.CUTS -> last(sequence);
            default -> onTime(sequence == recovered() ? "recovery" : "cut", sequence);
        }
    }

    private void onTime(String what, int sequence) throws MachineException, InterruptedException {
        Answer answer = send(packages.good(sequence));
        answer.untilLive().ifPresent(untilLive::add);
        String seen = publication(answer) + " " + shown(sequence);
        boolean usual = what.equals("cut");
        if (!usual || !seen.equals("live " + sequence)) {
            step(what, "live " + sequence, seen);
        }
    }

    /** In real time: nothing is sent meanwhile, and on a slow machine the newest cut may have come late itself. */
    private Duration periods(int count) {
        return plan.cadence().multipliedBy(count).dividedBy(plan.times()).plus(SLACK);
    }

    private void late(int sequence) throws MachineException, InterruptedException {
        int mark = watcher.mark();
        until(plan.sent(sequence).plus(plan.cadence().dividedBy(3)));
        step("late", "late", watcher.await("late", mark, periods(2)));
        onTime("late-cut", sequence);
    }

    private void corrupt(int sequence) throws MachineException, InterruptedException {
        Answer answer = send(packages.corrupt(sequence));
        step("corrupt", "rejected signature-invalid", answer.outcome() + " " + answer.code());
        step("old-page", "" + (sequence - 1), shown(sequence - 1));
        onTime("sent-again", sequence);
    }

    private void repeated(int sequence) throws MachineException, InterruptedException {
        onTime("cut", sequence);
        Answer answer = send(packages.good(sequence));
        step("repeated", "duplicate " + sequence, answer.outcome() + " " + shown(sequence));
    }

    private void overtaken(int sequence) throws MachineException, InterruptedException {
        onTime("overtaking", sequence);
        Answer answer = send(packages.good(sequence - 1));
        step("overtaken", "superseded " + sequence, publication(answer) + " " + shown(sequence));
    }

    private void interruption() throws InterruptedException, MachineException {
        int mark = watcher.mark();
        String state = watcher.await("interrupted", mark, periods(plan.missedPeriods() + 2));
        step("interruption", "interrupted", state);
        String expected = plan.noticeWhenInterrupted() ? NONE : "" + (INTERRUPTED - 1);
        step("notice", expected, shown(expected));
    }

    private void last(int sequence) throws MachineException, InterruptedException {
        int mark = watcher.mark();
        onTime("final-cut", sequence);
        step("final", "final", watcher.await("final", mark, PATIENCE));
    }

    private void closing() throws InterruptedException {
        until(plan.closes());
        String state = watcher.await("final", watcher.mark(), PATIENCE);
        step("closing", "final " + DrillPlan.CUTS, state + " " + shown(DrillPlan.CUTS));
    }

    private void step(String what, String expected, String seen) {
        DrillReport.Step step = new DrillReport.Step(clock.instant(), what, expected, seen, expected.equals(seen));
        steps.add(step);
        teller.accept(step);
    }

    private void until(Instant instant) throws InterruptedException {
        Thread.sleep(clock.until(instant).toMillis());
    }

    private Answer send(Path archive) throws MachineException {
        Answer answer = sender.send(List.of(archive), SendProgress.NONE).get(0).answer();
        if (answer == null) {
            throw new MachineException(
                    "drill-failed", "no receipt came for " + archive.getFileName(), "see what the agent logged", null);
        }
        return answer;
    }

    private static String publication(Answer answer) {
        return Set.of("accepted", "duplicate").contains(answer.outcome())
                ? answer.publication()
                : answer.outcome() + " " + answer.code();
    }

    private String shown(int sequence) throws InterruptedException {
        return shown("" + sequence);
    }

    /** The sequence whose results are public, or {@link #NONE}; waited for where it is not what is expected. */
    private String shown(String expected) throws InterruptedException {
        long until = System.nanoTime() + PATIENCE.toNanos();
        String seen = results();
        while (!seen.equals(expected) && System.nanoTime() < until) {
            Thread.sleep(LOOK_EVERY_MILLIS);
            seen = results();
        }
        return seen;
    }

    /** As a web server reads it. */
    private String results() {
        try {
            String text = Files.readString(live.resolve(DrillPackages.RESULTS), StandardCharsets.UTF_8);
            return DrillPackages.sequence(text).orElse("something else");
        } catch (IOException e) {
            return NONE;
        }
    }
}
