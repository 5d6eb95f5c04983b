package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Level;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.openjdk.jmh.annotations.TearDown;

/** The index's questions of every day, receipts decoded, with many rows. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class IndexKernel {

    static final int PAGE = 100;
    private static final String EVENT = "pel-2024";

    @Param("10000")
    public int rows = 10_000;

    private @Nullable Path folder;
    private @Nullable Index index;

    @Setup
    public void open() throws IOException, MachineException {
        folder = Files.createTempDirectory("index-kernel");
        index = Index.open(folder.resolve("index.db"));
        List<Index.Entry> entries = new ArrayList<>(rows);
        for (int sequence = 1; sequence <= rows; sequence++) {
            Packages data = Packages.data(sequence).file("a.json", "" + sequence);
            AcceptedPackage one = data.accepted();
            entries.add(new Index.Entry(
                    sequence, "archive/" + EVENT + "/" + sequence, one.size(), receipt(one), data.manifest()));
        }
        index().replaceAll(entries);
    }

    private static Receipt receipt(AcceptedPackage one) {
        return new Receipt(
                "iee",
                one.fileName(),
                one.digest(),
                one.size(),
                Receipt.Outcome.ACCEPTED,
                null,
                one.contents(),
                List.of(),
                Receipt.Publication.LIVE,
                one.receivedAt(),
                one.decidedAt(),
                one.decidedAt(),
                List.of(),
                null);
    }

    @TearDown(Level.Trial)
    public void close() throws IOException, MachineException {
        index().close();
        Path mine = Objects.requireNonNull(folder);
        for (String name : List.of("index.db", "index.db-wal", "index.db-shm")) {
            Files.deleteIfExists(mine.resolve(name));
        }
        Files.delete(mine);
    }

    private Index index() {
        return Objects.requireNonNull(index);
    }

    /** The status page's first look. */
    @Benchmark
    public List<Index.Entry> newestHundred() throws MachineException {
        return index().newest(null, PAGE, null);
    }

    /** The page behind it, by key and in the middle of the table. */
    @Benchmark
    public List<Index.Entry> hundredBelowKey() throws MachineException {
        return index().newest(EVENT, PAGE, rows / 2L);
    }

    /** One package with its manifest. */
    @Benchmark
    public Optional<Index.Entry> oneBySequence() throws MachineException {
        return index().accepted(EVENT, rows / 2L);
    }
}
