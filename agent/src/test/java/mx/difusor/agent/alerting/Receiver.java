package mx.difusor.agent.alerting;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.LinkedBlockingDeque;

/** A web server that answers as the test says, 200 by itself, and keeps what came. */
final class Receiver implements AutoCloseable {

    record Came(String method, String path, String body, Headers headers) {
        String header(String name) {
            return Optional.ofNullable(headers.getFirst(name)).orElse("");
        }
    }

    final List<Came> came = new CopyOnWriteArrayList<>();
    private final LinkedBlockingDeque<Integer> answers = new LinkedBlockingDeque<>();
    private final HttpServer server;

    Receiver() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
    }

    /** The next answers; 200 after them. */
    Receiver answering(Integer... codes) {
        answers.addAll(List.of(codes));
        return this;
    }

    private void handle(HttpExchange exchange) throws IOException {
        came.add(new Came(
                exchange.getRequestMethod(),
                exchange.getRequestURI().toString(),
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8),
                exchange.getRequestHeaders()));
        Integer code = answers.poll();
        int status = code == null ? 200 : code;
        if (status / 100 == 3) {
            exchange.getResponseHeaders().set("Location", "/elsewhere");
        }
        exchange.sendResponseHeaders(status, -1);
        exchange.close();
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + path);
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
