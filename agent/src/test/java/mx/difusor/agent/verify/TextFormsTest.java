package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Set;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.Test;

/** What a tool without {@code -binary} signs in place of the file. */
class TextFormsTest {

    private static byte[] bytes(String text) {
        return text.getBytes(StandardCharsets.ISO_8859_1);
    }

    private static List<String> forms(TextForms forms) {
        return forms.finish().stream()
                .map((Map<StrongHash, byte[]> form) ->
                        new Digest(HexFormat.of().formatHex(form.get(StrongHash.SHA256))).hex())
                .toList();
    }

    private static String sha256(String text) {
        return Digest.ofContent(bytes(text)).hex();
    }

    @Test
    void whatAnEarlierReadingLeftInTheBufferIsNoPartOfTheFile() {
        TextForms forms = new TextForms(Set.of(StrongHash.SHA256));
        forms.take(bytes("one\ntwo"), 7);
        forms.take(bytes("xy\ntwo"), 3);
        assertThat(forms(forms)).containsExactly(sha256("one\r\ntwoxy\r\n"), sha256("one\r\ntwoxy\r\n"));
    }

    /** OpenSSL takes the carriage return away and puts nothing in its place. */
    @Test
    void aCarriageReturnAtTheVeryEndEndsNoLine() {
        TextForms forms = new TextForms(Set.of(StrongHash.SHA256));
        forms.take(bytes("one\r"), 4);
        assertThat(forms(forms)).containsExactly(sha256("one"), sha256("one\r"));
    }

    @Test
    void ofNothingThereIsNothing() {
        assertThat(forms(new TextForms(Set.of(StrongHash.SHA256)))).containsExactly(sha256(""), sha256(""));
    }
}
