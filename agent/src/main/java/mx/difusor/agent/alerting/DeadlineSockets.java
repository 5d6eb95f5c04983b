package mx.difusor.agent.alerting;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import javax.net.SocketFactory;
import javax.net.ssl.SSLSocketFactory;

/**
 * Sockets of one conversation, which ends with its deadline: time-outs of single reads do not stop a server that drips
 * a byte now and then.
 */
final class DeadlineSockets extends SSLSocketFactory implements AutoCloseable {

    private final SSLSocketFactory tls;
    private final List<Socket> made = new ArrayList<>();
    private final CompletableFuture<Void> end = new CompletableFuture<>();
    private boolean late;

    DeadlineSockets(SSLSocketFactory tls, Duration deadline) {
        this.tls = tls;
        CompletableFuture<Void> unused = end.completeOnTimeout(null, deadline.toMillis(), TimeUnit.MILLISECONDS)
                .thenRun(this::cut);
    }

    private synchronized void cut() {
        late = true;
        for (Socket socket : made) {
            try {
                socket.close();
            } catch (IOException ignored) {
                // It is closed, or it never was open.
            }
        }
    }

    private synchronized Socket keep(Socket socket) throws IOException {
        if (late) {
            socket.close();
        }
        made.add(socket);
        return socket;
    }

    /** Of the plain sockets, which TLS may be laid over. */
    SocketFactory plain() {
        SocketFactory plain = SocketFactory.getDefault();
        DeadlineSockets all = this;
        return new SocketFactory() {
            @Override
            public Socket createSocket() throws IOException {
                return all.keep(plain.createSocket());
            }

            @Override
            public Socket createSocket(String host, int port) throws IOException {
                return all.keep(plain.createSocket(host, port));
            }

            @Override
            public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
                return all.keep(plain.createSocket(host, port, local, localPort));
            }

            @Override
            public Socket createSocket(InetAddress host, int port) throws IOException {
                return all.keep(plain.createSocket(host, port));
            }

            @Override
            public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort)
                    throws IOException {
                return all.keep(plain.createSocket(host, port, local, localPort));
            }
        };
    }

    @Override
    public Socket createSocket() throws IOException {
        return keep(tls.createSocket());
    }

    @Override
    public Socket createSocket(Socket socket, String host, int port, boolean autoClose) throws IOException {
        return keep(tls.createSocket(socket, host, port, autoClose));
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return keep(tls.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return keep(tls.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return keep(tls.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return keep(tls.createSocket(host, port, local, localPort));
    }

    @Override
    public String[] getDefaultCipherSuites() {
        return tls.getDefaultCipherSuites();
    }

    @Override
    public String[] getSupportedCipherSuites() {
        return tls.getSupportedCipherSuites();
    }

    /** The conversation is over, one way or the other. */
    @Override
    public void close() {
        end.complete(null);
    }
}
