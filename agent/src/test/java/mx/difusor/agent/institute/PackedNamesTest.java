package mx.difusor.agent.institute;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.PathRule;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.FileTypes;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageVerifier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What pack takes, an agent takes, and what pack refuses an agent would have refused. */
class PackedNamesTest {

    private static final OffsetDateTime CUT = OffsetDateTime.parse("2024-06-02T20:00:00-07:00");

    private static final byte[] CONTENT = {'1'};

    private static final String A60 = "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffffffff";

    @TempDir
    Path temp;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "a.csv",
                "León/Año electoral.json",
                "a..b.txt",
                "1º distrito.csv",
                "a b.csv",
                " a.csv",
                "a.csv ",
                "a.",
                "acta~1.csv",
                "a~b.csv",
                "a\u200bb.csv",
                "a\u2800.csv",
                "ａ：b.csv",
                "ａ.csv",
                "a:b.csv",
                "a\\b.csv",
                "con.csv",
                "a/com1/b.csv",
                "LPT\u00b9.json",
                "😀.csv",
                "a\ue000.csv",
                A60 + A60 + ".csv",
                A60 + "aaaaaaaaaabbbbbbbbbbccccccccccddddddddddeeeeeeeeeeffffff.csv",
                A60 + "/" + A60 + "/" + A60 + "/" + A60 + ".csv",
                "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/a.csv",
                "1/2/3/4/5/6/7/8/9/10/11/12/13/14/15/16/a.csv",
                "run.php",
                "run.php.json",
                "web.config",
                "LEEME",
                "acta.jpg",
                ".htaccess",
                "a/.b/c.csv",
                "cgi-bin/a.csv",
                "App_Data/a.csv",
                "app_offline.htm",
                "manifest.json",
                "MANİFEST.json"
            })
    void packRefusesWhatAnAgentWould(String path) throws Exception {
        boolean packed = objection(path).isEmpty();

        assertThat(packed).as(path + ": " + objection(path)).isEqualTo(judge(List.of(path)) == null);
    }

    @Test
    void foldersThatDifferInCaseAreNotPacked() throws Exception {
        List<String> paths = List.of("Datos/a.csv", "datos/b.csv");

        assertThat(judge(paths)).isEqualTo(Reason.PATH_UNSAFE);
        assertThat(objection(paths.toArray(new String[0])).orElseThrow()).contains("nothing but case");
    }

    /** Folders count, and so does the manifest. */
    @Test
    void noMoreIsPackedThanAnAgentTakes() throws Exception {
        Path folder = Files.createDirectory(temp.resolve("many"));
        Path below = Files.createDirectory(folder.resolve("a"));
        for (int i = 0; i < PathRule.MAX_ENTRIES - 2; i++) {
            Files.createFile(below.resolve(i + ".csv"));
        }
        assertThat(PackFolder.read(folder, Kind.DATA)).hasSize(PathRule.MAX_ENTRIES - 2);

        Files.createFile(folder.resolve("b.csv"));
        assertThat(refusal(folder).orElseThrow()).contains("holds more than 49999 files and folders");
    }

    private Optional<String> objection(String... paths) throws IOException {
        Path folder = Files.createTempDirectory(temp, "folder");
        for (String path : paths) {
            Path file = folder.resolve(path);
            Files.createDirectories(file.getParent());
            Files.write(file, CONTENT);
        }
        return refusal(folder);
    }

    private static Optional<String> refusal(Path folder) {
        try {
            PackFolder.read(folder, Kind.DATA);
            return Optional.empty();
        } catch (MachineException e) {
            assertThat(e.code()).isEqualTo("pack-refused");
            return Optional.of(String.valueOf(e.getMessage()));
        }
    }

    /** Null when it was accepted. */
    private @org.jspecify.annotations.Nullable Reason judge(List<String> paths) throws IOException {
        Path archive = Files.createTempDirectory(temp, "archive").resolve("p.zip");
        List<ManifestFile> files = paths.stream()
                .map(path -> new ManifestFile(path, CONTENT.length, Digest.ofContent(CONTENT)))
                .toList();
        byte[] manifest = ManifestJson.write(new Manifest("pel-2024", Kind.DATA, 1, CUT, false, files, List.of()));
        try (ZipWriter zip = new ZipWriter(archive, CUT)) {
            zip.add(Manifest.NAME, manifest.length, new ByteArrayInputStream(manifest));
            for (String path : paths) {
                zip.add(path, CONTENT.length, new ByteArrayInputStream(CONTENT));
            }
        }
        Verdict verdict = new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), true, new LocalDisk())
                .judge(archive, "p.zip", List.of(), List.of(), Files.createTempDirectory(temp, "unpacked"));
        return verdict instanceof Verdict.Rejected rejected ? rejected.reason() : null;
    }
}
