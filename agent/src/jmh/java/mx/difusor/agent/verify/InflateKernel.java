package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.LongAdder;
import java.util.zip.DataFormatException;
import java.util.zip.Deflater;
import java.util.zip.Inflater;
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

/**
 * 16 MiB of rows out of a zip: by our walk, with its structure, every length and CRC checked, several entries at once;
 * against the bare inflater on one thread, which checks nothing.
 */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MILLISECONDS)
public class InflateKernel {

    private static final int BUFFER_BYTES = 1 << 16;

    @Param("16777216")
    public int bytes = 16 << 20;

    @Param({"1", "3000"})
    public int files = 1;

    private final List<byte[]> deflated = new ArrayList<>();
    private @Nullable Path archive;

    @Setup
    public void pack() throws IOException {
        PackageBuilder builder = PackageBuilder.data();
        Random random = new Random(files);
        for (int i = 0; i < files; i++) {
            byte[] content = rows(bytes / files, random);
            builder.file("datos/" + i + ".txt", content);
            deflated.add(deflated(content));
        }
        archive = Files.write(Files.createTempFile("inflate-kernel", ".zip"), builder.zip());
    }

    private static byte[] rows(int length, Random random) {
        StringBuilder text = new StringBuilder(length + 64);
        while (text.length() < length) {
            text.append("04,CAMPECHE,").append(random.nextInt(600)).append(",BASICA,");
            text.append(random.nextInt(200))
                    .append(',')
                    .append(random.nextInt(200))
                    .append('\n');
        }
        text.setLength(length);
        return text.toString().getBytes(StandardCharsets.US_ASCII);
    }

    private static byte[] deflated(byte[] content) {
        Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
        try {
            deflater.setInput(content);
            deflater.finish();
            byte[] room = new byte[content.length + 64];
            return Arrays.copyOf(room, deflater.deflate(room));
        } finally {
            deflater.end();
        }
    }

    @TearDown(Level.Trial)
    public void delete() throws IOException {
        Files.delete(Objects.requireNonNull(archive));
    }

    /** @return how many bytes came out, without the manifest's */
    @Benchmark
    public long ours() throws IOException, UnreadablePackageException {
        try (ReadingTurns.Turn turn = new ReadingTurns().begin()) {
            Counting counting = new Counting();
            new ArchiveWalk(PackageLimits.defaults(), turn)
                    .walk(Objects.requireNonNull(archive), "package.zip", counting);
            return counting.total.sum();
        }
    }

    private static final class Counting implements ArchiveVisitor {
        private final LongAdder total = new LongAdder();

        @Override
        public void folder(String path) {}

        @Override
        public @Nullable Reception file(String path) {
            return path.startsWith("datos/") ? this::count : null;
        }

        private void count(Content content) throws UnreadablePackageException, IOException {
            byte[] buffer = new byte[(int) Math.max(1, Math.min(content.promised(), BUFFER_BYTES))];
            for (int count = content.read(buffer); count >= 0; count = content.read(buffer)) {
                total.add(count);
            }
        }
    }

    /** @return how many bytes came out */
    @Benchmark
    public long floor() throws DataFormatException {
        byte[] buffer = new byte[BUFFER_BYTES];
        long total = 0;
        for (byte[] one : deflated) {
            Inflater inflater = new Inflater(true);
            try {
                inflater.setInput(one);
                while (!inflater.finished()) {
                    total += inflater.inflate(buffer);
                }
            } finally {
                inflater.end();
            }
        }
        return total;
    }
}
