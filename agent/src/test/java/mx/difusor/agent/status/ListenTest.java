package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Where the server may listen, and what it says where it cannot. */
class ListenTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    Path folder;

    private StatusServer server(InetSocketAddress listen, StatusServer.@Nullable Tls tls) {
        return new StatusServer(
                new StatusServer.Settings(listen, tls, List.of(), folder.resolve("operator.token")),
                new FakeOverview(),
                new FakeOperator(),
                List::of,
                Clock.systemUTC());
    }

    private StatusServer.Tls tls() throws Exception {
        return TestIdentity.ec("localhost", Duration.ofDays(30)).write(folder);
    }

    private void refused(InetSocketAddress listen, StatusServer.@Nullable Tls tls, String message, String cure) {
        StatusServer server = server(listen, tls);
        assertThatThrownBy(server::start)
                .isInstanceOfSatisfying(MachineException.class, failure -> {
                    assertThat(failure.code()).isEqualTo("listen-failed");
                    assertThat(failure.cure()).contains(cure);
                })
                .hasMessageStartingWith(message);
        assertThatThrownBy(server::port)
                .isInstanceOf(IllegalStateException.class)
                .hasMessage("not started");
        assertThat(server.connections()).isZero();
    }

    @Test
    void withoutTlsOnlyLoopbackIsServed() throws Exception {
        for (InetSocketAddress listen : List.of(
                new InetSocketAddress("0.0.0.0", 8480),
                new InetSocketAddress("192.0.2.1", 8480),
                InetSocketAddress.createUnresolved("prep.radio.example", 8480))) {
            refused(
                    listen,
                    null,
                    "cannot listen on " + listen.getHostString()
                            + ":8480: only loopback addresses are served without TLS",
                    "set status.listen to 127.0.0.1:8480");
        }
        refused(new InetSocketAddress("::", 8480), null, "cannot listen on [0:0:0:0:0:0:0:0]:8480: only", "status.tls");
        try (StatusServer plain = server(StartedServer.loopback(), null)) {
            plain.start();
            assertThat(plain.port()).isPositive();
        }
    }

    @Test
    void withTlsAnyAddressOfThisHostIsServed() throws Exception {
        try (StatusServer server = server(new InetSocketAddress("0.0.0.0", 0), tls())) {
            server.start();
            assertThat(server.port()).isPositive();
        }
        refused(
                new InetSocketAddress("192.0.2.1", 8480),
                tls(),
                "cannot listen on 192.0.2.1:8480: ",
                "address of this host");
        refused(
                InetSocketAddress.createUnresolved("[no address]", 8480),
                tls(),
                "cannot listen on [no address]:8480: unknown host",
                "address of this host");
    }

    @Test
    void aTakenPortIsNamedWithItsCure() throws Exception {
        InetAddress here = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        try (ServerSocket other = new ServerSocket(0, 1, here)) {
            int port = other.getLocalPort();
            refused(
                    new InetSocketAddress(here, port),
                    null,
                    "cannot listen on 127.0.0.1:" + port + ": address already in use",
                    "(ss -ltnp 'sport = :" + port + "' names it)");
        }
    }

    @Test
    void aPortThatNeedsAPrivilegeHasItsOwnCure() {
        assertThat(StatusServer.cure("permission denied", StartedServer.loopback()))
                .isEqualTo("choose a port above 1023 in status.listen");
    }

    @Test
    void aTokenIsADigestInHex() {
        for (String token : List.of("", "secret", "0".repeat(63), "g".repeat(64))) {
            assertThatThrownBy(() -> new StatusServer.Settings(StartedServer.loopback(), null, List.of(token), folder))
                    .isInstanceOf(IllegalArgumentException.class);
        }
        assertThat(new StatusServer.Settings(StartedServer.loopback(), null, List.of("AB".repeat(32)), folder).tokens())
                .containsExactly("ab".repeat(32));
    }
}
