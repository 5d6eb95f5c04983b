package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
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

    @Test
    void aReindexNamesWhatItHadToLeaveOut() throws Exception {
        keep(1);
        keep(2);
        Files.delete(home.archive().resolve("pel-2024/1/receipt.json"));
        assertThatThrownBy(() -> ArchiveInspection.reindex(home, disk, OneArchive::read, true))
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("archive-damaged");
                    assertThat(e).hasMessageContaining("pel-2024/1 has no receipt and does not count as a package");
                });
        assertThat(archive.rows(null, 9, null)).hasSize(1);
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
