package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener.Event;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whom the doorman lets in and sends away, to the nanosecond. */
class DoormanTest {
    private static final String BAD = "198.51.100.7";
    private static final String INSTITUTE = "203.0.113.7";
    /** The endpoint's own address. */
    private static final String HOST = "192.0.2.5";

    private long now = Long.MAX_VALUE - 1_000;
    private final List<String> log = new ArrayList<>();
    private Doorman doorman = doorman();

    private Doorman doorman(String... from) {
        List<SftpEndpoint.Uploader> uploaders = List.of(new SftpEndpoint.Uploader("iee", List.of(), List.of(from)));
        return new Doorman(uploaders, new SparingLog(log::add, () -> now), () -> now);
    }

    /** A connection of which only the address and the end count. */
    private final class Connection {
        private final Session session;
        private boolean closed;

        Connection(String address) throws UnknownHostException {
            this(new InetSocketAddress(InetAddress.getByName(address), 40_000));
        }

        Connection(@Nullable SocketAddress remote) {
            session = (Session) Proxy.newProxyInstance(
                    getClass().getClassLoader(),
                    new Class<?>[] {Session.class},
                    (proxy, method, arguments) -> switch (method.getName()) {
                        case "getRemoteAddress" -> remote;
                        case "getLocalAddress" -> new InetSocketAddress(HOST, 2_222);
                        case "close" -> close();
                        case "hashCode" -> System.identityHashCode(proxy);
                        case "equals" -> proxy == arguments[0];
                        default -> throw new UnsupportedOperationException(method.getName());
                    });
            doorman.sessionCreated(session);
        }

        private @Nullable Object close() {
            closed = true;
            doorman.sessionClosed(session);
            return null;
        }

        Connection identifies() {
            doorman.sessionPeerIdentificationReceived(session, "SSH-2.0-x", List.of());
            return this;
        }

        Connection exchangesKeys() {
            doorman.sessionEvent(session, Event.KeyEstablished);
            return this;
        }

        Connection logsIn() {
            doorman.sessionEvent(session, Event.Authenticated);
            return this;
        }

        void hangsUp() {
            doorman.sessionClosed(session);
        }
    }

    private boolean isWelcome(String address) throws UnknownHostException {
        return doorman.isWelcome(InetAddress.getByName(address));
    }

    private void fails(String address, int times) throws UnknownHostException {
        for (int i = 0; i < times; i++) {
            new Connection(address).identifies().exchangesKeys().hangsUp();
        }
    }

    private void pass(Duration duration) {
        now += duration.toNanos() + 1;
        doorman.tick();
    }

    @Test
    void whoNeverLogsInIsShutOutAndToldOnceInTheLog() throws Exception {
        fails(BAD, Lockouts.FREE_FAILURES);
        assertThat(isWelcome(BAD)).isTrue();
        fails(BAD, 1);
        assertThat(isWelcome(BAD)).isFalse();
        assertThat(isWelcome("198.51.100.8")).isTrue();
        assertThat(log).containsExactly("no connection from 198.51.100.7 is taken for 15 s: too many without a login");
        pass(Lockouts.FIRST);
        assertThat(isWelcome(BAD)).isTrue();
    }

    @Test
    void aLoginForgivesWhatWentBefore() throws Exception {
        fails(INSTITUTE, Lockouts.FREE_FAILURES);
        new Connection(INSTITUTE).identifies().exchangesKeys().logsIn().hangsUp();
        fails(INSTITUTE, Lockouts.FREE_FAILURES + 5);
        assertThat(isWelcome(INSTITUTE))
                .as("whoever else fails behind its address")
                .isTrue();
        assertThat(log).as("nor is it told otherwise").isEmpty();
        pass(Acquaintances.KEPT);
        fails(INSTITUTE, Lockouts.FREE_FAILURES + 1);
        assertThat(isWelcome(INSTITUTE)).as("after a week").isFalse();
    }

