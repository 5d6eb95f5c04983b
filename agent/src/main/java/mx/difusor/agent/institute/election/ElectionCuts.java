package mx.difusor.agent.institute.election;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import mx.difusor.agent.institute.CutSource;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Kind;

/**
 * The generated election as packages: a site at the first cut, with nothing counted, then for each later cut the files
 * that changed.
 */
public final class ElectionCuts implements CutSource {

    private static final List<String> SITE = List.of("index.html", "estilo.css", "prep.js", "icono.svg");

    private final Election election;
    private final SummaryJson json;
    /** What the Institute has published so far, by path. */
    private final Map<String, Digest> published = new HashMap<>();

    public ElectionCuts(Election election) {
        this.election = election;
        this.json = new SummaryJson(election);
    }

    @Override
    public int size() {
        return Election.cuts();
    }

    @Override
    public CutFolder write(int index, Path folder) throws IOException {
        if (index == 0) {
            for (String name : SITE) {
                put(folder, name, Places.bytes("site/" + name));
            }
            put(folder, "json/catalogo.json", json.catalogue());
        } else {
            bases(folder, index);
        }
        for (Contest contest : Contest.values()) {
            put(folder, "json/" + contest.key() + ".json", json.contest(contest, index));
        }
        // A site carries no CSV: the downloads are listed from the first data package on.
        put(folder, "json/corte.json", json.cut(index, index == 0 ? List.of() : downloads()));
        return new CutFolder(
                index == 0 ? Kind.SITE : Kind.DATA,
                Election.timeOf(index),
                Election.isLast(index),
                Optional.of(counted(index)));
    }

    private void bases(Path folder, int index) throws IOException {
        for (Contest contest : Contest.values()) {
            put(folder, "csv/" + contest.baseName(), election.base(contest, index));
            put(folder, "csv/" + contest.candidaciesName(), election.candidacies(contest));
        }
        put(folder, "csv/LEEME.txt", Places.bytes("site/LEEME.txt"));
    }

    private static List<String> downloads() {
        List<String> paths = new ArrayList<>();
        Stream.of(Contest.values()).forEach(one -> paths.add("csv/" + one.baseName()));
        Stream.of(Contest.values()).forEach(one -> paths.add("csv/" + one.candidaciesName()));
        paths.add("csv/LEEME.txt");
        return paths;
    }

    /** Actas counted of all three contests together, in percent with two decimals, truncated. */
    private String counted(int index) {
        long expected = 0;
        long counted = 0;
        for (Contest contest : Contest.values()) {
            Tally tally = election.tally(contest, index);
            expected += tally.expected();
            counted += tally.counted();
        }
        String percent = Tally.percent(counted, expected);
        return percent.substring(0, percent.length() - 2);
    }

    /** Only what is new or has changed. */
    private void put(Path folder, String path, byte[] bytes) throws IOException {
        Digest digest = Digest.ofContent(bytes);
        if (digest.equals(published.put(path, digest))) {
            return;
        }
        Path file = folder.resolve(path);
        Path parent = file.getParent();
        if (parent != null) {
            Files.createDirectories(parent);
        }
        Files.write(file, bytes);
    }
}
