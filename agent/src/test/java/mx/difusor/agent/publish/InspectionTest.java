package mx.difusor.agent.publish;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPOutputStream;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.TreeFile;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Each way in which a release can be altered is found, by the quick look or by the reading of every byte. */
class InspectionTest {

    private static final String LARGE = "{\"votos\": 12345}".repeat(20_000);

    @TempDir
    Path folder;

    private Release release = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Release unset() {
        return null;
    }

    @BeforeEach
    void publish() throws Exception {
        release = new Shop(folder, true)
                .show(1, Map.of("index.html", "<h1>1</h1>", "datos/a/votos.json", LARGE, "datos/b.csv", "a,b"));
        assertThat(names()).isEmpty();
        assertThat(bytes()).isEmpty();
    }

    private Path path(String path) {
        return release.folder().resolve(path);
    }

    private List<String> names() throws Exception {
        return words(Inspection.of(release));
    }

    private List<String> bytes() throws Exception {
        try (Rereading rereading = new Rereading(release)) {
            assertThat(rereading.advance(Long.MAX_VALUE)).isTrue();
            return words(rereading.findings());
        }
    }

    private static List<String> words(Findings findings) {
        return findings.first().stream()
                .map(one -> one.change().code() + " " + one.path())
                .toList();
    }

    @Test
    void anEditThatKeepsSizeAndTimeIsFoundByItsBytes() throws Exception {
        Shop.alterKeepingSizeAndTime(path("index.html"));
        assertThat(names()).isEmpty();
        assertThat(bytes()).containsExactly("changed index.html");
    }

    @Test
    void aTruncatedFileIsFound() throws Exception {
        Files.write(path("datos/a/votos.json"), LARGE.substring(0, 100).getBytes(StandardCharsets.UTF_8));
        Files.setLastModifiedTime(path("datos/a/votos.json"), FileTime.from(Shop.MODIFIED));
        assertThat(names()).containsExactly("changed datos/a/votos.json");
        assertThat(bytes()).containsExactly("changed datos/a/votos.json");
    }

    @Test
    void aFileThatGrewIsNotReadBeyondItsSize() throws Exception {
        Files.writeString(path("datos/b.csv"), LARGE.repeat(100));
        try (Rereading rereading = new Rereading(release)) {
            rereading.advance(Long.MAX_VALUE);
            assertThat(rereading.findings().first())
                    .singleElement()
                    .satisfies(one -> assertThat(one.found()).isEqualTo("more than 3 bytes"));
        }
        try (Rereading rereading = new Rereading(release)) {
            assertThat(rereading.advance(4L << 20)).as("of 32 MB").isTrue();
        }
    }

    @Test
    void noFileIsLeftOpen() throws Exception {
        try (Rereading rereading = new Rereading(release)) {
            rereading.advance(Long.MAX_VALUE);
            assertThat(open()).isEmpty();
        }
        for (int portions = 1; portions < 8; portions++) {
            try (Rereading rereading = new Rereading(release)) {
                for (int i = 0; i < portions; i++) {
                    rereading.advance(1);
                }
            }
            assertThat(open()).as("given up after %d", portions).isEmpty();
        }
    }

    /** What this process has open of the release, as Linux tells it. */
    private List<String> open() throws Exception {
        List<String> open = new java.util.ArrayList<>();
        try (var files = Files.list(Path.of("/proc/self/fd"))) {
            for (Path file : files.toList()) {
                if (Files.isSymbolicLink(file)) {
                    open.add(Files.readSymbolicLink(file).toString());
                }
            }
        } catch (java.nio.file.NoSuchFileException e) {
            return open(); // one that was closed meanwhile, the list's own among them
        }
        open.removeIf(file -> !file.startsWith(release.folder().toString()));
        return open;
    }

    @Test
    void anotherTimeIsFoundBecauseAWebServerShowsIt() throws Exception {
        Files.setLastModifiedTime(path("index.html"), FileTime.from(Instant.parse("2024-06-03T03:00:01Z")));
        assertThat(names()).containsExactly("changed index.html");
    }

