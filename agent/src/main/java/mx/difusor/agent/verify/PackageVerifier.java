package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;

/**
 * Judges a package whose signatures hold, up to its contents, in the contract's order: structure, manifest, the set of
 * files and their hashes, types, contents. What depends on other packages (event, sequence, cut) is not judged here.
 */
public final class PackageVerifier {

    /** A receipt is for people to read. */
    private static final int MAX_WARNINGS = 100;

    private static final String INDEX = "index.html";

    private final PackageLimits limits;
    private final FileTypes types;
    private final boolean strictContents;
    private final Disk disk;
    private final Confinement confinement;

    /**
     * What checking one package established, and what of it can be held against other packages.
     *
     * @param bases empty unless the package is good
     * @param purpose whether a good one says that it is a test; null where it does not say
     */
    public record Examined(
            Verdict verdict, BaseSummaries bases, @Nullable StatedPurpose purpose) {

        private static Examined rejected(Verdict.Rejected verdict) {
            return new Examined(verdict, BaseSummaries.none(), null);
        }
    }

    /** @param strictContents whether {@code json-invalid} and {@code csv-invalid} reject, or else warn */
    public PackageVerifier(PackageLimits limits, FileTypes types, boolean strictContents, Disk disk) {
        this.limits = limits;
        this.types = types;
        this.strictContents = strictContents;
        this.disk = disk;
        this.confinement = new Confinement(limits.maxTime());
    }

    /** Reads what was accepted before, taking turns with the packages that are judged here. */
    public PackageReader reader() {
        return new PackageReader(limits, confinement);
    }

    /** {@link #examine}, where other packages do not matter. */
    public Verdict judge(
            Path archive, String name, List<Signer> signers, List<String> signatureWarnings, Path unpackInto)
            throws IOException {
        return examine(archive, name, signers, signatureWarnings, unpackInto).verdict();
    }

    /**
     * Unpacks every file but the manifest below {@code unpackInto}, readable by a web server, not yet durable. After a
     * rejection or a failure the folder may hold anything and is the caller's to delete.
     *
     * @param name the archive's file name; its extension decides the format
     * @param signers whose signatures hold
     * @param signatureWarnings come first among the verdict's
     * @param unpackInto an empty folder on the same file system as the releases
     * @return with a verdict {@code Accepted} or {@code Rejected}
     * @throws IOException when this machine fails; says nothing about the package
     */
    public Examined examine(
            Path archive, String name, List<Signer> signers, List<String> signatureWarnings, Path unpackInto)
            throws IOException {
        try {
            return confinement.run(
                    turn -> examineConfined(archive, name, signers, signatureWarnings, unpackInto, turn));
        } catch (UnreadablePackageException e) {
            return Examined.rejected(rejected(e).knowing(null, signers));
        }
    }

    private Examined examineConfined(
            Path archive,
            String name,
            List<Signer> signers,
            List<String> signatureWarnings,
            Path unpackInto,
            ReadingTurns.Turn turn)
            throws UnreadablePackageException, IOException {
        Unpacking unpacking = new Unpacking(limits, new Unpacking.BelowFolder(unpackInto, disk, path -> true), turn);
        new ArchiveWalk(limits, turn).walk(archive, name, unpacking);
        Manifest manifest = unpacking.manifest();
        try {
            PackageFiles.expectExactly(manifest, unpacking.found());
            expectTypes(manifest);
            List<String> warnings = new ArrayList<>(signatureWarnings);
            ContentsCheck contents = new ContentsCheck(manifest, strictContents);
            contents.run(unpackInto, turn);
            warnings.addAll(contents.warnings());
            warnings.addAll(oddities(manifest));
            Verdict good = new Verdict.Accepted(manifest, signers, shortened(warnings));
            return new Examined(good, contents.bases(), contents.purpose());
        } catch (UnreadablePackageException e) {
            return Examined.rejected(rejected(e).knowing(manifest, signers));
        }
    }

    private static Verdict.Rejected rejected(UnreadablePackageException e) {
        return Verdict.Rejected.of(e.reason(), e.explanation(), e.path());
    }

    private void expectTypes(Manifest manifest) throws UnreadablePackageException {
        for (ManifestFile file : manifest.files()) {
            Optional<String> objection = types.objection(manifest.kind(), file.path());
            if (objection.isPresent()) {
                throw new UnreadablePackageException(
                        Reason.TYPE_FORBIDDEN, "the file " + objection.get() + ": leave it out", file.path());
            }
        }
    }

    /** What is allowed and yet probably not meant. */
    private static List<String> oddities(Manifest manifest) {
        List<String> found = new ArrayList<>();
        Set<String> paths = new HashSet<>();
        manifest.files().forEach(file -> paths.add(file.path()));
        if (manifest.kind() != Kind.DATA && !paths.contains(INDEX)) {
            found.add(
                    "the " + manifest.kind().code() + " has no " + INDEX + ": visitors of the root will see an error");
        }
        if (manifest.kind() != Kind.DATA && !manifest.remove().isEmpty()) {
            found.add("remove has no effect in a " + manifest.kind().code() + " package");
        }
        if (manifest.files().isEmpty() && manifest.remove().isEmpty()) {
            found.add("the package changes nothing: it brings no file and removes none");
        }
        return found;
    }

    private static List<String> shortened(List<String> warnings) {
        if (warnings.size() <= MAX_WARNINGS) {
            return warnings;
        }
        List<String> shown = new ArrayList<>(warnings.subList(0, MAX_WARNINGS));
        shown.add("and " + (warnings.size() - MAX_WARNINGS) + " more");
        return shown;
    }
}
