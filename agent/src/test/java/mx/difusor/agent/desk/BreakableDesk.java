package mx.difusor.agent.desk;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import mx.difusor.agent.publish.LiveRoot;
import org.jspecify.annotations.Nullable;

/** A desk with two events, whose live root gets stuck and whose twins cannot be written when a test says so. */
abstract class BreakableDesk extends OneDesk {

    /** What the live root refuses. */
    enum Broken {
        NOTHING,
        ASKING,
        POINTING,
        /** It points, and fails then. */
        HALF_WAY
    }

    Broken broken = Broken.NOTHING;
    int asked;
    long nanos = 77 * Rest.LONG_NANOS;
    long brokenNanos;

    /** No .gz can be written. */
    boolean noTwins;

    /** What is done while one is written. */
    Runnable besideTwins = () -> {};

    @Override
    Disk publishersDisk() {
        return (Disk) Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (self, method, arguments) -> {
                    boolean twin = method.getName().equals("moveAtomically")
                            && arguments[1].toString().endsWith(".gz");
                    if (twin) {
                        besideTwins.run();
                    }
                    if (noTwins && twin) {
                        throw new IOException("no twin");
                    }
                    try {
                        return method.invoke(disk, arguments);
                    } catch (InvocationTargetException e) {
                        throw e.getCause();
                    }
                });
    }

    @Override
    Map<String, Event> events(Event pel) {
        Event other = new Event("otro", false, pel.opens(), pel.closes(), null, pel.cadence(), pel.missedPeriods());
        return Map.of("pel", pel, "otro", other);
    }

    @Override
    long nanos() {
        return nanos;
    }

    @Override
    LiveRoot liveRoot(Home home) {
        LiveRoot real = super.liveRoot(home);
        return new LiveRoot() {
            private void require(Broken refused) throws MachineException {
                if (broken == refused) {
                    nanos += brokenNanos;
                    throw new MachineException("live-root-failed", "it is stuck", "free it", null);
                }
            }

            @Override
            public Optional<Path> target() throws MachineException {
                asked++;
                require(Broken.ASKING);
                return real.target();
            }

            @Override
            public void pointAt(Path release) throws MachineException {
                require(Broken.POINTING);
                real.pointAt(release);
                require(Broken.HALF_WAY);
            }

            @Override
            public void settle() throws MachineException {
                real.settle();
            }
        };
    }

    List<String> alerted() {
        return alerts.active().stream().map(Alert::code).toList();
    }

    Publication publication() {
        return room().publication();
    }

    Overview.Live live() {
        return Objects.requireNonNull(publication().live());
    }

    Path acuse(String name) {
        return room().home().receipts().resolve("iee/" + name + ".json");
    }

    Receipt receipt(int sequence) throws Exception {
        return room().archive().receipt("pel", sequence).orElseThrow();
    }

    /** As after a start, on the same home. */
    Publication again(Operator.@Nullable Notice notice) throws MachineException {
        Publication started =
                publication(room().home(), room().archive(), publication().event(), SteadyClock.trusting(clock));
        started.open(null, notice);
        return started;
    }

    void inTheIndex(String sql) throws Exception {
        try (Connection connection = DriverManager.getConnection(
                        "jdbc:sqlite:" + room().home().index());
                var statement = connection.createStatement()) {
            statement.executeUpdate(sql);
        }
    }

    static Operator.Notice notice(Instant at) {
        return new Operator.Notice("ana", "agua", at, "vuelve");
    }
}
