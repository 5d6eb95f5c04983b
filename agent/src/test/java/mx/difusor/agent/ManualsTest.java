package mx.difusor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.agent.cli.ExitCode;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What the manuals list is what the code has, and what they point at is there. */
class ManualsTest {

    private static final Path DOCS = Path.of("../docs");
    private static final Path SOURCE = Path.of("src/main/java/mx/difusor/agent");
    private static final Pattern LINK = Pattern.compile("]\\(([^)\\s]+)\\)");

    /** The code in the first cell of each row of a table, as `code` or several of them. */
    private static Set<String> firstCells(String page, Pattern code) throws IOException {
        return Files.readAllLines(DOCS.resolve(page)).stream()
                .filter(line -> line.startsWith("| "))
                .map(line -> line.substring(0, line.indexOf(" | ")))
                .flatMap(cell -> code.matcher(cell).results())
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
    }

    @ParameterizedTest
    @ValueSource(strings = {"packages.md", "es/instituto.md"})
    void everyReasonHasItsCure(String page) throws Exception {
        Set<String> codes = Arrays.stream(Reason.values()).map(Reason::code).collect(Collectors.toSet());
        assertThat(firstCells(page, Pattern.compile("`([a-z]+(?:-[a-z]+)+)`"))).containsAll(codes);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference.md", "es/referencia.md"})
    void everyMetricIsExplainedAndNoOther(String page) throws Exception {
        String source = Files.readString(SOURCE.resolve("status/Metrics.java"));
        Set<String> metrics = Pattern.compile("\"(difusor_[a-z_]+)\"")
                .matcher(source)
                .results()
                .map(found -> found.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        assertThat(metrics).hasSizeGreaterThan(15);
        assertThat(firstCells(page, Pattern.compile("`(difusor_[a-z_]+)`"))).isEqualTo(metrics);
    }

    @ParameterizedTest
    @ValueSource(strings = {"reference.md", "es/referencia.md"})
    void everyExitCodeIsExplainedAndNoOther(String page) throws Exception {
        Set<String> codes = new TreeSet<>();
        for (Field field : ExitCode.class.getFields()) {
            codes.add("" + field.getInt(null));
        }
        assertThat(firstCells(page, Pattern.compile("^\\| (\\d)$"))).isEqualTo(codes);
    }

    @Test
    void everyLinkLeadsToAPageAndAHeading() throws IOException {
        List<String> broken = new ArrayList<>();
        int links = 0;
        for (Path page : pages()) {
            for (MatchResult link :
                    LINK.matcher(Files.readString(page)).results().toList()) {
                links++;
                if (!leadsSomewhere(page, link.group(1))) {
                    broken.add(page + " -> " + link.group(1));
                }
            }
        }
        assertThat(links).isGreaterThan(100);
        assertThat(broken).isEmpty();
    }

    private static List<Path> pages() throws IOException {
        List<Path> pages = new ArrayList<>(List.of(Path.of("../README.md")));
        try (Stream<Path> all = Files.walk(DOCS)) {
            all.filter(page -> page.toString().endsWith(".md")).sorted().forEach(pages::add);
        }
        return pages;
    }

    private static boolean leadsSomewhere(Path page, String link) throws IOException {
        if (link.startsWith("https://")) {
            return true;
        }
        String[] parts = link.split("#", 2);
        Path target = parts[0].isEmpty() ? page : page.resolveSibling(parts[0]);
        return Files.exists(target) && (parts.length == 1 || headings(target).contains(parts[1]));
    }

    /** As the usual viewers of Markdown name them. */
    private static Set<String> headings(Path page) throws IOException {
        return Files.readAllLines(page).stream()
                .filter(line -> line.matches("#{1,6} .*"))
                .map(line -> line.replaceFirst("#+ ", "").toLowerCase(Locale.ROOT))
                .map(line -> line.replaceAll("[^\\p{L}\\p{N} _-]", "").replace(' ', '-'))
                .collect(Collectors.toSet());
    }

    @Test
    void theReadmeNamesEveryPage() throws IOException {
        String readme = Files.readString(Path.of("../README.md"));
        try (Stream<Path> all = Files.walk(DOCS)) {
            assertThat(all.filter(page -> page.toString().endsWith(".md")
                                    && !page.toString().contains("decisions"))
                            .map(page -> "docs/" + DOCS.relativize(page)))
                    .allSatisfy(page -> assertThat(readme).contains("](" + page + ")"));
        }
    }
}
