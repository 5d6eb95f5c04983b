package mx.difusor.agent.model;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.Param;

/** The tree out of a whole history, and its digest: what an accepted package costs at most. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class TreeKernel {

    private static final int CHANGED = 200;

    @Param({"10", "1000"})
    public int packages;

    @Param({"3000", "30000"})
    public int files;

    private History history = History.empty("pel-2024");

    @Setup
    public void draw() {
        List<AcceptedPackage> all = new ArrayList<>();
        Packages site = Packages.site(1);
        for (int file = 0; file < files; file++) {
            site.file("datos/" + file % 60 + "/" + file + ".json", "1");
        }
        all.add(site.accepted());
        for (int sequence = 2; sequence <= packages; sequence++) {
            Packages data = Packages.data(sequence);
            for (int one = 0; one < CHANGED; one++) {
                int file = (sequence * CHANGED + one * 7) % files;
                data.file("datos/" + file % 60 + "/" + file + ".json", "" + sequence);
            }
            all.add(data.accepted());
        }
        history = History.of("pel-2024", all);
    }

    @Benchmark
    public Tree fold() {
        return Tree.of(history);
    }
}
