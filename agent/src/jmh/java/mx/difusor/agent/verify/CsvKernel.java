package mx.difusor.agent.verify;

import java.io.BufferedReader;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** A state's base out of the samples through every rule; and, for a floor, its lines cut at the commas. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class CsvKernel {

    private static final int MAX_KEYS = 1_000_000;
    private static final String SAMPLE = "samples/campeche-2021/20210606_2240/CAMP_GOB_2021.csv";

    private byte[] base = {};

    @Setup
    public void read() throws IOException {
        base = Files.readAllBytes(Path.of(System.getProperty("shared", "../../shared"), SAMPLE));
    }

    @Benchmark
    public Object rules() throws IOException {
        return CsvContents.of(new ByteArrayInputStream(base), MAX_KEYS);
    }

    @Benchmark
    public int floor() throws IOException {
        int cells = 0;
        try (BufferedReader lines = new BufferedReader(
                new InputStreamReader(new ByteArrayInputStream(base), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                cells += line.split(",", -1).length;
            }
        }
        return cells;
    }
}
