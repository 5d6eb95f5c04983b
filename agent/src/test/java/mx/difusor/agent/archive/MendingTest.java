package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Receipt;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** A damaged package becomes whole again out of one that came once more. */
class MendingTest extends OneArchive {

    @BeforeEach
    void damageOne() throws Exception {
        keep(1);
        for (String name : List.of("prep-1.zip", "prep-1.zip.p7s")) {
            Files.delete(kept(name));
            Files.writeString(kept(name), "damaged");
        }
    }

    private Path kept(String name) {
        return home.archive().resolve("pel-2024/1").resolve(name);
    }

    private List<String> names() throws IOException {
        try (Stream<Path> files = Files.list(home.archive().resolve("pel-2024/1"))) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        }
    }

    private void find(String damage) throws Exception {
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, OneArchive::read)) {
            inspection.checked(inspection.find("pel-2024", 1).orElseThrow(), AT, damage);
        }
    }

    private Map<String, String> damages() throws Exception {
        try (ArchiveInspection inspection = ArchiveInspection.open(home, disk, OneArchive::read)) {
            return inspection.damages();
        }
    }

    private void sendAgain(String name) throws Exception {
        Candidate again = candidate(name, "1");
        archive.repeat(receipt(again, manifest(1), Receipt.Outcome.DUPLICATE), again);
    }

    private void expectWhole() throws IOException {
        assertThat(kept("prep-1.zip")).hasContent("1");
        assertThat(kept("prep-1.zip.p7s")).hasContent("signature");
        assertThat(names()).containsExactly("prep-1.zip", "prep-1.zip.p7s", "receipt.json");
    }

    @Test
    void whatIsKnownToBeDamagedIsMadeWholeAndThatIsLogged() throws Exception {
        find("a flipped bit");
        disk.delete(kept("receipt.json"));
        sendAgain("prep-1.zip");
        expectWhole();
        assertThat(Json.receipt(Files.readAllBytes(kept("receipt.json"))))
                .isEqualTo(archive.receipt("pel-2024", 1).orElseThrow());
        assertThat(damages()).isEmpty();
        assertThat(Files.readAllLines(home.history()).get(1))
                .contains("\"what\":\"mended\",\"package\":\"prep-1.zip\"", "\"by\":\"iee\"");
    }

    @Test
    void theSameBytesUnderAnotherNameMendWhatHasItsOwn() throws Exception {
        find("a flipped bit");
        sendAgain("prep-1-again.zip");
        expectWhole();
    }

    @Test
    void whatNobodyHasFoundDamagedIsLeftAlone() throws Exception {
        sendAgain("prep-1.zip");
        assertThat(kept("prep-1.zip")).hasContent("damaged");
        assertThat(Files.readString(home.history())).doesNotContain("mended");
    }

    @Test
    void anAnswerDoesNotDependOnTheMending() throws Exception {
        find("a flipped bit");
        disk.deleteTree(home.archive().resolve("pel-2024/1"));
        Files.writeString(home.archive().resolve("pel-2024/1"), "in the way");
        sendAgain("prep-1.zip");
        assertThat(home.receipts().resolve("iee/prep-1.zip.json")).content().contains("duplicate");
        assertThat(damages()).containsKey("archive/pel-2024/1");
    }

    @Test
    void whatIsGoneIsPutBackWithoutHavingBeenFoundDamaged() throws Exception {
        disk.deleteTree(home.archive().resolve("pel-2024"));
        restart();
        assertThat(archive.problems()).hasSize(1);
        sendAgain("prep-1-again.zip");
        expectWhole();
        assertThat(archive.problems()).isEmpty();
        restart();
        assertThat(archive.problems()).isEmpty();
        assertThat(home.archive().resolve("pel-2024")).isDirectoryNotContaining("glob:**.new-*");
    }

    @Test
    void whatAnEarlierTryLeftGoes() throws Exception {
        Files.writeString(kept(".prep-1.zip." + UUID.randomUUID() + ".tmp"), "half");
        find("a flipped bit");
        sendAgain("prep-1.zip");
        expectWhole();
    }
}
