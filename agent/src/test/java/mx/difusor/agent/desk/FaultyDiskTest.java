package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whole deliveries with the disk failing at one operation after another, in every way that {@link UnreliableDisk}
 * knows. {@code -Dendurance.points=N} takes that many points (every operation more than once: {@code -Pendurance}),
 * {@code -Dendurance.seed=N} repeats one.
 */
class FaultyDiskTest {

    private static final int POINTS = Integer.getInteger("endurance.points", 25);
    private static final int FAILURES_SHOWN = Integer.getInteger("endurance.shown", 5);
    private static final @Nullable Long ONE_SEED = Long.getLong("endurance.seed");

    @TempDir
    Path folder;

    @SuppressWarnings("NullAway.Init")
    private ElectionDay day;

    /** What the public sees after each step where nothing fails; the first stands before all steps. */
    private final List<Map<String, String>> trees = new ArrayList<>();

    private Map<String, String> archived = Map.of();
    private int operations;

    @BeforeEach
    void undisturbed() throws Exception {
        day = new ElectionDay(Files.createDirectory(folder.resolve("day")));
        Run run = new Run(0);
        try (WholeDesk desk = WholeDesk.open(run.world)) {
            trees.add(Objects.requireNonNull(run.evidence.live()));
            for (int step = 0; step < day.steps().size(); step++) {
                run.begin(step);
                day.steps().get(step).happening().on(desk);
                trees.add(Objects.requireNonNull(run.evidence.live()));
            }
            operations = run.disk.operations();
            run.evidence.indexAgrees(desk.archive());
            run.evidence.tidy();
        }
        archived = run.evidence.archived();
        assertThat(archived).as("six packages and their signatures").hasSize(12);
    }

    @Test
    void whateverTheDiskDoesNothingAcknowledgedIsLostAndNothingTornIsServed() throws Exception {
        if (ONE_SEED != null) {
            disturb(ONE_SEED);
            return;
        }
        List<Throwable> failures = new ArrayList<>();
        for (int point = 0; point < POINTS && failures.size() < FAILURES_SHOWN; point++) {
            try {
                disturb(point * 7_919L);
            } catch (AssertionError e) {
                System.out.println(e.getMessage());
                failures.add(e);
            }
        }
        System.out.printf(
                "%d points among %d operations of %d steps%n",
                POINTS, operations, day.steps().size());
        assertThat(failures.size()).as("seeds that fail; see the output").isZero();
    }

    /** The operation follows from the seed, so that many seeds in a row meet every one of them. */
    private void disturb(long seed) throws Exception {
        Run run = new Run(seed);
        Fault fault = oneOf(Fault.values(), run.random);
        run.disk.failAt(1 + (int) Math.floorMod(seed, (long) operations), fault);
        try {
            run.throughTheDay(fault);
        } catch (AssertionError | Exception e) {
            throw new AssertionError(
                    "seed %d (-Dendurance.seed=%d): %s at %s, in step %s%n%s%n%s"
                            .formatted(
                                    seed, seed, fault, run.disk.struckAt(), run.stepName(), run.story, e.getMessage()),
                    e);
        }
    }

    private static <T> T oneOf(T[] all, Random random) {
        return all[random.nextInt(all.length)];
    }

    /** One day with one fault, on a home of its own. */
    private final class Run {
        private static final int STARTS = 4;

        final Random random;
        final Home home;
        final UnreliableDisk disk;
        final Auditor evidence;
        final WholeDesk.World world;
        final List<String> story = new ArrayList<>();
        private int step = -1;
        private Map<String, byte[]> earlierIndex = Map.of();

        Run(long seed) throws IOException, MachineException {
            random = new Random(seed);
            Path root = Files.createTempDirectory(folder, "home").toRealPath();
            home = new Home(root);
            disk = new UnreliableDisk(root, seed);
            evidence = new Auditor(home);
            world = new WholeDesk.World(home, disk, new SettableClock(day.began()), day.event(), day.authenticator());
        }

        String stepName() {
            return step < 0 ? "the start" : day.steps().get(step).name();
        }

        void begin(int number) throws IOException {
            step = number;
            if (ElectionDay.isOpen(number)
                    && world.clock().instant().isBefore(world.event().opens())) {
                world.clock().set(world.event().opens());
            }
            if (random.nextInt(4) == 0) {
                earlierIndex = evidence.index();
            }
        }

        void throughTheDay(Fault fault) throws Exception {
            WholeDesk desk = opened(fault);
            try {
                for (int number = 0; number < day.steps().size(); number++) {
                    begin(number);
                    while (!happened(number, desk)) {
                        desk.close();
                        desk = restarted(fault);
                        resendEverything(desk, number);
                    }
                    if (!comesTrue(number, desk)) {
                        desk.close();
                        desk = restarted(fault);
                    }
                    noDefect(desk);
                }
                resendEverything(desk, day.steps().size());
                finished(desk);
            } finally {
                desk.close();
            }
            lost(Fault.POWER_CUT, Loss.ALL);
            assertThat(evidence.live()).isEqualTo(trees.get(trees.size() - 1));
            disk.mend();
            try (WholeDesk again = WholeDesk.open(world)) {
                finished(again);
                evidence.tidy();
            }
        }