    @Test
    void anAddedFileAndAnAddedFolderAreFound() throws Exception {
        Files.writeString(path("datos/.htaccess"), "Deny from all");
        Files.createDirectories(path("nuevo/vacio"));
        Files.writeString(path("nuevo/x.php"), "<?php");
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "added datos/.htaccess", "added nuevo", "added nuevo/vacio", "added nuevo/x.php");
    }

    @Test
    void aMissingFileAndAMissingFolderAreFound() throws Exception {
        Files.delete(path("index.html"));
        Files.delete(path("datos/a/votos.json"));
        Files.delete(path("datos/a/votos.json.gz"));
        Files.delete(path("datos/a"));
        assertThat(names()).containsExactlyInAnyOrder("missing index.html", "missing datos/a/votos.json");
        assertThat(bytes()).containsExactlyInAnyOrder("missing index.html", "missing datos/a/votos.json");
    }

    @Test
    void aReleaseWhoseFolderIsGoneIsOneFinding() throws Exception {
        new LocalDisk().deleteTree(release.folder());
        assertThat(names()).containsExactly("missing ");
    }

    @Test
    void aLinkInPlaceOfAFileIsFoundAndNeverFollowed() throws Exception {
        Path same = Files.copy(path("index.html"), folder.resolve("same"));
        Files.setLastModifiedTime(same, FileTime.from(Shop.MODIFIED));
        Files.delete(path("index.html"));
        Files.createSymbolicLink(path("index.html"), same);
        Findings findings = Inspection.of(release);
        assertThat(words(findings)).containsExactly("changed index.html");
        assertThat(findings.first().get(0).found()).isEqualTo("a symbolic link to " + same);
        assertThat(bytes()).as("nothing is read through it").isEmpty();
    }

    @Test
    void aLinkInPlaceOfAFolderIsFoundAndNeverFollowed() throws Exception {
        Path elsewhere = folder.resolve("elsewhere");
        Files.move(path("datos/a"), elsewhere);
        Files.createSymbolicLink(path("datos/a"), elsewhere);
        assertThat(names()).containsExactlyInAnyOrder("changed datos/a", "missing datos/a/votos.json");
    }

    /** Ten characters, as the page has bytes, and its time. */
    @Test
    void aLinkThatWasMadeToLookLikeItsFileIsFound() throws Exception {
        Files.delete(path("index.html"));
        Files.createSymbolicLink(path("index.html"), Path.of("0123456789"));
        run("touch", "-h", "-d", Shop.MODIFIED.toString(), path("index.html").toString());
        assertThat(names()).containsExactly("changed index.html");
    }

    private static void run(String... command) throws Exception {
        assertThat(new ProcessBuilder(command).start().waitFor()).isZero();
    }

    @Test
    void aPipeIsNamedAndNeverOpened() throws Exception {
        Files.delete(path("index.html"));
        run("mkfifo", path("index.html").toString());
        assertThat(Inspection.of(release).first())
                .extracting(Difference::found)
                .containsExactly("neither a file nor a folder");
        assertThat(bytes()).isEmpty();
    }

    /** Of Windows' file systems. */
    @Test
    void withoutPermissionsNoneIsMissed() throws Exception {
        Files.setPosixFilePermissions(path("index.html"), PosixFilePermissions.fromString("rw-------"));
        assertThat(Inspection.of(release, false).first()).isEmpty();
        Files.writeString(path("index.html"), "mine");
        assertThat(Inspection.of(release, false).first())
                .singleElement()
                .satisfies(one -> assertThat(one.found()).endsWith("no mode"));
        assertThat(Inspection.of(release).first())
                .singleElement()
                .satisfies(one -> assertThat(one.found()).endsWith("mode rw-------"));
    }

    @Test
    void aFolderInPlaceOfAFileIsFound() throws Exception {
        Files.delete(path("datos/b.csv"));
        Files.createDirectory(path("datos/b.csv"));
        assertThat(names()).containsExactly("changed datos/b.csv");
        assertThat(Inspection.of(release).first().get(0).found()).isEqualTo("a folder");
        assertThat(bytes()).isEmpty();
    }

    @Test
    void whatAWebServerOfAnotherUserCannotReadIsFound() throws Exception {
        Files.setPosixFilePermissions(path("index.html"), PosixFilePermissions.fromString("rw-r-----"));
        Files.setPosixFilePermissions(path("datos/a"), PosixFilePermissions.fromString("rwxr-x---"));
        Files.setPosixFilePermissions(path("datos"), PosixFilePermissions.fromString("rwxr-xr--"));
        Files.setPosixFilePermissions(release.folder(), PosixFilePermissions.fromString("rwxr-x--x"));
        assertThat(names())
                .containsExactlyInAnyOrder("changed index.html", "changed datos/a", "changed datos", "changed ");
    }

    @Test
    void aTwinWithOtherBytesInsideIsFound() throws Exception {
        Path twin = path("datos/a/votos.json.gz");
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(twin))) {
            out.write(LARGE.replaceFirst("12345", "54321").getBytes(StandardCharsets.UTF_8));
        }
        assertThat(names()).as("its time").containsExactly("changed datos/a/votos.json.gz");
        Files.setLastModifiedTime(twin, FileTime.from(Shop.MODIFIED));
        assertThat(names()).isEmpty();
        assertThat(bytes()).containsExactly("changed datos/a/votos.json.gz");
        Files.setPosixFilePermissions(twin, PosixFilePermissions.fromString("rw-r-----"));
        assertThat(names()).as("its permissions").containsExactly("changed datos/a/votos.json.gz");
    }

    private static TwinCheck twinOf(String text) {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        return new TwinCheck(
                "a.json.gz", new TreeFile("a.json", bytes.length, Digest.ofContent(bytes), Shop.MODIFIED, 1));
    }

    private static byte[] gzip(byte[] content) throws Exception {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try (GZIPOutputStream out = new GZIPOutputStream(bytes)) {
            out.write(content);
        }
        return bytes.toByteArray();
    }

    @Test
    void aTwinThatComesByteByByteIsTheSame() throws Exception {
        TwinCheck check = twinOf(LARGE);
        for (byte one : gzip(LARGE.getBytes(StandardCharsets.UTF_8))) {
            check.take(new byte[] {one}, 1);
        }
        assertThat(check.result()).isNull();
    }

    @Test
    void aTwinThatInflatesWithoutEndIsGivenUpRightBeyondItsFile() throws Exception {
        byte[] bomb = gzip(new byte[20_000_000]);
        TwinCheck check = twinOf("small");
        assertThat(check.take(bomb, bomb.length)).isLessThan(200_000);
        assertThat(check.wrong()).isTrue();
        assertThat(check.result()).isNotNull();
    }

    @Test
    void aFileOfTheTreeIsNoTwinThoughItsNameSaysSo() throws Exception {
        release = new Shop(folder.resolve("other"), false).show(1, Map.of("a.json", LARGE, "a.json.gz", "no gzip"));
        assertThat(bytes()).isEmpty();
        assertThat(names()).isEmpty();
    }

    @Test
    void aTwinOfAnotherJavaIsTheSameAndOneWithATailOrATornOneIsNot() throws Exception {
        Path twin = path("datos/a/votos.json.gz");
        byte[] ours = Files.readAllBytes(twin);
        try (GZIPOutputStream out = new GZIPOutputStream(Files.newOutputStream(twin), 100) {
            {
                def.setLevel(1);
            }
        }) {
            out.write(LARGE.getBytes(StandardCharsets.UTF_8));
        }
        assertThat(Files.size(twin)).isNotEqualTo(ours.length);
        assertThat(bytes()).as("other compressed bytes").isEmpty();
        for (int length : List.of(0, 3, 10, ours.length / 2, ours.length - 8, ours.length - 1, ours.length + 1)) {
            Files.write(twin, java.util.Arrays.copyOf(ours, length));
            assertThat(bytes())
                    .as("%d of %d bytes", length, ours.length)
                    .containsExactly("changed datos/a/votos.json.gz");
        }
        for (int at : List.of(0, 1, 2, 3, ours.length / 2, ours.length - 8, ours.length - 1)) {
            byte[] flipped = ours.clone();
            flipped[at] ^= 4;
            Files.write(twin, flipped);
            assertThat(bytes()).as("byte %d", at).containsExactly("changed datos/a/votos.json.gz");
        }
        Files.write(twin, ours);
        assertThat(bytes()).isEmpty();
    }

    @Test
    void aTwinOfAFileThatIsNotThereIsAnAddedFile() throws Exception {
        Files.writeString(path("otro.json.gz"), "x");
        Files.setLastModifiedTime(Files.writeString(path("index.html~~~"), "x"), FileTime.from(Shop.MODIFIED));
        Files.createDirectory(path("index.html.gz"));
        Files.createSymbolicLink(path("datos/b.csv.gz"), Path.of("a/votos.json.gz"));
        assertThat(names())
                .containsExactlyInAnyOrder(
                        "added otro.json.gz", "added index.html.gz", "added datos/b.csv.gz", "added index.html~~~");
    }

    @Test
    void bytesAreReadInPortionsAndNoneTwice() throws Exception {
        Shop.alterKeepingSizeAndTime(path("datos/a/votos.json"));
        try (Rereading rereading = new Rereading(release)) {
            int portions = 1;
            while (!rereading.advance(1)) {
                portions++;
            }
            // 320,000 bytes in buffers of 64 KiB, the twin the same inflated; and ends that are met in a step of their
            // own.
            assertThat(portions).isBetween(6, 20);
            assertThat(words(rereading.findings())).containsExactly("changed datos/a/votos.json");
        }
    }

    @Test
    void howeverManyAreAlteredAThousandAreNamedAndAllAreCounted() throws Exception {
        for (int i = 0; i <= Findings.LIMIT; i++) {
            Files.createFile(path("extra-" + i));
        }
        Findings ours = Inspection.of(release);
        assertThat(ours.first()).hasSize(Findings.LIMIT);
        assertThat(ours.count()).as("our own folders are looked into").isEqualTo(Findings.LIMIT + 1);

        Files.createDirectories(path("zz/deep/1"));
        Files.createDirectories(path("zz/deep/2"));
        assertThat(Inspection.of(release).count())
                .as("what was added is not looked into any more")
                .isBetween(Findings.LIMIT + 2, Findings.LIMIT + 3);
    }
}
