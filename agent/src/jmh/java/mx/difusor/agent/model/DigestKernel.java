package mx.difusor.agent.model;

import java.security.MessageDigest;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** SHA-256 over a megabyte, in pieces as an upload brings them. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DigestKernel {

    private static final int PIECE_BYTES = 32 * 1024;

    private final byte[] megabyte = new byte[1 << 20];

    @Setup
    public void draw() {
        new Random(1).nextBytes(megabyte);
    }

    @Benchmark
    public byte[] sha256() {
        MessageDigest digest = Digest.sha256();
        for (int at = 0; at < megabyte.length; at += PIECE_BYTES) {
            digest.update(megabyte, at, PIECE_BYTES);
        }
        return digest.digest();
    }
}
