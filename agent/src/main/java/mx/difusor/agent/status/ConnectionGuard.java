package mx.difusor.agent.status;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/**
 * Holds connections to their limits: how many, how many from one address, and how long without a request or an
 * answer. An idle timeout alone lets a client hold a connection for ever by dripping a byte now and then.
 */
final class ConnectionGuard extends AbstractLifeCycle implements Connection.Listener {

    /**
     * What a connection had done when it last made progress.
     *
     * @param address of the client; a closed connection does not tell it any more
     */
    private record Progress(String address, long requests, long answers, long atNanos) {
        static Progress of(Connection connection, String address) {
            return new Progress(address, connection.getMessagesIn(), connection.getMessagesOut(), System.nanoTime());
        }

        boolean sameAs(Progress later) {
            return requests == later.requests && answers == later.answers;
        }
    }

    private final int most;
    private final int mostPerAddress;
    private final Duration standstill;
    private final Scheduler scheduler;
    private final Map<Connection, Progress> open = new HashMap<>();
    private final Map<String, Integer> perAddress = new HashMap<>();

    ConnectionGuard(int most, int mostPerAddress, Duration standstill, Scheduler scheduler) {
        this.most = most;
        this.mostPerAddress = mostPerAddress;
        this.standstill = standstill;
        this.scheduler = scheduler;
    }

    @Override
    protected void doStart() throws Exception {
        super.doStart();
        scheduleSweep();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof SslConnection) {
            // The connection inside it is told of as well, and knows about requests.
            return;
        }
        String address = address(connection);
        boolean allowed;
        synchronized (open) {
            int others = perAddress.getOrDefault(address, 0);
            allowed = open.size() < most && others < mostPerAddress;
            if (allowed) {
                open.put(connection, Progress.of(connection, address));
                perAddress.put(address, others + 1);
            }
        }
        if (!allowed) {
            connection.getEndPoint().close();
        }
    }

    @Override
    public void onClosed(Connection connection) {
        synchronized (open) {
            Progress last = open.remove(connection);
            if (last != null) {
                perAddress.computeIfPresent(
                        last.address(), (address, count) -> count == 1 ? null : Integer.valueOf(count - 1));
            }
        }
    }

    private void scheduleSweep() {
        if (isStarting() || isStarted()) {
            long millis = Math.max(50, standstill.toMillis() / 10);
            scheduler.schedule(this::sweep, millis, TimeUnit.MILLISECONDS);
        }
    }

    private void sweep() {
        List<Connection> stuck = new ArrayList<>();
        synchronized (open) {
            Iterator<Map.Entry<Connection, Progress>> each = open.entrySet().iterator();
            while (each.hasNext()) {
                Map.Entry<Connection, Progress> entry = each.next();
                Progress now = Progress.of(entry.getKey(), entry.getValue().address());
                if (!entry.getValue().sameAs(now)) {
                    entry.setValue(now);
                } else if (now.atNanos() - entry.getValue().atNanos() > standstill.toNanos()) {
                    stuck.add(entry.getKey());
                }
            }
        }
        // Outside the lock: closing calls onClosed.
        for (Connection connection : stuck) {
            connection.getEndPoint().close(new TimeoutException("no whole request in " + standstill));
        }
        scheduleSweep();
    }

    private static String address(Connection connection) {
        SocketAddress remote = connection.getEndPoint().getRemoteSocketAddress();
        return remote instanceof InetSocketAddress inet && inet.getAddress() != null
                ? inet.getAddress().getHostAddress()
                : "";
    }
}
