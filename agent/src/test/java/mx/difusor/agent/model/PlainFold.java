package mx.difusor.agent.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The tree as the contract describes it, all packages laid anew, with nothing shared: what {@link Layers} is held against. */
final class PlainFold {

    /** The results as they stand: the last site and what was laid over it. */
    private Layer results = new Layer();
    /** The page shown instead of the results, while there is one. */
    private @Nullable Layer notice;
    /** Per path the newest time that any bytes ever had there, removed and covered ones included. */
    private final Map<String, Instant> lastModified = new HashMap<>();

    static Tree of(Collection<Packages> packages) {
        PlainFold fold = new PlainFold();
        packages.stream()
                .map(Packages::manifest)
                .sorted(Comparator.comparing(Manifest::sequence))
                .forEach(fold::lay);
        return Tree.of(fold.shown());
    }

    private Collection<TreeFile> shown() {
        return (notice == null ? results : notice).files();
    }

    private void lay(Manifest one) {
        Instant cut = one.cut().toInstant().truncatedTo(ChronoUnit.SECONDS);
        Layer last = notice;
        switch (one.kind()) {
            case SITE -> {
                results = put(one, cut, last, results, new Layer());
                notice = null;
            }
            case DATA -> {
                one.remove().forEach(results::remove);
                results = put(one, cut, last, results, results);
                notice = null;
            }
            case NOTICE -> notice = put(one, cut, null, last == null ? results : last, new Layer());
        }
        if (last != null && notice == null) {
            uncover(cut, last);
        }
    }

    /** All the results, whatever covered them. */
    private void uncover(Instant cut, Layer last) {
        for (TreeFile file : List.copyOf(results.files())) {
            Instant modified = modified(file.path(), file.sha256(), cut, file, last.get(file.path()));
            results.put(new TreeFile(file.path(), file.size(), file.sha256(), modified, file.source()));
        }
    }

    private Layer put(Manifest one, Instant cut, @Nullable Layer covering, Layer before, Layer onto) {
        for (ManifestFile file : one.files()) {
            TreeFile covered = covering == null ? null : covering.get(file.path());
            TreeFile standing = covered == null ? before.get(file.path()) : covered;
            Instant modified = modified(file.path(), file.sha256(), cut, standing, null);
            onto.put(new TreeFile(file.path(), file.size(), file.sha256(), modified, one.sequence()));
        }
        return onto;
    }

    /** Bytes that had the newest time of their path keep it. */
    private Instant modified(
            String path, Digest sha256, Instant cut, @Nullable TreeFile one, @Nullable TreeFile other) {
        Instant last = lastModified.get(path);
        for (TreeFile before : Arrays.asList(one, other)) {
            if (before != null
                    && before.sha256().equals(sha256)
                    && before.modified().equals(last)) {
                return before.modified();
            }
        }
        Instant modified = last == null || cut.isAfter(last) ? cut : last.plusSeconds(1);
        lastModified.put(path, modified);
        return modified;
    }

    /**
     * Files that can stand beside one another on every file system: what is put later displaces a file whose name
     * some of them take for the same ({@link FoldedPath}), a file where a folder is now needed, and a folder where a file is.
     */
    private static final class Layer {
        private final NavigableMap<String, TreeFile> byFoldedPath = new TreeMap<>();

        Collection<TreeFile> files() {
            return byFoldedPath.values();
        }

        @Nullable
        TreeFile get(String path) {
            TreeFile file = byFoldedPath.get(FoldedPath.of(path));
            return file != null && file.path().equals(path) ? file : null;
        }

        void remove(String path) {
            if (get(path) != null) {
                byFoldedPath.remove(FoldedPath.of(path));
            }
        }

        void put(TreeFile file) {
            String key = FoldedPath.of(file.path());
            for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
                byFoldedPath.remove(key.substring(0, slash));
            }
            byFoldedPath.subMap(key + "/", key + "0").clear();
            byFoldedPath.put(key, file);
        }
    }
}
