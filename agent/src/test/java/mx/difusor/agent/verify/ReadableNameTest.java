package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ReadableNameTest {

    @ParameterizedTest
    @ValueSource(strings = {"CN=Instituto Estatal Electoral, O=León", "Ñandú <iee@example.org>", "選挙", "😀"})
    void namesThatPeopleCanReadStayAsTheyAre(String name) {
        assertThat(ReadableName.of(name)).isEqualTo(name);
    }

    @ParameterizedTest
    @ValueSource(ints = {0, '\n', 0x1b, 0x85, 0x200b, 0x202e, 0x2028, 0x2029, 0xd800, 0xe000, 0x378})
    void whatBreaksALineOrHidesIsReplaced(int codePoint) {
        assertThat(ReadableName.of("CN=" + Character.toString(codePoint) + "x")).isEqualTo("CN=?x");
    }

    @Test
    void aLongNameIsCut() {
        assertThat(ReadableName.of("a".repeat(257))).isEqualTo("a".repeat(256));
    }
}
