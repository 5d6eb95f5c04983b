package mx.difusor.agent.verify;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
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

/** Eight megabytes of JSON in a zip through the reader, its checks included; and, for a floor, through an inflater. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class InflateKernel {

    private static final int BYTES = 8 << 20;
    private static final int BUFFER_BYTES = 64 * 1024;

    private final byte[] buffer = new byte[BUFFER_BYTES];
    private final byte[] deflated = new byte[BYTES];
    private int deflatedBytes;
    private @Nullable Path zip;

    @Setup
    public void pack() throws IOException {
        StringBuilder text = new StringBuilder();
        Random random = new Random(1);
        while (text.length() < BYTES) {
            text.append("{\"seccion\":").append(random.nextInt(3000)).append(",\"votos\":").append(random.nextInt(900));
            text.append("},\n");
        }
        byte[] json = text.substring(0, BYTES).getBytes(StandardCharsets.US_ASCII);
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        deflater.setInput(json);
        deflater.finish();
        deflatedBytes = deflater.deflate(deflated);
        deflater.end();
        zip = Files.createTempFile("inflate-kernel", ".zip");
        try (OutputStream out = Files.newOutputStream(zip);
                ZipOutputStream entries = new ZipOutputStream(out)) {
            entries.putNextEntry(new ZipEntry("a.json"));
            entries.write(json);
        }
    }

    @Benchmark
    public long reader() throws IOException, UnreadablePackageException {
        if (zip == null) {
            throw new IllegalStateException("not packed");
        }
        Counting counting = new Counting();
        try (ReadingTurns.Turn turn = new ReadingTurns().begin()) {
            new ArchiveWalk(PackageLimits.defaults(), turn).walk(zip, "inflate.zip", counting);
        }
        return counting.bytes;
    }

    @Benchmark
    public long floor() throws DataFormatException {
        Inflater inflater = new Inflater(true);
        inflater.setInput(deflated, 0, deflatedBytes);
        while (!inflater.finished()) {
            inflater.inflate(buffer);
        }
        long bytes = inflater.getBytesWritten();
        inflater.end();
        return bytes;
    }

    @TearDown
    public void delete() throws IOException {
        if (zip != null) {
            Files.delete(zip);
        }
    }

    private static final class Counting implements ArchiveVisitor {

        private long bytes;

        @Override
        public void folder(String path) {}

        @Override
        public Reception file(String path) {
            return content -> {
                byte[] piece = new byte[BUFFER_BYTES];
                for (int n = content.read(piece); n >= 0; n = content.read(piece)) {
                    bytes += n;
                }
            };
        }
    }
}
