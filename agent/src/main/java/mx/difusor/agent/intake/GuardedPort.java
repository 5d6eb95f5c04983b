package mx.difusor.agent.intake;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.channels.AsynchronousSocketChannel;
import java.util.function.Predicate;
import org.apache.sshd.common.FactoryManager;
import org.apache.sshd.common.io.IoHandler;
import org.apache.sshd.common.io.IoServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2Service;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactory;
import org.apache.sshd.common.io.nio2.Nio2ServiceFactoryFactory;
import org.apache.sshd.common.io.nio2.Nio2Session;

/** Closes a connection that is not welcome before anything is made for it or sent to it. */
final class GuardedPort extends Nio2ServiceFactoryFactory {
    private final Predicate<InetSocketAddress> isWelcome;

    GuardedPort(Predicate<InetSocketAddress> isWelcome) {
        this.isWelcome = isWelcome;
    }

    @Override
    public IoServiceFactory create(FactoryManager manager) {
        return new Nio2ServiceFactory(manager, newExecutor(), newExecutor()) {
            @Override
            public Nio2Session createSession(
                    Nio2Service service, IoHandler handler, AsynchronousSocketChannel socket, SocketAddress address)
                    throws Throwable {
                requireWelcome(socket);
                return super.createSession(service, handler, socket, address);
            }
        };
    }

    /** MINA goes on accepting after an exception and does not close the socket itself. */
    private void requireWelcome(AsynchronousSocketChannel socket) throws IOException {
        boolean welcome = socket.getRemoteAddress() instanceof InetSocketAddress remote
                && remote.getAddress() != null
                && isWelcome.test(remote);
        if (!welcome) {
            socket.close();
            throw new IOException("not welcome");
        }
    }
}
