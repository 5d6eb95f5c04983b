package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.Charset;
import java.nio.charset.StandardCharsets;

/** The JDK's strict decoders are the judges of what is text. */
class TextEncodingFuzzTest {

    private static final Charset WINDOWS_1252 = Charset.forName("windows-1252");

    /** In whatever portions the bytes come. */
    @FuzzTest
    void theEncodingFoundIsOneThatTheJdkDecodes(byte[] content) {
        TextEncoding found = scan(content, content.length);
        assertThat(scan(content, 1)).isEqualTo(found);
        assertThat(scan(content, 7)).isEqualTo(found);
        boolean nul = false;
        for (byte one : content) {
            nul |= one == 0;
        }
        if (nul) {
            assertThat(found.charset()).isNull();
        } else if (decodes(content, StandardCharsets.UTF_8)) {
            assertThat(found.charset()).isEqualTo(StandardCharsets.UTF_8);
        } else if (found.charset() != null) {
            assertThat(found.charset()).isEqualTo(WINDOWS_1252);
            assertThat(decodes(content, WINDOWS_1252)).isTrue();
        } else if (decodes(content, WINDOWS_1252)) {
            assertThat(found.problem()).containsAnyOf("mixes UTF-8", "begins as UTF-8");
        }
        assertThat(found.problem().isEmpty()).isEqualTo(found.charset() != null);
    }

    private static TextEncoding scan(byte[] content, int portion) {
        TextEncoding.Scan scan = new TextEncoding.Scan();
        for (int from = 0; from < content.length; from += portion) {
            scan.take(content, from, Math.min(content.length, from + portion));
        }
        return scan.end();
    }

    private static boolean decodes(byte[] content, Charset charset) {
        try {
            charset.newDecoder().decode(ByteBuffer.wrap(content));
            return true;
        } catch (CharacterCodingException e) {
            return false;
        }
    }
}
