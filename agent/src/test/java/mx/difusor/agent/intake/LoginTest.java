package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.Security;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;
import org.apache.sshd.common.util.security.SecurityUtils;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who gets in, and how the endpoint starts. */
class LoginTest {
    @TempDir
    Path home;

    private Path client;
    private Door door;

    @BeforeEach
    void open() throws Exception {
        Peer.require("sftp", "ssh", "ssh-keygen");
        client = Files.createDirectories(home.resolve("client"));
        Door.key(client, "id", "ed25519");
        Door.key(client, "other", "ed25519");
        Door.key(client, "local", "ed25519");
        door = Door.open(
                home,
                new SftpEndpoint.Uploader("iee", List.of(client.resolve("id.pub")), List.of("127.0.0.0/8", "::1")),
                new SftpEndpoint.Uploader("lejos", List.of(client.resolve("id.pub")), List.of("203.0.113.0/24")),
                new SftpEndpoint.Uploader(
                        "vecino", List.of(client.resolve("other.pub"), client.resolve("local.pub")), List.of()));
    }

    @AfterEach
    void close() {
        door.close();
    }

    private Peer.Outcome login(String user, String... more) throws IOException {
        Path batch = door.script("batch", "ls -1 /", "ls -1 /entrada");
        List<String> command = new ArrayList<>(List.of("sftp", "-F", "/dev/null", "-P", door.port()));
        command.addAll(List.of("-o", "UserKnownHostsFile=known_hosts", "-o", "IdentitiesOnly=yes"));
        command.addAll(List.of(more));
        command.addAll(List.of("-b", batch.toString(), user + "@127.0.0.1"));
        return Peer.run(client, Map.of(), command);
    }

    @Test
    void eachUploaderHasItsOwnKeysAndItsOwnFolder() throws IOException {
        Files.writeString(home.resolve("incoming/vecino/theirs.zip.part"), "x");
        assertThat(login("iee", "-i", "id")).satisfies(in -> {
            assertThat(in.exit()).isZero();
            assertThat(in.output()).doesNotContain("theirs");
        });
        assertThat(login("vecino", "-i", "other").exit()).isZero();
        assertThat(login("vecino", "-i", "local").exit()).isZero();
        assertThat(login("vecino", "-i", "id").exit()).isNotZero();
        assertThat(login("iee", "-i", "other").exit()).isNotZero();
    }

    @Test
    void nobodyElseGetsIn() throws IOException {
        for (String user : List.of("root", "nobody", "../iee", "iee ")) {
            assertThat(login(user, "-i", "id").exit()).as(user).isNotZero();
        }
    }

    @Test
    void onlyFromTheNetworksThatAreConfigured() throws IOException {
        assertThat(login("lejos", "-i", "id").output()).contains("Permission denied");
    }

    @Test
    void noPasswordIsEverAsked() throws IOException {
        assertThat(login("iee", "-v", "-o", "PreferredAuthentications=password,keyboard-interactive")
                        .output())
                .contains("Authentications that can continue: publickey")
                .doesNotContain("continue: publickey,")
                .contains("Permission denied (publickey)");
    }

    @Test
    void keysAreRotatedWithoutARestart() throws IOException {
        Files.writeString(
                client.resolve("id.pub"),
                "not a key\n# a comment\n\ncommand=\"x\" " + Files.readString(client.resolve("local.pub"))
                        + Files.readString(client.resolve("other.pub")),
                StandardOpenOption.TRUNCATE_EXISTING);

        assertThat(login("iee", "-i", "other").exit()).isZero();
        assertThat(login("iee", "-i", "id").exit()).as("no longer there").isNotZero();
        assertThat(login("iee", "-i", "local").exit())
                .as("its options would promise what is not kept")
                .isNotZero();
    }

    @Test
    void onlyModernAlgorithmsAreSpoken() throws IOException {
        for (String option : List.of(
                "KexAlgorithms=diffie-hellman-group14-sha256",
                "KexAlgorithms=diffie-hellman-group-exchange-sha256",
                "Ciphers=aes128-cbc",
                "Ciphers=chacha20-poly1305@openssh.com",
                "HostKeyAlgorithms=ssh-rsa")) {
            assertThat(login("iee", "-i", "id", "-o", option).output())
                    .as(option)
                    .contains("no matching");
        }
        assertThat(login("iee", "-i", "id", "-o", "Ciphers=aes128-ctr", "-o", "MACs=hmac-sha1")
                        .output())
                .contains("no matching MAC");
        assertThat(login("iee", "-i", "id", "-vv").output())
                .containsAnyOf("kex: algorithm: mlkem768x25519-sha256", "kex: algorithm: sntrup761x25519-sha512")
                .contains("aes128-gcm@openssh.com")
                .contains("compression: none")
                .contains("server-sig-algs");
    }

    @Test
    void bouncyCastleIsNobodysFirstChoice() throws Exception {
        assertThat(login("iee", "-i", "id").exit()).isZero();
        assertThat(Security.getProviders()[0].getName()).isNotEqualTo("BC");
        assertThat(SecurityUtils.getCipher("AES/GCM/NoPadding").getProvider().getName())
                .isEqualTo("SunJCE");
        assertThat(SecurityUtils.getMac("HmacSHA256").getProvider().getName()).isEqualTo("SunJCE");
    }

