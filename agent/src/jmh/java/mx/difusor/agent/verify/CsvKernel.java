package mx.difusor.agent.verify;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A real base (Campeche 2021, 146 kB, 41 cells a row): every check, the reader alone, and lines merely split. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class CsvKernel {

    private static final String SAMPLE = "campeche-2021/20210606_2340/CAMP_GOB_2021.csv";
    private static final int MAX_KEYS = 250_000;

    private byte[] content = {};

    @Setup
    public void load() throws IOException {
        content = Files.readAllBytes(Bench.shared("samples").resolve(SAMPLE));
    }

    /** What a package's base costs. */
    @Benchmark
    public Object checked() throws IOException {
        CsvContents.Findings findings = CsvContents.of(new ByteArrayInputStream(content), MAX_KEYS);
        if (findings.base() == null) {
            throw new IllegalStateException("not read as a base: " + findings.problem());
        }
        return findings;
    }

    /** @return how many cells there are */
    @Benchmark
    public long ours() throws IOException, CsvRecords.UnreadableCsvException {
        CsvRecords records = new CsvRecords(new ByteArrayInputStream(content));
        long cells = 0;
        while (records.nextRecord((byte) ',')) {
            cells += records.cells();
        }
        return cells;
    }

    /** @return how many cells there are where no cell holds a comma or a line's end */
    @Benchmark
    public long floor() throws IOException {
        BufferedReader lines =
                new BufferedReader(new InputStreamReader(new ByteArrayInputStream(content), StandardCharsets.UTF_8));
        long cells = 0;
        for (String line = lines.readLine(); line != null; line = lines.readLine()) {
            if (!line.isBlank()) {
                cells += line.split(",", -1).length;
            }
        }
        return cells;
    }
}