        private boolean happened(int number, WholeDesk desk) {
            try {
                day.steps().get(number).happening().on(desk);
                return true;
            } catch (WholeDesk.OffException e) {
                return false;
            }
        }

        /** Until what failed works again, the old page stays; then the new one comes by itself. */
        private boolean comesTrue(int number, WholeDesk desk) throws IOException {
            try {
                while (!trees.get(number + 1).equals(evidence.live())) {
                    assertThat(evidence.live()).isEqualTo(trees.get(number));
                    assertThat(disk.struck()).as("nothing failed").isTrue();
                    desk.pass();
                }
                return true;
            } catch (WholeDesk.OffException e) {
                return false;
            }
        }

        private void finished(WholeDesk desk) throws Exception {
            desk.settle();
            assertThat(evidence.live()).isEqualTo(trees.get(trees.size() - 1));
            assertThat(evidence.archived()).isEqualTo(archived);
            evidence.indexAgrees(desk.archive());
            evidence.nothingUndecided();
            noDefect(desk);
        }

        private void noDefect(WholeDesk desk) {
            assertThat(desk.alerts()).extracting(Alert::code).doesNotContain("internal-error", "archive-damaged");
        }

        /** The first start; where it fails, the operator starts again. */
        private WholeDesk opened(Fault fault) throws Exception {
            try {
                WholeDesk desk = WholeDesk.open(world);
                if (!disk.isDead()) {
                    return desk;
                }
                desk.close();
            } catch (IOException | MachineException e) {
                assertThat(disk.struck()).as("%s", e).isTrue();
            }
            return restarted(fault);
        }

        /** The machine is off; it starts again, perhaps not at the first try, and perhaps to go off at once. */
        private WholeDesk restarted(Fault first) throws Exception {
            Fault fault = first;
            for (int start = 1; ; start++) {
                story.add(fault + " at " + disk.struckAt());
                lost(fault, oneOf(Loss.values(), random));
                doSomethingToTheIndex();
                disk.mend();
                boolean offAgain = start < STARTS && random.nextInt(3) == 0;
                if (offAgain) {
                    fault = random.nextBoolean() ? Fault.KILL : Fault.POWER_CUT;
                    disk.failAt(disk.operations() + 1 + random.nextInt(60), fault);
                }
                try {
                    WholeDesk desk = WholeDesk.open(world);
                    if (!disk.isDead() && offAgain) {
                        disk.stop();
                        story.add("right after the start");
                    }
                    if (!disk.isDead()) {
                        asHistorySays(desk);
                        return desk;
                    }
                    desk.close();
                } catch (IOException | MachineException e) {
                    assertThat(disk.isDead()).as("the start fails: %s", e).isTrue();
                }
            }
        }

        /** What the power takes; and everything that was promised until then is there nevertheless. */
        private void lost(Fault fault, Loss loss) throws IOException {
            disk.stop();
            Map<String, JsonNode> acknowledged = evidence.receipts();
            if (fault == Fault.POWER_CUT) {
                story.add("the power cut takes " + loss);
                disk.cutPower(loss);
            }
            for (ElectionDay.Step one : day.steps()) {
                ElectionDay.Parcel parcel = one.parcel();
                JsonNode receipt = parcel == null ? null : acknowledged.get(parcel.name());
                if (parcel != null && receipt != null && Auditor.promises(receipt)) {
                    evidence.holds(parcel);
                }
            }
            wholeAndNotEarlier(acknowledged);
        }

        private void wholeAndNotEarlier(Map<String, JsonNode> acknowledged) throws IOException {
            Map<String, String> live = evidence.live();
            if (step < 0) {
                assertThat(live).as("before anything came").isIn(null, trees.get(0));
                return;
            }
            assertThat(live).as("what stands before the start").isIn(trees.get(step), trees.get(step + 1));
            ElectionDay.Parcel parcel = day.steps().get(step).parcel();
            JsonNode receipt = parcel == null ? null : acknowledged.get(parcel.name());
            if (receipt != null && receipt.path("publication").asText().equals("live")) {
                assertThat(live).as("a receipt said live").isEqualTo(trees.get(step + 1));
            }
        }

        /** After the start, before anything is sent again. */
        private void asHistorySays(WholeDesk desk) throws Exception {
            noDefect(desk);
            if (step >= 0) {
                ElectionDay.Parcel parcel = day.steps().get(step).parcel();
                boolean before = parcel != null && parcel.good() && !evidence.stands(parcel);
                assertThat(evidence.live())
                        .as("what is live after the start")
                        .isIn(before ? List.of(trees.get(step)) : List.of(trees.get(step), trees.get(step + 1)));
            }
            desk.settle();
            evidence.indexAgrees(desk.archive());
            evidence.tidy();
        }

        private void doSomethingToTheIndex() throws IOException {
            int what = random.nextInt(4);
            if (what == 0) {
                story.add("index deleted");
                evidence.putBack(Map.of());
            } else if (what == 1) {
                story.add("index put back to an earlier one");
                evidence.putBack(earlierIndex);
            }
        }

        /** The Institute does not know what arrived: it sends everything again. */
        private void resendEverything(WholeDesk desk, int steps) {
            for (int number = 0; number < steps; number++) {
                if (day.steps().get(number).parcel() != null) {
                    assertThat(happened(number, desk)).isTrue();
                }
            }
        }
    }
}
