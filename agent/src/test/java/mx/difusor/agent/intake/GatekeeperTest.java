package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyPairGenerator;
import java.security.PublicKey;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.config.keys.KeyUtils;
import org.apache.sshd.common.config.keys.PublicKeyEntry;
import org.apache.sshd.server.session.ServerSession;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom the gatekeeper lets in, and what it says of the others in the log. */
class GatekeeperTest {
    private static final PublicKey INSTITUTE = key("EC", 256);
    private static final PublicKey NEIGHBOUR = key("EC", 256);
    private static final PublicKey STRANGER = key("EC", 256);

    @TempDir
    Path folder;

    private final List<String> log = new ArrayList<>();
    private Path instituteKeys;
    private Gatekeeper gatekeeper;

    @BeforeEach
    void open() throws IOException {
        instituteKeys = keys("iee.pub", PublicKeyEntry.toString(INSTITUTE));
        Path neighbourKeys = keys("vecino.pub", PublicKeyEntry.toString(NEIGHBOUR));
        gatekeeper = new Gatekeeper(
                List.of(
                        new SftpEndpoint.Uploader(
                                "iee", List.of(instituteKeys), List.of("203.0.113.0/24", "2001:db8::/32")),
                        new SftpEndpoint.Uploader("vecino", List.of(neighbourKeys), List.of())),
                new SparingLog(log::add, () -> 0));
    }

    private Path keys(String name, String... lines) throws IOException {
        return Files.write(folder.resolve(name), List.of(lines));
    }

