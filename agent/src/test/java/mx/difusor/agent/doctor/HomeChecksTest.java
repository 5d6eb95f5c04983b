package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HomeChecksTest {

    @TempDir
    private Path folder;

    private Patient patient;
    private long free = 100 * Size.GB;

    private final class SizedDisk extends LocalDisk {
        @Override
        public long freeBytes(Path path) {
            return free;
        }
    }

    @BeforeEach
    void make() throws IOException {
        patient = new Patient(folder.toRealPath());
        patient.account = System.getProperty("user.name");
    }

    private List<String> space() {
        return Patient.outcomes(new SpaceCheck(patient.subject(), new SizedDisk()));
    }

    private List<String> throughput(Upload upload, boolean wanted) {
        return Patient.outcomes(new ThroughputCheck(patient.subject(), upload, new SizedDisk(), wanted));
    }

    @Test
    void roomFor20GigabytesIsNeededLessWhatIsKept() throws IOException {
        assertThat(space()).containsExactly("✔ space.enough", "✔ budget.enough");

        free = 20 * Size.GB - 1;
        assertThat(space()).contains("✘ space.short");

        Files.write(patient.home.archive().resolve("package"), new byte[1]);
        assertThat(space()).contains("✔ space.enough");

        patient.with("archive: {budget: 19GB}\n");
        assertThat(space()).contains("✘ budget.short");

        patient.yaml = patient.yaml.replace("19GB", "30GB");
        assertThat(space()).contains("✘ space.short", "✔ budget.enough");
    }

    @Test
    void theMedianOfTheUploadsIsHeldAgainst40MegabytesPerSecond() {
        Upload good = (scratch, bytes) -> new Upload.Measured("sftp", List.of(10e6, 40e6, 90e6));
        Upload slow = (scratch, bytes) -> new Upload.Measured("sftp", List.of(90e6, 39e6, 10e6));

        assertThat(throughput(good, true)).containsExactly("✔ throughput.enough");
        assertThat(throughput(slow, true)).containsExactly("✘ throughput.slow");
        assertThat(throughput(good, false)).containsExactly("! throughput.skipped");
        assertThat(throughput(
                        (scratch, bytes) -> {
                            throw new IOException("takes more than 60 s");
                        },
                        true))
                .containsExactly("! throughput.failed");
    }

    @Test
    void anUploadLeavesRoomForTheRunningAgent() {
        AtomicLong asked = new AtomicLong();
        Upload upload = (scratch, bytes) -> {
            asked.set(bytes);
            assertThat(scratch.getParent()).isEqualTo(patient.home.work());
            return new Upload.Measured("sftp", List.of(50e6));
        };

        throughput(upload, true);
        assertThat(asked).hasValue(ThroughputCheck.BYTES);

        free = ThroughputCheck.MARGIN_BYTES + ThroughputCheck.LEAST_BYTES;
        throughput(upload, true);
        assertThat(asked).hasValue(ThroughputCheck.LEAST_BYTES);

        free--;
        assertThat(throughput(upload, true)).containsExactly("! throughput.no-room");
    }

    @Test
    void whatIsOpenToOthersIsAFault() throws IOException {
        assertThat(Patient.outcomes(new HomeCheck(patient.subject()))).contains("✔ modes.closed");

        Files.setPosixFilePermissions(patient.home.archive(), PosixFilePermissions.fromString("rwxr-xr-x"));
        assertThat(Patient.outcomes(new HomeCheck(patient.subject()))).contains("✘ modes.open");

        Files.setPosixFilePermissions(patient.home.archive(), PosixFilePermissions.fromString("rwx------"));
        Path token = Files.writeString(patient.home.operatorToken(), "t");
        Files.setPosixFilePermissions(token, PosixFilePermissions.fromString("rw-r-----"));
        Finding finding = Patient.look(new HomeCheck(patient.subject())).get(1);
        assertThat(finding.level()).isEqualTo(Level.FAULT);
        assertThat(finding.figures()).containsEntry("open", List.of(token.toString()));
    }

    @Test
    void theOwnerAndTheAccountAreCompared() throws IOException {
        boolean root = patient.account.equals("root");
        assertThat(Patient.outcomes(new HomeCheck(patient.subject())))
                .contains(root ? "! account.root" : "✔ account.own");
        if (!root) {
            return;
        }
        for (Path path : List.of(folder, patient.home.archive())) {
            Files.setOwner(
                    path, path.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
            assertThat(Patient.outcomes(new HomeCheck(patient.subject()))).contains("✘ account.mixed");
        }
        try (var entries = Files.list(folder)) {
            for (Path entry : entries.toList()) {
                Files.setOwner(
                        entry,
                        entry.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("nobody"));
            }
        }
        assertThat(Patient.outcomes(new HomeCheck(patient.subject()))).contains("! account.other");
        patient.account = "nobody";
        assertThat(Patient.outcomes(new HomeCheck(patient.subject()))).contains("✔ account.own");
    }

    @ParameterizedTest
    @CsvSource({
        "ext4, ✔ file-system.local",
        "xfs, ✔ file-system.local",
        "zfs, ✔ file-system.local",
        "ufs, ✔ file-system.local",
        "NTFS, ✔ file-system.local",
        "nfs4, ✘ file-system.network",
        "cifs, ✘ file-system.network",
        "smb3, ✘ file-system.network",
        "fuse.sshfs, ✘ file-system.network",
        "tmpfs, ✘ file-system.memory",
        "vfat, ✘ file-system.simple",
        "overlay, ! file-system.unknown"
    })
    void theKindOfFileSystemMatters(String type, String outcome) {
        assertThat(Patient.outcomes(() -> List.of(FileSystemCheck.kind(type)))).containsExactly(outcome);
    }

    @Test
    void linksAndSyncsAreTriedAndLeaveNothing() throws IOException {
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("✔ one-file-system.one", "✔ sync.works", "✔ hard-links.works", "✔ links.works");
        assertThat(patient.home.work()).isEmptyDirectory();
    }

    @Test
    void aDiskThatCannotLinkOrSyncIsAFault() {
        LocalDisk disk = new LocalDisk() {
            @Override
            public void linkAtomically(Path link, Path target) throws IOException {
                throw new IOException("not here");
            }

            @Override
            public void replace(Path file, byte[] content, Access access) throws IOException {
                throw new IOException("not here");
            }
        };

        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), disk)))
                .contains("✘ sync.fails", "✘ hard-links.fails", "✘ links.fails");
    }

    @Test
    void onWindowsNothingCrashes() {
        patient.system = "Windows Server 2022";

        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("! links.windows", "✔ inodes.no-limit");
    }

    @ParameterizedTest
    @CsvSource({
        "100, ✘ inodes.few",
        "100000, ! inodes.some",
        "1000000, ✔ inodes.enough",
        "-, ✔ inodes.no-limit",
        "?, ! inodes.unknown"
    })
    void inodesAreCounted(String free, String outcome) {
        String linux =
                "Filesystem      Inodes  IUsed IFree IUse% Mounted on\n/dev/vda      1638400 1 " + free + " 2% /\n";
        String bsd = "Filesystem 512-blocks Used Avail Capacity iused ifree %iused  Mounted on\n/dev/da0p2 1 2 3 4% 5 "
                + free + " 1% /\n";

        assertThat(Patient.outcomes(() -> List.of(FileSystemCheck.inodesOf(linux))))
                .containsExactly(outcome);
        assertThat(Patient.outcomes(() -> List.of(FileSystemCheck.inodesOf(bsd))))
                .containsExactly(outcome);
    }

    @Test
    void aFileSystemWithoutATableOfInodesHasNoLimit() {
        String btrfs = "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vda 0 0 0 - /\n";

        assertThat(FileSystemCheck.inodesOf(btrfs).word()).isEqualTo("no-limit");
    }
}
