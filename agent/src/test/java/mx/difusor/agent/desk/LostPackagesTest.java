package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Objects;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** A package that is gone with all that showed it is nothing that the public ever sees, and nothing hangs on it. */
class LostPackagesTest extends RestartedDesk {

    private static final Duration HALF_AN_HOUR = Duration.ofMinutes(30);

    /** Its receipt could not be written beside it, at any time. */
    @Test
    void theReceiptOfAHeldOneIsSettledWithoutItsFolder() throws Exception {
        decide(pack(1));
        room().operator().hold("ana", "");
        assertThat(decide(pack(2)).publication()).isEqualTo(Receipt.Publication.HELD);
        room().archive().close();
        disk.deleteTree(kept(2));
        operate((operator, publication, archive) -> {
            long bytes = archive.bytes();
            accept(pack(3), archive, publication);
            operator.resume("ana", "");
            publication.tick();
            assertThat(page()).isEqualTo("cut 3");
            assertThat(publication.delivered()).isTrue();
            assertThat(alerted()).isEmpty();
            assertThat(archive.receipt("pel", 2).orElseThrow().publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
            assertThat(acuse("p2.zip")).content().contains("superseded");
            assertThat(archive.bytes()).isGreaterThan(bytes);
            assertThat(kept(2)).doesNotExist();
        });
    }

    /** As a host that was restored from a backup: cut 2 is the newest of its archive, its log knows 3 and 4, which was the last. */
    private void restoreWithoutTheLastTwo() throws Exception {
        decide(pack(1));
        decide(pack(2));
        clock.pass(HALF_AN_HOUR);
        decide(pack(3));
        decide(finalPack(4));
        assertThat(page()).isEqualTo("final 4");
        loseTheIndex();
        disk.deleteTree(kept(3));
        disk.deleteTree(kept(4));
        loseThePage();
    }

    private void loseThePage() throws Exception {
        disk.deleteTree(room().home().releases());
        Files.delete(room().home().root().resolve("live"));
    }

    private static AcceptedPackage newest(Publication publication) {
        return Objects.requireNonNull(publication.newest());
    }

    @Test
    void latenessCountsFromTheCutThatIsShown() throws Exception {
        restoreWithoutTheLastTwo();
        start((archive, publication) -> {
            assertThat(page()).isEqualTo("cut 2");
            assertThat(archive.problems()).hasSize(1);
            assertThat(newest(publication).sequence()).isEqualTo(2);
            assertThat(publication.lateness()).isEqualTo(Lateness.Degree.LATE);
            assertThat(Objects.requireNonNull(publication.live()).state()).isEqualTo(LiveState.LATE);
        });
    }

    @Test
    void theNoticeOfAnInterruptionNamesTheCutThatWasShown() throws Exception {
        restoreWithoutTheLastTwo();
        clock.pass(HALF_AN_HOUR);
        start((archive, publication) -> {
            assertThat(publication.showsInterruption()).isTrue();
            assertThat(page()).contains("junio de 2024, 20:02 h");
        });
    }

    @Test
    void whatComesAgainIsAnsweredAsWhatIsShown() throws Exception {
        Candidate third = named("third.zip", pack(3), began);
        restoreWithoutTheLastTwo();
        start((archive, publication) -> {
            assertThat(publication.standing(newest(publication), Receipt.Publication.NONE))
                    .isEqualTo(Receipt.Publication.LIVE);
            accept(third, archive, publication);
            assertThat(page()).isEqualTo("cut 3");
            Receipt receipt = archive.receipt("pel", 3).orElseThrow();
            assertThat(receipt.publication()).isEqualTo(Receipt.Publication.LIVE);
            assertThat(receipt.liveAt()).isNotNull();
            assertThat(newest(publication).sequence()).isEqualTo(3);
        });
    }

    /** It could not be sent again to an agent that does not start. */
    private void expectAStartThatTakesItAgain(Candidate again, String cause) throws Exception {
        start((archive, publication) -> {
            Overview.Live live = Objects.requireNonNull(publication.live());
            assertThat(live.sequence()).isNull();
            assertThat(live.release()).startsWith("pel/waiting");
            assertThat(alerts.active()).singleElement().satisfies(alert -> {
                assertThat(alert.code()).isEqualTo("release-failed");
                assertThat(alert.message()).contains("p2.zip " + cause, "difusor archive import", "send it again");
            });
            publication.tick();
            assertThat(alerted()).containsExactly("release-failed");
            comesAgain(again, archive);
            publication.tick();
            assertThat(page()).isEqualTo("cut 2");
            assertThat(alerted()).isEmpty();
        });
    }

    private void comesAgain(Candidate again, Archive archive) throws Exception {
        archive.repeat(receipt(again, Receipt.Outcome.DUPLICATE), again);
    }

    @Test
    void aStartWithNoPageAtAllGoesOnWithoutThePackageThatItNeeds() throws Exception {
        decide(pack(1));
        Candidate second = pack(2);
        Candidate again = named("again.zip", second, began);
        decide(second);
        room().archive().close();
        disk.deleteTree(kept(2));
        loseThePage();
        expectAStartThatTakesItAgain(again, "is gone");
    }

    @Test
    void aStartWithNoPageAtAllGoesOnWithADamagedOne() throws Exception {
        Candidate second = pack(2);
        Candidate again = named("again.zip", second, began);
        decide(second);
        inTheIndex("INSERT OR REPLACE INTO checked (folder, at, damage)"
                + " VALUES ('archive/pel/2', '2024-06-02T20:00:00Z', 'a flipped bit')"); // which the mending asks for
        room().archive().close();
        Path file = kept(2).resolve("p2.zip");
        Files.delete(file);
        Files.write(file, new byte[] {1, 2, 3});
        loseThePage();
        expectAStartThatTakesItAgain(again, "is damaged");
    }
}
