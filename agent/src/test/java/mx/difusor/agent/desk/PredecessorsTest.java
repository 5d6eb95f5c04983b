package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.institute.Packer;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.AcceptedPackage;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.model.Verdict;
import mx.difusor.agent.verify.FileTypes;
import mx.difusor.agent.verify.PackageLimits;
import mx.difusor.agent.verify.PackageReader;
import mx.difusor.agent.verify.PackageVerifier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** With which package a cut is compared, and what it takes to know that one again. */
class PredecessorsTest {

    private static final String GOB = "base/GOB_2024.csv";
    private static final String DIP = "base/DIP_2024.csv";

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private final Alerts alerts = new Alerts(Clock.systemUTC());
    private final PackageReader reader = new PackageReader(PackageLimits.defaults());
    private @Nullable Home home;
    private @Nullable Archive archive;
    private @Nullable Packer packer;
    private @Nullable Predecessors predecessors;

    @BeforeEach
    void open() throws Exception {
        ThrowawayKeys keys = ThrowawayKeys.make(
                Files.createTempDirectory(folder, "keys"), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
        packer = new Packer(
                SigningKey.load(keys.key(), keys.certificate(), SigningKey.Passphrase.NONE), Clock.systemUTC());
        home = new Home(folder.resolve("home"));
        home.prepare(disk);
        archive = Archive.open(home, disk, 1_000_000_000, file -> {
            throw new IOException("not asked for here");
        });
        predecessors = restarted();
    }

    @AfterEach
    void close() throws Exception {
        archive().close();
    }

    private Archive archive() {
        return Objects.requireNonNull(archive);
    }

    private Predecessors predecessors() {
        return Objects.requireNonNull(predecessors);
    }

    private Predecessors restarted() {
        return new Predecessors(archive(), reader, Objects.requireNonNull(home), disk, alerts);
    }

    private static String base(int captured, String... keys) {
        StringBuilder text = new StringBuilder("BASE\n02/06/2024 20:00 (UTC-7)\nACTAS_ESPERADAS,ACTAS_CAPTURADAS\n")
                .append("1190,")
                .append(captured)
                .append("\n\nCLAVE_ACTA,PAN\n");
        for (String key : keys) {
            text.append(key).append(",1\n");
        }
        return text.toString();
    }

    private Judged judge(Kind kind, long sequence, Map<String, String> contents) throws Exception {
        Path files = Files.createTempDirectory(folder, "cut");
        for (Map.Entry<String, String> file : contents.entrySet()) {
            Path path = files.resolve(file.getKey());
            Files.createDirectories(Objects.requireNonNull(path.getParent()));
            Files.writeString(path, file.getValue());
        }
        Path upload = Files.createTempDirectory(folder, "upload");
        Packer.Packed packed = Objects.requireNonNull(packer)
                .pack(new Packer.Order(
                        "pel",
                        kind,
                        sequence,
                        OffsetDateTime.parse("2024-06-02T20:00:00-07:00"),
                        false,
                        List.of(),
                        files,
                        upload.resolve("p" + sequence + ".zip"),
                        false));
        Candidate claimed = new Candidate(
                "iee", "p" + sequence + ".zip", packed.archive(), List.of(packed.signature()), null, Instant.EPOCH);
        Path unpacked = Files.createTempDirectory(folder, "unpacked");
        PackageVerifier.Examined examined = new PackageVerifier(
                        PackageLimits.defaults(), FileTypes.defaults(), true, disk)
                .examine(claimed.archive(), claimed.name(), List.of(), List.of(), unpacked);
        Digest digest = Digest.ofContent(Files.readAllBytes(claimed.archive()));
        return new Judged(
                claimed,
                digest,
                Files.size(claimed.archive()),
                examined.verdict(),
                unpacked,
                examined.bases(),
                examined.purpose());
    }

    private AcceptedPackage accept(Judged judged) throws Exception {
        Verdict.Accepted accepted = (Verdict.Accepted) judged.verdict();
        Receipt receipt = new Receipt(
                "iee",
                judged.claimed().name(),
                judged.sha256(),
                judged.size(),
                Receipt.Outcome.ACCEPTED,
                null,
                Receipt.Contents.of(accepted.manifest()),
                List.of(),
                Receipt.Publication.NONE,
                Instant.EPOCH,
                Instant.EPOCH,
                null,
                List.of());
        AcceptedPackage one = archive().keep(judged.claimed(), accepted.manifest(), receipt);
        predecessors().remember(one, judged.bases());
        return one;
    }

    private AcceptedPackage accept(long sequence, Map<String, String> contents) throws Exception {
        return accept(judge(Kind.DATA, sequence, contents));
    }

    private List<String> compared(long sequence, Map<String, String> contents) throws Exception {
        return predecessors().compare(judge(Kind.DATA, sequence, contents)).warnings();
    }

    @Test
    void theFirstCutHasNothingBeforeIt() throws Exception {
        assertThat(compared(1, Map.of(GOB, base(5, "a")))).isEmpty();
    }

    @Test
    void eachPathIsComparedWithTheNewestLowerSequenceThatCarriesIt() throws Exception {
        accept(1, Map.of(GOB, base(5, "a"), DIP, base(50, "d")));
        accept(2, Map.of(GOB, base(9, "a", "b")));
        accept(7, Map.of(GOB, base(100, "z")));
        assertThat(compared(3, Map.of(GOB, base(8, "a"), DIP, base(49))))
                .containsExactly(
                        "count-shrinks: base/DIP_2024.csv ACTAS_CAPTURADAS 50 → 49 since sequence 1",
                        "key-vanishes: base/DIP_2024.csv 1 of 1 keys of sequence 1 are missing, for example d",
                        "count-shrinks: base/GOB_2024.csv ACTAS_CAPTURADAS 9 → 8 since sequence 2",
                        "key-vanishes: base/GOB_2024.csv 1 of 2 keys of sequence 2 are missing, for example b");
    }

    @Test
    void aSiteThatCarriesThePathCountsToo() throws Exception {
        accept(judge(Kind.SITE, 1, Map.of(GOB, base(9, "a"), "index.html", "x")));
        assertThat(compared(2, Map.of(GOB, base(8, "a")))).hasSize(1);
    }

    @Test
    void afterARestartTheArchiveIsReadAgain() throws Exception {
        accept(1, Map.of(GOB, base(9, "a", "b"), "x.json", "{}"));
        List<String> before = compared(2, Map.of(GOB, base(8, "a")));
        predecessors = restarted();
        assertThat(compared(2, Map.of(GOB, base(8, "a")))).isEqualTo(before).hasSize(2);
        assertThat(Objects.requireNonNull(home).work()).isEmptyDirectory();
        Files.delete(archive().file(archive().history("pel").get(1).orElseThrow()));
        assertThat(compared(2, Map.of(GOB, base(8, "a"))))
                .as("what was read again is remembered")
                .isEqualTo(before);
    }

    @Test
    void aPredecessorThatCannotBeReadIsAWarningAndNoMore() throws Exception {
        Path kept = archive().file(accept(1, Map.of(GOB, base(9, "a"))));
        predecessors = restarted();
        byte[] content = Files.readAllBytes(kept);
        content[content.length / 3] ^= 1;
        Files.write(kept, content);
        assertThat(compared(2, Map.of(GOB, base(8, "a"))))
                .singleElement()
                .asString()
                .startsWith("not-compared: ");
        assertThat(Objects.requireNonNull(home).work()).isEmptyDirectory();
        Files.delete(kept);
        assertThat(compared(2, Map.of(GOB, base(8, "a"))))
                .singleElement()
                .asString()
                .startsWith("not-compared: ");
        assertThat(compared(2, Map.of(GOB, base(9, "a"))))
                .as("the same bytes need no comparison")
                .isEmpty();
    }

    @Test
    void aComparisonStandsUntilANearerPackageIsAccepted() throws Exception {
        accept(1, Map.of(GOB, base(5, "a")));
        Judged third = judge(Kind.DATA, 3, Map.of(GOB, base(8, "a")));
        Predecessors.Comparison compared = predecessors().compare(third);
        assertThat(predecessors().stands(third, compared)).isTrue();
        accept(4, Map.of(GOB, base(4, "a")));
        assertThat(predecessors().stands(third, compared)).as("a later one").isTrue();
        accept(2, Map.of(GOB, base(9, "a")));
        assertThat(predecessors().stands(third, compared)).as("a nearer one").isFalse();
        assertThat(predecessors().compare(third).warnings())
                .containsExactly("count-shrinks: base/GOB_2024.csv ACTAS_CAPTURADAS 9 → 8 since sequence 2");
    }

    @Test
    void warningsAreBounded() throws Exception {
        Map<String, String> many = new java.util.TreeMap<>();
        Map<String, String> less = new java.util.TreeMap<>();
        for (int i = 0; i <= Predecessors.WARNINGS_LIMIT; i++) {
            many.put(i + ".csv", base(9));
            less.put(i + ".csv", base(8));
        }
        accept(1, many);
        assertThat(compared(2, less))
                .hasSize(Predecessors.WARNINGS_LIMIT + 1)
                .last()
                .isEqualTo("and 1 more changes against earlier cuts");
    }

    @Test
    void whatIsRememberedIsBounded() throws Exception {
        String large = base(9) + "k,1\n".repeat((int) Predecessors.REMEMBERED_ROWS_LIMIT * 2 / 3);
        Path first = archive().file(accept(1, Map.of(GOB, large)));
        accept(2, Map.of(DIP, large + "\n"));
        Files.delete(first);
        assertThat(compared(3, Map.of(GOB, base(8)))).singleElement().asString().startsWith("not-compared: ");
        assertThat(compared(3, Map.of(DIP, base(8))))
                .as("the newer one is remembered")
                .hasSize(2);
    }

    @Test
    void aRejectedPackageIsNotCompared() throws Exception {
        accept(1, Map.of(GOB, base(5, "a")));
        Judged bad = judge(Kind.DATA, 2, Map.of(GOB, base(4, "a") + "no,row,of,this\n"));
        assertThat(bad.verdict()).isInstanceOf(Verdict.Rejected.class);
        Predecessors.Comparison compared = predecessors().compare(bad);
        assertThat(compared.warnings()).isEmpty();
        assertThat(predecessors().stands(bad, compared)).isTrue();
        assertThat(bad.warning(List.of("shrunk"))).isSameAs(bad);
    }

    @Test
    void whatIsReadAgainStandsInAPrivateFolderMeanwhile() throws Exception {
        accept(1, Map.of(GOB, base(9, "a")));
        List<String> made = new ArrayList<>();
        Disk watched = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    if (method.getName().equals("createDirectories")) {
                        made.add(((Path) arguments[0]).getParent() + " " + arguments[1]);
                    }
                    return method.invoke(disk, arguments);
                });
        Path work = Objects.requireNonNull(home).work();
        predecessors = new Predecessors(archive(), reader, Objects.requireNonNull(home), watched, alerts);
        assertThat(compared(2, Map.of(GOB, base(8, "a")))).hasSize(1);
        assertThat(made).startsWith(work + " PRIVATE");
        assertThat(work).isEmptyDirectory();
    }

    @Test
    void aDefectIsAnAlertAndKeepsNothingOut() throws Exception {
        accept(1, Map.of(GOB, base(9, "a")));
        Disk defective = (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    throw new IllegalStateException("a defect");
                });
        predecessors = new Predecessors(archive(), reader, Objects.requireNonNull(home), defective, alerts);
        assertThat(compared(2, Map.of(GOB, base(8, "a"))))
                .singleElement()
                .asString()
                .startsWith("not-compared: what shrank or vanished since sequence 1 is not known");
        assertThat(alerts.active()).singleElement().satisfies(alert -> {
            assertThat(alert.code()).isEqualTo("internal-error");
            assertThat(alert.message())
                    .contains("comparing with sequence 1: java.lang.IllegalStateException: a defect");
        });
    }

    @Test
    void whatItLooksLikeBesideOthersIsAddedToItsOwnWarnings() throws Exception {
        Judged first = judge(Kind.DATA, 1, Map.of(GOB, base(5, "a")));
        assertThat(first.warning(List.of())).isSameAs(first);
        Verdict.Accepted warned = (Verdict.Accepted)
                first.warning(List.of("one")).warning(List.of("two")).verdict();
        assertThat(warned.warnings()).endsWith("one", "two");
        assertThat(warned.warnings())
                .hasSize(((Verdict.Accepted) first.verdict()).warnings().size() + 2);
    }
}
