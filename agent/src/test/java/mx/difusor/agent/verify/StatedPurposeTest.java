package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class StatedPurposeTest {

    @Test
    void ofALongTitleTheBeginningIsQuoted() {
        String title = "SIMULACRO " + "x".repeat(70);
        assertThat(StatedPurpose.quoted(" " + title + "\t")).isEqualTo(title);
        assertThat(StatedPurpose.quoted(title + "y")).isEqualTo(title + "…");
    }
}
