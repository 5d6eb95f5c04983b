package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Random;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Verdict;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PackageVerifierTest {

    @TempDir
    Path folder;

    private Bench bench;

    @BeforeEach
    void aBench() {
        bench = new Bench(folder);
    }

    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar", "p.tar.gz", "p.tgz", "p.tar.xz", "p.tar.zst", "P.ZIP"})
    void aGoodPackageIsUnpackedAndTheManifestIsNot(String name) throws IOException {
        byte[] archive = PackageBuilder.data()
                .file("datos/gob.json", "{\"a\": 1}")
                .file("LEEME.txt", "hola")
                .as(name.toLowerCase(java.util.Locale.ROOT));

        Verdict verdict = bench.judge(archive, name);

        assertThat(verdict).isInstanceOfSatisfying(Verdict.Accepted.class, accepted -> {
            assertThat(accepted.signers()).isEqualTo(Bench.SIGNERS);
            assertThat(accepted.warnings()).isEmpty();
            assertThat(accepted.manifest().sequence()).isEqualTo(17);
        });
        assertThat(Bench.tree(bench.unpacked())).containsOnlyKeys("LEEME.txt", "datos/gob.json");
    }

    @Test
    void aMissingManifestIsFoundOneFolderDeeper() throws IOException {
        Verdict.Rejected rejected = rejected(
                PackageBuilder.data()
                        .withoutManifest()
                        .file("prep/manifest.json", PackageBuilder.data().manifest()),
                Reason.MANIFEST_MISSING);

        assertThat(rejected.message()).contains("prep/manifest.json").contains("inside that folder");
        assertThat(rejected(
                                PackageBuilder.data().withoutManifest().file("Manifest.json", "{}"),
                                Reason.MANIFEST_MISSING)
                        .message())
                .contains("only Manifest.json: write its name in lower case");
        assertThat(rejected(PackageBuilder.data().withoutManifest(), Reason.MANIFEST_MISSING)
                        .message())
                .contains("put it beside the files");
    }

    @Test
    void aBrokenManifest() throws IOException {
        rejected(PackageBuilder.data().member("sequence", "0"), Reason.MANIFEST_INVALID);
    }

    @Test
    void aFileThatIsNotThere() throws IOException {
        Verdict.Rejected rejected = rejected(
                PackageBuilder.data()
                        .listed("a.txt", 0, Digest.ofContent(new byte[0]).hex()),
                Reason.FILE_MISSING);

        assertThat(rejected.path()).isEqualTo("a.txt");
        assertThat(rejected.manifest()).isNotNull();
        assertThat(rejected.signers()).isEqualTo(Bench.SIGNERS);
    }

    @Test
    void aFileThatIsNotListed() throws IOException {
        assertThat(rejected(PackageBuilder.data().unlisted("a.txt", new byte[1]), Reason.FILE_UNLISTED)
                        .path())
                .isEqualTo("a.txt");
    }

    /** Who lists it is refused again, and the Finder does not show it. */
    @Test
    void whatMacOsAddsIsNotToBeListed() throws IOException {
        String cure = "macOS adds such files; leave them out";
        for (String path : List.of("__MACOSX/._a.csv", "__MACOSX/x", "datos/._a.csv", "datos/2/.DS_Store")) {
            assertThat(rejected(PackageBuilder.data().unlisted(path, new byte[1]), Reason.FILE_UNLISTED)
                            .message())
                    .as(path)
                    .contains(cure);
        }
        assertThat(rejected(PackageBuilder.data().unlisted("._/DS_Store", new byte[1]), Reason.FILE_UNLISTED)
                        .message())
                .contains("list it or leave it out");
    }

    @Test
    void aFileOfAnotherSizeOrWithOtherBytes() throws IOException {
        byte[] a = {'a'};
        String hex = Digest.ofContent(a).hex();
        rejected(PackageBuilder.data().unlisted("a.txt", a).listed("a.txt", 2, hex), Reason.FILE_CORRUPT);
        rejected(
                PackageBuilder.data().unlisted("a.txt", new byte[] {'b'}).listed("a.txt", 1, hex), Reason.FILE_CORRUPT);
    }

    @Test
    void typesThatAKindMayNotBring() throws IOException {
        assertThat(rejected(PackageBuilder.data().file("acta.jpg", "x"), Reason.TYPE_FORBIDDEN)
                        .path())
                .isEqualTo("acta.jpg");
        rejected(PackageBuilder.site().file("index.php", "x"), Reason.TYPE_FORBIDDEN);
        rejected(PackageBuilder.site().file("a/.htaccess", "x"), Reason.TYPE_FORBIDDEN);
    }

    @Test
    void contentsThatDoNotParse() throws IOException {
        assertThat(rejected(PackageBuilder.data().file("a.json", "{\n\"a\": }"), Reason.JSON_INVALID)
                        .message())
                .contains("line 2");
        rejected(PackageBuilder.data().file("a.csv", "a\0b"), Reason.CSV_INVALID);
    }

    @Test
    void theContractsOrderDecidesWhichReasonIsGiven() throws IOException {
        PackageBuilder all =
                PackageBuilder.data().file("a.json", "{").file("b.jpg", "x").unlisted("c.txt", new byte[1]);
        rejected(all, Reason.FILE_UNLISTED);
        rejected(
                PackageBuilder.data().unlisted("c.txt", new byte[1]).listed("d.txt", 1, "0".repeat(64)),
                Reason.FILE_MISSING);
        rejected(PackageBuilder.data().file("a.json", "{").file("b.jpg", "x"), Reason.TYPE_FORBIDDEN);
        rejected(all.member("kind", "\"datos\""), Reason.MANIFEST_INVALID);
        rejected(all.file("con.txt", "x"), Reason.PATH_UNSAFE);
    }

    @Test
    void whereTheContentRulesOnlyWarnTheyWarn() throws IOException {
        byte[] archive =
                PackageBuilder.data().file("a.json", "{").file("b.csv", "a\0b").zip();

        Verdict verdict = bench.judge(Files.write(folder.resolve("p"), archive), "p.zip", false);

        assertThat(verdict)
                .isInstanceOfSatisfying(
                        Verdict.Accepted.class,
                        accepted -> assertThat(accepted.warnings())
                                .hasSize(2)
                                .anyMatch(w -> w.startsWith("a.json is not valid JSON"))
                                .anyMatch(w -> w.startsWith("b.csv has a NUL")));
    }

    @Test
    void whatIsAllowedAndOddIsAWarning() throws IOException {
        assertThat(warnings(PackageBuilder.data())).hasSize(1);
        assertThat(warnings(PackageBuilder.data().member("remove", "[\"a.txt\"]")))
                .isEmpty();
        assertThat(warnings(PackageBuilder.site().file("index.html", "x"))).isEmpty();
        assertThat(warnings(PackageBuilder.notice().file("aviso.html", "x").member("remove", "[\"a.txt\"]")))
                .hasSize(2);
    }

    @Test
    void onlyWhatIsCalledCsvIsReadAsCsv() throws IOException {
        assertThat(warnings(PackageBuilder.data().file("a.txt", "a,\0").member("remove", "[\"b.txt\"]")))
                .isEmpty();
        rejected(PackageBuilder.data().file("a.csv", "a,\0"), Reason.CSV_INVALID);
    }

    /** Small files are read several at once before, large ones in their turn. */
    @Test
    void alsoOfALargeJsonFileEveryByteIsRead() throws IOException {
        String large = "[\"" + "x".repeat(ReadingTurns.SMALL_JSON_BYTES) + "\"]";
        assertThat(warnings(PackageBuilder.data().file("a.json", large).member("remove", "[\"b.txt\"]")))
                .isEmpty();
        assertThat(rejected(PackageBuilder.data().file("a.json", large + "]"), Reason.JSON_INVALID)
                        .path())
                .isEqualTo("a.json");
    }

    @Test
    void warningsAreBounded() throws IOException {
        PackageBuilder many = PackageBuilder.data();
        for (int i = 0; i < 150; i++) {
            many.file(i + ".json", "");
        }
        Verdict verdict = bench.judge(Files.write(folder.resolve("p"), many.zip()), "p.zip", false);

        assertThat(((Verdict.Accepted) verdict).warnings()).hasSize(101).contains("and 50 more");
    }

    /** A full disk says nothing about the package. */
    @Test
    void aFailingDiskIsNoVerdict() throws IOException {
        Path archive = Files.write(
                folder.resolve("p"),
                PackageBuilder.data().file("a.txt", "a").file("b.txt", "b").zip());
        Path into = Files.createDirectory(folder.resolve("into"));
        PackageVerifier verifier =
                new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), true, new StagingDisk(1));

        assertThatThrownBy(() -> verifier.judge(archive, "p.zip", List.of(), List.of(), into))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no space left");
        assertThatThrownBy(() -> verifier.judge(folder.resolve("gone"), "p.zip", List.of(), List.of(), into))
                .isInstanceOf(IOException.class);
    }

    /** Whatever a bit does, the answer is a refusal or the very same files. */
    @ParameterizedTest
    @ValueSource(strings = {"p.zip", "p.tar", "p.tar.gz", "p.tar.xz", "p.tar.zst"})
    void damageAnywhereNeverChangesWhatIsAccepted(String name) throws IOException {
        byte[] good = PackageBuilder.data()
                .file("datos/gob.json", "{\"votos\": [1, 2, 3]}")
                .file("a.txt", "hola".repeat(100))
                .as(name);
        bench.judge(good, name);
        List<String> expected = contents(bench.unpacked());
        long seed = 20240602;
        Random random = new Random(seed);
        for (int i = 0; i < 150; i++) {
            byte[] bad = good.clone();
            int at = random.nextInt(bad.length);
            bad[at] ^= (byte) (1 << random.nextInt(8));
            if (i % 4 == 0) {
                bad = java.util.Arrays.copyOf(good, at);
            }

            Verdict verdict = bench.judge(bad, name);

            if (verdict instanceof Verdict.Accepted) {
                assertThat(contents(bench.unpacked()))
                        .as("seed " + seed + ", round " + i + ", byte " + at)
                        .isEqualTo(expected);
            }
        }
    }

    private static List<String> contents(Path root) throws IOException {
        return Bench.tree(root).entrySet().stream()
                .map(file -> file.getKey() + "=" + new String(file.getValue(), StandardCharsets.UTF_8))
                .toList();
    }

    @Test
    void filesThatStateAnotherCutAreNamedTogether() throws IOException {
        String base = BaseSummariesTest.base(800, "1", "a");
        assertThat(warnings(PackageBuilder.data()
                        .file("a.csv", base)
                        .file("b.json", "{\"corte\":\"2024-06-02T23:30:00-07:00\"}")
                        .file("c.csv", base)
                        .file("d.json", "{\"corte\":\"2024-06-03T06:45:00Z\"}")
                        .file("e.csv", base.replace("06/06/2021 22:40", "31/06/2021 22:40"))
                        .file("f.csv", base.replace("06/06/2021 22:40 (UTC-5)", "02/06/2024 23:45"))))
                .containsExactly(
                        "cut-mismatch: a.csv and 1 more say 06/06/2021 22:40 (UTC-5), the manifest says"
                                + " 2024-06-02T23:45:00-07:00",
                        "cut-mismatch: b.json says 2024-06-02T23:30:00-07:00, the manifest says"
                                + " 2024-06-02T23:45:00-07:00",
                        "cut-mismatch: e.csv says 31/06/2021 22:40 (UTC-5), which is no date and time, the manifest"
                                + " says 2024-06-02T23:45:00-07:00");
    }

    @Test
    void aPackageIsATestAsSoonAsOneFileSaysSo() throws IOException {
        String real = "{\"simulacro\":false}";
        String test = "{\"simulacro\":true}";
        String title = BaseSummariesTest.base(800, "1", "a").replace("GUBERNATURA", "SIMULACRO 2");
        StatedPurpose byTitle = new StatedPurpose(true, "b.csv", "SIMULACRO 2");
        assertThat(purpose(PackageBuilder.data()
                        .file("a.json", "{}")
                        .file("b.csv", title)
                        .file("c.json", real)))
                .isEqualTo(byTitle);
        assertThat(purpose(PackageBuilder.data()
                        .file("a.json", real)
                        .file("b.csv", title)
                        .file("c.json", test)))
                .isEqualTo(byTitle);
        assertThat(purpose(PackageBuilder.data().file("a.json", test).file("b.json", real)))
                .isEqualTo(new StatedPurpose(true, "a.json", "true"));
        assertThat(purpose(PackageBuilder.data().file("a.json", real).file("b.json", test)))
                .isEqualTo(new StatedPurpose(true, "b.json", "true"));
        assertThat(purpose(PackageBuilder.data().file("a.json", real).file("b.json", real)))
                .isEqualTo(new StatedPurpose(false, "a.json", "false"));
        assertThat(purpose(PackageBuilder.data().file("a.json", "{}"))).isNull();
    }

    @Test
    void whereABrokenHardRuleOnlyWarnsTheFileStillSaysItsCutAndThatItIsATest() throws IOException {
        String title = BaseSummariesTest.base(800, "1", "a").replace("GUBERNATURA", "SIMULACRO 2");
        PackageVerifier.Examined base = examined(PackageBuilder.data().file("b.csv", title + "1,2\n"), false);
        assertThat(base.purpose()).isEqualTo(new StatedPurpose(true, "b.csv", "SIMULACRO 2"));
        assertThat(warnings(base.verdict()))
                .containsExactly(
                        "cut-mismatch: b.csv says 06/06/2021 22:40 (UTC-5), the manifest says"
                                + " 2024-06-02T23:45:00-07:00",
                        "b.csv has 2 cells in line 8 where the header has 3");
        String broken = "{\"simulacro\":true,\"corte\":\"2021-06-06 22:40\",}";
        PackageVerifier.Examined json = examined(PackageBuilder.data().file("a.json", broken), false);
        assertThat(json.purpose()).isEqualTo(new StatedPurpose(true, "a.json", "true"));
        assertThat(warnings(json.verdict()))
                .hasSize(2)
                .first()
                .asString()
                .startsWith("cut-mismatch: a.json says 2021-06-06");
    }

    private @Nullable StatedPurpose purpose(PackageBuilder builder) throws IOException {
        return examined(builder, true).purpose();
    }

    private PackageVerifier.Examined examined(PackageBuilder builder, boolean strict) throws IOException {
        Path into = Files.createTempDirectory(folder, "into");
        return new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), strict, new StagingDisk())
                .examine(Files.write(folder.resolve("p"), builder.zip()), "p.zip", List.of(), List.of(), into);
    }

    @Test
    void rowsOfAllFilesTogetherAreKeptUpToTheLimit() throws IOException {
        StringBuilder text = new StringBuilder(
                BaseSummariesTest.base(800, "1").replace("06/06/2021 22:40 (UTC-5)", "02/06/2024 23:45 (UTC-7)"));
        for (int i = 0; i < ContentsCheck.MAX_KEYS / 2; i++) {
            text.append(i).append(",k,\n");
        }
        PackageBuilder two =
                PackageBuilder.data().file("a.csv", text.toString()).file("b.csv", text.toString());
        assertThat(warnings(two)).isEmpty();
        assertThat(warnings(two.file("c.csv", text.toString())))
                .containsExactly("keys-not-compared: c.csv has 125000 rows, more than are held against the next cut's"
                        + " (250000 in a package)");
    }

    private List<String> warnings(PackageBuilder builder) throws IOException {
        return warnings(bench.judge(builder.zip(), "p.zip"));
    }

    private static List<String> warnings(Verdict verdict) {
        assertThat(verdict).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) verdict).warnings();
    }

    private Verdict.Rejected rejected(PackageBuilder builder, Reason expected) throws IOException {
        Verdict verdict = bench.judge(builder.tar(), "p.tar");
        assertThat(verdict).isInstanceOf(Verdict.Rejected.class);
        Verdict.Rejected rejected = (Verdict.Rejected) verdict;
        assertThat(rejected.reason()).as(rejected.message()).isEqualTo(expected);
        assertThat(bench.reason(builder.zip(), "p.zip")).isEqualTo(expected);
        return rejected;
    }
}
