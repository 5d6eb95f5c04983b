package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.lang.reflect.Proxy;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.util.thread.ScheduledExecutorScheduler;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A crowd from other hosts, which no test can bring over a real socket. */
class ConnectionGuardTest {

    private final ConnectionGuard guard =
            new ConnectionGuard(new Seats<>(3, 3, 1), Duration.ofHours(1), new ScheduledExecutorScheduler());

    /** Of a client at {@code 203.0.113.host}. */
    private record Client(Connection connection, AtomicLong requests, AtomicLong answers, AtomicBoolean closed) {
        static Client of(int host) throws Exception {
            AtomicLong requests = new AtomicLong();
            AtomicLong answers = new AtomicLong();
            AtomicBoolean closed = new AtomicBoolean();
            InetSocketAddress remote =
                    new InetSocketAddress(InetAddress.getByAddress(new byte[] {(byte) 203, 0, 113, (byte) host}), 9);
            EndPoint endPoint = fake(EndPoint.class, name -> {
                closed.compareAndSet(false, name.equals("close"));
                return name.equals("getRemoteSocketAddress") ? remote : null;
            });
            Connection connection = fake(Connection.class, name -> switch (name) {
                case "getEndPoint" -> endPoint;
                case "getMessagesIn" -> requests.get();
                case "getMessagesOut" -> answers.get();
                default -> null;
            });
            return new Client(connection, requests, answers, closed);
        }

        private static <T> T fake(Class<T> type, Function<String, @Nullable Object> answers) {
            return type.cast(Proxy.newProxyInstance(
                    type.getClassLoader(),
                    new Class<?>[] {type},
                    (self, method, arguments) -> switch (method.getName()) {
                        case "hashCode" -> System.identityHashCode(self);
                        case "equals" -> self == arguments[0];
                        default -> answers.apply(method.getName());
                    }));
        }
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void whoJustAskedOrWasAnsweredStaysWhenACrowdComesAndWhoStoodStillGoes(boolean asked) throws Exception {
        Client asking = Client.of(1);
        Client still = Client.of(2);
        guard.onOpened(asking.connection());
        guard.onOpened(still.connection());
        (asked ? asking.requests() : asking.answers()).incrementAndGet();

        Client late = Client.of(3);
        guard.onOpened(late.connection());

        assertThat(still.closed()).isTrue();
        assertThat(asking.closed()).isFalse();
        assertThat(late.closed()).isFalse();
    }

    @Test
    void whoHasGoneTakesNoPlace() throws Exception {
        Client first = Client.of(1);
        Client second = Client.of(2);
        guard.onOpened(first.connection());
        guard.onOpened(second.connection());
        guard.onClosed(second.connection());

        guard.onOpened(Client.of(3).connection());

        assertThat(first.closed()).isFalse();
    }

    /** A scheduler that does nothing until it is told to. */
    private static final class ByHand {
        private final List<Runnable> waiting = new ArrayList<>();
        private final List<Long> millis = new ArrayList<>();

        Scheduler scheduler() {
            return (Scheduler) Proxy.newProxyInstance(
                    Scheduler.class.getClassLoader(), new Class<?>[] {Scheduler.class}, (self, method, arguments) -> {
                        if (method.getName().equals("schedule")) {
                            waiting.add((Runnable) arguments[0]);
                            millis.add(((TimeUnit) arguments[2]).toMillis((Long) arguments[1]));
                        }
                        return null;
                    });
        }

        void runNext() {
            waiting.remove(0).run();
        }
    }

    @Test
    void whoStandsStillIsClosedBySweepsThatGoOnUntilTheServerStops() throws Exception {
        ByHand byHand = new ByHand();
        ConnectionGuard impatient = new ConnectionGuard(new Seats<>(9, 9, 0), Duration.ZERO, byHand.scheduler());
        Client early = Client.of(1);
        impatient.onOpened(early.connection());
        assertThat(byHand.waiting).as("not before it is started").isEmpty();
        impatient.start();
        byHand.runNext();
        assertThat(early.closed()).isTrue();
        impatient.onClosed(early.connection());

        Client late = Client.of(2);
        impatient.onOpened(late.connection());
        byHand.runNext();
        assertThat(late.closed()).isTrue();
        assertThat(byHand.waiting).hasSize(1);
        assertThat(byHand.millis).containsOnly(50L);

        impatient.stop();
        byHand.runNext();
        assertThat(byHand.waiting).as("not after it was stopped").isEmpty();
    }

    @Test
    void whoStandsStillForAShortWhileIsLeftAlone() throws Exception {
        ByHand byHand = new ByHand();
        ConnectionGuard patient = new ConnectionGuard(new Seats<>(9, 9, 0), Duration.ofHours(1), byHand.scheduler());
        patient.start();
        Client client = Client.of(1);
        patient.onOpened(client.connection());
        byHand.runNext();
        assertThat(client.closed()).isFalse();
        assertThat(byHand.millis).containsExactly(360_000L, 360_000L);
    }

    @Test
    void whoMadeRoomOrWasTurnedAwayIsNotSweptAgain() throws Exception {
        ByHand byHand = new ByHand();
        ConnectionGuard impatient = new ConnectionGuard(new Seats<>(9, 1, 0), Duration.ZERO, byHand.scheduler());
        Client first = Client.of(1);
        Client second = Client.of(1);
        impatient.onOpened(first.connection());
        impatient.onOpened(second.connection());
        assertThat(first.closed()).isTrue();
        assertThat(second.closed()).isFalse();
        first.closed().set(false);
        impatient.start();
        byHand.runNext();
        assertThat(first.closed()).isFalse();
        assertThat(second.closed()).isTrue();

        ConnectionGuard ownAlone = new ConnectionGuard(new Seats<>(9, 9, 9), Duration.ZERO, byHand.scheduler());
        Client refused = Client.of(1);
        ownAlone.onOpened(refused.connection());
        assertThat(refused.closed()).isTrue();
        refused.closed().set(false);
        byHand.waiting.clear();
        ownAlone.start();
        byHand.runNext();
        assertThat(refused.closed()).isFalse();

        ConnectionGuard narrow = new ConnectionGuard(new Seats<>(1, 9, 0), Duration.ZERO, byHand.scheduler());
        Client gone = Client.of(1);
        Client late = Client.of(2);
        narrow.onOpened(gone.connection());
        narrow.onOpened(late.connection());
        assertThat(gone.closed()).isTrue();
        gone.closed().set(false);
        byHand.waiting.clear();
        narrow.start();
        byHand.runNext();
        assertThat(gone.closed()).isFalse();
        assertThat(late.closed()).isTrue();
    }
}
