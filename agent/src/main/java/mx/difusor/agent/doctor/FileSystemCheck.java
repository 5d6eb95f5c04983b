package mx.difusor.agent.doctor;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;

/** What the home's file system is, and that it does what the agent does all night: tried in a folder of its own. */
final class FileSystemCheck implements Check {

    static final long FEW_INODES = 20_000;
    static final long SOME_INODES = 200_000;

    private static final Pattern NETWORK = Pattern.compile(
            "nfs.*|cifs|smb.*|9p|afs|ncpfs|fuse\\.(sshfs|glusterfs|s3fs|rclone|davfs).*|ceph|gluster.*|lustre");
    private static final Pattern IN_MEMORY = Pattern.compile("tmpfs|ramfs|devtmpfs");
    private static final Pattern WITHOUT_LINKS = Pattern.compile("vfat|msdos.*|exfat|fat.*|iso9660|squashfs");
    private static final Pattern LOCAL = Pattern.compile(
            "ext[234]|xfs|btrfs|zfs|ufs|jfs|f2fs|bcachefs|ntfs.*|refs|apfs|hfs.*", Pattern.CASE_INSENSITIVE);

    private final Subject subject;
    private final Disk disk;

    FileSystemCheck(Subject subject, Disk disk) {
        this.subject = subject;
        this.disk = disk;
    }

    @Override
    public List<Finding> look() throws IOException {
        Path home = SpaceCheck.existing(subject.config().home());
        List<Finding> findings = new ArrayList<>();
        findings.add(kind(Files.getFileStore(home).type()));
        findings.add(oneFileSystem(home));
        findings.addAll(trials());
        findings.add(inodes(home));
        return findings;
    }

    static Finding kind(String type) {
        String low = type.toLowerCase(Locale.ROOT);
        Finding finding;
        if (NETWORK.matcher(low).matches()) {
            finding = Finding.fault(CheckId.FILE_SYSTEM, "network", type);
        } else if (IN_MEMORY.matcher(low).matches()) {
            finding = Finding.fault(CheckId.FILE_SYSTEM, "memory", type);
        } else if (WITHOUT_LINKS.matcher(low).matches()) {
            finding = Finding.fault(CheckId.FILE_SYSTEM, "simple", type);
        } else {
            finding = LOCAL.matcher(low).matches()
                    ? Finding.fine(CheckId.FILE_SYSTEM, "local", type)
                    : Finding.note(CheckId.FILE_SYSTEM, "unknown", type);
        }
        return finding.with("type", type);
    }

    private Finding oneFileSystem(Path home) throws IOException {
        FileStore store = Files.getFileStore(home);
        for (Path folder : List.of(
                subject.home().work(),
                subject.home().releases(),
                subject.home().archive(),
                subject.home().incoming(),
                subject.home().quarantine())) {
            try {
                if (Files.isDirectory(folder) && !Files.getFileStore(folder).equals(store)) {
                    return Finding.fault(CheckId.ONE_FILE_SYSTEM, "several", folder.toString(), home.toString());
                }
            } catch (IOException e) {
                return Finding.unchecked(CheckId.ONE_FILE_SYSTEM, Failures.inWords(e));
            }
        }
        return Finding.fine(CheckId.ONE_FILE_SYSTEM, "one");
    }

    private List<Finding> trials() {
        List<Finding> refusals = Stream.of(CheckId.HARD_LINKS, CheckId.LINKS, CheckId.SYNC)
                .map(subject::noTrials)
                .filter(Objects::nonNull)
                .toList();
        if (!refusals.isEmpty()) {
            return refusals;
        }
        Path scratch = subject.trials()
                .resolve("doctor-trial-" + ProcessHandle.current().pid());
        List<Finding> findings = new ArrayList<>();
        // Syncs the file, and after the move its folder.
        findings.add(trial(
                CheckId.SYNC,
                scratch,
                () -> disk.replace(scratch.resolve("file"), new byte[] {1}, Disk.Access.PRIVATE)));
        findings.add(trial(CheckId.HARD_LINKS, scratch, () -> {
            disk.replace(scratch.resolve("one"), new byte[] {1}, Disk.Access.PRIVATE);
            Files.createLink(scratch.resolve("other"), scratch.resolve("one"));
        }));
        findings.add(
                subject.machine().windows()
                        ? Finding.note(CheckId.LINKS, "windows")
                        : trial(CheckId.LINKS, scratch, () -> {
                            disk.linkAtomically(scratch.resolve("link"), Path.of("one"));
                            disk.linkAtomically(scratch.resolve("link"), Path.of("two"));
                            if (!Files.readSymbolicLink(scratch.resolve("link")).endsWith("two")) {
                                throw new IOException("the link did not move");
                            }
                        }));
        return findings;
    }

    private interface Trial {
        void run() throws IOException;
    }

    private Finding trial(CheckId check, Path scratch, Trial trial) {
        try {
            disk.createDirectories(scratch, Disk.Access.PRIVATE);
            trial.run();
            return Finding.fine(check, "works");
        } catch (AccessDeniedException e) {
            return Finding.note(check, "no-access", String.valueOf(scratch.getParent()));
        } catch (IOException | UnsupportedOperationException e) {
            String why = e instanceof IOException io ? Failures.inWords(io) : "not supported";
            return Finding.fault(check, "fails", why);
        } finally {
            clear(scratch);
        }
    }

    private void clear(Path scratch) {
        try {
            disk.deleteTree(scratch);
        } catch (IOException e) {
            // Every start of the agent empties work/; what was found out stands.
            return;
        }
    }

    private Finding inodes(Path home) {
        if (subject.machine().windows()) {
            return Finding.fine(CheckId.INODES, "no-limit");
        }
        String option = subject.machine().linux() ? "-Pi" : "-i";
        Optional<String> answer = subject.commands().run("df", option, home.toString());
        if (answer.isEmpty()) {
            return Finding.note(CheckId.INODES, "unknown");
        }
        return inodesOf(answer.get());
    }

    /** @param df a header and a line; Linux has the free ones in {@code IFree}, FreeBSD in {@code ifree} */
    static Finding inodesOf(String df) {
        List<String> lines = List.of(df.strip().split("\\R", -1));
        List<String> heads = List.of(lines.get(0)
                .toLowerCase(Locale.ROOT)
                .replace("mounted on", "mounted")
                .strip()
                .split("\\s+", -1));
        List<String> cells = List.of(lines.get(lines.size() - 1).strip().split("\\s+", -1));
        int column = heads.indexOf("ifree");
        if (column < 0 || column >= cells.size()) {
            return Finding.note(CheckId.INODES, "unknown");
        }
        String cell = cells.get(column);
        int total = heads.indexOf("inodes");
        boolean none = cell.equals("-") || (total >= 0 && cells.get(total).matches("0|-"));
        if (none) {
            return Finding.fine(CheckId.INODES, "no-limit");
        }
        if (!cell.matches("\\d{1,18}")) {
            return Finding.note(CheckId.INODES, "unknown");
        }
        long free = Long.parseLong(cell);
        Finding finding = free < FEW_INODES
                ? Finding.fault(CheckId.INODES, "few", free)
                : free < SOME_INODES
                        ? Finding.note(CheckId.INODES, "some", free)
                        : Finding.fine(CheckId.INODES, "enough", free);
        return finding.with("free", free);
    }
}
