package mx.difusor.agent.app;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.DigestInputStream;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.Checksums;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LimitedInputStream;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.ExportReader;

/**
 * Writes an event's packages as they stand in the archive, {@code history.log}, what {@code sha256sum} and people need
 * to check them. Nothing in it depends on when or where it is written: the same packages and log give the same bytes.
 */
final class ArchiveExport {

    private static final List<String> GUIDES = List.of("LEEME.txt", "README.txt");

    private final Home home;
    private final Disk disk;
    private final Progress progress;
    private final Checksums checksums = new Checksums();
    private long bytes;

    ArchiveExport(Home home, Disk disk, Progress progress) {
        this.home = home;
        this.disk = disk;
        this.progress = progress;
    }

    /** @param packages of one event, at least one; those whose folders are gone are left out and named */
    ArchiveAccess.Exported write(String event, List<ArchiveInspection.Kept> packages, Path target)
            throws MachineException {
        List<ArchiveInspection.Kept> inOrder = packages.stream()
                .filter(one -> !isGone(one))
                .sorted(Comparator.comparing(one -> one.manifest().sequence()))
                .toList();
        List<String> gone = packages.stream()
                .filter(ArchiveExport::isGone)
                .map(ArchiveExport::place)
                .toList();
        if (inOrder.isEmpty()) {
            throw new MachineException(
                    "archive-unreadable",
                    "the files of every package of " + event + " are gone; nothing was exported",
                    "mount or restore what is missing of archive/",
                    null);
        }
        progress.total(inOrder.stream().mapToLong(one -> one.receipt().size()).sum());
        try (ExportTarget export = ExportTarget.open(target, disk)) {
            Instant newest = inOrder.stream()
                    .map(one -> one.receipt().decidedAt())
                    .max(Comparator.naturalOrder())
                    .orElseThrow();
            for (String guide : GUIDES) {
                add(export, guide, guide(guide, event), newest);
            }
            addHistory(export, newest);
            for (ArchiveInspection.Kept one : inOrder) {
                addPackage(export, one);
            }
            byte[] sums = checksums.text();
            export.add(Checksums.FILE, sums.length, newest, new ByteArrayInputStream(sums));
            export.finish();
            return new ArchiveAccess.Exported(
                    inOrder.size(), bytes + sums.length, Digest.ofContent(sums).hex(), gone);
        } catch (FileAlreadyExistsException e) {
            throw new MachineException(
                    "export-exists",
                    target + " is there already; an export never overwrites anything",
                    "name a new folder, or a new file that ends in .tar",
                    e);
        } catch (IOException e) {
            throw new MachineException(
                    "export-failed",
                    "cannot write the export " + target + ": " + Failures.inWords(e),
                    "check the free space and the permissions there, and run `difusor archive check`; nothing was left",
                    e);
        }
    }

    static boolean isGone(ArchiveInspection.Kept one) {
        return Files.notExists(one.folder());
    }

    /** Of a package, in an export: {@code <event>/<sequence>}. */
    static String place(ArchiveInspection.Kept one) {
        return one.manifest().event() + "/" + one.manifest().sequence();
    }

    private byte[] guide(String name, String event) throws IOException {
        try (InputStream text = ArchiveExport.class.getResourceAsStream("export/" + name)) {
            if (text == null) {
                throw new IOException("the agent's own file " + name + " is missing: install it again");
            }
            return new String(text.readAllBytes(), StandardCharsets.UTF_8)
                    .replace("{event}", event)
                    .getBytes(StandardCharsets.UTF_8);
        }
    }

    private void addHistory(ExportTarget export, Instant modified) throws IOException {
        if (Files.exists(home.history())) {
            long size = wholeLines(home.history());
            try (InputStream in = Files.newInputStream(home.history())) {
                add(export, home.history().getFileName().toString(), size, modified, new LimitedInputStream(in, size));
            }
        }
    }

    /** The agent may be writing the next line at this moment. */
    private static long wholeLines(Path file) throws IOException {
        long read = 0;
        long whole = 0;
        byte[] buffer = new byte[1 << 16];
        try (InputStream in = Files.newInputStream(file)) {
            for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                for (int i = 0; i < n; i++) {
                    if (buffer[i] == '\n') {
                        whole = read + i + 1;
                    }
                }
                read += n;
            }
        }
        return whole;
    }

    private void addPackage(ExportTarget export, ArchiveInspection.Kept one) throws IOException {
        Receipt receipt = one.receipt();
        String folder = place(one) + "/";
        for (Path file : stored(one.folder())) {
            String name = file.getFileName().toString();
            if (name.equals(receipt.name())) {
                try (InputStream in = Files.newInputStream(file)) {
                    Digest sha256 = add(export, folder + name, Files.size(file), receipt.decidedAt(), in);
                    if (!sha256.equals(receipt.sha256())) {
                        throw new IOException(file + " is damaged: its SHA-256 is not that of its receipt");
                    }
                }
                progress.advance(receipt.size());
            } else {
                // Signatures and receipts are small; a receipt may be replaced while it is read, so it is read at once.
                add(export, folder + name, Files.readAllBytes(file), receipt.decidedAt());
            }
        }
    }

    /** Everything in a package's folder but what is on its way there. */
    static List<Path> stored(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.getFileName().toString().startsWith("."))
                    .sorted(Comparator.comparing(Path::toString))
                    .toList();
        }
    }

    private void add(ExportTarget export, String path, byte[] content, Instant modified) throws IOException {
        add(export, path, content.length, modified, new ByteArrayInputStream(content));
    }

    private Digest add(ExportTarget export, String path, long size, Instant modified, InputStream content)
            throws IOException {
        if (checksums.byPath().size() >= ExportReader.MAX_FILES - 1) {
            throw new IOException(
                    "the event has more than " + ExportReader.MAX_FILES + " files, too many for one export");
        }
        DigestInputStream seen = new DigestInputStream(content, Digest.sha256());
        export.add(path, size, modified, seen);
        Digest sha256 = Digest.of(seen.getMessageDigest().digest());
        checksums.add(path, sha256);
        bytes += size;
        return sha256;
    }
}
