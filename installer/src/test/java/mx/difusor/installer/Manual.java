package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Pattern;

/** What a page of the manual tells people to type or to write into a file. */
final class Manual {

    /** A fenced block, indented in a list or not, behind {@code <!-- test: name -->}. */
    private static final Pattern BLOCK =
            Pattern.compile("(?ms)^( *)<!-- test: ([\\w-]+) -->\\s*?\\n\\1```\\w+\\n(.*?)^\\1```$");

    private Manual() {}

    /** @return the blocks of that name in the page's order, at least one */
    static List<String> blocks(String page, String name) throws IOException {
        List<String> blocks = BLOCK.matcher(Files.readString(Path.of("..").resolve(page)))
                .results()
                .filter(found -> found.group(2).equals(name))
                .map(found -> found.group(3).replaceAll("(?m)^" + found.group(1), ""))
                .toList();
        assertThat(blocks).as("%s in %s", name, page).isNotEmpty();
        return blocks;
    }

    /** @return the first block of that name: a page in two languages has it twice (the agent's ManualsTest compares them) */
    static String block(String page, String name) throws IOException {
        return blocks(page, name).get(0);
    }
}
