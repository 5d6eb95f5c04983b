package mx.difusor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/**
 * Each check is needed: the profile {@code faults} takes every condition and every call of a checking method out of the
 * guarding code, one after another, and runs the tests ({@code .ci/faults}). Where none of them noticed, it has to stand in
 * {@code src/test/faults/tolerated.txt} with the reason why nobody could.
 */
class FaultsCheck {

    private static final Path REPORT = Path.of("target/pit-reports/mutations.csv");
    private static final Path TOLERATED = Path.of("src/test/faults/tolerated.txt");
    private static final Path SOURCES = Path.of("src/main/java");

    /** A line of code, wherever in its file it stands. */
    private record Line(String file, String code) implements Comparable<Line> {
        @Override
        public int compareTo(Line other) {
            return (file + code).compareTo(other.file + other.code);
        }

        @Override
        public String toString() {
            return file + ": " + code;
        }
    }

    @Test
    void aTestFailsForEachCheckThatIsTakenOut() throws IOException {
        List<String[]> mutations = Files.readAllLines(REPORT).stream()
                .map(line -> line.split(",", -1))
                .toList();
        assertThat(mutations).as("faults tried").isNotEmpty();
        Map<Line, List<String>> unnoticed = new TreeMap<>();
        TreeSet<String> files = new TreeSet<>();
        for (String[] mutation : mutations) {
            files.add(mutation[0]);
            String status = mutation[5];
            if (status.equals("SURVIVED") || status.equals("NO_COVERAGE")) {
                unnoticed
                        .computeIfAbsent(line(mutation), key -> new ArrayList<>())
                        .add(mutation[4] + " " + mutation[2].replaceAll(".*\\.", "") + " " + status);
            }
        }
        Map<Line, String> tolerated = tolerated();
        TreeSet<Line> outdated = new TreeSet<>(tolerated.keySet());
        outdated.removeIf(line -> unnoticed.containsKey(line) || !files.contains(line.file()));
        unnoticed.keySet().removeAll(tolerated.keySet());

        System.out.printf(
                "%d faults in %d files; unnoticed and not explained: %d lines; explained: %d lines%n",
                mutations.size(), files.size(), unnoticed.size(), tolerated.size());
        assertThat(String.join(
                        "\n",
                        unnoticed.entrySet().stream().map(Object::toString).toList()))
                .as("checks that no test misses: write the test, or say in %s why there can be none", TOLERATED)
                .isEmpty();
        assertThat(outdated)
                .as("lines of %s that tests notice by now", TOLERATED)
                .isEmpty();
    }

    private static Line line(String[] mutation) throws IOException {
        String outer = mutation[1].replaceAll("\\$.*", "");
        Path folder = SOURCES.resolve(outer.substring(0, outer.lastIndexOf('.')).replace('.', '/'));
        List<String> source = Files.readAllLines(folder.resolve(mutation[0]));
        return new Line(
                mutation[0], source.get(Integer.parseInt(mutation[4]) - 1).strip());
    }

    /** {@code File.java: code}, and below it, indented, why. */
    private static Map<Line, String> tolerated() throws IOException {
        Map<Line, String> tolerated = new TreeMap<>();
        Line last = null;
        try (Stream<String> lines = Files.lines(TOLERATED)) {
            for (String text : lines.filter(line -> !line.isBlank() && !line.startsWith("#"))
                    .toList()) {
                if (text.startsWith(" ")) {
                    assertThat(last).as("a line of code above: %s", text).isNotNull();
                    tolerated.merge(last, text.strip(), (before, more) -> before + " " + more);
                } else {
                    assertThat(last == null || tolerated.containsKey(last))
                            .as("a reason below %s", last)
                            .isTrue();
                    int colon = text.indexOf(": ");
                    last = new Line(
                            text.substring(0, colon), text.substring(colon + 2).strip());
                }
            }
        }
        assertThat(last == null || tolerated.containsKey(last))
                .as("a reason below %s", last)
                .isTrue();
        return tolerated;
    }
}
