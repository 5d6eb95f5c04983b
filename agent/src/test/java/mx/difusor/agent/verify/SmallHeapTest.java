package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Everything that asks for too much, four at a time as the desk reads at most, in a process with 256 MB of heap. */
class SmallHeapTest {

    /** {@code Desk.CHECKING_THREADS} on a machine with four processors or more. */
    private static final int AT_ONCE = 4;

    private static final int MAX_MINUTES = 5;

    @TempDir
    Path folder;

    @Test
    void noPackageEndsMoreThanItself() throws Exception {
        Map<String, String> expected = new LinkedHashMap<>();
        Path packages = Files.createDirectory(folder.resolve("packages"));
        new GreedyPackages(packages, expected).make();
        Files.write(
                folder.resolve("good.zip"),
                PackageBuilder.data().file("a.txt", "a").zip());
        Path output = folder.resolve("output");

        Process process = new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xmx256m",
                        "-cp",
                        System.getProperty("java.class.path"),
                        SmallHeapTest.class.getName(),
                        folder.toString(),
                        adversarial())
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();

        assertThat(process.waitFor(MAX_MINUTES, TimeUnit.MINUTES)).isTrue();
        List<String> lines = Files.readAllLines(output);
        assertThat(process.exitValue()).as(String.join("\n", lines)).isZero();
        expected.forEach((name, verdict) -> assertThat(lines).contains(name + " " + verdict));
        assertThat(lines.stream().filter(line -> line.startsWith("good ")))
                .hasSizeGreaterThanOrEqualTo(expected.size())
                .containsOnly("good ACCEPTED");
        assertThat(lines.stream().filter(line -> line.startsWith("adversarial ")))
                .noneMatch(line -> line.endsWith("ACCEPTED") || line.contains("Exception") || line.contains("Error"));
    }

    /** An empty word where the folder is absent: the rest of the test does not need it. */
    private static String adversarial() {
        try {
            return Bench.shared("adversarial").toString();
        } catch (org.opentest4j.TestAbortedException e) {
            return "";
        }
    }

    /** @param args the folder of the packages, and perhaps that of adversarial archives */
    public static void main(String[] args) throws Exception {
        Path folder = Path.of(args[0]);
        PackageVerifier verifier =
                new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), true, new LocalDisk());
        ExecutorService desk = Executors.newFixedThreadPool(AT_ONCE);
        List<Future<?>> all = new ArrayList<>();
        for (Path file : list(folder.resolve("packages"))) {
            String name = String.valueOf(file.getFileName());
            all.add(desk.submit(() -> judge(verifier, folder, file, name, "")));
        }
        for (Path file : args[1].isEmpty() ? List.<Path>of() : list(Path.of(args[1]))) {
            String name = String.valueOf(file.getFileName());
            String as = name.replace(".bin", ".tar").replace("members.gz", "members.tar.gz");
            all.add(desk.submit(() -> judge(verifier, folder, file, as, "adversarial ")));
        }
        for (Future<?> one : all) {
            try {
                one.get();
            } catch (ExecutionException e) {
                System.out.println("failed " + e.getCause());
                System.exit(1);
            }
        }
        desk.shutdown();
    }

    private static Void judge(PackageVerifier verifier, Path folder, Path file, String name, String prefix)
            throws IOException {
        System.out.println(prefix + name + " " + verdict(verifier, folder, file, name));
        System.out.println("good " + verdict(verifier, folder, folder.resolve("good.zip"), "good.zip"));
        return null;
    }

    private static String verdict(PackageVerifier verifier, Path folder, Path file, String name) throws IOException {
        Path into = Files.createTempDirectory(folder, "unpacked");
        try {
            Verdict verdict = verifier.judge(file, name, Bench.SIGNERS, List.of(), into);
            return verdict instanceof Verdict.Rejected rejected
                    ? rejected.reason().toString()
                    : "ACCEPTED";
        } finally {
            new LocalDisk().deleteTree(into);
        }
    }

    private static List<Path> list(Path folder) throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return files.filter(file -> !file.endsWith("README.md")).sorted().toList();
        }
    }
}
