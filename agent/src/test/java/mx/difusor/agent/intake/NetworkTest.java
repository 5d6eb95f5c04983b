package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.UnknownHostException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NetworkTest {
    @ParameterizedTest
    @CsvSource({
        "203.0.113.0/24, 203.0.113.255, true",
        "203.0.113.0/24, 203.0.114.0, false",
        "203.0.113.7, 203.0.113.7, true",
        "203.0.113.7, 203.0.113.8, false",
        "0.0.0.0/0, 8.8.8.8, true",
        "127.0.0.0/8, 127.9.9.9, true",
        "2001:db8::/32, 2001:db8:ffff::1, true",
        "2001:db8::/32, 2001:db9::1, false",
        "::/0, 203.0.113.7, false",
        "0.0.0.0/0, ::1, false",
        "203.0.113.129/25, 203.0.113.128, true",
        "203.0.113.129/25, 203.0.113.127, false"
    })
    void contains(String network, String address, boolean inside) throws UnknownHostException {
        assertThat(Network.parse(network).contains(InetAddress.getByName(address)))
                .isEqualTo(inside);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"", "example.org", "203.0.113.0/33", "203.0.113.0/-1", "203.0.113.0/x", "::/129", "a", "/8"})
    void othersAreRefused(String text) {
        assertThatThrownBy(() -> Network.parse(text)).isInstanceOf(IllegalArgumentException.class);
    }

    @ParameterizedTest
    @ValueSource(strings = {"localhost", "cafe", "cafe/24", "fe80::1%lo", "127.0.0.1x"})
    void aNameIsNotLookedUp(String text) {
        assertThatThrownBy(() -> Network.parse(text))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("not an address with a prefix length: " + text)
                .hasNoCause();
    }

    @ParameterizedTest
    @ValueSource(strings = {"", ".", "..", "../iee", "a/b", "a b", "ñ", ".claimed"})
    void anUploadersNameIsOneFoldersName(String name) {
        assertThatThrownBy(() -> new SftpEndpoint.Uploader(name, java.util.List.of(), java.util.List.of()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    void anUploaderWithABadNetworkCannotBeMade() {
        assertThatThrownBy(() ->
                        new SftpEndpoint.Uploader("iee", java.util.List.of(), java.util.List.of("203.0.113.0/99")))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageContaining("203.0.113.0/99");
    }
}
