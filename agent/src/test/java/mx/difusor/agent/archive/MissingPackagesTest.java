package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.Test;

/** What was not mounted at the start is no longer told of once it is. */
class MissingPackagesTest extends OneArchive {

    private Path kept() {
        return home.archive().resolve("pel-2024/2");
    }

    private Path elsewhere() {
        return folder.resolve("elsewhere");
    }

    private void startWithoutTheSecond() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        Files.move(kept(), elsewhere());
        archive = open();
        assertThat(archive.problems()).singleElement().asString().contains("its files are gone");
    }

    @Test
    void whatStandsAgainIsNoLongerMissing() throws Exception {
        startWithoutTheSecond();
        assertThat(archive.lookForMissing()).isEmpty();
        assertThat(archive.problems()).hasSize(1);
        Files.move(elsewhere(), kept());
        assertThat(archive.lookForMissing()).containsExactly("archive/pel-2024/2");
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.lookForMissing()).isEmpty();
    }

    private void standAgainAndInNoIndex() throws Exception {
        keep(1);
        keep(2);
        archive.close();
        Files.delete(home.index());
        Files.move(kept(), elsewhere());
        archive = open();
        Files.move(elsewhere(), kept());
    }

    @Test
    void whatStandsAgainAndIsInNoIndexNeedsAStart() throws Exception {
        standAgainAndInNoIndex();
        assertThat(archive.lookForMissing()).isEmpty();
        assertThat(archive.problems())
                .containsExactly("archive/pel-2024/2 stands again and is not read yet: start the agent again");
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(archive.history("pel-2024").packages()).hasSize(2);
    }

    @Test
    void whatStoodAgainOnlyForAWhileIsNotForgotten() throws Exception {
        standAgainAndInNoIndex();
        archive.lookForMissing();
        archive.close();
        Files.move(kept(), elsewhere());
        archive = open();
        assertThat(archive.problems()).singleElement().asString().contains("its files are gone");
    }

    @Test
    void whatStandsAgainAndComesOnceMoreIsNotMissing() throws Exception {
        startWithoutTheSecond();
        Files.move(elsewhere(), kept());
        Candidate again = candidate("prep-2.zip", "2");
        archive.repeat(receipt(again, manifest(2), Receipt.Outcome.DUPLICATE), again);
        assertThat(archive.problems()).isEmpty();
    }
}
