package mx.difusor.agent.verify;

import java.util.HashMap;
import java.util.Map;
import mx.difusor.agent.model.FoldedPath;
import mx.difusor.agent.model.Reason;

/**
 * The paths seen so far and the folders that they go through, so that no two of them can stand for one file on some file
 * system, and so that a few files cannot stand in a folder after another without end: each folder is one more directory
 * in every release, and one more path in memory.
 */
final class PathLedger {

    private record Seen(String path, boolean file) {}

    private final PackageLimits limits;
    private final String where;
    private final Reason whenTwice;
    private final Reason whenMany;
    private final Map<String, Seen> byFolded = new HashMap<>();

    /**
     * @param where the paths are, for messages
     * @param whenTwice the reason when the very same file comes a second time
     * @param whenMany the reason when there are more files and folders than {@link PackageLimits#maxEntries}
     */
    PathLedger(PackageLimits limits, String where, Reason whenTwice, Reason whenMany) {
        this.where = where;
        this.limits = limits;
        this.whenTwice = whenTwice;
        this.whenMany = whenMany;
    }

    void file(String path) throws UnreadablePackageException {
        PackagePath.expectSafe(path, limits, where);
        ancestors(path);
        enter(path, true);
    }

    /** May come any number of times. */
    void folder(String path) throws UnreadablePackageException {
        PackagePath.expectSafe(path, limits, where);
        ancestors(path);
        enter(path, false);
    }

    /** Files, and folders whether they came themselves or as part of a path. */
    int size() {
        return byFolded.size();
    }

    private void ancestors(String path) throws UnreadablePackageException {
        for (int slash = path.indexOf('/'); slash >= 0; slash = path.indexOf('/', slash + 1)) {
            enter(path.substring(0, slash), false);
        }
    }

    private void enter(String path, boolean file) throws UnreadablePackageException {
        Seen before = byFolded.putIfAbsent(FoldedPath.of(path), new Seen(path, file));
        if (before == null) {
            expectFew();
            return;
        }
        String shown = PackagePath.printable(path);
        if (!before.path.equals(path)) {
            throw UnreadablePackageException.unsafe(
                    "the path differs from " + PackagePath.printable(before.path) + " only in case or form: rename one",
                    shown);
        }
        if (before.file != file) {
            throw UnreadablePackageException.unsafe("the path is a file and a folder: rename one", shown);
        }
        if (file) {
            throw new UnreadablePackageException(whenTwice, where + " has the file twice: keep one of the two", shown);
        }
    }

    private void expectFew() throws UnreadablePackageException {
        if (byFolded.size() > limits.maxEntries()) {
            throw new UnreadablePackageException(
                    whenMany,
                    where + " has more than " + limits.maxEntries()
                            + " files and folders, with every folder that a path"
                            + " goes through: use fewer folders, or send it in several packages",
                    null);
        }
    }
}
