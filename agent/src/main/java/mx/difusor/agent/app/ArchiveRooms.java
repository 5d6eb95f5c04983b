package mx.difusor.agent.app;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.archive.ArchiveInspection;
import mx.difusor.agent.archive.HistoryCheck;
import mx.difusor.agent.cli.ArchiveAccess;
import mx.difusor.agent.cli.Progress;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.desk.StoredPackage;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.verify.Authenticator;
import mx.difusor.agent.verify.UnreadablePackageException;
import org.jspecify.annotations.Nullable;

/** What the archive commands do, with the agent running or not. */
final class ArchiveRooms implements ArchiveAccess {

    private final Disk disk;
    private final Clock clock;

    ArchiveRooms(Disk disk, Clock clock) {
        this.disk = disk;
        this.clock = clock;
    }

    private ArchiveInspection inspect(Config config) throws MachineException {
        HomeFormat.require(Wiring.home(config));
        if (Files.notExists(Wiring.home(config).index())) {
            HomeOwner.expectOwn("difusor archive", Wiring.home(config)); // the index is made
        }
        return ArchiveInspection.open(Wiring.home(config), disk, Wiring.manifests(Wiring.reader()));
    }

    @Override
    public List<Receipt> list(Config config, @Nullable String event, int limit) throws MachineException {
        try (ArchiveInspection archive = inspect(config)) {
            return archive.accepted(event, limit);
        }
    }

    @Override
    public Optional<Shown> show(Config config, String event, long sequence) throws MachineException {
        try (ArchiveInspection archive = inspect(config)) {
            Optional<ArchiveInspection.Kept> kept = archive.find(event, sequence);
            if (kept.isEmpty()) {
                return Optional.empty();
            }
            ArchiveInspection.Kept one = kept.get();
            return Optional.of(new Shown(one.receipt(), one.manifest(), one.folder(), names(one.folder())));
        }
    }

    private static List<String> names(Path folder) throws MachineException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.map(file -> file.getFileName().toString()).sorted().toList();
        } catch (IOException e) {
            throw unreadable(folder, e);
        }
    }

    @Override
    public long extract(Config config, String event, long sequence, Path into, List<String> paths, Progress progress)
            throws MachineException {
        ArchiveInspection.Kept kept;
        try (ArchiveInspection archive = inspect(config)) {
            kept = archive.find(event, sequence)
                    .orElseThrow(() -> new MachineException(
                            "package-unknown",
                            "no accepted package of " + event + " has sequence " + sequence,
                            "see `difusor archive list`",
                            null));
        }
        Set<String> wanted = paths.isEmpty()
                ? kept.manifest().files().stream().map(ManifestFile::path).collect(Collectors.toSet())
                : new HashSet<>(paths);
        try {
            disk.createDirectories(into, Disk.Access.PRIVATE);
            Wiring.reader().extract(kept.file(), kept.receipt().name(), wanted, into, disk);
            return wanted.size();
        } catch (IOException e) {
            throw canBeRead(kept.file()) ? unwritable(into, e) : unreadable(kept.file(), e);
        } catch (UnreadablePackageException e) {
            throw unreadable(kept.file(), e);
        }
    }

    /** To the end: where that fails, whatever else failed came of it. */
    private static boolean canBeRead(Path file) {
        try (InputStream in = Files.newInputStream(file)) {
            in.transferTo(OutputStream.nullOutputStream());
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public Checked check(Config config, @Nullable String event, @Nullable Duration most, Progress progress)
            throws MachineException {
        Authenticator authenticator = Wiring.authenticator(config);
        try (ArchiveInspection archive = inspect(config)) {
            HistoryCheck history = HistoryCheck.of(Wiring.home(config), archive.all(null));
            StoredPackage stored = new StoredPackage(authenticator, Wiring.reader());
            return new ArchiveCheck(stored, clock, System::nanoTime).run(archive, event, most, history, progress);
        }
    }

    @Override
    public long reindex(Config config, Progress progress) throws MachineException {
        Home home = Wiring.home(config);
        HomeFormat.require(home);
        HomeOwner.expectOwn("difusor archive reindex", home);
        boolean running = HomeLock.isTaken(home, disk);
        return ArchiveInspection.reindex(home, disk, Wiring.manifests(Wiring.reader()), running);
    }

    @Override
    public Exported export(Config config, String event, Path target, Progress progress) throws MachineException {
        try (ArchiveInspection archive = inspect(config)) {
            return new ArchiveExport(Wiring.home(config), disk, progress)
                    .write(event, packages(archive, event), target);
        }
    }

    private static List<ArchiveInspection.Kept> packages(ArchiveInspection archive, String event)
            throws MachineException {
        List<ArchiveInspection.Kept> packages = archive.all(event);
        if (packages.isEmpty()) {
            throw new MachineException(
                    "event-empty", "the archive has no package of " + event, "see `difusor archive list`", null);
        }
        return packages;
    }

    @Override
    public Imported bringIn(Config config, Path export, String by, Progress progress) throws MachineException {
        HomeLock mine = HomeLock.takeFor("difusor archive import", Wiring.home(config), disk);
        try (mine;
                Archive archive = open(config)) {
            return new ArchiveImport(config, disk, clock).run(archive, export, by, progress);
        }
    }

    @Override
    public Retired retire(Config config, String event, Path export, String by, String why, Progress progress)
            throws MachineException {
        HomeLock mine = HomeLock.takeFor("difusor archive retire", Wiring.home(config), disk);
        try (mine;
                Archive archive = open(config);
                ArchiveInspection inspection = inspect(config)) {
            ArchiveRetirement retirement = new ArchiveRetirement(config, disk, clock);
            retirement.expectAllowed(event);
            return retirement.run(archive, packages(inspection, event), export, by, why, progress);
        }
    }

    /** Of a home whose lock is held. */
    private Archive open(Config config) throws MachineException {
        Home home = Wiring.home(config);
        HomeFormat.require(home);
        Archive archive = Archive.open(home, disk, config.archive().budget(), Wiring.manifests(Wiring.reader()));
        try {
            HomeFormat.upgrade(home, disk, archive.log(), Agent.version(), clock);
            return archive;
        } catch (MachineException e) {
            archive.close();
            throw e;
        }
    }

    private static MachineException unwritable(Path folder, IOException cause) {
        return new MachineException(
                "target-unwritable",
                "cannot write in " + folder + ": " + Failures.inWords(cause),
                "name a folder that this account may write in, on a disk with space",
                cause);
    }

    private static MachineException unreadable(Path path, Exception cause) {
        return new MachineException(
                "archive-unreadable",
                "cannot read " + path + ": " + cause.getMessage(),
                "check the disk and the permissions; `difusor archive check` tells which packages are damaged",
                cause);
    }
}
