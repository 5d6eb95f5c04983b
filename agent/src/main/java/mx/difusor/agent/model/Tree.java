package mx.difusor.agent.model;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Arrays;
import java.util.Collection;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.NavigableMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * What is to be served: a pure function of the accepted packages of one event (contract, "A package"), whatever
 * order they arrived in.
 */
public final class Tree {

    private static final Comparator<String> BY_UTF8_BYTES =
            (a, b) -> Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));

    private final NavigableMap<String, TreeFile> files;

    private Tree(NavigableMap<String, TreeFile> files) {
        this.files = Collections.unmodifiableNavigableMap(files);
    }

    /** A tree of exactly these files. */
    public static Tree of(Collection<TreeFile> files) {
        NavigableMap<String, TreeFile> map = new TreeMap<>(BY_UTF8_BYTES);
        files.forEach(file -> map.put(file.path(), file));
        return new Tree(map);
    }

    /**
     * The newest site and the data after it laid over it; or, where the newest package is a notice, the notice alone.
     */
    public static Tree of(History history) {
        Fold fold = new Fold();
        history.packages().forEach(fold::lay);
        return of(fold.shown());
    }

    /** Sorted by the UTF-8 bytes of their paths. */
    public Collection<TreeFile> files() {
        return files.values();
    }

    public @Nullable TreeFile get(String path) {
        return files.get(path);
    }

    /** SHA-256 over the lines {@code <sha256>  <path>\n} of every file (contract, {@code live.tree}). */
    public Digest digest() {
        MessageDigest sha256 = Digest.sha256();
        for (TreeFile file : files.values()) {
            sha256.update((file.sha256() + "  " + file.path() + "\n").getBytes(StandardCharsets.UTF_8));
        }
        return Digest.of(sha256.digest());
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Tree tree && files.equals(tree.files);
    }

    @Override
    public int hashCode() {
        return files.hashCode();
    }

    @Override
    public String toString() {
        return files.values().toString();
    }

    /** Lays packages over one another in order of sequence. */
    private static final class Fold {
        /** The results as they stand: the last site and what was laid over it. */
        private Layer results = new Layer();
        /** The page shown instead of the results, while there is one. */
        private @Nullable Layer notice;
        /** Per path the newest time that any bytes ever had there, removed and covered ones included. */
        private final Map<String, Instant> lastModified = new HashMap<>();

        Collection<TreeFile> shown() {
            return (notice == null ? results : notice).files();
        }

        void lay(AcceptedPackage one) {
            switch (one.manifest().kind()) {
                case SITE -> {
                    results = put(one, results, new Layer());
                    notice = null;
                }
                case DATA -> {
                    one.manifest().remove().forEach(results::remove);
                    results = put(one, results, results);
                    notice = null;
                }
                case NOTICE -> notice = put(one, notice == null ? new Layer() : notice, new Layer());
            }
        }

        private Layer put(AcceptedPackage one, Layer before, Layer onto) {
            for (ManifestFile file : one.manifest().files()) {
                Instant modified = modified(file, one.cut(), before.get(file.path()));
                onto.put(new TreeFile(file.path(), file.size(), file.sha256(), modified, one.sequence()));
            }
            return onto;
        }

        private Instant modified(ManifestFile file, Instant cut, @Nullable TreeFile before) {
            if (before != null && before.sha256().equals(file.sha256())) {
                return before.modified();
            }
            Instant fresh = cut.truncatedTo(ChronoUnit.SECONDS);
            Instant last = lastModified.get(file.path());
            Instant modified = last == null || fresh.isAfter(last) ? fresh : last.plusSeconds(1);
            lastModified.put(file.path(), modified);
            return modified;
        }
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
