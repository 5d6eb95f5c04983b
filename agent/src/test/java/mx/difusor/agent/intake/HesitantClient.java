package mx.difusor.agent.intake;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Between a client and the server: of what one client says only its identification goes through until it may go on. */
final class HesitantClient implements AutoCloseable {
    private final ServerSocket listening = new ServerSocket(0, 1, InetAddress.getLoopbackAddress());
    private final List<Socket> sockets = new ArrayList<>();
    private final CountDownLatch goOn;

    HesitantClient(int serverPort, CountDownLatch goOn) throws IOException {
        this.goOn = goOn;
        start(() -> {
            Socket client = listening.accept();
            Socket server = new Socket(InetAddress.getLoopbackAddress(), serverPort);
            synchronized (sockets) {
                sockets.addAll(List.of(client, server));
            }
            start(() -> server.getInputStream().transferTo(client.getOutputStream()));
            hesitate(client.getInputStream(), server.getOutputStream());
        });
    }

    int port() {
        return listening.getLocalPort();
    }

    private void hesitate(InputStream client, OutputStream server) throws IOException, InterruptedException {
        int read = client.read();
        while (read >= 0 && read != '\n') {
            server.write(read);
            read = client.read();
        }
        server.write('\n');
        goOn.await();
        client.transferTo(server);
    }

    private interface Work {
        void run() throws IOException, InterruptedException;
    }

    private static void start(Work work) {
        Thread thread = new Thread(() -> {
            try {
                work.run();
            } catch (IOException | InterruptedException e) {
                // One of both has hung up.
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    @Override
    public void close() throws IOException {
        listening.close();
        synchronized (sockets) {
            for (Socket socket : sockets) {
                socket.close();
            }
        }
    }
}
