package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The order of writes that docs/durability.md promises, as the system sees it. */
class DurabilityIT {

    private static final Pattern ROW = Pattern.compile("^\\| `((?:fsync|rename|link|symlink) [^`]+)` \\|.*");

    @TempDir
    Path folder;

    @Test
    void oneDeliveryMakesTheCallsOfTheTableInItsOrder() throws Exception {
        SystemCalls.needsTracing(folder);
        Path work = folder.toRealPath();
        SystemCalls calls = new SystemCalls(work.resolve("trace.log"), work.resolve("home"));
        try (Site site = Site.open(work).start(calls.tracer())) {
            Path file = new PackageFolder(Site.EVENT, "site", 1, "2024-06-02T20:00:00-07:00")
                    .file("index.html", "<h1>sitio</h1>")
                    .archive(work, "sitio", "zip");
            assertThat(site.deliver(file).path("outcome").asText()).isEqualTo("accepted");
            Path claims = site.home.resolve("incoming/iee/.claimed");
            Awaitility.await("the end of the claim")
                    .atMost(Site.PATIENCE)
                    .until(() -> claims.toFile().list().length == 0);
            site.stop();
        }
        List<String> made = calls.inOrder();
        List<String> delivery = made.subList(made.indexOf("fsync incoming/iee/sitio.zip"), made.size());
        int last = -1;
        List<String> table = table();
        assertThat(table).as("rows of the table").hasSizeGreaterThan(20);
        for (String row : table) {
            int at = first(row, delivery, last + 1);
            assertThat(at)
                    .as(
                            "%s after %s in %n%s",
                            row, last < 0 ? "the start" : delivery.get(last), String.join("\n", delivery))
                    .isNotNegative();
            if (!row.startsWith("fsync ")) {
                assertThat(first(row, delivery, 0))
                        .as("%s comes too early", row)
                        .isEqualTo(at);
            }
            last = at;
        }
    }

    private static int first(String row, List<String> delivery, int from) {
        Pattern pattern = Pattern.compile(Pattern.quote(row).replace("*", "\\E[^/ ]+\\Q"));
        for (int i = from; i < delivery.size(); i++) {
            if (pattern.matcher(delivery.get(i)).matches()) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> table() throws IOException {
        List<String> rows = new ArrayList<>();
        for (String line : Files.readAllLines(project().resolve("docs/durability.md"))) {
            Matcher row = ROW.matcher(line);
            if (row.matches()) {
                rows.add(row.group(1)
                        .replace("RELEASE", "*")
                        .replace("PACKAGE", "sitio.zip")
                        .replace("EVENT", Site.EVENT)
                        .replace("SEQUENCE", "1"));
            }
        }
        return rows;
    }

    private static Path project() {
        Path here = Path.of("").toAbsolutePath();
        return Files.isDirectory(here.resolve("docs"))
                ? here
                : here.resolve("..").normalize();
    }
}
