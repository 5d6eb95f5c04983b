package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import mx.difusor.agent.model.Verdict;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Every real file passes, and what is remarked about it is exactly what is odd in it. */
class RealFilesTest {

    private static final List<String> CAMPECHE = List.of("20210606_2240", "20210606_2320", "20210606_2340");

    @TempDir
    Path folder;

    private static Map<String, byte[]> campeche(String cut) throws IOException {
        return Bench.tree(Bench.shared("samples").resolve("campeche-2021").resolve(cut));
    }

    private PackageVerifier.Examined examine(Map<String, byte[]> files, String cut) throws IOException {
        PackageBuilder builder = PackageBuilder.data().member("cut", "\"" + cut + "\"");
        files.forEach(builder::file);
        Path archive = Files.write(folder.resolve("package.zip"), builder.zip());
        Path into = Files.createTempDirectory(folder, "unpacked");
        return new PackageVerifier(PackageLimits.defaults(), FileTypes.defaults(), true, new StagingDisk())
                .examine(archive, "package.zip", Bench.SIGNERS, List.of(), into);
    }

    private static List<String> warnings(PackageVerifier.Examined examined) {
        assertThat(examined.verdict()).isInstanceOf(Verdict.Accepted.class);
        return ((Verdict.Accepted) examined.verdict()).warnings();
    }

    private static String isoCut(String name) {
        return "2021-06-06T" + name.substring(9, 11) + ":" + name.substring(11) + ":00-05:00";
    }

    /** The programme of 2021 left the votes without special polling stations at 0 in one contest. */
    private static final Map<String, List<String>> CAMPECHE_WARNINGS = Map.of(
            "20210606_2240",
            List.of(),
            "20210606_2320",
            List.of("totals-differ: CAMP_JUNTAS_2021.csv TOTAL_VOTOS_S_CS is 0 and the 1 counted rows make 103"),
            "20210606_2340",
            List.of("totals-differ: CAMP_JUNTAS_2021.csv TOTAL_VOTOS_S_CS is 0 and the 2 counted rows make 380"));

    @Test
    void threeCutsOfCampeche() throws IOException {
        for (String cut : CAMPECHE) {
            assertThat(warnings(examine(campeche(cut), isoCut(cut)))).as(cut).isEqualTo(CAMPECHE_WARNINGS.get(cut));
        }
    }

    @Test
    void nothingShrinksOrVanishesFromOneCutToTheNext() throws IOException {
        BaseSummaries before = BaseSummaries.none();
        for (String cut : CAMPECHE) {
            Map<String, byte[]> files = campeche(cut);
            BaseSummaries bases = examine(files, isoCut(cut)).bases();
            assertThat(bases.weight()).isGreaterThan(4 * 271);
            assertThat(bases.since(before, files.keySet(), "the cut before"))
                    .as(cut)
                    .isEmpty();
            before = bases;
        }
    }

    @Test
    void aWholeElectionDayBackwardsShrinks() throws IOException {
        Map<String, byte[]> files = campeche(CAMPECHE.get(0));
        BaseSummaries later =
                examine(campeche(CAMPECHE.get(2)), isoCut(CAMPECHE.get(2))).bases();
        BaseSummaries earlier = examine(files, isoCut(CAMPECHE.get(0))).bases();
        assertThat(earlier.since(later, files.keySet(), "sequence 3"))
                .hasSize(4)
                .contains("count-shrinks: CAMP_GOB_2021.csv ACTAS_REGISTRADAS 27 → 9, ACTAS_CAPTURADAS 27 → 9,"
                        + " ACTAS_CONTABILIZADAS 27 → 9, LISTA_NOMINAL_ACTAS_CONTABILIZADAS 10812 → 1894,"
                        + " TOTAL_VOTOS_C_CS 7201 → 1440, TOTAL_VOTOS_S_CS 7201 → 1440 since sequence 3");
    }

