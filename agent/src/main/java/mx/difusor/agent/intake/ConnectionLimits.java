package mx.difusor.agent.intake;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import org.apache.sshd.common.session.Session;
import org.apache.sshd.common.session.SessionListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Counts connections that have not proved who they are, in all and per address; MINA limits neither. */
final class ConnectionLimits implements SessionListener {
    static final int MAX_UNAUTHENTICATED = 64;
    static final int MAX_UNAUTHENTICATED_PER_ADDRESS = 16;

    private static final Logger LOG = LoggerFactory.getLogger(ConnectionLimits.class);

    private final Map<Session, InetAddress> unauthenticated = new HashMap<>();

    @Override
    public void sessionCreated(Session session) {
        if (!(session.getRemoteAddress() instanceof InetSocketAddress remote)) {
            return;
        }
        InetAddress address = remote.getAddress();
        if (!admit(session, address)) {
            LOG.warn("too many connections without a login, closing one from {}", address.getHostAddress());
            session.close(true);
        }
    }

    private synchronized boolean admit(Session session, InetAddress address) {
        long sameAddress =
                unauthenticated.values().stream().filter(address::equals).count();
        if (unauthenticated.size() >= MAX_UNAUTHENTICATED || sameAddress >= MAX_UNAUTHENTICATED_PER_ADDRESS) {
            return false;
        }
        unauthenticated.put(session, address);
        return true;
    }

    @Override
    public void sessionEvent(Session session, Event event) {
        if (event == Event.Authenticated) {
            forget(session);
        }
    }

    @Override
    public void sessionException(Session session, Throwable t) {
        forget(session);
    }

    @Override
    public void sessionClosed(Session session) {
        forget(session);
    }

    private synchronized void forget(Session session) {
        unauthenticated.remove(session);
    }
}
