package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;

class DigestTest {

    private static final String HEX = "0123456789abcdef".repeat(4);

    @Test
    void aDigestIs64LowerCaseHexDigits() {
        assertThat(Digest.isHex(HEX)).isTrue();
        assertThat(new Digest(HEX)).hasToString(HEX);
        for (String no : List.of("", HEX.substring(1), HEX + "0")) {
            assertThat(Digest.isHex(no)).as(no).isFalse();
        }
        for (char no : new char[] {'/', ':', '`', 'g', 'A', 'F', ' '}) {
            String text = HEX.substring(1) + no;
            assertThat(Digest.isHex(text)).as(text).isFalse();
            assertThatThrownBy(() -> new Digest(text))
                    .isInstanceOf(IllegalArgumentException.class)
                    .hasMessage("not a SHA-256 digest in lower-case hex: " + text);
        }
    }
}
