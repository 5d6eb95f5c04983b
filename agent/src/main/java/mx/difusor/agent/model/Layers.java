package mx.difusor.agent.model;

import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.Comparator;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What packages make that are laid over one another in order of sequence. Immutable; laying one more costs in proportion
 * to that one, however many lie below it.
 */
final class Layers {

    private static final SharedMap<String, TreeFile> NOTHING = SharedMap.empty(Comparator.<String>naturalOrder());

    static final Layers NONE =
            new Layers(Layer.EMPTY, null, NOTHING, SharedMap.empty(Comparator.<String>naturalOrder()));

    /** The results as they stand: the last site and what was laid over it. */
    private final Layer results;
    /** The page shown instead of the results, while there is one. */
    private final @Nullable Layer notice;
    /** By path, what that notice and those before it showed since the results were shown last. */
    private final SharedMap<String, TreeFile> covers;
    /** By path, of removed and covered files too. */
    private final SharedMap<String, Trace> traces;

    /**
     * What ever stood under a path.
     *
     * @param modified the newest time that any bytes had there
     * @param carrier the sequence of the newest package that had a file there
     */
    private record Trace(Instant modified, long carrier) {}

    private Layers(
            Layer results,
            @Nullable Layer notice,
            SharedMap<String, TreeFile> covers,
            SharedMap<String, Trace> traces) {
        this.results = results;
        this.notice = notice;
        this.covers = covers;
        this.traces = traces;
    }

    Tree shown() {
        return new Tree((notice == null ? results : notice).byPath);
    }

    /** The sequence of the newest package that has a file under this path, whether it is shown or not. */
    @Nullable
    Long carrier(String path) {
        Trace trace = traces.get(path);
        return trace == null ? null : trace.carrier();
    }

    /** @param one of a higher sequence than every one below */
    Layers with(Manifest one) {
        return switch (one.kind()) {
            case SITE -> showing(new Laying(one, traces, Layer.EMPTY), results);
            case DATA -> {
                Layer left = results;
                for (String path : one.remove()) {
                    left = left.without(path);
                }
                yield showing(new Laying(one, traces, left), left);
            }
            case NOTICE -> {
                Laying laying = new Laying(one, traces, Layer.EMPTY);
                laying.lay(Layer.EMPTY, notice == null ? results : notice);
                SharedMap<String, TreeFile> covered = covers;
                for (TreeFile file : laying.onto.byPath.values()) {
                    covered = covered.with(file.path(), file);
                }
                yield new Layers(results, laying.onto, covered, laying.traces);
            }
        };
    }

    /** Results, instead of a notice where there is one: what is seen again is later than what covered it. */
    private Layers showing(Laying laying, Layer before) {
        Layer shown = notice == null ? Layer.EMPTY : notice;
        laying.lay(shown, before);
        for (TreeFile cover : covers.values()) {
            laying.uncover(cover.path(), shown.get(cover.path()));
        }
        return new Layers(laying.onto, null, NOTHING, laying.traces);
    }

    /** One package on its way onto a layer. */
    private static final class Laying {
        private final Manifest one;
        private final Instant cut;
        private SharedMap<String, Trace> traces;
        private Layer onto;

        Laying(Manifest one, SharedMap<String, Trace> traces, Layer onto) {
            this.one = one;
            this.cut = one.cut().toInstant().truncatedTo(ChronoUnit.SECONDS);
            this.traces = traces;
            this.onto = onto;
        }

        /**
         * @param shown a notice that ends: what it has under a path was seen there last
         * @param before what was seen elsewhere
         */
        void lay(Layer shown, Layer before) {
            for (ManifestFile file : one.files()) {
                TreeFile covering = shown.get(file.path());
                Trace trace = traces.get(file.path());
                TreeFile last = covering == null ? before.get(file.path()) : covering;
                Instant modified = trace == null ? cut : time(file.sha256(), last, trace);
                put(new TreeFile(file.path(), file.size(), file.sha256(), modified, one.sequence()), one.sequence());
            }
        }

        /** @param covering what was seen last under that path; null where nothing was */
        void uncover(String path, @Nullable TreeFile covering) {
            TreeFile file = onto.get(path);
            Trace trace = Objects.requireNonNull(traces.get(path), "what covers was laid");
            if (file != null && !file.modified().equals(trace.modified())) {
                Instant modified = time(file.sha256(), covering, trace);
                put(new TreeFile(path, file.size(), file.sha256(), modified, file.source()), trace.carrier());
            }
        }

        private void put(TreeFile file, long carrier) {
            traces = traces.with(file.path(), new Trace(file.modified(), carrier));
            onto = onto.with(file);
        }

        /** The same bytes keep their time; others are later than any that were ever seen under their path. */
        private Instant time(Digest sha256, @Nullable TreeFile last, Trace trace) {
            boolean same = last != null
                    && last.sha256().equals(sha256)
                    && last.modified().equals(trace.modified());
            Instant since = same ? trace.modified() : trace.modified().plusSeconds(1);
            return same || since.isAfter(cut) ? since : cut;
        }
    }

    /**
     * Files that can stand beside one another on every file system: what is put later displaces a file whose name
     * some of them take for the same ({@link FoldedPath}), a file where a folder is now needed, and a folder where a file is.
     */
    private static final class Layer {
        static final Layer EMPTY =
                new Layer(SharedMap.empty(Comparator.<String>naturalOrder()), SharedMap.empty(Tree.BY_UTF8_BYTES));

        private final SharedMap<String, TreeFile> byFoldedPath;
        private final SharedMap<String, TreeFile> byPath;

        private Layer(SharedMap<String, TreeFile> byFoldedPath, SharedMap<String, TreeFile> byPath) {
            this.byFoldedPath = byFoldedPath;
            this.byPath = byPath;
        }

        @Nullable
        TreeFile get(String path) {
            return byPath.get(path);
        }

        Layer without(String path) {
            return get(path) == null ? this : without(FoldedPath.of(path), path);
        }

        private Layer without(String key, String path) {
            return new Layer(byFoldedPath.without(key), byPath.without(path));
        }

        Layer with(TreeFile file) {
            String key = FoldedPath.of(file.path());
            TreeFile twin = byFoldedPath.get(key);
            Layer left =
                    twin == null ? beside(key) : twin.path().equals(file.path()) ? this : without(key, twin.path());
            return new Layer(left.byFoldedPath.with(key, file), left.byPath.with(file.path(), file));
        }

        /** Without what cannot stand beside a new file: files where its folders are, and files below it. */
        private Layer beside(String key) {
            Layer left = this;
            for (int slash = key.indexOf('/'); slash >= 0; slash = key.indexOf('/', slash + 1)) {
                String folder = key.substring(0, slash);
                TreeFile file = left.byFoldedPath.get(folder);
                left = file == null ? left : left.without(folder, file.path());
            }
            SharedMap.Entry<String, TreeFile> below = left.byFoldedPath.higher(key + "/");
            while (below != null && below.key().startsWith(key + "/")) {
                left = left.without(below.key(), below.value().path());
                below = left.byFoldedPath.higher(key + "/");
            }
            return left;
        }
    }
}
