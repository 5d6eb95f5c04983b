package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Signer;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Assumptions;

/** Where one test judges its packages. */
final class Bench {

    static final List<Signer> SIGNERS = List.of(new Signer("CN=IEE", "1234"));

    private final Path folder;
    private final PackageLimits limits;
    private int judged;

    Bench(Path folder) {
        this(folder, PackageLimits.defaults());
    }

    Bench(Path folder, PackageLimits limits) {
        this.folder = folder;
        this.limits = limits;
    }

    Verdict judge(Path archive, String name) throws IOException {
        return judge(archive, name, true);
    }

    Verdict judge(Path archive, String name, boolean strict) throws IOException {
        judged++;
        Path into = Files.createDirectory(unpacked());
        return new PackageVerifier(limits, FileTypes.defaults(), strict, new StagingDisk())
                .judge(archive, name, SIGNERS, List.of(), into);
    }

    Verdict judge(byte[] archive, String name) throws IOException {
        return judge(Files.write(folder.resolve("archive"), archive), name);
    }

    /** Null when it was accepted. */
    @Nullable
    Reason reason(byte[] archive, String name) throws IOException {
        return judge(archive, name) instanceof Verdict.Rejected rejected ? rejected.reason() : null;
    }

    /** Where the package that was judged last was unpacked. */
    Path unpacked() {
        return folder.resolve("unpacked-" + judged);
    }

    /** Every file below, by its path. */
    static Map<String, byte[]> tree(Path root) throws IOException {
        Map<String, byte[]> tree = new TreeMap<>();
        try (Stream<Path> files = Files.walk(root)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                tree.put(root.relativize(file).toString().replace('\\', '/'), Files.readAllBytes(file));
            }
        }
        return tree;
    }

    /** A folder beside the project that not every checkout has. */
    static Path shared(String name) {
        Path found = Path.of(System.getProperty("shared", "../../shared")).resolve(name);
        if (!Files.isDirectory(found)) {
            System.err.println("SKIPPED: no folder " + name + " beside the project");
            if (System.getProperty("peers", "").equals("required")) {
                throw new AssertionError("missing, though peers=required: " + name);
            }
            Assumptions.abort("no folder " + name + " beside the project");
        }
        return found;
    }
}
