package mx.difusor.agent.disk;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Linux's {@code syncfs}, by way of the system's own {@code sync -f}: everything that a file system has in memory goes
 * to the disk at once, which for thousands of small files takes half the time of as many syncs (docs/performance.md).
 * Only where a failure is reported: since Linux 5.8, and on file systems known to write all the way to the disk.
 */
final class FileSystemSync {

    /** Whoever else has much to write on the same file system is waited for too; not for long. */
    static final Duration TIMEOUT = Duration.ofSeconds(2);

    private static final List<Path> PROGRAMS = List.of(Path.of("/usr/bin/sync"), Path.of("/bin/sync"));
    private static final Set<String> FILE_SYSTEMS = Set.of("ext4", "xfs", "btrfs", "tmpfs");
    private static final Pattern VERSION = Pattern.compile("(\\d{1,4})\\.(\\d{1,4}).*");
    private static final int MAJOR = 5;
    private static final int MINOR = 8;

    private static final Logger LOG = LoggerFactory.getLogger(FileSystemSync.class);

    private final @Nullable Path program;
    private final Duration timeout;

    FileSystemSync(@Nullable Path program, Duration timeout) {
        this.program = program;
        this.timeout = timeout;
    }

    static FileSystemSync ofThisMachine() {
        return of(System.getProperty("os.name", ""), System.getProperty("os.version", ""));
    }

    /** @param system and its version as Java names them */
    static FileSystemSync of(String system, String version) {
        boolean able = reportsErrors(system, version);
        Path found = PROGRAMS.stream().filter(Files::isExecutable).findFirst().orElse(null);
        return new FileSystemSync(able ? found : null, TIMEOUT);
    }

    /** Older kernels say that all is well when a write failed. */
    static boolean reportsErrors(String system, String version) {
        Matcher matcher = VERSION.matcher(version);
        if (!system.equals("Linux") || !matcher.matches()) {
            return false;
        }
        int major = Integer.parseInt(matcher.group(1));
        return major > MAJOR || (major == MAJOR && Integer.parseInt(matcher.group(2)) >= MINOR);
    }

    /** @return false where nothing is promised, so that each file has to be synced */
    boolean sync(Path below) {
        try {
            return program != null
                    && FILE_SYSTEMS.contains(Files.getFileStore(below).type())
                    && ended(program, below);
        } catch (IOException e) {
            LOG.debug("no sync of a whole file system: {}", e.toString());
            return false;
        }
    }

    private boolean ended(Path with, Path below) throws IOException {
        Process process = new ProcessBuilder(with.toString(), "-f", below.toString())
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start();
        try {
            return process.waitFor(timeout.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            process.destroyForcibly();
        }
    }
}
