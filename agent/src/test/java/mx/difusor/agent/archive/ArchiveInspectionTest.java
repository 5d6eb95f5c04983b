package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;

/** The archive as commands see it beside the agent. */
class ArchiveInspectionTest extends OneArchive {

    private ArchiveInspection inspect() throws MachineException {
        return ArchiveInspection.open(home, disk, OneArchive::read);
    }

    private void loseTheIndex() throws Exception {
        archive.close();
        Files.delete(home.index());
    }

    @Test
    void aHistoryIsReadWithoutMakingAnIndex() throws Exception {
        keep(1);
        assertThat(ArchiveInspection.history(home, "pel-2024").packages()).hasSize(1);
        loseTheIndex();
        assertThat(ArchiveInspection.history(home, "pel-2024").isEmpty()).isTrue();
        assertThat(home.index()).doesNotExist();
        archive = open();
    }

    @Test
    void anIndexThatCannotBeReachedIsNotTakenForNone() throws Exception {
        keep(1);
        loseTheIndex();
        Files.createSymbolicLink(home.index(), home.index());
        assertThatThrownBy(() -> ArchiveInspection.history(home, "pel-2024")).isInstanceOf(MachineException.class);
        assertThatThrownBy(() -> ArchiveInspection.bytes(home)).isInstanceOf(MachineException.class);
        assertThatThrownBy(() -> ArchiveInspection.holds(home, 1, Digest.ofContent(new byte[1])))
                .isInstanceOf(MachineException.class);
        Files.delete(home.index());
        archive = open();
    }

    @Test
    void anIndexThatIsNotThereIsMadeFromTheFilesAndOneThatIsThereStays() throws Exception {
        keep(1);
        loseTheIndex();
        try (ArchiveInspection one = inspect()) {
            assertThat(one.find("pel-2024", 1)).isPresent();
            assertThat(one.find("pel-2024", 2)).isEmpty();
        }
        disk.deleteTree(home.archive().resolve("pel-2024/1"));
        try (ArchiveInspection one = inspect()) {
            assertThat(one.all("pel-2024")).hasSize(1);
            assertThat(one.all("another")).isEmpty();
            assertThat(one.accepted(null, 9)).hasSize(1);
        }
        assertThat(home.root()).as("closed").isDirectoryNotContaining("glob:**index.db-wal");
        archive = open();
    }

    @Test
    void aRowWithoutAManifestIsNoPackage() throws Exception {
        keep(1);
        execute("UPDATE decision SET manifest = NULL");
        try (ArchiveInspection one = inspect()) {
            assertThat(one.find("pel-2024", 1)).isEmpty();
        }
    }

    @Test
    void whatIsOnlyAFolderIsUnlisted() throws Exception {
        keep(1);
        for (String name : List.of("2", ".new-abc", ".displaced-2-abc")) {
            Files.createDirectory(home.archive().resolve("pel-2024").resolve(name));
        }
        try (ArchiveInspection one = inspect()) {
            assertThat(one.unlisted()).containsExactly("archive/pel-2024/2");
        }
    }

    @Test
    void aPackageCountsAsReadWhenItWasDecidedOrCheckedLater() throws Exception {
        keep(1);
        keep(2);
        try (ArchiveInspection inspection = inspect()) {
            ArchiveInspection.Kept one = inspection.find("pel-2024", 1).orElseThrow();
            assertThat(inspection.checkedAt(one)).isEqualTo(AT.plusSeconds(1));
            inspection.checked(one, AT, "");
            assertThat(inspection.checkedAt(one)).as("before it was decided").isEqualTo(AT.plusSeconds(1));
            assertThat(inspection.oldestChecked(null, 1)).containsExactly(one);
            inspection.checked(one, AT.plusSeconds(60), "");
            assertThat(inspection.checkedAt(one)).isEqualTo(AT.plusSeconds(60));
            assertThat(inspection.oldestChecked(null, 9)).last().isEqualTo(one);
            assertThat(inspection.oldestChecked("pel-2024", 1)).doesNotContain(one);
            assertThat(inspection.oldestChecked("another", 9)).isEmpty();
            assertThat(inspection.damage(one)).isEmpty();
            assertThat(inspection.damages()).isEmpty();
            inspection.checked(one, AT.plusSeconds(61), "a flipped bit");
            assertThat(inspection.damage(one)).isEqualTo("a flipped bit");
        }
    }

