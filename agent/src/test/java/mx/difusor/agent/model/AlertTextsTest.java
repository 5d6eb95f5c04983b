package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Every code that the source can raise has a title and a cure in both languages. */
class AlertTextsTest {

    private static final Path SOURCE = Path.of("src/main/java/mx/difusor/agent");
    private static final String BUNDLE = "mx.difusor.agent.model.alerts";
    private static final Locale SPANISH = new Locale("es");

    /** {@code raise("code", ...}, {@code incident(CODE, ...}; what passes a code on has a variable there. */
    private static final Pattern RAISED =
            Pattern.compile("\\b(?:raise|incident)\\(\\s*(?:\"([a-z0-9-]+)\"|(?:[A-Z]\\w+\\.)?([A-Z][A-Z_]+))\\s*[,+]");

    private static final Pattern RAISED_IF = Pattern.compile("\\braiseIf\\(\\s*[^\";]*?\"([a-z0-9-]+)\"");
    private static final Pattern CONSTANT = Pattern.compile("String ([A-Z][A-Z_]+) = \"([a-z0-9-]+)\"");
    private static final Pattern MACHINE = Pattern.compile("new MachineException\\(\\s*\"([a-z0-9-]+)\"");

    /** Where a failing machine becomes an alert; elsewhere it ends a command or a start. */
    private static final List<String> ROOMS_OF_THE_DESK = List.of("archive", "desk", "disk", "publish", "verify");

    /** A thread that ends is no alert. */
    private static final Set<String> NEVER_ALERTS = Set.of("stopping");

    @Test
    void everyCodeThatIsRaisedHasATitleAndACureInBothLanguages() throws IOException {
        Set<String> codes = codes();
        assertThat(codes)
                .as("the scan finds the ways in which the source raises")
                .contains(
                        "late",
                        "disk-low",
                        "live-altered",
                        "archive-damaged",
                        "release-failed",
                        "alert-channel-failed");
        ResourceBundle english = ResourceBundle.getBundle(BUNDLE, Locale.ROOT);
        ResourceBundle spanish = ResourceBundle.getBundle(BUNDLE, SPANISH);
        for (String code : codes) {
            List<String> keys = code.endsWith("-")
                    ? english.keySet().stream()
                            .filter(key -> key.matches(code + "\\d+"))
                            .toList()
                    : List.of(code);
            assertThat(keys).as(code).isNotEmpty();
            for (String key : keys) {
                assertThat(english.keySet()).contains(key, key + ".cure");
                assertThat(spanish.getString(key)).isNotEqualTo(english.getString(key));
                assertThat(spanish.getString(key + ".cure")).isNotEqualTo(english.getString(key + ".cure"));
            }
        }
    }

    @Test
    void bothLanguagesKnowTheSameCodesAndTheSharesOfTheBudget() {
        ResourceBundle english = ResourceBundle.getBundle(BUNDLE, Locale.ROOT);
        ResourceBundle spanish = ResourceBundle.getBundle(BUNDLE, SPANISH);
        assertThat(english.keySet()).isEqualTo(spanish.keySet()).contains("budget-70", "budget-85", "budget-95");
        for (String key : english.keySet()) {
            String pair = key.endsWith(".cure") ? key.replace(".cure", "") : key + ".cure";
            assertThat(english.keySet()).contains(pair);
            // A title stands alone; a cure is a sentence.
            assertThat(english.getString(key).endsWith(".")).as(key).isEqualTo(key.endsWith(".cure"));
            assertThat(spanish.getString(key).endsWith(".")).as(key).isEqualTo(key.endsWith(".cure"));
        }
    }

    /** {@code | `code` | title | cure |} in the page of each language. */
    @Test
    void theManualsListEveryCode() throws IOException {
        for (String page : List.of("alerts.md", "es/alertas.md")) {
            ResourceBundle bundle = ResourceBundle.getBundle(BUNDLE, page.startsWith("es/") ? SPANISH : Locale.ROOT);
            List<String> lines = Files.readAllLines(Path.of("../docs").resolve(page));
            for (String code : bundle.keySet()) {
                if (!code.endsWith(".cure")) {
                    assertThat(lines)
                            .as(page)
                            .contains("| `" + code + "` | " + bundle.getString(code) + " | "
                                    + bundle.getString(code + ".cure") + " |");
                }
            }
        }
    }

    @Test
    void anUnknownCodeIsItsOwnTitle() {
        AlertTexts texts = AlertTexts.of(new Locale("es", "MX"));
        assertThat(texts.title("no-such")).isEqualTo("no-such");
        assertThat(texts.cure("no-such")).isEmpty();
        assertThat(texts.title("late")).isEqualTo("Falta un corte");
        assertThat(AlertTexts.of(Locale.FRENCH).title("late")).isEqualTo("A cut is missing");
    }

    private static Set<String> codes() throws IOException {
        Map<Path, String> sources = sources();
        Map<String, Set<String>> constants = new HashMap<>();
        sources.forEach((file, text) -> {
            Matcher matcher = CONSTANT.matcher(text);
            while (matcher.find()) {
                constants
                        .computeIfAbsent(matcher.group(1), name -> new TreeSet<>())
                        .add(matcher.group(2));
            }
        });
        Set<String> codes = new TreeSet<>();
        sources.forEach((file, text) -> {
            Map<String, String> own = new HashMap<>();
            CONSTANT.matcher(text).results().forEach(one -> own.put(one.group(1), one.group(2)));
            RAISED.matcher(text).results().forEach(one -> {
                String constant = one.group(2);
                if (constant == null) {
                    codes.add(one.group(1));
                } else if (own.containsKey(constant)) {
                    codes.add(own.get(constant));
                } else {
                    codes.addAll(constants.getOrDefault(constant, Set.of(constant)));
                }
            });
            RAISED_IF.matcher(text).results().forEach(one -> codes.add(one.group(1)));
            if (ROOMS_OF_THE_DESK.contains(SOURCE.relativize(file).getName(0).toString())) {
                MACHINE.matcher(text).results().forEach(one -> codes.add(one.group(1)));
            }
        });
        codes.removeAll(NEVER_ALERTS);
        return codes;
    }

    private static Map<Path, String> sources() throws IOException {
        Map<Path, String> sources = new HashMap<>();
        try (Stream<Path> files = Files.walk(SOURCE)) {
            for (Path file :
                    files.filter(one -> one.toString().endsWith(".java")).toList()) {
                sources.put(file, Files.readString(file));
            }
        }
        return sources;
    }
}
