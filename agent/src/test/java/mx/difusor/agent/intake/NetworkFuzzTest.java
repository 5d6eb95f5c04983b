package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import java.nio.charset.StandardCharsets;

/** Networks come from the configuration, and decide who may enter. */
class NetworkFuzzTest {

    /** Whatever the text: a network that contains its own base, or an error in words; no name is ever looked up. */
    @FuzzTest
    void aTextIsANetworkOrRefused(byte[] raw) {
        String text = new String(raw, StandardCharsets.UTF_8);
        try {
            Network network = Network.parse(text);
            assertThat(network.contains(network.base())).isTrue();
            assertThat(network.base().getHostAddress()).doesNotContain("/");
            assertThat(Network.parse(network.base().getHostAddress() + "/" + network.prefixBits()))
                    .isEqualTo(network);
        } catch (IllegalArgumentException refused) {
            assertThat(refused.getMessage()).isNotBlank();
        }
    }
}
