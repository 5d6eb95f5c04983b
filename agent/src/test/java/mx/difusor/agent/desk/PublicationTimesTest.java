package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.Objects;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.Release;
import org.junit.jupiter.api.Test;

/** When something is published, tried again or left alone, and since when it counts as public. */
class PublicationTimesTest extends BreakableDesk {

    @Test
    void afterATryThatTookLongTheDecidingThreadHasTimeForOtherThings() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        brokenNanos = 2 * Rest.LONG_NANOS;
        decide(pack(2));
        broken = Broken.NOTHING;
        Object told = Files.getAttribute(acuse("p2.zip"), "unix:ino");
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 1");
        assertThat(Files.getAttribute(acuse("p2.zip"), "unix:ino"))
                .as("not written anew each second")
                .isEqualTo(told);
        nanos += Rest.TIMES * brokenNanos;
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 2");
    }

    @Test
    void afterASuccessNothingRests() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        brokenNanos = 2 * Rest.LONG_NANOS;
        room().operator().noticeOn("vuelve", "ana", "");
        broken = Broken.NOTHING;
        room().operator().noticeOff("ana", "");
        clock.pass(Duration.ofMinutes(49));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.INTERRUPTED);
        assertThat(publication().showsInterruption()).isTrue();
    }

    /** On some hosts asking it starts a program. */
    @Test
    void aTickThatBringsNothingDoesNotEvenAskTheLiveRoot() throws Exception {
        decide(pack(1));
        int before = asked;
        room().desk().tick();
        room().desk().tick();
        assertThat(asked).isEqualTo(before);
    }

    @Test
    void aStartMakesNoCutYounger() throws Exception {
        decide(pack(1));
        clock.pass(Duration.ofMinutes(1));
        decide(pack(2));
        Instant at = Objects.requireNonNull(live().publishedAt());
        assertThat(at).isEqualTo(began.plusSeconds(60));
        clock.pass(Duration.ofMinutes(1));
        room().desk().tick();
        assertThat(live().publishedAt()).isEqualTo(at);
        Path live = room().home().root().resolve("live").toRealPath();
        assertThat(Objects.requireNonNull(again(null).live()).publishedAt()).isEqualTo(at);
        assertThat(room().home().root().resolve("live").toRealPath())
                .as("what stands is not made anew")
                .isEqualTo(live);
        Files.delete(room().home().root().resolve("live"));
        assertThat(Objects.requireNonNull(again(null).live()).publishedAt())
                .as("also where the live root has to be made again")
                .isEqualTo(at);
    }

    @Test
    void anOlderCutIsPublicSinceItWasBroughtBack() throws Exception {
        decide(pack(1));
        clock.pass(Duration.ofMinutes(1));
        decide(pack(2));
        clock.pass(Duration.ofMinutes(1));
        room().operator().rollback(1, "ana", "");
        assertThat(live().sequence()).isEqualTo(1);
        assertThat(live().publishedAt()).isEqualTo(began.plusSeconds(120));
    }

    @Test
    void aRepairMakesNoCutYoungerAndAReleaseThatIsNotLiveIsNotRepaired() throws Exception {
        decide(pack(1));
        Release before = Objects.requireNonNull(publisher().settled());
        clock.pass(Duration.ofMinutes(1));
        assertThat(publication().replace(before)).isEqualTo(live().release());
        assertThat(live().publishedAt()).isEqualTo(began);
        assertThat(live().cut()).isEqualTo("2024-06-02T20:01:00-07:00");
        assertThat(live().ageSeconds())
                .isEqualTo(Duration.between(
                                OffsetDateTime.parse("2024-06-02T20:01:00-07:00"),
                                clock.instant().atOffset(ZoneOffset.UTC))
                        .toSeconds());
        assertThat(publication().replace(before)).isNull();
    }

    @Test
    void aRepairTellsWhatBecameOfAPackageWhosePublicationFailed() throws Exception {
        decide(pack(1));
        room().operator().hold("ana", "");
        broken = Broken.ASKING;
        decide(pack(2));
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.NONE);
        broken = Broken.NOTHING;
        publication().replace(Objects.requireNonNull(publisher().settled()));
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.HELD);
    }

    @Test
    void whatCameAgainWhileAnOlderCutIsHeldIsHeld() throws Exception {
        decide(pack(1));
        room().operator().hold("ana", "");
        var second = pack(2);
        decide(second);
        Receipt again = decide(second);
        assertThat(again.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(again.publication()).isEqualTo(Receipt.Publication.HELD);
    }

    @Test
    void beforeItIsOpenedThereIsNothingToPutRight() throws Exception {
        Publication unopened =
                publication(room().home(), room().archive(), publication().event(), SteadyClock.trusting(clock));
        assertThat(unopened.pointBack()).isNull();
        assertThat(unopened.newest()).isNull();
        assertThat(unopened.live()).isNull();
    }

    @Test
    void theNewestIsTheShownEventsAsLongAsTheOtherOneCannotBeShown() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        room().operator().activate("otro", "ana", "");
        assertThat(live().event()).isEqualTo("pel");
        assertThat(Objects.requireNonNull(publication().newest()).event()).isEqualTo("pel");
    }

    /** Of one that another door than the desk's has brought the receipt tells. */
    @Test
    void theNewestCutsAgeIsItsOwn() throws Exception {
        decide(pack(1));
        clock.pass(Duration.ofMinutes(40));
        keep(pack(3), clock.instant());
        clock.pass(Duration.ofMinutes(10));
        room().desk().tick();
        assertThat(state()).isEqualTo(LiveState.CURRENT);
        assertThat(page()).isEqualTo("cut 3");
    }
}
