package mx.difusor.agent.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.NavigableSet;
import java.util.Set;
import java.util.TreeSet;
import java.util.UUID;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ExportedPackage;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.verify.UnreadablePackageException;

/**
 * Brings in what another agent exported. Everything is copied into {@code work/} first, so that what is verified is
 * what is kept; each package then goes the way of an upload, judged at the time of its receipt.
 */
final class ArchiveImport {

    private static final int PACKAGE_PATH_NAMES = 3;

    private final Config config;
    private final Home home;
    private final Disk disk;
    private final Clock clock;
    private final List<ArchiveAccess.Refused> refused = new ArrayList<>();
    private long imported;
    private long already;
    private long mended;

    ArchiveImport(Config config, Disk disk, Clock clock) {
        this.config = config;
        this.home = Wiring.home(config);
        this.disk = disk;
        this.clock = clock;
    }

    /** @param archive of a home that no agent works on */
    ArchiveAccess.Imported run(Archive archive, Path export, String by, Progress progress) throws MachineException {
        Path staging = home.work().resolve("import-" + UUID.randomUUID());
        try {
            home.prepare(disk);
            disk.createDirectories(staging, Disk.Access.PRIVATE);
            progress.total(size(export));
            ExportContents contents = ExportContents.read(export, path -> {
                OutputStream copy = open(staging, path);
                return new CountingStream(copy, progress);
            });
            take(archive, contents, staging, by);
        } catch (UnreadablePackageException e) {
            throw notAnExport(export, e.explanation() + (e.path() == null ? "" : " (" + e.path() + ")"), e);
        } catch (IOException e) {
            throw notAnExport(export, Failures.inWords(e), e);
        } finally {
            remove(staging);
        }
        return new ArchiveAccess.Imported(imported, already, mended, refused);
    }

    private static MachineException notAnExport(Path export, String why, Exception cause) {
        return new MachineException(
                "import-failed",
                "cannot import " + export + ": " + why,
                "name a folder or a .tar that `difusor archive export` wrote, and see that the disk has space for it",
                cause);
    }

    private static long size(Path export) throws IOException {
        try (Stream<Path> files = Files.walk(export)) {
            long bytes = 0;
            for (Path file : (Iterable<Path>) files::iterator) {
                bytes += Files.isRegularFile(file) ? Files.size(file) : 0;
            }
            return bytes;
        }
    }

    /** What is no package's file is read for its digest only. */
    private OutputStream open(Path staging, String path) throws IOException {
        if (path.split("/", -1).length != PACKAGE_PATH_NAMES) {
            return OutputStream.nullOutputStream();
        }
        Path file = staging.resolve(path);
        disk.createDirectories(java.util.Objects.requireNonNull(file.getParent()), Disk.Access.PRIVATE);
        return Channels.newOutputStream(disk.createFile(file, Disk.Access.PRIVATE));
    }

    private void take(Archive archive, ExportContents contents, Path staging, String by)
            throws MachineException, IOException {
        ImportedPackage judge = new ImportedPackage(config, archive, disk, clock);
        Set<String> events = new TreeSet<>();
        NavigableSet<String> listed =
                new TreeSet<>(contents.checksums().byPath().keySet());
        for (Path folder : packages(staging)) {
            String where = staging.relativize(folder).toString().replace('\\', '/');
            try {
                expectListed(contents, listed, where, folder);
                ExportedPackage one = ExportedPackage.read(folder);
                switch (judge.take(one, by)) {
                    case IMPORTED -> imported++;
                    case MENDED -> mended++;
                    case ALREADY -> already++;
                }
                events.add(one.contents().event());
            } catch (ImportedPackage.RefusedException e) {
                refused.add(new ArchiveAccess.Refused(where, e.reason().code(), String.valueOf(e.getMessage())));
            } catch (IOException e) {
                refused.add(new ArchiveAccess.Refused(where, "not-an-export", Failures.inWords(e)));
            }
            disk.deleteTree(folder); // what was kept has names of its own
        }
        for (String event : events) {
            archive.restored(event);
        }
    }

    private static void expectListed(ExportContents contents, NavigableSet<String> listed, String where, Path folder)
            throws IOException, ImportedPackage.RefusedException {
        String below = where + "/";
        boolean complete = listed.subSet(below, where + "0").stream() // the character after the slash
                .allMatch(contents::vouchesFor);
        for (Path file : list(folder)) {
            complete &= contents.vouchesFor(below + file.getFileName());
        }
        if (!complete) {
            throw new ImportedPackage.RefusedException(
                    Reason.CHECKSUM_MISMATCH, "its files are not those that SHA256SUMS lists");
        }
    }

    /** In order of event and sequence, so that each finds the cuts below it. */
    private static List<Path> packages(Path staging) throws IOException {
        List<Path> packages = new ArrayList<>();
        for (Path event : list(staging)) {
            List<Path> folders = new ArrayList<>(list(event));
            folders.sort(Comparator.comparing(
                            (Path folder) -> folder.getFileName().toString().length())
                    .thenComparing(Path::toString));
            packages.addAll(folders);
        }
        return packages;
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> entries = Files.list(folder)) {
            return entries.sorted().toList();
        }
    }

    private void remove(Path staging) throws MachineException {
        try {
            disk.deleteTree(staging);
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot remove " + staging + ": " + Failures.inWords(e),
                    "remove it by hand; the agent does so at its next start",
                    e);
        }
    }

    /** Tells how far the copying is. */
    private static final class CountingStream extends java.io.FilterOutputStream {
        private final Progress progress;

        CountingStream(OutputStream copy, Progress progress) {
            super(copy);
            this.progress = progress;
        }

        @Override
        public void write(byte[] buffer, int offset, int length) throws IOException {
            out.write(buffer, offset, length);
            progress.advance(length);
        }
    }
}
