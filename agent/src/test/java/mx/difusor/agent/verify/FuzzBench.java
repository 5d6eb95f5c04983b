package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.Reason;
import org.jspecify.annotations.Nullable;

/** Reads whatever the fuzzer makes up as the agent reads a package, with limits that keep it quick. */
final class FuzzBench {

    private static final Path UNPACKED = Path.of("/var/lib/difusor/work/unpacked");

    static final PackageLimits LIMITS = new PackageLimits(
            1 << 20, 50, 100, 1 << 18, 240, 120, 16, 1 << 16, 1 << 23, 1 << 23, Duration.ofMinutes(1));

    private FuzzBench() {}

    /**
     * The SHA-256 of every file by its path, the manifest's too; null when the archive is refused.
     *
     * @throws IOException never: nothing that stands in an archive may pass for a failure of the machine
     */
    static @Nullable Map<String, String> read(Path archive, String name) throws IOException {
        Map<String, String> found = new TreeMap<>();
        ReadingTurns.Turn turn = new ReadingTurns().begin();
        Unpacking unpacking = new Unpacking(
                LIMITS,
                path -> {
                    Path file = UNPACKED.resolve(path);
                    assertThat(file.normalize().equals(file) && file.startsWith(UNPACKED) && !file.equals(UNPACKED))
                            .as(path)
                            .isTrue();
                    return null;
                },
                turn);
        try {
            new ArchiveWalk(LIMITS, turn).walk(archive, name, new Keeping(unpacking, found));
            unpacking
                    .found()
                    .forEach((path, file) -> found.put(path, file.sha256().hex()));
        } catch (UnreadablePackageException e) {
            expectStructural(e);
            return null;
        }
        expectManifestOrReason(unpacking);
        return found;
    }

    /** In a file of its own: one JVM reads one archive after another. */
    static Path file(byte[] archive) throws IOException {
        return Files.write(
                Path.of(
                        System.getProperty("java.io.tmpdir"),
                        "fuzzed-" + ProcessHandle.current().pid()),
                archive);
    }

    private static void expectStructural(UnreadablePackageException e) {
        assertThat(e.reason())
                .isIn(Reason.ARCHIVE_CORRUPT, Reason.ARCHIVE_BOMB, Reason.PATH_UNSAFE, Reason.ENTRY_FORBIDDEN);
        assertThat(e.explanation()).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
    }

    private static void expectManifestOrReason(Unpacking unpacking) {
        try {
            assertThat(unpacking.manifest().event()).isNotBlank();
        } catch (UnreadablePackageException e) {
            assertThat(e.reason()).isIn(Reason.MANIFEST_MISSING, Reason.MANIFEST_INVALID, Reason.PATH_UNSAFE);
        }
    }

    /** The manifest is no file to publish, and yet other readers have to see the same one. */
    private record Keeping(Unpacking unpacking, Map<String, String> found) implements ArchiveVisitor {
        @Override
        public void folder(String path) throws UnreadablePackageException, IOException {
            unpacking.folder(path);
        }

        @Override
        public Reception file(String path) throws UnreadablePackageException, IOException {
            Reception reception = unpacking.file(path);
            return path.equals(Manifest.NAME) ? content -> manifest(content, reception) : reception;
        }

        private void manifest(Content content, Reception reception) throws UnreadablePackageException, IOException {
            java.security.MessageDigest sha256 = mx.difusor.agent.model.Digest.sha256();
            reception.take(new Content() {
                @Override
                public int read(byte[] buffer) throws UnreadablePackageException, IOException {
                    int count = content.read(buffer);
                    sha256.update(buffer, 0, Math.max(count, 0));
                    return count;
                }

                @Override
                public long promised() {
                    return content.promised();
                }
            });
            found.put(
                    Manifest.NAME,
                    mx.difusor.agent.model.Digest.of(sha256.digest()).hex());
        }
    }
}
