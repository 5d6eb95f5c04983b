package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.PublicKey;
import org.apache.sshd.common.config.keys.KeyUtils;

/** A file of keys is edited by hand, and by tools that do not always know what they do. */
class AuthorizedKeysFuzzTest {

    /** Whatever the text: keys that can be compared, or lines that are skipped. */
    @FuzzTest
    void aLineIsAKeyOrSkipped(byte[] raw) {
        AuthorizedKeys file = new AuthorizedKeys(Path.of("iee.pub"));
        for (PublicKey key : file.parse(new String(raw, StandardCharsets.UTF_8))) {
            assertThat(KeyUtils.getKeyType(key)).isNotBlank();
            assertThat(KeyUtils.getFingerPrint(key)).startsWith("SHA256:");
            assertThat(KeyUtils.compareKeys(key, key)).isTrue();
        }
    }
}