    static PublicKey key(String algorithm, int bits) {
        try {
            KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
            generator.initialize(bits);
            return generator.generateKeyPair().getPublic();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    private static ServerSession from(@Nullable SocketAddress address) {
        return (ServerSession) Proxy.newProxyInstance(
                ServerSession.class.getClassLoader(),
                new Class<?>[] {ServerSession.class},
                (proxy, method, arguments) -> method.getName().equals("getClientAddress") ? address : null);
    }

    private boolean enters(String user, PublicKey key, String address) throws UnknownHostException {
        return gatekeeper.authenticate(user, key, from(new InetSocketAddress(InetAddress.getByName(address), 40_000)));
    }

    @Test
    void anUploaderEntersWithItsOwnKeyFromItsOwnNetworks() throws Exception {
        assertThat(enters("iee", INSTITUTE, "203.0.113.7")).isTrue();
        assertThat(enters("iee", INSTITUTE, "2001:db8::7")).isTrue();
        assertThat(enters("vecino", NEIGHBOUR, "198.51.100.7")).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void aKeyOfAnotherUploaderOrOfNobodyOpensNothing() throws Exception {
        assertThat(enters("iee", NEIGHBOUR, "203.0.113.7")).isFalse();
        assertThat(enters("vecino", STRANGER, "203.0.113.7")).isFalse();
        assertThat(log)
                .containsExactly(
                        "login refused for iee from 203.0.113.7: key " + KeyUtils.getFingerPrint(NEIGHBOUR)
                                + " unknown",
                        "login refused for vecino from 203.0.113.7: key " + KeyUtils.getFingerPrint(STRANGER)
                                + " unknown");
    }

    @Test
    void aKnownKeyOpensNothingToAnUnknownUser() throws Exception {
        assertThat(enters("root", INSTITUTE, "203.0.113.7")).isFalse();
        assertThat(log).containsExactly("login refused from 203.0.113.7: unknown user");
    }

    @Test
    void aKnownKeyOpensNothingFromElsewhere() throws Exception {
        assertThat(enters("iee", INSTITUTE, "203.0.114.7")).isFalse();
        assertThat(log)
                .containsExactly("login refused for iee from 203.0.114.7: not an address in sftp.uploaders.from");
    }

    @Test
    void whoComesFromNowhereIsNotLetIn() {
        assertThat(gatekeeper.authenticate("vecino", NEIGHBOUR, from(null))).isFalse();
        assertThat(gatekeeper.authenticate("vecino", NEIGHBOUR, from(InetSocketAddress.createUnresolved("x", 1))))
                .isFalse();
        assertThat(log).hasSize(2).containsOnly("login refused from nowhere: unknown user");
    }

    @Test
    void aFileOfKeysThatIsReplacedCountsAtOnceAndOneThatIsGoneLocksOut() throws Exception {
        keys("iee.pub", "# rotated", PublicKeyEntry.toString(STRANGER));
        assertThat(enters("iee", INSTITUTE, "203.0.113.7")).isFalse();
        assertThat(enters("iee", STRANGER, "203.0.113.7")).isTrue();

        Files.delete(instituteKeys);
        assertThat(enters("iee", STRANGER, "203.0.113.7")).isFalse();
        assertThat(enters("vecino", NEIGHBOUR, "203.0.113.7")).isTrue();
        keys("iee.pub", PublicKeyEntry.toString(STRANGER));
        assertThat(enters("iee", STRANGER, "203.0.113.7")).isTrue();
    }

    @Test
    void aReloadOfAFileThatIsGoneLocksOutToo() throws Exception {
        gatekeeper.requireReadable();
        Files.delete(instituteKeys);
        assertThatThrownBy(gatekeeper::reload).isInstanceOf(MachineException.class);
        assertThat(enters("iee", INSTITUTE, "203.0.113.7")).isFalse();
    }

    @Test
    void thatAFileOfKeysIsGoneIsSaidOnceEachTime() throws Exception {
        List<String> warnings = new ArrayList<>();
        AuthorizedKeys file = new AuthorizedKeys(instituteKeys, warnings::add, () -> 0);
        assertThat(file.current()).hasSize(1);
        for (int time = 1; time <= 2; time++) {
            Files.delete(instituteKeys);
            assertThat(file.current()).isEmpty();
            assertThat(file.current()).isEmpty();
            assertThat(warnings)
                    .hasSize(time)
                    .last()
                    .asString()
                    .startsWith(instituteKeys + " is gone: none of its keys lets anybody in any more");
            keys("iee.pub", PublicKeyEntry.toString(INSTITUTE));
            assertThat(file.current()).hasSize(1);
        }
    }

    @Test
    void aFileOfKeysThatCannotBeReadKeepsThoseOfBeforeAndIsSaidOnceAMinute() throws Exception {
        List<String> warnings = new ArrayList<>();
        AtomicLong nanos = new AtomicLong(7);
        AuthorizedKeys file = new AuthorizedKeys(instituteKeys, warnings::add, nanos::get);
        assertThat(file.current()).hasSize(1);
        Files.writeString(instituteKeys, "#".repeat((1 << 20) + 1));
        assertThat(file.current()).hasSize(1);
        nanos.addAndGet(AuthorizedKeys.SAID_EVERY.toNanos() - 1);
        assertThat(file.current()).hasSize(1);
        assertThat(warnings).singleElement().asString().endsWith("the keys read before still count");
        nanos.incrementAndGet();
        assertThat(file.current()).hasSize(1);
        assertThat(warnings).hasSize(2);
    }

    @Test
    void aFileOfKeysThatIsTooLargeIsNotRead() throws Exception {
        keys("iee.pub", PublicKeyEntry.toString(STRANGER));
        assertThat(enters("iee", STRANGER, "203.0.113.7")).isTrue();
        Files.writeString(instituteKeys, PublicKeyEntry.toString(INSTITUTE) + "\n#" + "x".repeat(1 << 20));
        assertThat(enters("iee", STRANGER, "203.0.113.7"))
                .as("a file that is too large is not read")
                .isTrue();
        assertThat(enters("iee", INSTITUTE, "203.0.113.7")).isFalse();
    }

    @Test
    void aFileOfKeysThatCannotBeReadAtTheStartIsSaidWithItsCure() throws Exception {
        gatekeeper.requireReadable();
        Files.writeString(instituteKeys, "#".repeat((1 << 20) + 1));
        assertThatThrownBy(gatekeeper::requireReadable)
                .isInstanceOfSatisfying(MachineException.class, e -> {
                    assertThat(e.code()).isEqualTo("key-unreadable");
                    assertThat(e.cure()).contains("one a line");
                })
                .hasMessage("cannot read the keys of an uploader, " + instituteKeys + ": larger than 1048576 bytes");
        Files.delete(instituteKeys);
        assertThatThrownBy(gatekeeper::requireReadable)
                .isInstanceOf(MachineException.class)
                .hasMessageEndingWith("iee.pub: no such file");
    }

    @Test
    void ofTheLinesInAFileOnlyStrongKeysWithoutOptionsCount() {
        PublicKey rsa = key("RSA", 2048);
        AuthorizedKeys file = new AuthorizedKeys(instituteKeys);
        assertThat(file.parse(String.join(
                        "\n",
                        "# a comment",
                        "",
                        "not a key",
                        "ssh-unknown AAAAC3NzaC1lZDI1NTE5AAAAIHx8 who",
                        PublicKeyEntry.toString(key("RSA", 1024)),
                        "command=\"x\" " + PublicKeyEntry.toString(NEIGHBOUR),
                        "from=\"203.0.113.7\" " + PublicKeyEntry.toString(NEIGHBOUR),
                        PublicKeyEntry.toString(rsa) + " ana@iee",
                        PublicKeyEntry.toString(INSTITUTE))))
                .hasSize(2)
                .satisfiesExactly(
                        one -> assertThat(KeyUtils.compareKeys(one, rsa)).isTrue(),
                        one -> assertThat(KeyUtils.compareKeys(one, INSTITUTE)).isTrue());
    }

    @Test
    void whatAnEditorMadeOfTheCommentsKeepsNoKeyOutAndNoneIn() throws Exception {
        assertThat(enters("iee", INSTITUTE, "203.0.113.9")).isTrue();
        String next = PublicKeyEntry.toString(STRANGER) + " Jos\u00e9 Mu\u00f1oz\r\n";
        for (Charset charset : List.of(ISO_8859_1, UTF_8, UTF_16, Charset.forName("x-UTF-16LE-BOM"))) {
            keys("iee.pub", PublicKeyEntry.toString(INSTITUTE));
            gatekeeper.reload();
            Files.write(instituteKeys, next.getBytes(charset));
            gatekeeper.reload();
            assertThat(enters("iee", STRANGER, "203.0.113.9")).as("%s", charset).isTrue();
            assertThat(enters("iee", INSTITUTE, "203.0.113.9"))
                    .as("%s", charset)
                    .isFalse();
        }
        Files.write(instituteKeys, ("\uFEFF" + next).getBytes(UTF_8));
        gatekeeper.reload();
        assertThat(enters("iee", STRANGER, "203.0.113.9")).isTrue();
    }
}
