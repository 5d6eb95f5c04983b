package mx.difusor.agent.cli;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.Kind;
import mx.difusor.agent.model.Manifest;
import mx.difusor.agent.model.ManifestFile;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** An archive of one package, sequence 17 of pel-2024; remembers what it was asked. */
final class FakeArchive implements ArchiveAccess {

    static final Manifest MANIFEST = new Manifest(
            "pel-2024",
            Kind.DATA,
            17,
            OffsetDateTime.parse("2024-06-02T23:45:00-07:00"),
            true,
            List.of(
                    new ManifestFile("data/votos.json", 12, new Digest("a".repeat(64))),
                    new ManifestFile("prep.csv", 30, new Digest("b".repeat(64)))),
            List.of("viejo.json"));

    static final Receipt RECEIPT = new Receipt(
            "iee",
            "prep-0017.zip",
            new Digest("c".repeat(64)),
            1_048_576,
            Receipt.Outcome.ACCEPTED,
            null,
            Receipt.Contents.of(MANIFEST),
            List.of("CN=IEE Chihuahua"),
            Receipt.Publication.LIVE,
            Instant.parse("2024-06-03T06:46:00Z"),
            Instant.parse("2024-06-03T06:46:01Z"),
            Instant.parse("2024-06-03T06:46:02Z"),
            List.of());

    final List<String> asked = new ArrayList<>();
    static final HistoryHead HISTORY = new HistoryHead(41, new Digest("5".repeat(64)));

    List<Damage> damaged = List.of();
    List<String> alterations = List.of();
    List<Refused> refused = List.of();
    List<String> gone = List.of();

    @Nullable
    Share share;

    @Override
    public List<Receipt> list(Config config, @Nullable String event, int limit) {
        asked.add("list " + event + " " + limit);
        return List.of(RECEIPT);
    }

    @Override
    public Optional<Shown> show(Config config, String event, long sequence) {
        boolean known = event.equals("pel-2024") && sequence == 17;
        return known
                ? Optional.of(new Shown(
                        RECEIPT,
                        MANIFEST,
                        Path.of("/home/archive/pel-2024/17"),
                        List.of("prep-0017.zip", "prep-0017.zip.p7s", "receipt.json")))
                : Optional.empty();
    }

    @Override
    public long extract(Config config, String event, long sequence, Path into, List<String> paths, Progress progress) {
        asked.add("extract " + event + " " + sequence + " " + into.getFileName() + " " + paths);
        progress.total(42);
        progress.advance(42);
        return paths.isEmpty() ? 2 : paths.size();
    }

    @Override
    public Checked check(Config config, @Nullable String event, @Nullable Duration most, Progress progress) {
        asked.add("check " + event + (most == null ? "" : " for " + most));
        return new Checked(17, 17_825_792, damaged, HISTORY, alterations, share);
    }

    @Override
    public long reindex(Config config, Progress progress) {
        asked.add("reindex");
        return 17;
    }

    @Override
    public Exported export(Config config, String event, Path target, Progress progress) {
        asked.add("export " + event + " " + target.getFileName());
        return new Exported(17, 17_830_000, "e".repeat(64), gone);
    }

    @Override
    public Imported bringIn(Config config, Path export, String by, Progress progress) {
        asked.add("import " + export.getFileName() + " by " + by);
        return new Imported(15, 2, 1, refused);
    }

    @Override
    public Retired retire(Config config, String event, Path export, String by, String why, Progress progress) {
        asked.add("retire " + event + " " + export.getFileName() + " by " + by + ": " + why);
        return new Retired(17, 17_825_792, "e".repeat(64));
    }
}
