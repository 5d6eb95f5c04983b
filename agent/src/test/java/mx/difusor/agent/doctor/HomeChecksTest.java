package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

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

    private void allow(Path path, String mode) throws IOException {
        Files.setPosixFilePermissions(path, PosixFilePermissions.fromString(mode));
    }

    @Test
    void aKeyThatAGroupMayReadAndAFolderThatOthersMayWriteInAreFaultsAndOneThatIsMissingIsNot() throws IOException {
        Files.delete(patient.home.quarantine());
        assertThat(home()).contains("✔ modes.closed");

        Path key = Files.writeString(patient.home.keys().resolve("ssh_host_ed25519_key"), "key");
        allow(key, "rw-r-----");
        assertThat(home()).contains("✘ modes.open");
        allow(key, "rw-------");
        Path index = Files.writeString(patient.home.index(), "");
        allow(index, "rw-r--r--");
        assertThat(home()).contains("✘ modes.open");
        allow(index, "rw-------");
        assertThat(home()).contains("✔ modes.closed");
        allow(patient.home.releases(), "rwxr-xrwx");
        assertThat(home()).contains("✘ modes.open");
    }

    @Test
    void ofManyOpenFoldersTheFirstAreNamed() throws IOException {
        for (Path open : List.of(
                patient.home.keys(),
                patient.home.tls(),
                patient.home.trust(),
                patient.home.incoming(),
                patient.home.archive())) {
            allow(open, "rwxr-xr-x");
        }
        assertThat(modes()).endsWith("archive").doesNotContain("…");

        allow(patient.home.quarantine(), "rwxr-xr-x");
        assertThat(modes()).doesNotContain("quarantine").endsWith(", …");
    }

    private String modes() {
        return String.valueOf(Patient.look(new HomeCheck(patient.subject()))
                .get(1)
                .arguments()
                .get(0));
    }

    @Test
    void aHomeWithoutKeysIsLookedIntoAsWell() throws IOException {
        Files.createDirectory(folder.resolve("outside"));
        Files.move(patient.home.keys(), folder.resolve("outside/keys"));
        patient.yaml = patient.yaml.replace("keys/iee.pub", "outside/keys/iee.pub");

        assertThat(home()).contains("✔ modes.closed");
    }

    @Test
    void aHomeThatIsNotThereYetAndOneOfWindowsHaveNoModes() throws IOException {
        patient.system = "Windows Server 2022";
        assertThat(home()).containsExactly("! account.no-modes", "! modes.no-modes");

        patient.system = "Linux";
        patient.yaml = patient.yaml
                .replace("home: .", "home: not-yet")
                .replace("keys/", folder.toRealPath() + "/keys/")
                .replace("trust/", folder.toRealPath() + "/trust/");
        assertThat(home()).containsExactly("! account.no-home");
    }

    private List<String> home() {
        return Patient.outcomes(new HomeCheck(patient.subject()));
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
        Path configuration = folder.resolve("difusor.yaml");
        Files.setOwner(
                configuration,
                configuration.getFileSystem().getUserPrincipalLookupService().lookupPrincipalByName("root"));
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

        List<Finding> findings = Patient.look(new FileSystemCheck(patient.subject(), disk));
        assertThat(findings.stream().map(Patient::outcome))
                .contains("✘ sync.fails", "✘ hard-links.fails", "✘ links.fails");
        assertThat(of(CheckId.LINKS, findings).arguments()).containsExactly("not here");
    }

    private static Finding of(CheckId check, List<Finding> findings) {
        return findings.stream().filter(one -> one.check() == check).findFirst().orElseThrow();
    }

    private List<Finding> trials(LinkTrial trial) {
        return Patient.look(new FileSystemCheck(patient.subject(), new LocalDisk() {
            @Override
            public void linkAtomically(Path link, Path target) throws IOException {
                trial.link(link, target);
            }
        }));
    }

    private interface LinkTrial {
        void link(Path link, Path target) throws IOException;
    }

    @Test
    void aLinkHasToTakeTheOldOnesPlace() {
        List<Finding> refused = trials(Files::createSymbolicLink);
        assertThat(Patient.outcome(of(CheckId.LINKS, refused))).isEqualTo("✘ links.fails");

        List<Finding> ignored = trials((link, target) -> {
            if (!Files.isSymbolicLink(link)) {
                Files.createSymbolicLink(link, target);
            }
        });
        assertThat(of(CheckId.LINKS, ignored).arguments()).containsExactly("the link did not move");

        List<Finding> unknown = trials((link, target) -> {
            throw new UnsupportedOperationException();
        });
        assertThat(of(CheckId.LINKS, unknown).arguments()).containsExactly("not supported");
    }

    @Test
    void whereThisAccountMayNotWriteNothingIsCalledAFault() {
        List<Finding> denied = trials((link, target) -> {
            throw new AccessDeniedException(link.toString());
        });
        assertThat(Patient.outcome(of(CheckId.LINKS, denied))).isEqualTo("! links.no-access");
        assertThat(of(CheckId.LINKS, denied).arguments())
                .containsExactly(patient.home.work().toString());
        assertThat(throughput(
                        (scratch, bytes) -> {
                            throw new AccessDeniedException(scratch.toString());
                        },
                        true))
                .containsExactly("! throughput.no-access");
    }

    @Test
    void beforeTheFirstStartItIsTriedInTheHomeItselfIfThereIsOne() throws IOException {
        Upload upload = (scratch, bytes) -> {
            assertThat(scratch.getParent()).isEqualTo(patient.home.root());
            return new Upload.Measured("sftp", List.of(50e6));
        };
        Files.delete(patient.home.work());
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("✔ sync.works", "✔ hard-links.works", "✔ links.works");
        assertThat(throughput(upload, true)).containsExactly("✔ throughput.enough");
        assertThat(patient.home.work()).doesNotExist();

        patient.yaml = patient.yaml
                .replace("home: .", "home: not-yet")
                .replace("keys/", folder.toRealPath() + "/keys/")
                .replace("trust/", folder.toRealPath() + "/trust/");
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("! sync.no-access", "! hard-links.no-access", "! links.no-access");
        assertThat(throughput(upload, true)).containsExactly("! throughput.no-access");
        assertThat(space()).contains("✔ space.enough");
        assertThat(folder.resolve("not-yet")).doesNotExist();
    }

    /** Stopped half way, it would leave there what the agent's account cannot clear away. */
    @Test
    void inAHomeOfAnotherAccountNothingIsTried() {
        patient.owner = "difusor";
        LocalDisk disk = new LocalDisk() {
            @Override
            public void createDirectories(Path made, Access access) {
                throw new AssertionError("makes " + made);
            }
        };
        Upload upload = (scratch, bytes) -> {
            throw new AssertionError("uploads to " + scratch);
        };

        assertThat(throughput(upload, true)).containsExactly("! throughput.of-another");
        List<Finding> findings = Patient.look(new FileSystemCheck(patient.subject(), disk));
        assertThat(findings.stream().map(Patient::outcome))
                .contains("! hard-links.of-another", "! links.of-another", "! sync.of-another");
        assertThat(of(CheckId.SYNC, findings).cure(Locale.ENGLISH))
                .hasValueSatisfying(cure -> assertThat(cure).contains("sudo -u difusor difusor doctor"));
    }

    @Test
    void theTrialsAreMadeWhereEachStartClearsUp() {
        List<Path> made = new java.util.ArrayList<>();
        LocalDisk disk = new LocalDisk() {
            @Override
            public void createDirectories(Path scratch, Access access) throws IOException {
                made.add(scratch.getParent());
                super.createDirectories(scratch, access);
            }
        };
        Patient.look(new FileSystemCheck(patient.subject(), disk));
        assertThat(made).isNotEmpty().containsOnly(patient.home.work());
    }

    @Test
    void theHomeIsOneFileSystem() throws IOException {
        Files.delete(patient.home.quarantine());
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("✔ one-file-system.one");
        Path another = Path.of("/proc");
        Assumptions.assumeTrue(Files.isDirectory(another), "no other file system is known here");
        Files.delete(patient.home.archive());
        Files.createSymbolicLink(patient.home.archive(), another);

        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("✘ one-file-system.several");
    }

    @Test
    void theFreeInodesAreAskedOfTheSystem() throws IOException {
        String home = folder.toRealPath().toString();
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("! inodes.unknown");
        patient.commands
                .answer("df -Pi " + home, "Filesystem Inodes IUsed IFree IUse% Mounted on\n/dev/vda 9 1 100 2% /\n")
                .answer("df -i " + home, "Filesystem Used iused ifree %iused Mounted on\n/dev/da0 1 5 100000 1% /\n");
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("✘ inodes.few");
        patient.system = "FreeBSD";
        assertThat(Patient.outcomes(new FileSystemCheck(patient.subject(), new LocalDisk())))
                .contains("! inodes.some");
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "Inodes IFree", "Filesystem Used\n/dev/vda 100", "Inodes IUsed IFree\n9 1"})
    void whatDfDoesNotSayIsUnknown(String df) {
        assertThat(FileSystemCheck.inodesOf(df).word()).isEqualTo("unknown");
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