    @Test
    void hostKeysAreTheOwnersAloneAndNeverMadeAnew() throws Exception {
        Path key = home.resolve("keys/ssh_host_ed25519_key");
        assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(key)))
                .isEqualTo("rw-------");
        byte[] before = Files.readAllBytes(key);
        HostKeys.ensure(home.resolve("keys"), new LocalDisk());
        assertThat(Files.readAllBytes(key)).isEqualTo(before);
        Path copy = Files.copy(key, client.resolve("copy"));
        Files.setPosixFilePermissions(copy, PosixFilePermissions.fromString("rw-------"));
        assertThat(door.ran("ssh-keygen", "-y", "-f", copy.toString()))
                .startsWith("ssh-ed25519 ")
                .contains(Files.readString(home.resolve("keys/ssh_host_ed25519_key.pub"))
                        .substring(12, 60));
        assertThat(door.ran("ssh-keygen", "-lf", copy.toString())).contains(HostKeys.fingerprint(home.resolve("keys")));
    }

    @Test
    void aPortThatIsTakenIsSaidWithItsCure() throws IOException {
        try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            SftpEndpoint second = endpoint(taken.getLocalPort(), client.resolve("id.pub"), home.resolve("keys"));
            assertThatThrownBy(second::start)
                    .isInstanceOfSatisfying(MachineException.class, e -> {
                        assertThat(e.code()).isEqualTo("listen-failed");
                        assertThat(e.cure()).contains("sftp.listen");
                    })
                    .hasMessageContaining("127.0.0.1:" + taken.getLocalPort());
            second.close();
        }
    }

    @Test
    void aKeyThatCannotBeReadIsSaidWithItsCure() throws IOException {
        SftpEndpoint noUploaderKey = endpoint(0, client.resolve("absent.pub"), home.resolve("keys"));
        assertThatThrownBy(noUploaderKey::start)
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("absent.pub: no such file");
        SftpEndpoint noHostKey = endpoint(0, client.resolve("id.pub"), home.resolve("nowhere"));
        assertThatThrownBy(noHostKey::start)
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("ssh_host_ed25519_key: no such file");
        Path bad = Files.createDirectories(home.resolve("bad"));
        Files.writeString(bad.resolve("ssh_host_ed25519_key"), "not a key");
        assertThatThrownBy(endpoint(0, client.resolve("id.pub"), bad)::start)
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("not");
    }

    @Test
    void onlyTheConfiguredAddressIsListenedOn() {
        int port = Integer.parseInt(door.port());
        assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(ConnectException.class);
    }

    @Test
    void itListensFromItsStartToItsEndAndTakesUpAtOnceWhatAnEarlierRunLeft() throws Exception {
        Path left = Files.createDirectories(home.resolve("incoming2/iee"));
        Digest digest = door.pack("left.zip", 10);
        Files.copy(client.resolve("left.zip"), left.resolve("left.zip"));
        Files.copy(client.resolve("left.zip.p7s"), left.resolve("left.zip.p7s"));
        SftpEndpoint endpoint = endpoint(0, client.resolve("id.pub"), home.resolve("keys"));
        assertThat(endpoint.listening()).isFalse();
        endpoint.start();
        door.awaitAccepted("left.zip", digest);
        assertThat(endpoint.listening()).isTrue();
        int port = endpoint.port();
        endpoint.close();
        assertThat(endpoint.listening()).isFalse();
        assertThatThrownBy(() -> new Socket(InetAddress.getLoopbackAddress(), port).close())
                .isInstanceOf(ConnectException.class);
    }

    @Test
    void anAddressWithoutAnEntryIsSaidWithItsCure() {
        InetSocketAddress nowhere = InetSocketAddress.createUnresolved("nowhere.invalid", 2222);
        assertThatThrownBy(endpoint(nowhere, client.resolve("id.pub"), home.resolve("keys"))::start)
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("nowhere.invalid:2222: no address of that name");
    }

    /** It becomes the name of folders. */
    @Test
    void anUploadersNameIsNoPath() {
        for (String name : List.of("", ".", "..", "../iee", "a/b", "a b", "x".repeat(65))) {
            assertThatThrownBy(() -> new SftpEndpoint.Uploader(name, List.of(), List.of()))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThatThrownBy(() -> new SftpEndpoint.Uploader("iee", List.of(), List.of("anywhere")))
                .isInstanceOf(IllegalArgumentException.class);
    }

    private SftpEndpoint endpoint(int port, Path authorizedKeys, Path hostKeys) {
        return endpoint(new InetSocketAddress(InetAddress.getLoopbackAddress(), port), authorizedKeys, hostKeys);
    }

    private SftpEndpoint endpoint(InetSocketAddress listen, Path authorizedKeys, Path hostKeys) {
        SftpEndpoint.Settings settings = new SftpEndpoint.Settings(
                listen,
                List.of(new SftpEndpoint.Uploader("iee", List.of(authorizedKeys), List.of())),
                Door.MAX_PACKAGE,
                Duration.ofMinutes(10),
                hostKeys,
                home.resolve("incoming2"),
                home.resolve("acuses"),
                home.resolve("live"),
                home.resolve("archive"));
        return new SftpEndpoint(settings, door.desk, new FakeSpace(), new LocalDisk(), Clock.systemUTC());
    }
}
