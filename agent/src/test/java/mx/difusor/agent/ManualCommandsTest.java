package mx.difusor.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What the manual tells people to type has been typed: each block names the test that does it, or says why none can. */
class ManualCommandsTest {

    private static final Path ROOT = Path.of("..");
    private static final Pattern FENCE = Pattern.compile(" *```(\\w*)");
    private static final Pattern MARK = Pattern.compile(" *<!-- (test|not run): (.*?) -->");
    private static final Set<String> TYPED = Set.of("bash", "powershell");
    private static final Set<String> READ = Set.of("ini", "json", "nginx", "text", "yaml");

    /**
     * @param test the name behind {@code <!-- test: -->}, or nothing
     * @param reason what stands behind {@code <!-- not run: -->}, or nothing
     */
    private record Block(Path page, int line, String language, String test, String reason, String text) {

        /** Without what each language says in its own words: comments, and what is quoted as a text. */
        String commands() {
            return text.replaceAll("(?m)(^| +)# .*$", "")
                    .replaceAll("--why \".*\"", "--why")
                    .replaceAll("(?m)^ *\n", "")
                    .strip();
        }

        @Override
        public String toString() {
            return page + ":" + line;
        }
    }

    private static List<Path> pages() throws IOException {
        try (Stream<Path> all = Files.walk(ROOT.resolve("docs"))) {
            return all.filter(page -> page.toString().endsWith(".md")).sorted().toList();
        }
    }

    private static List<Block> blocks(Path page) throws IOException {
        List<Block> blocks = new ArrayList<>();
        List<String> lines = Files.readAllLines(page);
        String before = "";
        for (int i = 0; i < lines.size(); i++) {
            Matcher fence = FENCE.matcher(lines.get(i));
            if (fence.matches()) {
                int begin = i++;
                StringBuilder text = new StringBuilder();
                while (!lines.get(i).strip().equals("```")) {
                    text.append(lines.get(i++).strip()).append('\n');
                }
                Matcher mark = MARK.matcher(before);
                boolean marked = mark.matches();
                boolean test = marked && mark.group(1).equals("test");
                blocks.add(new Block(
                        page,
                        begin + 1,
                        fence.group(1),
                        test ? mark.group(2) : "",
                        marked && !test ? mark.group(2) : "",
                        text.toString()));
            }
            before = lines.get(i).isBlank() ? before : lines.get(i);
        }
        return blocks;
    }

    private static List<Block> all() throws IOException {
        List<Block> all = new ArrayList<>(blocks(ROOT.resolve("README.md")));
        for (Path page : pages()) {
            all.addAll(blocks(page));
        }
        return all;
    }

    @Test
    void everyCommandIsTypedByATestOrSaysWhyNot() throws IOException {
        List<Block> typed = new ArrayList<>();
        for (Path page : pages()) {
            for (Block block : blocks(page)) {
                assertThat(block.language())
                        .as("%s", block)
                        .isIn(Stream.concat(TYPED.stream(), READ.stream()).toList());
                if (TYPED.contains(block.language())) {
                    typed.add(block);
                }
            }
        }
        assertThat(typed).hasSizeGreaterThan(40);
        assertThat(typed)
                .filteredOn(block -> block.test().isEmpty() && block.reason().length() < 10)
                .isEmpty();
    }

    @Test
    void noCommandHidesInAnIndentedBlock() throws IOException {
        for (Path page : pages()) {
            String outside = Pattern.compile("(?ms)^( *)```.*?^\\1```$")
                    .matcher(Files.readString(page))
                    .replaceAll("```");
            assertThat(Pattern.compile("(?m)^\\n {4}.*")
                            .matcher(outside)
                            .results()
                            .map(found -> found.group().strip()))
                    .as("%s", page)
                    .isEmpty();
        }
    }

    @Test
    void theTestThatABlockNamesIsThere() throws IOException {
        StringBuilder sources = new StringBuilder();
        for (String module : List.of("agent", "installer")) {
            try (Stream<Path> files = Files.walk(ROOT.resolve(module).resolve("src/test/java"))) {
                for (Path file : files.filter(
                                one -> one.toString().endsWith("IT.java") || one.endsWith("Newsroom.java"))
                        .toList()) {
                    sources.append(Files.readString(file));
                }
            }
        }
        Set<String> names =
                all().stream().map(Block::test).filter(name -> !name.isEmpty()).collect(Collectors.toSet());
        assertThat(names).hasSizeGreaterThan(20);
        assertThat(names).allMatch(name -> sources.indexOf('"' + name + '"') >= 0);
    }

    /** A test types one of them. */
    @Test
    void theSameIsTypedInBothLanguages() throws IOException {
        Map<String, Map<String, List<String>>> perName = new TreeMap<>();
        for (Block block : all()) {
            if (!block.test().isEmpty()) {
                perName.computeIfAbsent(block.test(), name -> new TreeMap<>())
                        .computeIfAbsent(block.page().toString(), page -> new ArrayList<>())
                        .add(block.commands());
            }
        }
        int twice = 0;
        for (Map.Entry<String, Map<String, List<String>>> name : perName.entrySet()) {
            List<List<String>> pages = List.copyOf(name.getValue().values());
            if (pages.size() > 1) {
                twice++;
                assertThat(pages).as(name.getKey()).allMatch(pages.get(0)::equals);
            }
        }
        assertThat(twice).isGreaterThan(7);
        // One page in two languages.
        for (String name : List.of("new-root", "allow-expired")) {
            List<String> both = all().stream()
                    .filter(block -> block.test().equals(name))
                    .map(Block::commands)
                    .toList();
            assertThat(both).hasSize(2).allMatch(both.get(0)::equals);
        }
    }
}
