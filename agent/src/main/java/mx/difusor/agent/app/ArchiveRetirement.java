package mx.difusor.agent.app;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.Retirement;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.DeskOperator;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Sidecars;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.UnreadablePackageException;

/** Frees the space of an event once an export is known to hold every one of its packages byte for byte. */
final class ArchiveRetirement {

    private final Config config;
    private final Home home;
    private final Disk disk;
    private final Clock clock;
    private final PackageReader reader = Wiring.reader();

    ArchiveRetirement(Config config, Disk disk, Clock clock) {
        this.config = config;
        this.home = Wiring.home(config);
        this.disk = disk;
        this.clock = clock;
    }

    /** @throws MachineException for whatever speaks against it; nothing was changed then */
    void expectAllowed(String event) throws MachineException {
        String published = DeskOperator.published(Wiring.events(config), config.event(), home, disk);
        if (event.equals(config.event()) || event.equals(published)) {
            throw refused(event + " is the event that is published", "make another event the published one first");
        }
        try {
            if (Files.exists(config.publish().live())
                    && config.publish().live().toRealPath().startsWith(releases(event))) {
                throw refused("the live root shows " + event, "start the agent once with the new `event`");
            }
            for (Path file : undecided()) {
                if (event.equals(eventOf(file))) {
                    throw refused(
                            file + " is a package of " + event + " that is not decided yet",
                            "start the agent and wait for its receipt");
                }
            }
        } catch (IOException e) {
            throw unreadable(home.root(), e);
        }
    }

    private Path releases(String event) throws IOException {
        Path releases = home.releases().resolve(event);
        return Files.exists(releases) ? releases.toRealPath() : releases;
    }

    private List<Path> undecided() throws IOException {
        if (!Files.isDirectory(home.incoming())) {
            return List.of();
        }
        try (Stream<Path> files = Files.walk(home.incoming())) {
            return files.filter(Files::isRegularFile).sorted().toList();
        }
    }

    /** What is no whole package yet, or no package at all, says of no event; its receipt will. */
    private String eventOf(Path file) throws IOException {
        try {
            return reader.manifest(file, file.getFileName().toString()).event();
        } catch (UnreadablePackageException e) {
            return "";
        }
    }

    /**
     * @param archive of a home that no agent works on
     * @param packages every one of the event, at least one
     */
    ArchiveAccess.Retired run(
            Archive archive,
            List<ArchiveInspection.Kept> packages,
            Path export,
            String by,
            String why,
            Progress progress)
            throws MachineException {
        List<ArchiveInspection.Kept> inOrder = packages.stream()
                .sorted(Comparator.comparing(one -> one.manifest().sequence()))
                .toList();
        progress.total(
                2 * inOrder.stream().mapToLong(one -> one.receipt().size()).sum());
        Digest checksums = expectHeld(inOrder, export, progress);
        String event = inOrder.get(0).manifest().event();
        Retirement retirement = new Retirement(
                event,
                clock.instant(),
                by,
                why,
                checksums,
                true,
                inOrder.stream().map(ArchiveRetirement::gone).toList());
        archive.retire(retirement);
        try {
            disk.deleteTree(home.releases().resolve(event));
        } catch (IOException e) {
            throw unreadable(home.releases().resolve(event), e);
        }
        return new ArchiveAccess.Retired(
                inOrder.size(),
                retirement.packages().stream().mapToLong(Retirement.Gone::size).sum(),
                checksums.hex());
    }

    private static Retirement.Gone gone(ArchiveInspection.Kept one) {
        return new Retirement.Gone(
                one.manifest().sequence(),
                one.receipt().name(),
                Objects.requireNonNull(one.receipt().sha256()),
                one.receipt().size());
    }

    /** @return the digest of the export's {@code SHA256SUMS} */
    private Digest expectHeld(List<ArchiveInspection.Kept> packages, Path export, Progress progress)
            throws MachineException {
        try {
            ExportContents held = ExportContents.read(export, path -> OutputStream.nullOutputStream());
            for (ArchiveInspection.Kept one : packages) {
                String place = ArchiveExport.place(one) + "/";
                if (ArchiveExport.isGone(one)) {
                    expectWhole(held, one, export);
                    progress.advance(2 * one.receipt().size());
                    continue;
                }
                for (Path file : ArchiveExport.stored(one.folder())) {
                    String path = place + file.getFileName();
                    if (!held.vouchesFor(path)
                            || !digest(file).equals(held.digests().get(path))) {
                        throw refused(
                                export + " does not hold " + path + " byte for byte",
                                "export the event anew, keep that safe, and name it");
                    }
                }
                progress.advance(2 * one.receipt().size());
            }
            return held.checksumsDigest();
        } catch (UnreadablePackageException e) {
            throw refused(export + ": " + e.explanation(), "name what `difusor archive export` wrote");
        } catch (IOException e) {
            throw unreadable(export, e);
        }
    }

    /** Of a package that is gone here: its very bytes, what signs them and a receipt. */
    private static void expectWhole(ExportContents held, ArchiveInspection.Kept one, Path export)
            throws MachineException {
        String place = ArchiveExport.place(one) + "/";
        String file = place + one.receipt().name();
        boolean whole = held.vouchesFor(file)
                && Objects.equals(held.digests().get(file), one.receipt().sha256())
                && held.vouchesFor(place + "receipt.json")
                && held.digests().keySet().stream()
                        .anyMatch(
                                path -> path.startsWith(place) && Sidecars.isSignature(path) && held.vouchesFor(path));
        if (!whole) {
            throw refused(
                    "the files of %s are gone here, and %s does not hold it whole"
                            .formatted(ArchiveExport.place(one), export),
                    "mount or restore what is missing of archive/, or bring it back with `difusor archive import`");
        }
    }

    private static Digest digest(Path file) throws IOException {
        var sha256 = Digest.sha256();
        try (var in = new java.security.DigestInputStream(Files.newInputStream(file), sha256)) {
            in.transferTo(OutputStream.nullOutputStream());
        }
        return Digest.of(sha256.digest());
    }

    private static MachineException refused(String message, String cure) {
        return new MachineException("retire-refused", message + "; nothing was retired", cure, null);
    }

    private static MachineException unreadable(Path path, IOException cause) {
        return new MachineException(
                "archive-unreadable",
                "cannot read " + path + ": " + Failures.inWords(cause),
                "check the path, the disk and the permissions",
                cause);
    }
}
