package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.intake.Places.Place;
import mx.difusor.agent.intake.Places.Stage;
import org.junit.jupiter.api.Test;

class PlacesTest {
    private long now = Long.MAX_VALUE - 1_000;
    private final Places<String> places = new Places<>(() -> now);
    private final List<Place<String>> all = new ArrayList<>();

    /** @return who had to make room */
    private Stream<String> comes(String occupant, String source, boolean familiar) {
        Places.Admission<String> admission = places.admit(occupant, new Source(source), familiar);
        all.add(admission.place());
        return admission.leaves().stream().map(place -> place.occupant);
    }

    private void fillWithStrangers(int sources, int each) {
        for (int i = 0; i < sources * each; i++) {
            assertThat(comes("s" + i, "10.0.0." + i % sources, false)).isEmpty();
        }
    }

    private void pass(Duration duration) {
        now += duration.toNanos();
    }

    @Test
    void whoHoldsThemAllOpenKeepsNobodyOut() {
        fillWithStrangers(8, 16);
        assertThat(comes("newcomer", "192.0.2.1", false)).containsExactly("s0");
        assertThat(places.count()).isEqualTo(Places.MAX_STRANGERS);
    }

    @Test
    void theBusiestSourceMakesRoomAndNotTheLoneClient() {
        assertThat(comes("lone", "192.0.2.1", false)).isEmpty();
        fillWithStrangers(31, 4);
        comes("a", "10.0.1.1", false);
        comes("b", "10.0.1.2", false);
        comes("c", "10.0.1.3", false);
        for (int i = 0; i < 62; i++) {
            assertThat(comes("n" + i, "10.1.0." + i, false))
                    .as("%d", i)
                    .doesNotContain("lone", "a", "b", "c")
                    .hasSize(1);
        }
    }

    @Test
    void amongEqualsTheOneThatShowedLeastGoesAndThenTheOldest() {
        fillWithStrangers(Places.MAX_STRANGERS, 1);
        all.get(0).reached(Stage.KEYED);
        all.get(1).reached(Stage.IDENTIFIED);
        assertThat(comes("x", "192.0.2.1", false)).containsExactly("s2");
        assertThat(comes("y", "192.0.2.2", false)).containsExactly("s3");
    }

    @Test
    void aSourceHasItsShareAndMakesRoomForItself() {
        for (int i = 0; i < Places.MAX_PER_SOURCE; i++) {
            assertThat(comes("n" + i, "192.0.2.1", true)).isEmpty();
        }
        assertThat(comes("other", "192.0.2.2", true)).isEmpty();
        assertThat(comes("more", "192.0.2.1", true)).containsExactly("n0");
    }

    @Test
    void theFamiliarHavePlacesThatStrangersCannotTake() {
        fillWithStrangers(8, 16);
        for (int i = 0; i < Places.MAX - Places.MAX_STRANGERS; i++) {
            assertThat(comes("f" + i, "192.0.2." + i, true)).as("%d", i).isEmpty();
        }
        assertThat(places.count()).isEqualTo(Places.MAX);
        assertThat(comes("one more", "192.0.2.200", true)).containsExactly("s0");
        assertThat(comes("stranger", "192.0.3.1", false)).containsExactly("s1");
        assertThat(places.count()).isEqualTo(Places.MAX);
    }

    @Test
    void noFamiliarOneMakesRoomWhileThereAreStrangers() {
        for (int i = 0; i < Places.MAX - 1; i++) {
            comes("f" + i, "192.0.2." + i % 10, true);
        }
        comes("stranger", "192.0.3.1", false);
        assertThat(comes("one more", "192.0.3.2", true)).containsExactly("stranger");
    }

    @Test
    void whereAllAreFamiliarOneOfThemMakesRoom() {
        for (int i = 0; i < Places.MAX; i++) {
            comes("f" + i, "192.0.2." + i % 20, true);
        }
        assertThat(comes("one more", "192.0.3.1", true)).containsExactly("f0");
        assertThat(places.count()).isEqualTo(Places.MAX);
    }

    @Test
    void whoLeavesFreesThePlace() {
        fillWithStrangers(8, 16);
        places.leave(all.get(5));
        assertThat(comes("newcomer", "192.0.2.1", false)).isEmpty();
    }

    @Test
    void eachStageHasItsTime() {
        comes("silent", "192.0.2.1", false);
        comes("identified", "192.0.2.2", false);
        comes("keyed", "192.0.2.3", false);
        all.get(1).reached(Stage.IDENTIFIED);
        all.get(2).reached(Stage.KEYED);

        pass(Places.TO_IDENTIFY);
        assertThat(places.overdue()).isEmpty();
        pass(Duration.ofNanos(1));
        assertThat(places.overdue()).containsExactly(all.get(0));
        pass(Places.TO_EXCHANGE_KEYS.minus(Places.TO_IDENTIFY));
        assertThat(places.overdue()).containsExactly(all.get(0), all.get(1));
        pass(Places.TO_LOG_IN.minus(Places.TO_EXCHANGE_KEYS));
        assertThat(places.overdue()).containsExactlyElementsOf(all);
    }
}
