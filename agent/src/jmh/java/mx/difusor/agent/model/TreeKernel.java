package mx.difusor.agent.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** The tree of a whole history: one site, and packages of data that each change {@link #CHANGED} of its files. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TreeKernel {

    static final int CHANGED = 200;

    @Param({"10", "1000"})
    public int packages = 10;

    @Param({"3000", "30000"})
    public int files = 3000;

    private final List<Packages> all = new ArrayList<>();
    private History history = History.empty("pel-2024");
    private Packages next = Packages.data(1);

    @Setup
    public void accept() {
        all.clear();
        Packages site = Packages.site(1);
        for (int i = 0; i < files; i++) {
            site.file(path(i), "first " + i);
        }
        all.add(site);
        for (int sequence = 2; sequence <= packages; sequence++) {
            all.add(data(sequence));
        }
        history = Packages.history(all);
        Tree.of(history); // its layers are known from here on
        next = data(packages + 1);
    }

    private Packages data(int sequence) {
        Packages data = Packages.data(sequence);
        for (int i = 0; i < CHANGED; i++) {
            data.file(path((sequence * CHANGED + i) % files), sequence + " " + i);
        }
        return data;
    }

    private static String path(int file) {
        return "datos/distrito-%02d/casilla-%05d.json".formatted(file % 22, file);
    }

    /** As after a start, when no layer is known. */
    @Benchmark
    public Tree ofHistory() {
        return Tree.of(Packages.history(all));
    }

    /** One package more over what was laid before. */
    @Benchmark
    public Tree withNext() {
        return Tree.of(history.with(next.accepted(), next.manifest()));
    }

    /** What a release's folder and the status call a tree by. */
    @Benchmark
    public Digest withNextAndDigest() {
        return Tree.of(history.with(next.accepted(), next.manifest())).digest();
    }
}
