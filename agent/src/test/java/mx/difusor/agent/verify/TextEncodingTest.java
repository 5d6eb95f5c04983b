package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where UTF-8 ends (RFC 3629, section 4), to the byte. */
class TextEncodingTest {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    private static TextEncoding of(String hex) {
        byte[] bytes = HexFormat.ofDelimiter(" ").parseHex(hex);
        TextEncoding.Scan scan = new TextEncoding.Scan();
        scan.take(bytes, 0, bytes.length);
        return scan.end();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "61 62 63 64",
                "61 62 63 C3 B1 61",
                "C2 80",
                "DF BF",
                "E0 A0 80",
                "E2 82 AC",
                "ED 9F BF",
                "EE 80 80",
                "F0 90 80 80",
                "F1 80 80 80",
                "F4 8F BF BF"
            })
    void utf8(String hex) {
        assertThat(of(hex).charset()).isEqualTo(StandardCharsets.UTF_8);
    }

    /** Overlong, halves of pairs, above the last character, too short or without a beginning; signs all in 1252. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "C0 80",
                "C1 BF",
                "E0 80 80",
                "E0 9F BF",
                "ED A0 80",
                "F0 80 80 80",
                "F0 8E BF BF",
                "F4 91 80 80",
                "F5 80 80 80",
                "61 62 63 C3 C3 61 B1",
                "C3 61",
                "61 62 63 E0 A0",
                "BF"
            })
    void notUtf8(String hex) {
        assertThat(of(hex).charset()).isEqualTo(WINDOWS_1252);
    }

    /** An inverted question mark or an n with a tilde in UTF-8, and another in Windows-1252. */
    @ParameterizedTest
    @ValueSource(strings = {"C2 BF 61 F1", "61 62 63 C3 B1 61 F1"})
    void both(String hex) {
        assertThat(of(hex).charset()).isNull();
        assertThat(of(hex).problem()).startsWith("mixes UTF-8 with Windows-1252");
    }

    @ParameterizedTest
    @ValueSource(strings = {"81 62", "61 8D", "8F", "90", "9D"})
    void neither(String hex) {
        assertThat(of(hex).problem()).startsWith("is text neither in UTF-8 nor in Windows-1252");
    }
}
