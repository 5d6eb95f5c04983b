package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Fault;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.disk.Loss;
import mx.difusor.agent.disk.UnreliableDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.publish.Findings;
import mx.difusor.agent.publish.Inspection;
import mx.difusor.agent.publish.Release;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EvidenceTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");
    private static final Evidence.Limits LIMITS = new Evidence.Limits(3, 2_000, 2_500, 1_000, 4, 5_000);

    @TempDir
    Path folder;

    private long free = 1_000_000;
    private Home home = new Home(Path.of("unset"));
    private Evidence evidence = new Evidence(home, new LocalDisk(), LIMITS);

    /** Every file in it is one too many: its tree is empty. */
    private Release release = new Release(Path.of("unset"), Tree.of(List.of()));

    @BeforeEach
    void prepare() throws Exception {
        home = new Home(folder.resolve("home"));
        Disk disk = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("freeBytes")) {
                        return free;
                    }
                    try {
                        return method.invoke(new LocalDisk(), arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
        home.prepare(disk);
        evidence = new Evidence(home, disk, LIMITS);
        release = new Release(Files.createDirectory(folder.resolve("000001-abc")), Tree.of(List.of()));
    }

    private JsonNode keep(int second) throws Exception {
        Findings findings = Inspection.of(release);
        Evidence.Incident incident = evidence.keep(release, "pel/000001-abc", findings, AT.plusSeconds(second));
        evidence.makeRoom();
        return GuardedHome.incident(incident.folder());
    }

    private List<Path> kept() throws Exception {
        try (var all = Files.list(home.evidence())) {
            return all.sorted().toList();
        }
    }

    @Test
    void anIncidentSaysWhatWasExpectedAndFoundAndIsClosedToOthers() throws Exception {
        Files.writeString(release.folder().resolve("x.php"), "<?php");
        JsonNode incident = keep(0);
        assertThat(kept()).singleElement().satisfies(one -> {
            assertThat(one.getFileName().toString()).startsWith("20240603T030000.123Z-000001-abc-");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one)))
                    .isEqualTo("rwx------");
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(one.resolve("1"))))
                    .isEqualTo("rw-------");
        });
        JsonNode file = incident.at("/files/0");
        assertThat(file.path("path").asText()).isEqualTo("x.php");
        assertThat(file.path("change").asText()).isEqualTo("added");
        assertThat(file.path("expected").asText()).isEqualTo("nothing");
        assertThat(file.path("found").asText()).startsWith("5 bytes, modified ");
        assertThat(file.path("copySha256").asText())
                .isEqualTo(Digest.ofContent("<?php".getBytes(java.nio.charset.StandardCharsets.UTF_8))
                        .hex());
        assertThat(incident.path("replacedBy").isNull()).isTrue();
    }

    @Test
    void whatIsNoFileIsNamedAndNothingOfItRead() throws Exception {
        Files.createDirectory(release.folder().resolve("folder"));
        JsonNode file = keep(0).at("/files/0");
        assertThat(file.path("path").asText()).isEqualTo("folder");
        assertThat(file.has("copy")).isFalse();
        assertThat(file.has("note")).isFalse();
    }

    @Test
    void aFileThatSomebodyLaidBesideTheEvidenceIsLeftAlone() throws Exception {
        Path note = Files.writeString(home.evidence().resolve("00-note.txt"), "of the sysadmin");
        Files.writeString(release.folder().resolve("x.php"), "<?php");
        for (int i = 0; i <= LIMITS.folders(); i++) {
            keep(i);
        }
        assertThat(note).exists();
        assertThat(kept()).hasSize(LIMITS.folders() + 1);
    }

    @Test
    void ofALargeFileTheBeginningIsKeptAndAnIncidentHasItsBounds() throws Exception {
        for (int i = 0; i < 4; i++) {
            Files.write(release.folder().resolve("large-" + i), new byte[1_500]);
        }
        JsonNode incident = keep(0);
        long copied = 0;
        for (JsonNode file : incident.path("files")) {
            assertThat(file.path("copied").asLong()).isLessThanOrEqualTo(1_000);
            copied += file.path("copied").asLong();
        }
        assertThat(copied).isEqualTo(2_500);
        assertThat(incident.at("/files/0/size").asLong()).isEqualTo(1_500);
        assertThat(incident.at("/files/3/note").asText()).isEqualTo("not copied: the incident is too large");
    }

    @Test
    void fourAreCopiedAndAllAreNamed() throws Exception {
        for (int i = 0; i < 6; i++) {
            Files.write(release.folder().resolve("small-" + i), new byte[10]);
        }
        JsonNode incident = keep(0);
        assertThat(incident.path("files")).hasSize(6);
        assertThat(kept().get(0)).isDirectoryContaining("glob:**/4").isDirectoryNotContaining("glob:**/5");
    }

    @Test
    void theOldestIncidentsLeaveFirstByNumber() throws Exception {
        for (int i = 0; i < 5; i++) {
            keep(i);
        }
        assertThat(kept().stream().map(one -> one.getFileName().toString().substring(13, 15)))
                .containsExactly("02", "03", "04");
    }

    @Test
    void theOldestIncidentsLeaveFirstByBytesAndTheNewestStays() throws Exception {
        keep(0);
        Files.write(release.folder().resolve("a"), new byte[1_000]);
        Files.write(release.folder().resolve("b"), new byte[1_000]);
        keep(1);
        assertThat(kept()).hasSize(1);
        assertThat(kept().get(0).getFileName().toString()).contains("T030001");
    }

    @Test
    void aDiskThatIsNearlyFullGetsNoCopies() throws Exception {
        Files.write(release.folder().resolve("a"), new byte[500]);
        free = 5_499;
        assertThat(keep(0).at("/files/0/note").asText()).isEqualTo("not copied: the disk is full");
        free = 5_500;
        assertThat(keep(1).at("/files/0/copy").asText()).isEqualTo("1");
    }

    @Test
    void whatACrashLeftIsCleared() throws Exception {
        Files.createDirectory(home.evidence().resolve(".new-1"));
        keep(0);
        assertThat(kept()).noneMatch(one -> one.getFileName().toString().startsWith(".new-"));
    }

    @Test
    void whereALinkLeadsIsSaidAndNotCopied() throws Exception {
        Files.createSymbolicLink(release.folder().resolve("link"), Path.of("/etc/hostname"));
        JsonNode file = keep(0).at("/files/0");
        assertThat(file.path("found").asText()).isEqualTo("a symbolic link to /etc/hostname");
        assertThat(file.has("copy")).isFalse();
    }

    @Test
    void whatIsKeptSurvivesAPowerCut() throws Exception {
        Home unsure = new Home(Files.createDirectory(folder.resolve("unsure")).toRealPath());
        UnreliableDisk disk = new UnreliableDisk(unsure.root(), 1);
        unsure.prepare(disk);
        Files.writeString(release.folder().resolve("x.php"), "<?php");
        Evidence.Incident incident =
                new Evidence(unsure, disk, LIMITS).keep(release, "pel/000001-abc", Inspection.of(release), AT);
        byte[] text = Files.readAllBytes(incident.folder().resolve(Evidence.INCIDENT));
        disk.cutPower(Loss.ALL);
        assertThat(incident.folder().resolve(Evidence.INCIDENT)).hasBinaryContent(text);
        assertThat(incident.folder().resolve("1")).hasContent("<?php");
    }

    @Test
    void whatCannotBeFinishedIsNotLeftHalf() throws Exception {
        Home unsure = new Home(Files.createDirectory(folder.resolve("unsure")).toRealPath());
        UnreliableDisk disk = new UnreliableDisk(unsure.root(), 1);
        unsure.prepare(disk);
        disk.failWhere("rename to evidence", Fault.FAILS);
        assertThatThrownBy(() ->
                        new Evidence(unsure, disk, LIMITS).keep(release, "pel/000001-abc", Inspection.of(release), AT))
                .isInstanceOf(IOException.class);
        assertThat(unsure.evidence()).isEmptyDirectory();
    }

    @Test
    void whatTookTheAlteredOnesPlaceIsWrittenIntoTheIncident() throws Exception {
        Evidence.Incident incident = evidence.keep(release, "pel/000001-abc", Inspection.of(release), AT);
        assertThat(GuardedHome.incident(incident.folder()).path("replacedBy").isNull())
                .isTrue();
        evidence.replaced(incident, "pel/000002-abc");
        assertThat(GuardedHome.incident(incident.folder()).path("replacedBy").asText())
                .isEqualTo("pel/000002-abc");
    }

    @Test
    void halfACopyIsNotKept() throws Exception {
        Home unsure = new Home(Files.createDirectory(folder.resolve("unsure")).toRealPath());
        UnreliableDisk disk = new UnreliableDisk(unsure.root(), 1);
        unsure.prepare(disk);
        Files.writeString(release.folder().resolve("x.php"), "<?php");
        disk.failWhere("write evidence", Fault.FAILS);
        Evidence.Incident incident =
                new Evidence(unsure, disk, LIMITS).keep(release, "pel/000001-abc", Inspection.of(release), AT);
        assertThat(disk.struckAt()).endsWith("/1");
        assertThat(GuardedHome.incident(incident.folder()).at("/files/0/note").asText())
                .startsWith("not copied: input/output error: ");
        assertThat(incident.folder().resolve("1")).doesNotExist();
    }

    @Test
    void aCopyThatMayNotLastIsRemoved() throws Exception {
        Home unsure = new Home(Files.createDirectory(folder.resolve("unsure")).toRealPath());
        UnreliableDisk disk = new UnreliableDisk(unsure.root(), 1);
        unsure.prepare(disk);
        Files.writeString(release.folder().resolve("x.php"), "<?php");
        disk.failAfter("write evidence", Fault.FAILS);
        Evidence.Incident incident =
                new Evidence(unsure, disk, LIMITS).keep(release, "pel/000001-abc", Inspection.of(release), AT);
        assertThat(disk.struckAt()).startsWith("sync evidence").endsWith("/1");
        assertThat(GuardedHome.incident(incident.folder()).at("/files/0").has("copy"))
                .isFalse();
        assertThat(incident.folder().resolve("1")).doesNotExist();
    }
}