    @Test
    void theDrillOfCampecheWithEveryVoteEmpty() throws IOException {
        Map<String, byte[]> files = new TreeMap<>();
        Path outer = Bench.shared("samples").resolve("campeche-2021/outer-package-simulacro.zip");
        unzip(Files.readAllBytes(outer), files);
        assertThat(files).hasSize(9);
        assertThat(warnings(examine(files, "2021-06-01T18:52:40-05:00"))).isEmpty();
        files.put("outer-package-simulacro.zip", Files.readAllBytes(outer));
        assertThat(warnings(examine(files, "2021-06-01T23:52:00Z"))).isEmpty();
    }

    @Test
    void quintanaRooAsSent() throws IOException {
        Path samples = Bench.shared("samples").resolve("quintana-roo-2019");
        Map<String, byte[]> files = new HashMap<>();
        unzip(Files.readAllBytes(samples.resolve("20190603_0547_PREP_DIP_QROO.zip")), files);
        assertThat(files).hasSize(3);
        assertThat(warnings(examine(files, "2019-06-03T05:47:00-05:00"))).isEmpty();
        assertThat(warnings(examine(files, "2019-06-03T05:48:00-05:00")))
                .containsExactly("cut-mismatch: QROO_DIP_LOC_2019.csv says 2019/06/03 05:47 (UTC-5), the manifest says"
                        + " 2019-06-03T05:48:00-05:00");
        Map<String, byte[]> json = Bench.tree(samples.resolve("json"));
        assertThat(json).hasSizeGreaterThanOrEqualTo(66);
        assertThat(warnings(examine(json, "2019-06-03T05:47:00-05:00"))).isEmpty();
        assertThat(warnings(examine(json, "2019-06-03T05:47:00-06:00")))
                .as("no offset in the file: the manifest's own")
                .isEmpty();
        assertThat(warnings(examine(json, "2019-06-03T06:00:00-05:00")))
                .containsExactly("cut-mismatch: entidad.json says 3 de Junio 05:47, the manifest says"
                        + " 2019-06-03T06:00:00-05:00");
    }

    @Test
    void theSummariesOfTheIneEachWithItsOwnCut() throws IOException {
        Map<String, byte[]> files = Bench.tree(Bench.shared("samples").resolve("ine-2018-json"));
        assertThat(files).hasSize(5);
        Map<String, String> cuts = Map.of(
                "1530480602.json", "2018-07-01T21:26:00-05:00",
                "1530504902.json", "2018-07-02T04:05:00-05:00",
                "1530522901.json", "2018-07-02T09:00:00-05:00",
                "1530540901.json", "2018-07-02T13:57:00-05:00",
                "1530558901.json", "2018-07-02T19:04:00-05:00");
        for (Map.Entry<String, byte[]> file : files.entrySet()) {
            assertThat(warnings(examine(
                            Map.of(file.getKey(), file.getValue()),
                            java.util.Objects.requireNonNull(cuts.get(file.getKey())))))
                    .as(file.getKey())
                    .isEmpty();
        }
        assertThat(warnings(examine(new TreeMap<>(files), "2018-07-01T21:26:00-05:00")))
                .hasSize(4)
                .first()
                .asString()
                .isEqualTo("cut-mismatch: 1530504902.json says 02 de julio de 2018 04:05, the manifest says"
                        + " 2018-07-01T21:26:00-05:00");
    }

    /** Every file below, those of zips inside too. */
    private static void unzip(byte[] archive, Map<String, byte[]> into) throws IOException {
        try (ZipInputStream zip = new ZipInputStream(new java.io.ByteArrayInputStream(archive))) {
            for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
                byte[] content = zip.readAllBytes();
                if (entry.getName().endsWith(".zip")) {
                    unzip(content, into);
                } else if (!entry.isDirectory()) {
                    into.put(entry.getName(), content);
                }
            }
        }
    }
}
