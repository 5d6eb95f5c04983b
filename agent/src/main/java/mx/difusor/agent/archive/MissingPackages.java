package mx.difusor.agent.archive;

import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/** Accepted packages whose folders are gone though nobody retired them, and what there is to say of them. Any thread. */
final class MissingPackages {

    private static final String CURE =
            ": mount or restore what is missing of archive/; only `difusor archive retire` takes"
                    + " packages out of it";

    /** As a sequence's digits are ordered. */
    private static final Comparator<String> BY_SEQUENCE =
            Comparator.comparing(String::length).thenComparing(Comparator.naturalOrder());

    /** Below the home, {@code /}-separated. */
    private final Set<String> folders = new HashSet<>();

    /** Asked for every second; null after a change. */
    private @Nullable List<String> told;

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

    /** For people, one for each event. */
    synchronized List<String> problems() {
        if (told == null) {
            told = problems(folders);
        }
        return told;
    }

    /** The same of any folders of packages: an archive that is not mounted misses all of them. */
    static List<String> problems(Collection<String> folders) {
        Map<String, SortedSet<String>> byEvent = new TreeMap<>();
        for (String folder : folders) {
            String event = folder.substring(0, folder.lastIndexOf('/'));
            byEvent.computeIfAbsent(event, none -> new TreeSet<>(BY_SEQUENCE)).add(folder);
        }
        return byEvent.entrySet().stream()
                .map(event -> problem(event.getKey(), event.getValue()))
                .toList();
    }

    private static String problem(String event, SortedSet<String> folders) {
        String what = folders.size() == 1
                ? folders.first() + " was accepted and its files are gone"
                : "%s and %d more in %s were accepted and their files are gone"
                        .formatted(folders.first(), folders.size() - 1, event);
        return what + CURE;
    }
}