    @Test
    void everySignatureOfAPackageIsFound() throws Exception {
        keep(1);
        Path folder = home.archive().resolve("pel-2024/1");
        for (String ending : List.of(".sig", ".ASC", ".sha256")) {
            Files.writeString(folder.resolve("prep-1.zip" + ending), "x");
        }
        try (ArchiveInspection inspection = inspect()) {
            Optional<ArchiveInspection.Kept> one = inspection.find("pel-2024", 1);
            assertThat(one.orElseThrow().signatures())
                    .extracting(file -> file.getFileName().toString())
                    .containsExactly("prep-1.zip.ASC", "prep-1.zip.p7s", "prep-1.zip.sig");
        }
    }

    private String damageThatAReindexTells() {
        return String.valueOf(catchThrowableOfType(
                        MachineException.class, () -> ArchiveInspection.reindex(home, disk, OneArchive::read, true))
                .getMessage());
    }

    @Test
    void aReindexNamesWhatIsDamagedAndKeepsItAsTheIndexKnewIt() throws Exception {
        keep(1);
        keep(2);
        keep(3);
        Files.delete(home.archive().resolve("pel-2024/1/receipt.json"));
        Files.delete(home.archive().resolve("pel-2024/2/prep-2.zip"));
        for (int time = 0; time < 2; time++) {
            assertThat(damageThatAReindexTells())
                    .contains("pel-2024/1 has no receipt and does not count as a package")
                    .containsOnlyOnce("cannot read " + home.archive().resolve("pel-2024/2"));
            try (ArchiveInspection one = inspect()) {
                assertThat(one.all("pel-2024"))
                        .extracting(ArchiveInspection.Kept::manifest)
                        .containsExactly(manifest(1), manifest(2), manifest(3));
                assertThat(one.damages()).containsOnlyKeys("archive/pel-2024/1", "archive/pel-2024/2");
            }
        }
    }

    @Test
    void aReindexLeavesOutWhatIsAnotherPackageByNowOrNone() throws Exception {
        keep(1);
        keep(2);
        refuse(3);
        keep(4);
        Path receipt = home.archive().resolve("pel-2024/1/receipt.json");
        Files.writeString(receipt, Files.readString(receipt).replaceFirst("(\"sha256\" *: *\")....", "$10000"));
        Files.delete(home.archive().resolve("pel-2024/1/prep-1.zip"));
        disk.deleteTree(home.archive().resolve("pel-2024/2"));
        Files.delete(quarantined().resolve("receipt.json"));
        damageThatAReindexTells();
        assertThat(archive.rows(null, 9, null))
                .extracting(Archive.Row::folder)
                .as("what is gone is missed")
                .containsExactly("archive/pel-2024/4", "archive/pel-2024/2");
    }

    private Path quarantined() throws Exception {
        try (Stream<Path> folders = Files.list(home.quarantine())) {
            return folders.findFirst().orElseThrow();
        }
    }

    @Test
    void whatADamagedIndexSaysOfADamagedPackageIsNotKept() throws Exception {
        keep(1);
        keep(2);
        Files.delete(home.archive().resolve("pel-2024/1/receipt.json"));
        execute("UPDATE decision SET receipt = '{}' WHERE sequence = 1");
        damageThatAReindexTells();
        assertThat(archive.rows(null, 9, null)).extracting(Archive.Row::folder).containsExactly("archive/pel-2024/2");
    }

    @Test
    void anIndexThatTheAgentUsesIsNotPutAside() throws Exception {
        archive.close();
        Files.writeString(home.index(), "this is no database ".repeat(200));
        assertThatThrownBy(() -> ArchiveInspection.reindex(home, disk, OneArchive::read, true))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("index-unusable"));
        assertThat(ArchiveInspection.reindex(home, disk, OneArchive::read, false))
                .isZero();
        assertThat(home.root().resolve("index.damaged")).exists();
        archive = open();
    }
}
