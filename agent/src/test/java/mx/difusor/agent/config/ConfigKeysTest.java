package mx.difusor.agent.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.lang.reflect.RecordComponent;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.model.Kind;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * The manual's tables of keys are what the reader itself accepts: it is asked key by key, by what it says of an unknown
 * key, of a value of the wrong shape, and of an empty section; the defaults are those of a configuration without the key.
 */
class ConfigKeysTest {

    private static final String UNKNOWN = "zzzzzzzz";

    /** With the optional sections whose own keys have defaults. */
    private static final String WHOLE = HomeFixture.LEAST + """
            alerts:
              mail: {host: localhost, from: a@radio.example, to: [b@radio.example]}
              heartbeat: {url: https://hc.example/}
            """;

    @TempDir
    private Path folder;

    private HomeFixture home;
    private final List<Key> keys = new ArrayList<>();

    /** @param path {@code events[].opens}; {@code form} null where it is a section */
    private record Key(String path, @Nullable Phrase form, boolean list, boolean required) {}

    @BeforeEach
    void askTheReader() throws IOException {
        home = new HomeFixture(folder);
        askSection("", "%s", new HashSet<>());
    }

    private List<Problem> problems(String yaml) throws IOException {
        try {
            home.read(yaml);
            return List.of();
        } catch (ConfigException e) {
            return e.problems();
        }
    }

