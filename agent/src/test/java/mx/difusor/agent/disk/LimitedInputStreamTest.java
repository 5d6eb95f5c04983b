package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import org.junit.jupiter.api.Test;

/** No byte more than the limit, however they are asked for. */
class LimitedInputStreamTest {

    private static LimitedInputStream of(int bytes, long most) {
        byte[] content = new byte[bytes];
        for (int i = 0; i < bytes; i++) {
            content[i] = (byte) (0xf0 + i);
        }
        return new LimitedInputStream(new ByteArrayInputStream(content), most);
    }

    @Test
    void itEndsAtTheLimit() throws IOException {
        LimitedInputStream content = of(5, 3);
        assertThat(content.readAllBytes()).containsExactly(0xf0, 0xf1, 0xf2);
        assertThat(content.bytes()).isEqualTo(3);
        assertThat(content.read()).isEqualTo(-1);
    }

    @Test
    void aShortStreamEndsByItself() throws IOException {
        LimitedInputStream content = of(2, 3);
        assertThat(content.readAllBytes()).containsExactly(0xf0, 0xf1);
        assertThat(content.bytes()).as("the end is no byte").isEqualTo(2);
    }

    @Test
    void singleBytesCountToo() throws IOException {
        LimitedInputStream content = of(5, 2);
        assertThat(content.read()).as("not as a negative number").isEqualTo(0xf0);
        assertThat(content.read()).isEqualTo(0xf1);
        assertThat(content.read()).isEqualTo(-1);
        assertThat(content.bytes()).isEqualTo(2);
    }
}
