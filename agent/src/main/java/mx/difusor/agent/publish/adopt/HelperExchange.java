package mx.difusor.agent.publish.adopt;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.disk.Disk;
import org.jspecify.annotations.Nullable;

/**
 * Linux: {@code renameat2(2)} with {@code RENAME_EXCHANGE}, which Java has no call for, by the first of the system's own
 * programs that can: {@code mv --exchange} (coreutils 9.5), Perl or Python, one of which is on nearly every host. Each is
 * tried first.
 */
public final class HelperExchange implements Exchange {

    static final Duration TIMEOUT = Duration.ofSeconds(20);

    private static final String TRIAL = ".difusor-exchange-trial";
    private static final int OUTPUT_BYTES = 4_096;

    /** By its name in the C library, or where that is too old, by its number. */
    private static final String PYTHON = """
            import ctypes, os, sys
            numbers = {'x86_64': 316, 'i686': 353, 'aarch64': 276, 'riscv64': 276, 'armv7l': 382, 'ppc64le': 357, 's390x': 347}
            libc = ctypes.CDLL(None, use_errno=True)
            one, other = os.fsencode(sys.argv[1]), os.fsencode(sys.argv[2])
            if hasattr(libc, 'renameat2'):
                done = libc.renameat2(-100, one, -100, other, 2)
            else:
                done = libc.syscall(numbers[os.uname().machine], -100, one, -100, other, 2)
            if done != 0:
                sys.exit(os.strerror(ctypes.get_errno()))
            """;

    private static final String PERL = """
            use POSIX ();
            my %numbers = (x86_64 => 316, i686 => 353, aarch64 => 276, riscv64 => 276, armv7l => 382, ppc64le => 357, s390x => 347);
            my $number = $numbers{(POSIX::uname())[4]} or die "unknown machine\\n";
            my ($one, $other) = @ARGV;
            syscall($number, -100, $one, -100, $other, 2) == 0 or die "$!\\n";
            """;

    /** A program that exchanges the two paths that are added to its arguments. */
    record Helper(String name, List<String> command) {}

    static final List<Helper> HELPERS = List.of(
            new Helper("mv --exchange", List.of("mv", "--exchange", "--no-copy", "--no-target-directory", "--")),
            new Helper("perl", List.of("/usr/bin/perl", "-e", PERL, "--")),
            new Helper("python3", List.of("/usr/bin/python3", "-I", "-c", PYTHON)),
            new Helper("platform-python", List.of("/usr/libexec/platform-python", "-I", "-c", PYTHON)));

    private final Disk disk;
    private final List<Helper> helpers;
    private final Duration timeout;
    private @Nullable Helper chosen;

    public HelperExchange(Disk disk) {
        this(disk, helpersOf(System.getProperty("os.name", "")), TIMEOUT);
    }

    /** @param timeout of each run of a helper */
    HelperExchange(Disk disk, List<Helper> helpers, Duration timeout) {
        this.disk = disk;
        this.helpers = helpers;
        this.timeout = timeout;
    }

    /** Elsewhere these programs may be there, and their numbers mean another call. */
    static List<Helper> helpersOf(String system) {
        return system.equals("Linux") ? HELPERS : List.of();
    }

    @Override
    public Optional<String> way(Path parent) throws IOException {
        for (Helper helper : helpers) {
            if (works(helper, parent.resolve(TRIAL))) {
                chosen = helper;
                return Optional.of(helper.name());
            }
        }
        return Optional.empty();
    }

    @Override
    public void exchange(Path one, Path other) throws IOException {
        if (chosen == null) {
            throw new IOException("no program can exchange names here");
        }
        run(chosen, one, other);
    }

    /** A folder and a link, as in earnest. */
    private boolean works(Helper helper, Path trial) throws IOException {
        disk.deleteTree(trial);
        disk.createDirectories(trial.resolve("folder"), Disk.Access.PRIVATE);
        try {
            Path link = trial.resolve("link");
            disk.linkAtomically(link, Path.of("nowhere"));
            run(helper, trial.resolve("folder"), link);
            return Files.isSymbolicLink(trial.resolve("folder")) && Files.isDirectory(link);
        } catch (IOException e) {
            return false;
        } finally {
            disk.deleteTree(trial);
        }
    }

    private void run(Helper helper, Path one, Path other) throws IOException {
        List<String> command = new ArrayList<>(helper.command());
        command.add(one.toString());
        command.add(other.toString());
        Path output = Files.createTempFile("difusor-exchange", ".txt");
        try {
            ProcessBuilder builder =
                    new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(output.toFile());
            builder.environment().put("LC_ALL", "C");
            await(builder.start(), helper, output);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    private void await(Process process, Helper helper, Path output) throws IOException {
        try {
            process.getOutputStream().close();
            if (!process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(helper.name() + " did not end within " + timeout.toSeconds() + " s");
            }
            if (process.exitValue() != 0) {
                throw new IOException(helper.name() + ": " + said(output));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while running " + helper.name(), e);
        } finally {
            process.destroyForcibly();
        }
    }

    private static String said(Path output) throws IOException {
        try (var in = Files.newInputStream(output)) {
            return new String(in.readNBytes(OUTPUT_BYTES), StandardCharsets.UTF_8).strip();
        }
    }
}
