package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.History;
import mx.difusor.agent.model.Lateness;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A package that the disk has damaged never takes the page back to an older cut. */
class DamagedPackagesTest extends RestartedDesk {

    /** The bytes that were accepted. */
    private @Nullable Candidate again;

    @BeforeEach
    void threeCutsOfWhichTheNewestIsDamaged() throws Exception {
        decide(pack(1));
        decide(pack(2));
        Candidate third = pack(3);
        again = named("again.zip", third, began);
        decide(third);
        Files.write(kept(3).resolve("p3.zip"), new byte[] {1, 2, 3});
        assertThat(page()).isEqualTo("cut 3");
    }

    private void expectDamaged(boolean agentRunning) {
        assertThatThrownBy(() -> ArchiveInspection.reindex(room().home(), disk, MANIFESTS, agentRunning))
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("archive-damaged");
                    assertThat(e).hasMessageContaining("pel/3");
                });
    }

    private static List<Long> sequences(Archive archive) {
        return archive.history("pel").packages().stream()
                .map(AcceptedPackage::sequence)
                .toList();
    }

    @Test
    void anIndexMadeAnewKeepsItInHistory() throws Exception {
        room().archive().close();
        expectDamaged(false);
        start((archive, publication) -> {
            assertThat(page()).isEqualTo("cut 3");
            assertThat(sequences(archive)).containsExactly(1L, 2L, 3L);
        });
        assertThat(room().home().root()).isDirectoryNotContaining("glob:**index.damaged*");
    }

    @Test
    void anIndexMadeAnewBesideTheAgentKeepsWhatComesNextPublished() throws Exception {
        expectDamaged(true);
        decide(pack(4));
        assertThat(page()).isEqualTo("cut 4");
        assertThat(alerted()).isEmpty();
    }

    @Test
    void itsBytesComingAgainAfterAReindexMakeItWhole() throws Exception {
        expectDamaged(true);
        Receipt receipt = decide(Objects.requireNonNull(again));
        assertThat(receipt.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        ArchiveInspection.reindex(room().home(), disk, MANIFESTS, true);
    }

    private void expectThePageToStay() throws Exception {
        start((archive, publication) -> {
            assertThat(page()).isEqualTo("cut 3");
            Overview.Live live = Objects.requireNonNull(publication.live());
            assertThat(live.sequence()).isEqualTo(3);
            assertThat(live.state()).isEqualTo(LiveState.CURRENT);
            assertThat(sequences(archive)).containsExactly(1L, 2L);
            assertThat(archive.problems()).hasSize(1);
            assertThat(alerted()).isEmpty();
        });
    }

    @Test
    void whereTheIndexIsLostTooThePageStays() throws Exception {
        Digest tree = live().tree();
        loseTheIndex();
        expectThePageToStay();
        start((archive, publication) ->
                assertThat(Objects.requireNonNull(publication.live()).tree()).isEqualTo(tree));
    }

    @Test
    void whereEvenItsReceiptIsLostTheLogTells() throws Exception {
        loseTheIndex();
        Files.delete(kept(3).resolve("receipt.json"));
        expectThePageToStay();
    }

    @Test
    void aHoldKeepsItOnceItIsWholeAgain() throws Exception {
        loseTheIndex();
        operate((operator, publication, archive) -> {
            assertThat(operator.hold("ana", "").sequence()).isEqualTo(3);
            accept(Objects.requireNonNull(again), archive, publication);
            assertThat(page()).isEqualTo("cut 3");
            accept(pack(4), archive, publication);
            assertThat(page()).isEqualTo("cut 3");
        });
    }

    /** The sequences that it notes are no longer enough to tell what was public. */
    @Test
    void aHoldOfTheCutThatWasWholeWhenItBeganShowsAllThatWasLaidOverOneAnother() throws Exception {
        room().archive().close();
        Files.write(kept(2).resolve("p2.zip"), new byte[] {1, 2, 3});
        Files.delete(room().home().index());
        operate((operator, publication, archive) -> {
            operator.hold("ana", "");
            assertThat(Objects.requireNonNull(publication.hold()).known()).containsExactly(1L, 2L, 3L);
        });
    }

    @Test
    void aNoticeThatEndsGivesWayToIt() throws Exception {
        Digest tree = live().tree();
        loseTheIndex();
        operate((operator, publication, archive) -> operator.noticeOn("we look into it", "ana", ""));
        operate((operator, publication, archive) -> {
            operator.noticeOff("ana", "");
            assertThat(page()).isEqualTo("cut 3");
            assertThat(Objects.requireNonNull(publication.live()).tree()).isEqualTo(tree);
        });
    }

    @Test
    void aLinkThatWasLostComesBackToIt() throws Exception {
        loseTheIndex();
        Files.delete(room().home().root().resolve("live"));
        start((archive, publication) -> assertThat(page()).isEqualTo("cut 3"));
    }

    @Test
    void aHoldUnderANoticeHoldsWhatIsBeneath() throws Exception {
        loseTheIndex();
        operate((operator, publication, archive) -> {
            operator.noticeOn("we look into it", "ana", "");
            assertThat(operator.hold("ana", "").sequence()).isEqualTo(3);
            operator.noticeOff("ana", "");
            assertThat(page()).isEqualTo("cut 3");
        });
    }

    @Test
    void aLatePackageBelowItIsNotTheNewest() throws Exception {
        Candidate second = named("late.zip", pack(2), began);
        room().archive().close();
        Files.write(kept(2).resolve("p2.zip"), new byte[] {1, 2, 3});
        Files.delete(room().home().index());
        operate((operator, publication, archive) -> {
            accept(second, archive, publication);
            assertThat(page()).isEqualTo("cut 3");
            assertThat(archive.receipt("pel", 2).orElseThrow().publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
        });
    }

    @Test
    void theLastCutIsTheLastThoughItIsDamaged() throws Exception {
        decide(finalPack(4));
        assertThat(page()).isEqualTo("final 4");
        Files.write(kept(4).resolve("p4.zip"), new byte[] {1, 2, 3});
        loseTheIndex();
        clock.pass(Duration.ofMinutes(90));
        start((archive, publication) -> {
            assertThat(page()).isEqualTo("final 4");
            assertThat(Objects.requireNonNull(publication.live()).state()).isEqualTo(LiveState.FINAL);
            assertThat(publication.lateness()).isEqualTo(Lateness.Degree.NONE);
            assertThat(Objects.requireNonNull(publication.newest()).sequence()).isEqualTo(4);
        });
    }

    @Test
    void anEventFolderThatIsGoneTakesNothingFromThePage() throws Exception {
        room().archive().close();
        disk.deleteTree(room().home().archive().resolve("pel"));
        for (int i = 0; i < 2; i++) {
            start((archive, publication) -> {
                assertThat(page()).isEqualTo("cut 3");
                assertThat(sequences(archive)).containsExactly(1L, 2L, 3L);
                assertThat(archive.problems()).hasSize(1);
            });
        }
    }

    @Test
    void whereIndexAndFolderAreGoneTheLogKeepsThePage() throws Exception {
        loseTheIndex();
        disk.deleteTree(kept(3));
        for (int i = 0; i < 2; i++) {
            expectThePageToStay();
        }
    }

    @Test
    void itsSequenceStaysTakenAndItsOwnBytesFit() throws Exception {
        Candidate own = Objects.requireNonNull(again);
        Manifest manifest = manifest(own.archive());
        loseTheIndex();
        start((archive, publication) -> {
            History history = archive.history("pel");
            assertThat(history.admit(manifest, Digest.ofContent(new byte[0]), began))
                    .isInstanceOfSatisfying(
                            History.Admission.Refused.class,
                            refused -> assertThat(refused.reason()).isEqualTo(Reason.SEQUENCE_CONFLICT));
            assertThat(history.admit(manifest, Digest.ofContent(Files.readAllBytes(own.archive())), began))
                    .isInstanceOf(History.Admission.Fits.class);
        });
    }

    @Test
    void anOperatorMayTakeThePageBack() throws Exception {
        loseTheIndex();
        try (Archive archive = Archive.open(room().home(), disk, budget, MANIFESTS)) {
            Publication publication =
                    publication(room().home(), archive, publication().event(), SteadyClock.trusting(clock));
            publication.open(new Operator.Hold("pel", 2L, "ana", "wrong", clock.instant(), null), null);
            assertThat(page()).isEqualTo("cut 2");
        }
    }

    /** Nobody knows what it should show: what the archive still has is the best there is. */
    @Test
    void aPageThatWasAlteredDoesNotStay() throws Exception {
        loseTheIndex();
        Path live = room().home().root().resolve("live").toRealPath();
        Files.writeString(live.resolve("index.html"), "cut 9");
        start((archive, publication) -> assertThat(page()).isEqualTo("cut 2"));
    }

    @Test
    void aFolderThatNobodyEverAcceptedIsNoPackage() throws Exception {
        loseTheIndex();
        Files.createDirectories(kept(8));
        start((archive, publication) -> {
            assertThat(archive.problems()).hasSize(2);
            assertThat(archive.history("pel").newestDamaged().orElseThrow().sequence())
                    .isEqualTo(3);
        });
    }
}
