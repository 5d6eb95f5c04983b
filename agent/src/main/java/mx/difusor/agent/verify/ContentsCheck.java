package mx.difusor.agent.verify;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import mx.difusor.agent.disk.InParallel;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Reason;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** Every file of one package that has rules of its own (contract, "JSON and CSV inside a package"). */
final class ContentsCheck {

    /**
     * Rows of one package whose keys are kept to be held against the next cut's: a state's election day has 60,000, a
     * national contest 157,000. A row takes up to 100 bytes.
     */
    static final int MAX_KEYS = 250_000;

    private final Manifest manifest;
    private final boolean strict;
    private final List<String> warnings = new ArrayList<>();
    private final Map<String, BaseSummary> bases = new HashMap<>();
    private final Map<String, Saying> cuts = new LinkedHashMap<>();
    private int keysLeft = MAX_KEYS;
    private @Nullable StatedPurpose purpose;

    /** Which files state a cut that is not the manifest's. */
    private record Saying(String first, StatedCut cut, int files) {}

    /** @param strict whether {@code json-invalid} and {@code csv-invalid} reject, or else warn */
    ContentsCheck(Manifest manifest, boolean strict) {
        this.manifest = manifest;
        this.strict = strict;
    }

    /** @param unpacked where the manifest's files stand */
    void run(Path unpacked, ReadingTurns.Turn turn) throws UnreadablePackageException, IOException {
        Map<String, JsonContents.Findings> small = smallJson(unpacked);
        for (ManifestFile file : manifest.files()) {
            String path = file.path();
            if (isJson(path)) {
                JsonContents.Findings found = small.get(path);
                if (found == null) {
                    turn.needs(file.size(), ReadingTurns.SMALL_JSON_BYTES);
                    found = JsonContents.of(unpacked.resolve(path));
                }
                judge(Reason.JSON_INVALID, path, found.problem());
                compare(path, found.cut());
                purpose = StatedPurpose.together(purpose, StatedPurpose.ofField(path, found.test()));
            } else if (BaseSummaries.isCsv(path)) {
                CsvContents.Findings found = CsvContents.of(unpacked.resolve(path), keysLeft);
                judge(Reason.CSV_INVALID, path, found.problem());
                compare(path, found.cut());
                found.remarks().forEach(remark -> warnings.add(remark.about(path)));
                purpose = StatedPurpose.together(purpose, StatedPurpose.ofTitle(path, found.testTitle()));
                if (found.base() != null) {
                    bases.put(path, found.base());
                    keysLeft -= found.base().keptKeys();
                }
            }
        }
    }

    private static boolean isJson(String path) {
        return path.toLowerCase(Locale.ROOT).endsWith(".json");
    }

    /** Those that take no memory worth speaking of are read several at once; judged in the manifest's order they are later. */
    private Map<String, JsonContents.Findings> smallJson(Path unpacked) throws IOException {
        Map<String, JsonContents.Findings> found = new ConcurrentHashMap<>();
        List<ManifestFile> files = manifest.files().stream()
                .filter(file -> isJson(file.path()) && file.size() <= ReadingTurns.SMALL_JSON_BYTES)
                .toList();
        InParallel.forEach(
                ZipWalk.READERS, files, file -> found.put(file.path(), JsonContents.of(unpacked.resolve(file.path()))));
        return found;
    }

    private void judge(Reason reason, String path, @Nullable String problem) throws UnreadablePackageException {
        if (problem == null) {
            return;
        }
        if (strict) {
            throw new UnreadablePackageException(
                    reason, "the file " + problem + ": correct it and send a new package", path);
        }
        warnings.add(path + " " + problem);
    }

    private void compare(String path, @Nullable StatedCut cut) {
        if (cut != null && !cut.is(manifest.cut())) {
            cuts.merge(
                    cut.text(),
                    new Saying(path, cut, 1),
                    (before, one) -> new Saying(before.first(), before.cut(), before.files() + 1));
        }
    }

    /** For the receipt; files that state the same other cut share one line. */
    List<String> warnings() {
        List<String> all = new ArrayList<>();
        for (Saying saying : cuts.values()) {
            String others = saying.files() == 1 ? "" : "and " + (saying.files() - 1) + " more ";
            String what = saying.cut().local() == null ? ", which is no date and time" : "";
            all.add(new Remark(
                            "cut-mismatch",
                            "%ssay%s %s%s, the manifest says %s"
                                    .formatted(
                                            others,
                                            others.isEmpty() ? "s" : "",
                                            PackagePath.printable(saying.cut().text()),
                                            what,
                                            Receipt.cut(manifest.cut())))
                    .about(saying.first()));
        }
        all.addAll(warnings);
        return all;
    }

    BaseSummaries bases() {
        return new BaseSummaries(bases);
    }

    /** As its files together state it; null where none does. */
    @Nullable
    StatedPurpose purpose() {
        return purpose;
    }
}
