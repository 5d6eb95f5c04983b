package mx.difusor.agent.archive;

import java.nio.file.Files;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import mx.difusor.agent.disk.Home;
import org.jspecify.annotations.Nullable;

/** Accepted packages whose folders are gone though nobody retired them, and what there is to say of them. Any thread. */
final class MissingPackages {

    /** What there is to say of one, and of several. */
    private record Words(String one, String several, String cure) {}

    private static final Words GONE = new Words(
            "was accepted and its files are gone",
            "were accepted and their files are gone",
            "mount or restore what is missing of archive/; only `difusor archive retire` takes packages out of it");

    private static final Words BACK =
            new Words("stands again and is not read yet", "stand again and are not read yet", "start the agent again");

    /** As a sequence's digits are ordered. */
    private static final Comparator<String> BY_SEQUENCE =
            Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder());

    /** Below the home, {@code /}-separated. */
    private final Set<String> folders = new HashSet<>();

    /** Asked for every second; null after a change. */
    private @Nullable List<String> told;

    private final Words words;

    private MissingPackages(Words words) {
        this.words = words;
    }

    MissingPackages() {
        this(GONE);
    }

    /** Those that were missing and that nobody can read without a start. */
    static MissingPackages back() {
        return new MissingPackages(BACK);
    }

    synchronized void add(String folder) {
        folders.add(folder);
        told = null;
    }

    synchronized boolean has(String folder) {
        return folders.contains(folder);
    }

    synchronized void isBack(String folder) {
        folders.remove(folder);
        told = null;
    }

    synchronized boolean isEmpty() {
        return folders.isEmpty();
    }

    /** @return those whose folders stand again; they are dropped. The disk is asked while nobody waits for this. */
    Set<String> takeBack(Home home) {
        Set<String> back = new HashSet<>(all());
        back.removeIf(folder -> !Files.exists(home.root().resolve(folder)));
        back.forEach(this::isBack);
        return back;
    }

    private synchronized Set<String> all() {
        return Set.copyOf(folders);
    }

    /** For people, one for each event. */
    synchronized List<String> problems() {
        if (told == null) {
            told = problems(folders, words);
        }
        return told;
    }

    /** The same of any folders of packages: an archive that is not mounted misses all of them. */
    static List<String> problems(Collection<String> folders) {
        return problems(folders, GONE);
    }

    private static List<String> problems(Collection<String> folders, Words words) {
        Map<String, SortedSet<String>> byEvent = new TreeMap<>();
        for (String folder : folders) {
            String event = folder.substring(0, folder.lastIndexOf('/'));
            byEvent.computeIfAbsent(event, none -> new TreeSet<>(BY_SEQUENCE)).add(folder);
        }
        return byEvent.entrySet().stream()
                .map(event -> problem(event.getKey(), event.getValue(), words))
                .toList();
    }

    private static String problem(String event, SortedSet<String> folders, Words words) {
        String what = folders.size() == 1
                ? folders.first() + " " + words.one()
                : "%s and %d more in %s %s".formatted(folders.first(), folders.size() - 1, event, words.several());
        return what + ": " + words.cure();
    }
}
