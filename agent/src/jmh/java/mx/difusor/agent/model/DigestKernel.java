package mx.difusor.agent.model;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.openjdk.jmh.annotations.Benchmark;
import org.openjdk.jmh.annotations.BenchmarkMode;
import org.openjdk.jmh.annotations.Mode;
import org.openjdk.jmh.annotations.OutputTimeUnit;
import org.openjdk.jmh.annotations.Param;
import org.openjdk.jmh.annotations.Scope;
import org.openjdk.jmh.annotations.Setup;
import org.openjdk.jmh.annotations.State;

/** SHA-256 of a file's content as manifests name it, against the platform's bare computation. */
@State(Scope.Benchmark)
@BenchmarkMode(Mode.AverageTime)
@OutputTimeUnit(TimeUnit.MICROSECONDS)
public class DigestKernel {

    @Param({"4096", "1048576"})
    public int bytes = 4096;

    private byte[] content = {};

    @Setup
    public void fill() {
        content = new byte[bytes];
        new Random(bytes).nextBytes(content);
    }

    @Benchmark
    public Digest ours() {
        return Digest.ofContent(content);
    }

    @Benchmark
    public byte[] floor() throws NoSuchAlgorithmException {
        return MessageDigest.getInstance("SHA-256").digest(content);
    }
}
