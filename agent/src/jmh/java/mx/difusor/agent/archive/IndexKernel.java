package mx.difusor.agent.archive;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Packages;
import mx.difusor.agent.model.Receipt;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;
import org.jspecify.annotations.Nullable;
import org.openjdk.jmh.annotations.TearDown;

/** What the index is asked all the time, among 10,000 packages. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class IndexKernel {

    private static final int ROWS = 10_000;
    private static final int PAGE = 100;
    private static final String EVENT = "pel-2024";

    private @Nullable Path folder;
    private @Nullable Index index;

    @Setup
    public void fill() throws IOException, MachineException {
        folder = Files.createTempDirectory("index-kernel");
        index = Index.open(folder.resolve("index.db"));
        List<Index.Entry> entries = new ArrayList<>();
        for (int sequence = 1; sequence <= ROWS; sequence++) {
            Manifest manifest = Packages.data(sequence).file("a.json", "1").manifest();
            String place = "archive/" + EVENT + "/" + sequence;
            entries.add(new Index.Entry(sequence, place, 10, receipt(manifest), manifest));
        }
        index.replaceAll(entries);
    }

    private static Receipt receipt(Manifest manifest) {
        Instant at = Packages.OPENING.toInstant();
        return new Receipt(
                "iee",
                "prep.zip",
                Digest.ofContent(new byte[] {1}),
                1,
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(manifest),
                List.of(),
                Receipt.Publication.SUPERSEDED,
                at,
                at,
                null,
                List.of(),
                null);
    }

    private Index index() {
        if (index == null) {
            throw new IllegalStateException("not filled");
        }
        return index;
    }

    @Benchmark
    public List<Index.Entry> newestHundred() throws MachineException {
        return index().newest(EVENT, PAGE, null);
    }

    @Benchmark
    public List<Index.Entry> aHundredDeepInside() throws MachineException {
        return index().newest(EVENT, PAGE, ROWS / 2L);
    }

    @Benchmark
    public Optional<Index.Entry> byKey() throws MachineException {
        return index().accepted(EVENT, ROWS / 2L);
    }

    @TearDown
    public void close() throws IOException, MachineException {
        index().close();
        if (folder != null) {
            for (String end : List.of("", "-wal", "-shm")) {
                Files.deleteIfExists(folder.resolve("index.db" + end));
            }
            Files.delete(folder);
        }
    }
}
