package mx.difusor.agent.status;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;
import org.jspecify.annotations.Nullable;

/**
 * Holds connections to their limits: how many, how many from one address, and how long without a request or an
 * answer. An idle timeout alone lets a client hold a connection for ever by dripping a byte now and then.
 */
final class ConnectionGuard extends AbstractLifeCycle implements Connection.Listener {

    /** What a connection had done when it last made progress. */
    private record Progress(long requests, long answers, long atNanos) {
        static Progress of(Connection connection) {
            return new Progress(connection.getMessagesIn(), connection.getMessagesOut(), System.nanoTime());
        }

        boolean sameAs(Progress later) {
            return requests == later.requests && answers == later.answers;
        }
    }

    private final Duration standstill;
    private final Scheduler scheduler;
    private final Seats<Connection> seats;
    private final Map<Connection, Progress> open = new LinkedHashMap<>();

    ConnectionGuard(Seats<Connection> seats, Duration standstill, Scheduler scheduler) {
        this.seats = seats;
        this.standstill = standstill;
        this.scheduler = scheduler;
    }

    @Override
    protected void doStart() {
        scheduleSweep();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            // The connection inside it is told of as well, and knows about requests.
            return;
        }
        Optional<Connection> leaving;
        synchronized (open) {
            noteProgress();
            leaving = seats.take(connection, address(connection));
            leaving.ifPresent(open::remove);
            if (leaving.isEmpty() || leaving.get() != connection) {
                open.put(connection, Progress.of(connection));
            }
        }
        leaving.ifPresent(one -> one.getEndPoint().close());
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (open) {
            open.remove(connection);
            seats.leave(connection);
        }
    }

    private void scheduleSweep() {
        if (isStarting() || isStarted()) {
            long millis = Math.max(50, standstill.toMillis() / 10);
            scheduler.schedule(this::sweep, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void noteProgress() {
        open.replaceAll((connection, last) -> {
            Progress now = Progress.of(connection);
            if (last.sameAs(now)) {
                return last;
            }
            seats.progressed(connection);
            return now;
        });
    }

    private void sweep() {
        List<Connection> stuck = new ArrayList<>();
        synchronized (open) {
            noteProgress();
            long now = System.nanoTime();
            open.forEach((connection, last) -> {
                if (now - last.atNanos() > standstill.toNanos()) {
                    stuck.add(connection);
                }
            });
        }
        // Outside the lock: closing calls onClosed.
        for (Connection connection : stuck) {
            connection.getEndPoint().close(new TimeoutException("no whole request in " + standstill));
        }
        scheduleSweep();
    }

    private static @Nullable InetAddress address(Connection connection) {
        SocketAddress remote = connection.getEndPoint().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet ? inet.getAddress() : null;
    }
}
