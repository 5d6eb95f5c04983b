package mx.difusor.agent.verify;

import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/** Holds what a manifest lists against what its archive held. */
final class PackageFiles {

    private PackageFiles() {}

    /** None is missing, none is extra, and each is what the manifest says; the first failure in this order counts. */
    static void expectExactly(Manifest manifest, Map<String, Unpacking.Found> found) throws UnreadablePackageException {
        Set<String> listed = new HashSet<>();
        for (ManifestFile file : manifest.files()) {
            listed.add(file.path());
            if (!found.containsKey(file.path())) {
                throw missing(file.path());
            }
        }
        for (String path : found.keySet()) {
            if (!listed.contains(path)) {
                throw new UnreadablePackageException(
                        Reason.FILE_UNLISTED,
                        "the file is in the archive and not in the manifest: " + cure(path),
                        path);
            }
        }
        for (ManifestFile file : manifest.files()) {
            expectIntact(file, found.get(file.path()));
        }
    }

    /** Who lists what macOS adds is told next that it is hidden, and its Finder does not show it. */
    private static String cure(String path) {
        String name = path.substring(path.lastIndexOf('/') + 1);
        return path.startsWith("__MACOSX/") || name.startsWith("._") || name.equals(".DS_Store")
                ? "macOS adds such files; leave them out, with zip -r -X PREP.zip . -x '*.DS_Store' or"
                        + " COPYFILE_DISABLE=1 tar --exclude .DS_Store"
                : "list it or leave it out";
    }

    static void expectIntact(ManifestFile file, Unpacking.@Nullable Found found) throws UnreadablePackageException {
        if (found == null) {
            throw missing(file.path());
        }
        if (found.size() != file.size()) {
            throw corrupt("is " + found.size() + " bytes long, the manifest says " + file.size(), file.path());
        }
        if (!found.sha256().equals(file.sha256())) {
            throw corrupt("does not have the SHA-256 that the manifest says", file.path());
        }
    }

    static UnreadablePackageException missing(String path) {
        return new UnreadablePackageException(
                Reason.FILE_MISSING,
                "the manifest lists the file and the archive does not hold it: add it or leave it out of the manifest",
                path);
    }

    private static UnreadablePackageException corrupt(String what, String path) {
        return new UnreadablePackageException(
                Reason.FILE_CORRUPT, "the file " + what + ": make the manifest and the package again", path);
    }
}
