package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** An old page stays while what shall be shown cannot be, and nothing is told of it that is not so. */
class OldPageTest extends BreakableDesk {

    private Path liveFolder() throws Exception {
        return room().home().root().resolve("live").toRealPath();
    }

    private static Overview.Live live(Publication publication) {
        return Objects.requireNonNull(publication.live());
    }

    /** So that no start can show it as it is. */
    private void alterThePage() throws Exception {
        Files.writeString(liveFolder().resolve("index.html"), "altered");
    }

    @Test
    void aStartThatCannotShowAnythingNewTellsWhatIsLiveByItsName() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        Publication started = again(notice(began));

        assertThat(live(started).release()).isEqualTo("pel/" + liveFolder().getFileName());
        assertThat(live(started).sequence()).isNull();
        assertThat(live(started).publishedAt()).isNull();
        assertThat(live(started).tree()).isEqualTo(Digest.ofContent(new byte[0]));
        assertThat(started.showsItsEvent()).as("nobody knows what is in it").isFalse();
        AcceptedPackage one = room().archive().history("pel").get(1).orElseThrow();
        assertThat(started.standing(one, Receipt.Publication.LIVE)).isEqualTo(Receipt.Publication.LIVE);
        broken = Broken.NOTHING;
        started.tick();
        assertThat(live(started).release()).startsWith("pel/notice-");
        assertThat(started.showsItsEvent()).isTrue();
    }

    @Test
    void aCutIsNoYoungerAfterAStartThatCouldShowItOnlyLater() throws Exception {
        decide(pack(1));
        alterThePage();
        clock.pass(Duration.ofMinutes(1));
        broken = Broken.POINTING;
        Publication started = again(null);
        assertThat(page()).isEqualTo("altered");
        assertThat(alerted()).containsExactly("live-root-failed");
        broken = Broken.NOTHING;
        started.tick();
        assertThat(page()).isEqualTo("cut 1");
        assertThat(live(started).sequence()).isEqualTo(1);
        assertThat(live(started).publishedAt()).isEqualTo(began);
    }

    @Test
    void aLiveRootOutsideTheReleasesIsToldByItsPath() throws Exception {
        Path root = room().home().root().resolve("live");
        Files.delete(root);
        Files.createSymbolicLink(root, folder);
        assertThat(publisher().liveName()).isEqualTo(folder.toString());
    }

    /** Two packages of the other event, of which the newest can be read as little as its event can be shown. */
    private Path activateInVain() throws Exception {
        decide(pack("otro", 1, otherFiles()));
        decide(pack("otro", 2, otherFiles()));
        for (int i = 1; i <= 3; i++) {
            decide(pack(i));
        }
        Path damaged = room().home().archive().resolve("otro/2/p2.zip");
        Files.copy(damaged, folder.resolve("whole"));
        Files.write(damaged, new byte[] {1, 2, 3});
        room().operator().activate("otro", "ana", "");
        assertThat(alerted()).containsExactly("release-failed");
        assertThat(page()).isEqualTo("cut 3");
        return damaged;
    }

    private Receipt.Publication told(String event, int sequence) throws Exception {
        return room().archive().receipt(event, sequence).orElseThrow().publication();
    }

    private List<String> published() throws Exception {
        return Files.readAllLines(room().home().history()).stream()
                .filter(line -> line.contains("\"what\":\"published\""))
                .toList();
    }

    @Test
    void aRepairOfTheFormerEventsPageIsToldAsThatEvents() throws Exception {
        Path damaged = activateInVain();
        alterThePage();
        String by = publication().replace(Objects.requireNonNull(publisher().settled()));

        assertThat(by).startsWith("pel/000003-");
        assertThat(page()).isEqualTo("cut 3");
        assertThat(live(publication()).event()).isEqualTo("pel");
        assertThat(live(publication()).sequence()).isEqualTo(3);
        assertThat(alerted()).as("otro is not shown yet").containsExactly("release-failed");
        assertThat(told("otro", 1)).isEqualTo(Receipt.Publication.HELD);
        assertThat(told("otro", 2)).isEqualTo(Receipt.Publication.HELD);
        List<String> lines = published();
        assertThat(lines.get(lines.size() - 1))
                .contains("\"event\":\"pel\",\"sequence\":3,", "\"release\":\"" + by + "\"");

        Files.move(folder.resolve("whole"), damaged, java.nio.file.StandardCopyOption.REPLACE_EXISTING);
        room().desk().tick();
        assertThat(page()).isEqualTo("cut 2");
        assertThat(live(publication()).event()).isEqualTo("otro");
        assertThat(told("otro", 1)).isEqualTo(Receipt.Publication.SUPERSEDED);
        assertThat(told("otro", 2)).isEqualTo(Receipt.Publication.LIVE);
        assertThat(alerted()).isEmpty();
    }

    @Test
    void theFormerEventsSequencesDoNotSpeakForTheNewOne() throws Exception {
        Candidate one = pack("otro", 1, otherFiles());
        decide(one);
        broken = Broken.POINTING;
        for (int i = 1; i <= 3; i++) {
            decide(pack(i));
        }
        broken = Broken.NOTHING;
        room().desk().tick();
        broken = Broken.POINTING;
        room().operator().activate("otro", "ana", "");

        assertThat(publication().shownSequence()).isNull();
        Receipt again = decide(one);
        assertThat(again.outcome()).isEqualTo(Receipt.Outcome.DUPLICATE);
        assertThat(again.publication()).isEqualTo(Receipt.Publication.HELD);
    }

    @Test
    void nothingIsHeldOfAnEventThatIsNotShownYet() throws Exception {
        activateInVain();
        assertThatThrownBy(() -> room().operator().hold("ana", ""))
                .isInstanceOf(Operator.RefusedException.class)
                .hasMessage(
                        "no cut is public that could be held: what otro shall show could not be shown yet, and an old"
                                + " page is live");
        assertThat(room().home().hold()).doesNotExist();
        room().operator().rollback(1, "ana", "");
        assertThat(page()).as("where one is named, it is").isEqualTo("cut 1");
        assertThat(live(publication()).event()).isEqualTo("otro");
    }

    @Test
    void aRepairTellsNothingAsHeldWhosePublicationFailed() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        decide(pack(2));
        broken = Broken.NOTHING;
        assertThat(publication().replace(Objects.requireNonNull(publisher().settled())))
                .startsWith("pel/000001-");
        assertThat(told("pel", 2)).isEqualTo(Receipt.Publication.NONE);
        assertThat(alerted()).containsExactly("live-root-failed");
        room().desk().tick();
        assertThat(told("pel", 2)).isEqualTo(Receipt.Publication.LIVE);
        assertThat(alerted()).isEmpty();
    }

    @Test
    void aRepairEndsTheAlertOfTheOneThatFailed() throws Exception {
        decide(pack(1));
        alterThePage();
        alerts.raise("release-failed", "made up");
        publication().replace(Objects.requireNonNull(publisher().settled()));
        assertThat(alerted()).isEmpty();
    }
}
