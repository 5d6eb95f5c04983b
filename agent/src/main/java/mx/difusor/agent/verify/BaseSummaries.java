package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;

/**
 * What of a package's PREP bases is held against those under the same paths in another package. Immutable, and bounded
 * by {@link ContentsCheck#MAX_KEYS}.
 */
public final class BaseSummaries {

    /** What a base without a row weighs, and a package without a base, in rows. */
    private static final int BASE_WEIGHT = 10;

    private static final BaseSummaries NONE = new BaseSummaries(Map.of());

    private final Map<String, BaseSummary> byPath;

    BaseSummaries(Map<String, BaseSummary> byPath) {
        this.byPath = Map.copyOf(byPath);
    }

    public static BaseSummaries none() {
        return NONE;
    }

    /** The paths of a package that may be bases: its {@code .csv} files. */
    public static Set<String> paths(Manifest manifest) {
        Set<String> paths = new TreeSet<>();
        for (ManifestFile file : manifest.files()) {
            if (isCsv(file.path())) {
                paths.add(file.path());
            }
        }
        return paths;
    }

    static boolean isCsv(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".csv");
    }

    /**
     * Of a package that was accepted before.
     *
     * @param folder where these paths were extracted to
     * @throws IOException when this machine cannot read them
     */
    static BaseSummaries read(Path folder, Collection<String> paths) throws IOException {
        Map<String, BaseSummary> byPath = new HashMap<>();
        int keysLeft = ContentsCheck.MAX_KEYS;
        for (String path : paths) {
            BaseSummary base = CsvContents.of(folder.resolve(path), keysLeft).base();
            if (base != null) {
                byPath.put(path, base);
                keysLeft -= base.keptKeys();
            }
        }
        return new BaseSummaries(byPath);
    }

    /** How much memory they take, in rows of up to 100 bytes. */
    public long weight() {
        long weight = BASE_WEIGHT;
        for (BaseSummary base : byPath.values()) {
            weight += BASE_WEIGHT + base.keptKeys();
        }
        return weight;
    }

    /**
     * What shrank or vanished: lines for the receipt, at most two a path.
     *
     * @param before of an earlier cut
     * @param paths those that are compared
     * @param when names that cut, such as {@code sequence 16}
     */
    public List<String> since(BaseSummaries before, Collection<String> paths, String when) {
        List<String> lines = new ArrayList<>();
        for (String path : new TreeSet<>(paths)) {
            BaseSummary then = before.byPath.get(path);
            BaseSummary now = byPath.get(path);
            if (then != null && now != null) {
                now.since(then, when).forEach(remark -> lines.add(remark.about(path)));
            } else if (then != null) {
                lines.add(new Remark(
                                "key-vanishes",
                                "is no PREP base any more, in " + when + " it had " + then.rows() + " rows")
                        .about(path));
            }
        }
        return lines;
    }
}
