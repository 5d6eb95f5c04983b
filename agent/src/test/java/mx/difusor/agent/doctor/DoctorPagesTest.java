package mx.difusor.agent.doctor;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.ResourceBundle;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class DoctorPagesTest {

    private static final Pattern ROW = Pattern.compile("(?m)^\\| `([a-z-]+)` \\|");
    private static final Pattern ARGUMENT = Pattern.compile("%(?:\\d\\$)?[a-z]");

    private static Path docs() {
        Path here = Path.of("").toAbsolutePath();
        return (Files.isDirectory(here.resolve("docs")) ? here : here.resolve("..")).resolve("docs");
    }

    @ParameterizedTest
    @ValueSource(strings = {"doctor.md", "es/diagnostico.md"})
    void everyCheckHasItsRowInThePage(String page) throws IOException {
        List<String> rows = ROW.matcher(Files.readString(docs().resolve(page)))
                .results()
                .map(row -> row.group(1))
                .toList();

        assertThat(rows)
                .containsExactlyElementsOf(
                        Arrays.stream(CheckId.values()).map(CheckId::code).toList());
    }

    @Test
    void bothLanguagesHaveTheSameTextsWithTheSameArguments() {
        ResourceBundle english = Words.bundle(Locale.ENGLISH);
        ResourceBundle spanish = Words.bundle(new Locale("es"));

        assertThat(spanish.keySet()).isEqualTo(english.keySet());
        assertThat(spanish.getString("java.unknown.cure")).isNotEqualTo(english.getString("java.unknown.cure"));
        for (String key : english.keySet()) {
            assertThat(arguments(spanish.getString(key))).as(key).isEqualTo(arguments(english.getString(key)));
        }
    }

    @Test
    void whoeverReadsNeitherGetsEnglishOnASpanishMachineToo() {
        Locale before = Locale.getDefault();
        Locale.setDefault(new Locale("es", "MX"));
        try {
            assertThat(Words.bundle(Locale.FRENCH).getString("java.unknown.cure"))
                    .startsWith("use a release of OpenJDK");
        } finally {
            Locale.setDefault(before);
        }
    }

    private static List<String> arguments(String text) {
        return ARGUMENT.matcher(text).results().map(MatchResult::group).toList();
    }

    @Test
    void everyTextBelongsToACheckAndEveryCureToAnOutcome() {
        TreeSet<String> known = new TreeSet<>(List.of("group", "unchecked"));
        Arrays.stream(CheckId.values()).map(CheckId::code).forEach(known::add);
        ResourceBundle texts = Words.bundle(Locale.ENGLISH);
        for (String key : texts.keySet()) {
            assertThat(known).contains(key.replaceFirst("\\..*", ""));
            if (key.endsWith(".cure")) {
                assertThat(texts.containsKey(key.substring(0, key.length() - ".cure".length())))
                        .as(key)
                        .isTrue();
            }
        }
    }
}
