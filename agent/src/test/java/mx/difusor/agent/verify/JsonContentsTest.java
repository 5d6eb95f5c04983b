package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What lenient readers let through, what is bounded, and the cut that a known field states. */
class JsonContentsTest {

    private static JsonContents.Findings read(String text) throws IOException {
        return JsonContents.of(new ByteArrayInputStream(text.getBytes(StandardCharsets.UTF_8)));
    }

    private static @Nullable String problem(String text) throws IOException {
        return read(text).problem();
    }

    @Test
    void whatIsTooDeepIsSaidWithoutTheLibrarysNames() throws IOException {
        assertThat(problem("[".repeat(300) + "]".repeat(300)))
                .startsWith("is not valid JSON: ")
                .contains("200")
                .doesNotContain("StreamReadConstraints");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "NaN",
                "[-Infinity]",
                "[+1]",
                "[.5]",
                "[5.]",
                "[0x1]",
                "[1,,2]",
                "[,1]",
                "{\"a\":1,}",
                "{a:1}",
                "['a']",
                "[1 2]",
                "[1] [2]",
                "1 2",
                "[1]]",
                "[1}",
                "/* a */ []",
                "[1] // a",
                "# a\n[]",
                "[]\0",
                "\0[]",
                "[\"a\0b\"]",
                "[\"a\tb\"]",
                "[\"\\x\"]",
                "[\"\\u12g4\"]",
                "[\"\\\n\"]",
                "\ufeff\ufeff[]",
                "[]\ufeff",
                "[\u00a0]",
                "[\u000b1]",
                "[tru]",
                "[True]",
                "undefined",
                "[\"a",
                "{\"a\"}",
                "{\"a\":}",
                "{1:2}",
                "{\"a\":1 \"b\":2}",
                "{\"a\":1,\"\\u0061\":2}",
                "{\"a\":{\"b\":1,\"b\":1}}"
            })
    void whatIsNoJsonIsSaidWithItsPlace(String text) throws IOException {
        assertThat(problem(text)).contains("line ").contains("column ");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "[\"\\ud800\"]",
                "[\"\\udc00\\ud800\"]",
                "[\"\\ud83d x\"]",
                "\"\\uD800\"",
                "{\"a\":[{\"b\":\"\\ud83d\\ud83d\\ude00\"}]}"
            })
    void anEscapeThatIsHalfACharacter(String text) throws IOException {
        assertThat(problem(text)).contains("half a character (line 1, column ");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"a\\udfff\":1}", "{\"\\ud83d\":1}", "{\"\\ud83da\":1}", "{\"\\ud83d\\ud83d\\ude00\":1}"})
    void halfACharacterInAName(String text) throws IOException {
        assertThat(problem(text)).contains("surrogate").contains("line 1, column ");
    }

    @Test
    void anEscapeThatIsAWholeCharacter() throws IOException {
        assertThat(problem("[\"\\ud83d\\ude00 😀 \\u00f1\\u0000 \uff01\"]")).isNull();
    }

    @Test
    void everyLimitIsReached() throws IOException {
        String name = "n".repeat(JsonContents.MAX_NAME_LENGTH);
        assertThat(problem("{\"" + name + "\":1}")).isNull();
        assertThat(problem("{\"" + name + "n\":1}")).contains("not valid JSON");
        String string = "s".repeat(JsonContents.MAX_STRING_LENGTH);
        assertThat(problem("\"" + string + "\"")).isNull();
        assertThat(problem("\"" + string + "s\"")).contains("not valid JSON");
        String number = "1".repeat(JsonContents.MAX_NUMBER_LENGTH);
        assertThat(problem(number)).isNull();
        assertThat(problem(number + "1")).contains("not valid JSON");
    }

    @Test
    void aDocumentOfAnyLengthEndsAtTheLimit() throws IOException {
        InputStream endless = new InputStream() {
            @Override
            public int read() {
                return ' ';
            }

            @Override
            public int read(byte[] into, int from, int length) {
                Arrays.fill(into, from, from + length, (byte) ' ');
                return length;
            }
        };
        assertThat(JsonContents.of(endless).problem()).contains("not valid JSON: Document length");
    }

    @Test
    void aMarkIsSkippedInALargeFileToo() throws IOException {
        assertThat(problem("\ufeff{}")).isNull();
    }

    @Test
    void namesOfOpenObjectsAreBounded() throws IOException {
        int half = JsonContents.MAX_OPEN_NAMES / 2;
        assertThat(problem("[" + names(half * 2) + "," + names(half * 2) + "]"))
                .as("one after another")
                .isNull();
        assertThat(problem(names(half * 2 + 1))).contains("more than 100000 names");
        assertThat(problem("{\"a\":" + names(half * 2) + "}"))
                .as("one inside another")
                .contains("names");
    }

    private static String names(int count) {
        StringBuilder text = new StringBuilder("{\"0\":0");
        for (int i = 1; i < count; i++) {
            text.append(",\"").append(i).append("\":0");
        }
        return text.append('}').toString();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"corte\":\"2024-06-02T20:00:00-07:00\"}",
                "{\"a\":{\"corte\":\"1\"},\"corte\":\"2024-06-02T20:00:00-07:00\"}",
                "{\"fechaHoraCorte\":\"02/06/2024 20:00 (UTC-7)\"}",
                "{\"json\":[{\"mes\":\"Junio\",\"dia\":2,\"hora\":\"20:00\"}]}",
                "{\"json\":[{\"a\":{},\"mes\":\"Junio\",\"dia\":\"02\",\"hora\":\"20:00\"}]}",
                "{\"corte\":\"2024-06-02 20:00\",\"horaCorte\":\"20:00\",\"fechaCorte\":\"03/06/2024\"}",
                "{\"fechaHoraCorte\":\"2024-06-02T20:00:00-07:00\",\"corte\":\"17\"}",
                "{\"corte\":\"17\",\"fechaHoraCorte\":\"2024-06-02T20:00:00-07:00\"}",
                "{\"corte\":\"02/06/2024 20:00\",\"fechaHoraCorte\":\"02/06/2024 19:00\"}",
                "{\"corte\":17,\"fechaCorte\":\"02 de junio de 2024\",\"horaCorte\":\"20:00\"}",
                "{\"corte\":\"17\",\"json\":{\"mes\":\"Junio\",\"dia\":2,\"hora\":\"20:00\"}}",
                "{\"json\":{\"mes\":\"Junio\",\"dia\":2,\"hora\":\"19:00\"},\"corte\":\"2024-06-02 20:00\"}",
                "{\"a\":{\"mes\":\"x\",\"dia\":2,\"hora\":\"1\"},\"b\":{\"mes\":\"Junio\",\"dia\":2,\"hora\":\"20:00\"}}",
                "{\"horaCorte\":\"20:00\",\"x\":[\"y\"],\"fechaCorte\":\"02 de junio de 2024\"}"
            })
    void theCutOfAKnownField(String text) throws IOException {
        StatedCut cut = read(text).cut();
        assertThat(cut).isNotNull();
        assertThat(java.util.Objects.requireNonNull(cut)
                        .is(java.time.OffsetDateTime.parse("2024-06-02T20:00:00-07:00")))
                .isTrue();
    }

    @Test
    void aTextTooLongForACutIsNone() throws IOException {
        String cut = "2024-06-02 20:00" + " ".repeat(84);
        assertThat(read("{\"corte\":\"" + cut + "\"}").cut()).isNotNull();
        assertThat(read("{\"corte\":\"" + cut + " \"}").cut()).isNull();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"corte\":17}",
                "{\"horaCorte\":\"02/06/2024 20:00\"}",
                "{\"mes\":\"Junio\",\"dia\":2}",
                "{\"mes\":\"junio de 2024 20:00\",\"dia\":2}",
                "{\"mes\":\"2 de junio de 2024\",\"hora\":\"20:00\"}",
                "{\"dia\":\"2 de junio de 2024 20:00\",\"hora\":\"20:00\"}",
                "{\"a\":{\"mes\":\"Junio\",\"dia\":2},\"b\":{\"hora\":\"20:00\"}}",
                "{\"jornada\":{\"dia\":\"2\",\"mes\":\"Junio\"},\"hora\":\"21:15\"}",
                "{\"dia\":\"2\",\"mes\":\"Junio\",\"x\":[\"y\"],\"hora\":\"21:15\"}",
                "[[[{\"mes\":\"Junio\",\"dia\":2,\"hora\":\"20:00\"}]]]",
                "{\"ultimo_corte\":\"1\"}",
                "{\"corte\":\"17\"}",
                "{\"fechaCorte\":\"02 de junio de 2024\"}",
                "{\"a\":{\"corte\":\"2024-06-02T20:00:00-07:00\"}}",
                "[\"2024-06-02T20:00:00-07:00\"]",
                "\"2024-06-02T20:00:00-07:00\""
            })
    void whatIsNoKnownFieldWithADateAndTimeStatesNoCut(String text) throws IOException {
        assertThat(read(text)).isEqualTo(new JsonContents.Findings(null, null, null));
    }

    @Test
    void aKnownFieldOfTheOutermostObjectSaysWhetherItIsATest() throws IOException {
        for (String name : new String[] {"simulacro", "esSimulacro", "prueba", "esPrueba"}) {
            assertThat(read("{\"" + name + "\":true}").test()).as(name).isTrue();
            assertThat(read("{\"a\":{},\"" + name + "\":false}").test())
                    .as(name)
                    .isFalse();
        }
    }

    @Test
    void ofSeveralFieldsOneThatSaysThatItIsATestCounts() throws IOException {
        assertThat(read("{\"simulacro\":true,\"prueba\":false}").test()).isTrue();
        assertThat(read("{\"simulacro\":false,\"prueba\":true}").test()).isTrue();
        assertThat(read("{\"simulacro\":false,\"prueba\":false}").test()).isFalse();
    }

    @Test
    void whatStandsBeforeAnErrorIsKnown() throws IOException {
        for (String end : new String[] {",}", "} {}", ",\"a\":\"\\ud800\"}"}) {
            JsonContents.Findings found = read("{\"corte\":\"2024-06-02 20:00\",\"esPrueba\":true" + end);
            assertThat(found.problem()).isNotNull();
            assertThat(found.test()).isTrue();
            assertThat(found.cut()).isNotNull();
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{\"a\":{\"simulacro\":true}}",
                "{\"simulacro\":\"true\"}",
                "{\"simulacro\":1}",
                "{\"simulacro\":null}",
                "{\"simulacro\":[true]}",
                "{\"otro\":true}",
                "[true]",
                "true"
            })
    void nothingElseSaysSo(String text) throws IOException {
        assertThat(read(text).test()).isNull();
    }

    @Test
    void aDateFieldMayHoldTheTimeToo() throws IOException {
        StatedCut cut = read("{\"fechaCorte\":\"02/06/2024 20:00\"}").cut();
        assertThat(java.util.Objects.requireNonNull(cut).text()).isEqualTo("02/06/2024 20:00");
    }
}
