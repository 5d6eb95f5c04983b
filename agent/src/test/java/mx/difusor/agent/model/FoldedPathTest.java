package mx.difusor.agent.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.text.Normalizer;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FoldedPathTest {

    @ParameterizedTest
    @CsvSource({
        "a.txt, A.TXT",
        "datos/b.txt, Datos/B.txt",
        "ñandú, ÑANDÚ",
        "straße, STRASSE",
        "ß, ẞ",
        "i, İ",
        "i, ı",
        "s, ſ",
        "οδος, ΟΔΟΣ",
        "οδος, οδοσ",
        "fin, ﬁn",
        "ǆ, ǅ",
        "viii, Ⅷ",
        "a, ａ",
        "ἃι, ᾋ"
    })
    void pathsThatSomeFileSystemTakesForOne(String one, String other) {
        assertThat(FoldedPath.of(other)).isEqualTo(FoldedPath.of(one));
    }

    @ParameterizedTest
    @CsvSource({"a, á", "n, ñ", "a/b, a-b", "distrito-1, distrito-10", "o, 0", "ß, b"})
    void pathsThatNobodyTakesForOne(String one, String other) {
        assertThat(FoldedPath.of(other)).isNotEqualTo(FoldedPath.of(one));
    }

    /** Otherwise the rule would depend on how often it is applied, or on which of two twins comes first. */
    @Test
    void everyLetterFoldsToWhatItsOtherFormsFoldTo() {
        for (int c = 0; c < Character.MIN_SUPPLEMENTARY_CODE_POINT; c++) {
            if (Character.isLetter(c)) {
                String letter = Character.toString(c);
                String folded = FoldedPath.of(letter);
                for (String twin : List.of(
                        folded,
                        letter.toLowerCase(Locale.ROOT),
                        letter.toUpperCase(Locale.ROOT),
                        Character.toString(Character.toTitleCase(c)),
                        Normalizer.normalize(letter, Normalizer.Form.NFKC))) {
                    assertThat(FoldedPath.of(twin)).isEqualTo(folded);
                }
            }
        }
    }

    @Test
    void asciiEndsAtItsLastCharacter() {
        assertThat(FoldedPath.isAscii("a/~\u007F")).isTrue();
        assertThat(FoldedPath.isAscii("\u0080")).isFalse();
        assertThat(FoldedPath.isAscii("datos/ñ")).isFalse();
    }
}
