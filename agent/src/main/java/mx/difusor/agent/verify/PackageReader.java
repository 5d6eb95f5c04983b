package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import org.jspecify.annotations.Nullable;

/** Reads packages that were accepted before, out of the archive. */
public final class PackageReader {

    private final PackageLimits limits;
    private final Confinement confinement;

    public PackageReader(PackageLimits limits) {
        this(limits, new Confinement(limits.maxTime()));
    }

    PackageReader(PackageLimits limits, Confinement confinement) {
        this.limits = limits;
        this.confinement = confinement;
    }

    /**
     * The archive is read only as far as the manifest; the rest is not checked.
     *
     * @param name the archive's file name; its extension decides the format
     * @throws IOException when this machine fails
     */
    public Manifest manifest(Path archive, String name) throws UnreadablePackageException, IOException {
        return confinement.run(turn -> {
            Unpacking unpacking = new Unpacking(limits, path -> null, turn);
            new ArchiveWalk(limits, turn).walk(archive, name, new UntilManifest(unpacking));
            return unpacking.manifest();
        });
    }

    /**
     * Writes these files below {@code into}, readable by a web server, not yet durable, once their size and SHA-256
     * were held against the manifest. The whole archive is read. After a failure {@code into} may hold anything.
     *
     * @param name the archive's file name; its extension decides the format
     * @param paths out of the manifest's {@code files}
     * @param into a folder in which none of these files stands yet
     * @throws UnreadablePackageException {@code file-missing} or {@code file-corrupt} for a path that the manifest does
     *     not list or the archive does not hold as listed; any other reason for an archive that changed since
     * @throws IOException when this machine fails
     */
    public void extract(Path archive, String name, Set<String> paths, Path into, Disk disk)
            throws UnreadablePackageException, IOException {
        confinement.run(turn -> {
            extractConfined(archive, name, paths, into, disk, turn);
            return paths;
        });
    }

    /**
     * What of a package's PREP bases is held against another's; as {@link #extract}.
     *
     * @param paths of {@link BaseSummaries#paths}
     */
    public BaseSummaries bases(Path archive, String name, Set<String> paths, Path into, Disk disk)
            throws UnreadablePackageException, IOException {
        return confinement.run(turn -> {
            extractConfined(archive, name, paths, into, disk, turn);
            return BaseSummaries.read(into, paths);
        });
    }

    private void extractConfined(
            Path archive, String name, Set<String> paths, Path into, Disk disk, ReadingTurns.Turn turn)
            throws UnreadablePackageException, IOException {
        Unpacking unpacking = new Unpacking(limits, new Unpacking.BelowFolder(into, disk, paths::contains), turn);
        new ArchiveWalk(limits, turn).walk(archive, name, unpacking);
        expectIntact(unpacking.manifest(), paths, unpacking.found());
    }

    private static void expectIntact(Manifest manifest, Set<String> paths, Map<String, Unpacking.Found> found)
            throws UnreadablePackageException {
        Map<String, ManifestFile> listed = new HashMap<>();
        manifest.files().forEach(file -> listed.put(file.path(), file));
        for (String path : paths) {
            ManifestFile file = listed.get(path);
            if (file == null) {
                throw PackageFiles.missing(path);
            }
            PackageFiles.expectIntact(file, found.get(path));
        }
    }

    /** Stops as soon as the manifest is known. */
    private record UntilManifest(Unpacking unpacking) implements ArchiveVisitor {
        @Override
        public void folder(String path) throws UnreadablePackageException, IOException {
            unpacking.folder(path);
        }

        @Override
        public @Nullable Reception file(String path) throws UnreadablePackageException, IOException {
            Reception reception = unpacking.file(path);
            return path.equals(Manifest.NAME) ? reception : null;
        }

        @Override
        public boolean done() {
            return unpacking.hasManifest();
        }
    }
}
