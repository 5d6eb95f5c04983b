package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.eclipse.jetty.http.HttpFields;
import org.eclipse.jetty.http.HttpVersion;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Who asks, and with which token, without a server. */
class CallerTest {

    private static final InetSocketAddress HERE = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private static Caller caller(SocketAddress remote, String... headers) {
        HttpFields.Mutable fields = HttpFields.build();
        for (int i = 0; i < headers.length; i += 2) {
            fields.add(headers[i], headers[i + 1]);
        }
        return Caller.of(remote, HttpVersion.HTTP_1_1, fields);
    }

    @Test
    void onlyAnAddressThatIsLoopbackIsThisHost() {
        assertThat(caller(HERE).local()).isTrue();
        assertThat(caller(InetSocketAddress.createUnresolved("localhost", 50_000))
                        .local())
                .as("not resolved")
                .isFalse();
        assertThat(caller(UnixDomainSocketAddress.of("/x")).local())
                .as("not an address")
                .isFalse();
    }

    @ParameterizedTest
    @CsvSource({
        "[::1], true",
        "[::ffff:127.0.0.1]:8480, true",
        "127.0.0.1, true",
        "127.1:8480, true",
        "localhost:, true",
        "agent.LOCALHOST:8480, true",
        "localhost.example, false",
        "1.example, false",
        "evil.example:8480, false"
    })
    void aNameWithADotIsAnothers(String host, boolean local) {
        assertThat(caller(HERE, "Host", host).local()).isEqualTo(local);
    }

    @Test
    void anOldHttpMayBeAProxys() {
        assertThat(Caller.of(HERE, HttpVersion.HTTP_1_0, HttpFields.EMPTY).local())
                .isFalse();
        assertThat(Caller.of(HERE, HttpVersion.HTTP_1_1, HttpFields.EMPTY).local())
                .isTrue();
        assertThat(Caller.of(HERE, HttpVersion.HTTP_2, HttpFields.EMPTY).local())
                .isTrue();
    }

    @Test
    void aTraceOfAProxyIsSomebodyElse() {
        for (String header : List.of(
                "Forwarded", "Via", "X-Real-IP", "X-Forwarded-For", "x-forwarded-anything", "CF-Connecting-IP")) {
            assertThat(caller(HERE, "Host", "127.0.0.1", header, "x").local())
                    .as(header)
                    .isFalse();
        }
        assertThat(caller(HERE, "Host", "127.0.0.1", "X-Other", "x").local()).isTrue();
    }

    @Test
    void aTokenIsShownOnceAndByItsSchemeOrNotAtAll() {
        assertThat(caller(HERE).bearer()).isNull();
        assertThat(caller(HERE, "Authorization", "Bearer  abc ").bearer()).isEqualTo("abc");
        assertThat(caller(HERE, "Authorization", "bearer abc").bearer()).isEqualTo("abc");
        assertThat(caller(HERE, "Authorization", "Basic abcdefgh").bearer()).isNull();
        assertThat(caller(HERE, "Authorization", "Bearer a", "Authorization", "Bearer a")
                        .bearer())
                .isNull();
    }

    @Test
    void onlyBrowsersSendWhatBrowsersSend() {
        assertThat(caller(HERE, "Accept", "*/*").browser()).isFalse();
        for (String header : List.of("Origin", "Sec-Fetch-Site", "sec-fetch-mode")) {
            assertThat(caller(HERE, header, "null").browser()).as(header).isTrue();
        }
    }

    @Test
    void theOperatorsTokenIsReadFromAFileThatNobodyElseMayOpen() throws Exception {
        String digits = "0f".repeat(32);
        Path file = folder.resolve("operator.token");
        OperatorToken token = new OperatorToken(file);
        failed(token, digits, "cannot be read");
        Files.createDirectory(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        failed(token, digits, "cannot be read");
        Files.delete(file);
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        for (String other : List.of("", digits.substring(1), digits + "0", digits + " ".repeat(5_000) + digits)) {
            Files.writeString(file, other);
            if (!other.startsWith(digits + " ")) {
                failed(token, other, "is not 64 hex digits");
            }
        }
        assertThat(token.is(digits)).as("no more is read than could be one").isTrue();
        Files.writeString(file, "\n" + digits + "\n");
        assertThat(token.is(digits)).isTrue();
        assertThat(token.is(digits.substring(1))).isFalse();
        assertThat(token.is("")).isFalse();
        for (String open : List.of("rw-r-----", "rw--w----", "rw---x---", "rw----r--", "rw-----w-", "rw------x")) {
            Files.setPosixFilePermissions(file, PosixFilePermissions.fromString(open));
            failed(token, digits, "can be opened by other accounts");
        }
    }

    private static void failed(OperatorToken token, String shown, String how) {
        assertThatThrownBy(() -> token.is(shown))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("operator-token-failed"))
                .hasMessage("the operator's token keys/operator.token " + how);
    }
}