    @Test
    void aNarrowNetworkOfAnUploaderIsNeverShutOutAndAWideOneIs() throws Exception {
        doorman = doorman("203.0.113.0/24", "198.51.0.0/16", "2001:db8:5::/48", "2001:db9::/32");
        for (String address : List.of(INSTITUTE, BAD, "2001:db8:5::1", "2001:db9::1")) {
            fails(address, Lockouts.FREE_FAILURES + 1);
        }
        assertThat(isWelcome(INSTITUTE)).isTrue();
        assertThat(isWelcome("2001:db8:5::1")).isTrue();
        assertThat(isWelcome(BAD)).isFalse();
        assertThat(isWelcome("2001:db9::1")).isFalse();
    }

    @Test
    void theNeighboursOfANarrowNetworkShutNobodyInItOut() throws Exception {
        doorman = doorman("2001:db9::/32", "2001:db9:0:1:5::/80");
        fails("2001:db9:0:1:9::1", Lockouts.FREE_FAILURES + 1);
        assertThat(isWelcome("2001:db9:0:1:9::1")).isFalse();
        assertThat(isWelcome("2001:db9:0:1:5::1")).isTrue();
    }

    @Test
    void whoLoggedInLatelyIsNotShutOutForWhatFailsBehindItsAddress() throws Exception {
        new Connection(INSTITUTE).identifies().exchangesKeys().logsIn();
        fails(INSTITUTE, Lockouts.FREE_FAILURES + 1);
        assertThat(isWelcome(INSTITUTE)).isTrue();
    }

    @Test
    void whereAllUploadersHaveNetworksNobodyElseGetsAsFarAsAHandshake() throws Exception {
        doorman = doorman("203.0.113.0/24");
        assertThat(isWelcome(INSTITUTE)).isTrue();
        assertThat(isWelcome(BAD)).isFalse();
        assertThat(isWelcome("::1")).isFalse();
    }

    @Test
    void whereOneUploaderMayComeFromAnywhereEverybodyMayTry() throws Exception {
        doorman = new Doorman(
                List.of(
                        new SftpEndpoint.Uploader("iee", List.of(), List.of("203.0.113.0/24")),
                        new SftpEndpoint.Uploader("otro", List.of(), List.of())),
                new SparingLog(log::add, () -> now),
                () -> now);
        assertThat(isWelcome(BAD)).isTrue();
    }

    @Test
    void aProbeThatSaysNothingAndHangsUpIsNoFailure() throws Exception {
        for (int i = 0; i < 3 * Lockouts.FREE_FAILURES; i++) {
            new Connection(BAD).hangsUp();
        }
        assertThat(isWelcome(BAD)).isTrue();
    }

    @Test
    void thisHostMayLookAtItsOwnKeyAsOftenAsAMonitorDoes() throws Exception {
        for (int i = 0; i < 3 * Lockouts.FREE_FAILURES; i++) {
            fails(HOST, 1);
            new Connection(HOST).identifies().hangsUp();
            pass(Lockouts.FORGIVEN_EVERY);
        }
        for (int i = 0; i < 3 * Lockouts.FREE_FAILURES; i++) {
            fails(HOST, 1);
            now += Doorman.OWN_LOOK_EVERY.toNanos();
        }
        assertThat(isWelcome(HOST)).isTrue();
        assertThat(log).isEmpty();
    }

    @Test
    void whoComesThroughAProxyOnThisHostIsShutOutAllTheSame() throws Exception {
        fails(HOST, Lockouts.FREE_FAILURES + 1);
        assertThat(isWelcome(HOST)).as("one of them was free").isTrue();
        now += Doorman.OWN_LOOK_EVERY.toNanos() - 1;
        fails(HOST, 1);
        assertThat(isWelcome(HOST)).isFalse();
        fails("127.0.0.9", Lockouts.FREE_FAILURES + 1);
        assertThat(isWelcome("127.0.0.9")).as("another address of this host").isFalse();
    }

    @Test
    void thisHostTooIsCutOffWhereItsTimeIsUp() throws Exception {
        for (int i = 0; i <= Lockouts.FREE_FAILURES; i++) {
            Connection slow = new Connection(HOST).identifies().exchangesKeys();
            now += Places.TO_LOG_IN.toNanos() + 1;
            doorman.tick();
            assertThat(slow.closed).isTrue();
        }
        assertThat(isWelcome(HOST)).isFalse();
    }