    /** @param frame the section with {@code %s} for what is in it, in YAML's flow style */
    private void askSection(String path, String frame, Set<String> seen) throws IOException {
        assertThat(seen.add(path)).isTrue();
        List<Problem> problems = problems(frame.formatted("{" + UNKNOWN + ": 1}"));
        String asYamlSays = path.replace("[]", "[0]");
        String prefix = path.isEmpty() ? "" : asYamlSays + ".";
        Problem unknown = problems.stream()
                .filter(one -> one.code().startsWith("unknown-key")
                        && one.arguments().get(0).equals(prefix + UNKNOWN))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path + ": " + problems));
        Set<String> required = new TreeSet<>();
        problems.stream()
                .filter(one -> one.code().equals("missing-key"))
                .forEach(one -> required.add(Objects.toString(one.arguments().get(0))));
        for (String key : Objects.toString(unknown.arguments().get(1)).split(", ", -1)) {
            askKey(path.isEmpty() ? key : path + "." + key, prefix + key, frame, key, required, seen);
        }
    }

    private void askKey(
            String path, String asYamlSays, String frame, String key, Set<String> required, Set<String> seen)
            throws IOException {
        String inFrame = frame.formatted("{" + key + ": %s}");
        if (isUnknown(inFrame.formatted("{" + UNKNOWN + ": 1}"), asYamlSays + "." + UNKNOWN)) {
            keys.add(new Key(path, null, false, required.stream().anyMatch(one -> one.startsWith(asYamlSays + "."))));
            askSection(path, inFrame, seen);
        } else if (isUnknown(inFrame.formatted("[{" + UNKNOWN + ": 1}]"), asYamlSays + "[0]." + UNKNOWN)) {
            keys.add(new Key(path + "[]", null, true, required.contains(asYamlSays)));
            askSection(path + "[]", inFrame.formatted("[%s]"), seen);
        } else {
            Problem single = notAValue(inFrame.formatted("{a: {b: 1}}"), asYamlSays);
            boolean list = problems(inFrame.formatted("[[a]]")).stream()
                    .anyMatch(one -> one.code().equals("not-a-value")
                            && one.arguments().get(0).equals(asYamlSays + "[0]"));
            keys.add(new Key(
                    list ? path + "[]" : path,
                    (Phrase) single.arguments().get(1),
                    list,
                    required.contains(asYamlSays)));
        }
    }

    private boolean isUnknown(String yaml, String path) throws IOException {
        return problems(yaml).stream()
                .anyMatch(one -> one.code().startsWith("unknown-key")
                        && one.arguments().get(0).equals(path));
    }

    private Problem notAValue(String yaml, String path) throws IOException {
        return problems(yaml).stream()
                .filter(one -> one.code().equals("not-a-value")
                        && one.arguments().get(0).equals(path))
                .findFirst()
                .orElseThrow(() -> new AssertionError(path));
    }

    @Test
    void theReaderIsFoundToAcceptEveryKeyOfTheContract() {
        assertThat(keys.stream().map(Key::path))
                .contains(
                        "home",
                        "difusor.site",
                        "events[].keepUntil",
                        "sftp.uploaders[].from[]",
                        "trust.cms.signers[]",
                        "trust.openpgp.keyrings[]",
                        "archive.budget",
                        "publish.precompress",
                        "files.notice[]",
                        "status.tls.key",
                        "alerts.heartbeat.every");
        assertThat(keys.stream().filter(Key::required).map(Key::path)).contains("home", "events[].opens", "sftp");
    }

    /** {@code | `key` | accepted | default | meaning |} for each key, in this order, and no others. */
    @ParameterizedTest
    @CsvSource({"configuration.md, en, required", "es/configuracion.md, es, obligatoria"})
    void theManualListsEveryKeyWithWhatItAcceptsAndItsDefault(String page, String language, String required)
            throws Exception {
        Config config = home.read(WHOLE);
        List<String> rows = new ArrayList<>();
        for (Key key : keys) {
            Phrase form = key.form();
            if (form != null) {
                String accepted = form.in(Locale.forLanguageTag(language)).replace("|", "\\|");
                String otherwise = key.required() ? required : written(value(config, key.path()));
                rows.add("| `%s` | %s | %s | ".formatted(key.path(), accepted, otherwise));
            }
        }
        Path manual = Path.of("../docs").resolve(page);
        List<String> lines = Files.exists(manual) ? Files.readAllLines(manual) : List.of();
        List<String> found =
                lines.stream().filter(line -> line.startsWith("| `")).toList();
        assertThat(found.stream()
                        .map(line -> rows.stream()
                                .filter(line::startsWith)
                                .findFirst()
                                .orElse(line)))
                .as("rows of %s", page)
                .containsExactlyElementsOf(rows);
        assertThat(found).allSatisfy(line -> assertThat(line).matches("\\| `.*\\| \\S.*[^| ] \\|"));
    }

    /** What a configuration that does not have the key holds in its place; null where there is none. */
    private static @Nullable Object value(Config config, String path) throws ReflectiveOperationException {
        if (path.startsWith("files.")) {
            return config.files().getOrDefault(kind(path), List.of());
        }
        Object value = config;
        for (String name : path.split("\\.", -1)) {
            if (value instanceof List<?> list && !list.isEmpty()) {
                value = list.get(0);
            }
            if (value == null) {
                return null;
            }
            value = component(value, name.replace("[]", ""));
        }
        return value;
    }

    private static Kind kind(String path) {
        return Kind.valueOf(path.replaceAll("files\\.|\\[]", "").toUpperCase(Locale.ROOT));
    }

    private static @Nullable Object component(Object owner, String name) throws ReflectiveOperationException {
        for (RecordComponent component : owner.getClass().getRecordComponents()) {
            if (component.getName().equals(name)) {
                return component.getAccessor().invoke(owner);
            }
        }
        throw new AssertionError(owner.getClass() + " has no " + name);
    }

    private String written(@Nullable Object value) {
        if (value == null || value instanceof List<?>) {
            return "–";
        }
        if (value instanceof Long bytes && bytes % 1_000_000_000L == 0) {
            return "`" + bytes / 1_000_000_000L + "GB`";
        }
        if (value instanceof Path path) {
            return "`" + folder.relativize(path) + "`";
        }
        if (value instanceof Enum<?> constant) {
            return "`" + constant.name().toLowerCase(Locale.ROOT) + "`";
        }
        assertThat(value).isInstanceOfAny(Integer.class, Boolean.class, Duration.class, Address.class);
        return "`" + value + "`";
    }
}
