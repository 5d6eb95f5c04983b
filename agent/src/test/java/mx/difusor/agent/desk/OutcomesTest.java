package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** What the receipts of accepted packages say became of them, and that it is written no more often than it changes. */
class OutcomesTest extends BreakableDesk {

    /** Each writing makes another file. */
    private static Object file(Path path) throws Exception {
        return Files.readAttributes(path, BasicFileAttributes.class).fileKey();
    }

    @Test
    void whatWasNotPublicYetIsNotToldByTheSequencesOfAnotherEvent() throws Exception {
        decide(pack("otro", 5, otherFiles()));
        broken = Broken.POINTING;
        assertThat(decide(pack(1)).publication()).isEqualTo(Receipt.Publication.NONE);
        broken = Broken.NOTHING;
        room().operator().activate("otro", "ana", "");
        assertThat(live().event()).isEqualTo("otro");
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.NONE);
    }

    @Test
    void aLatePackageIsNotToldAsSupersededWhileThePageDoesNotHaveItYet() throws Exception {
        decide(pack(2));
        broken = Broken.ASKING;
        assertThat(decide(pack(1)).publication()).isEqualTo(Receipt.Publication.NONE);
        broken = Broken.NOTHING;
        room().desk().tick();
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }

    @Test
    void whatWasToldIsNotWrittenAgain() throws Exception {
        moveTo(began.plusSeconds(100));
        decide(pack(1));
        Object told = file(acuse("p1.zip"));
        assertThat(receipt(1).publication()).isEqualTo(Receipt.Publication.HELD);
        decide(pack(2));
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.HELD);
        assertThat(file(acuse("p1.zip"))).isEqualTo(told);
    }

    @Test
    void whatNoneIsToldOfIsWrittenEachTimeUntilItIsKnown() throws Exception {
        broken = Broken.POINTING;
        decide(pack(1));
        Files.delete(acuse("p1.zip"));
        decide(pack(2));
        assertThat(acuse("p1.zip")).content().contains("\"publication\" : \"none\"");
    }

    @Test
    void whatWasSupersededStaysSoWhenThePageGoesBackToIt() throws Exception {
        decide(pack(1));
        broken = Broken.POINTING;
        decide(pack(2));
        broken = Broken.NOTHING;
        decide(pack(3));
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
        room().operator().rollback(2, "ana", "");
        assertThat(page()).isEqualTo("cut 2");
        assertThat(receipt(2).publication()).isEqualTo(Receipt.Publication.SUPERSEDED);
    }
}