    @Test
    void whoseTimeIsUpIsSentAwayAndHasFailed() throws Exception {
        List<Connection> silent = new ArrayList<>();
        for (int i = 0; i <= Lockouts.FREE_FAILURES; i++) {
            silent.add(new Connection(BAD));
        }
        Connection slow = new Connection(INSTITUTE).identifies();
        pass(Places.TO_IDENTIFY);
        assertThat(silent).allMatch(connection -> connection.closed);
        assertThat(isWelcome(BAD)).isFalse();
        assertThat(slow.closed).isFalse();
        pass(Places.TO_EXCHANGE_KEYS.minus(Places.TO_IDENTIFY));
        assertThat(slow.closed).isTrue();
    }

    @Test
    void whoLoggedInIsNotCountedAnyMore() throws Exception {
        Connection in = new Connection(INSTITUTE).identifies().exchangesKeys().logsIn();
        for (int i = 0; i < Places.MAX_PER_SOURCE; i++) {
            new Connection(INSTITUTE);
        }
        pass(Places.TO_LOG_IN);
        in.exchangesKeys().exchangesKeys();
        assertThat(in.closed).isFalse();
    }

    @Test
    void whoHoldsMoreThanItsShareHasFailed() throws Exception {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < Places.MAX_PER_SOURCE + Lockouts.FREE_FAILURES; i++) {
            all.add(new Connection(BAD));
        }
        assertThat(all.stream().filter(connection -> connection.closed)).hasSize(Lockouts.FREE_FAILURES);
        assertThat(isWelcome(BAD)).isTrue();
        new Connection(BAD);
        assertThat(isWelcome(BAD)).isFalse();
    }

    @Test
    void whoHadToMakeRoomHasNotFailed() throws Exception {
        List<Connection> lone = new ArrayList<>();
        for (int round = 0; round <= Lockouts.FREE_FAILURES + 1; round++) {
            lone.add(new Connection(INSTITUTE).identifies());
            for (int i = 0; i < Places.MAX_STRANGERS; i++) {
                new Connection("10.0." + round + "." + i).identifies();
            }
        }
        assertThat(lone).allMatch(connection -> connection.closed);
        assertThat(isWelcome(INSTITUTE)).isTrue();
    }

    @Test
    void aSecondKeyExchangeBeforeTheLoginIsCutOff() throws Exception {
        Connection connection = new Connection(BAD).identifies().exchangesKeys();
        assertThat(connection.closed).isFalse();
        connection.exchangesKeys();
        assertThat(connection.closed).isTrue();
    }

    @Test
    void whoComesFromNowhereIsSentAwayAtOnce() {
        assertThat(new Connection((SocketAddress) null).closed).isTrue();
        assertThat(new Connection(InetSocketAddress.createUnresolved("x", 1)).closed)
                .isTrue();
    }

    @Test
    void whoHangsUpLeavesItsPlaceToAnother() throws Exception {
        List<Connection> all = new ArrayList<>();
        for (int i = 0; i < Places.MAX_PER_SOURCE; i++) {
            all.add(new Connection(BAD).identifies());
        }
        all.remove(Places.MAX_PER_SOURCE - 1).hangsUp();

        all.add(new Connection(BAD));

        assertThat(all).noneMatch(connection -> connection.closed);
    }

    @Test
    void aLoginForgivesAlsoWhereItsSourceIsNotKnownForLong() throws Exception {
        fails(INSTITUTE, Lockouts.FREE_FAILURES);
        new Connection(INSTITUTE).identifies().exchangesKeys().logsIn().hangsUp();
        for (int i = 0; i < Acquaintances.MAX; i++) {
            new Connection("10.0.0." + i).logsIn().hangsUp();
        }
        fails(INSTITUTE, Lockouts.FREE_FAILURES);
        assertThat(isWelcome(INSTITUTE)).isTrue();
        fails(INSTITUTE, 1);
        assertThat(isWelcome(INSTITUTE)).as("it is a stranger again").isFalse();
    }

    @Test
    void whoIsTurnedAwayIsCountedInTheLogOnceAMinute() throws Exception {
        doorman = doorman("203.0.113.0/24");
        for (int i = 0; i < 3; i++) {
            assertThat(isWelcome(BAD)).isFalse();
        }
        assertThat(log).isEmpty();
        pass(Duration.ofMinutes(1));
        assertThat(log).containsExactly("and 3 more refused connections and logins within the last minute");
    }
}
