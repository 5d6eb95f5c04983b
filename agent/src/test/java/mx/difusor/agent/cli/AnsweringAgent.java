package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.json.JsonMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import mx.difusor.agent.config.HomeFixture;

/** A running agent that answers whatever a test says, and the home that names it. Its token is {@code f00d}. */
final class AnsweringAgent implements AutoCloseable {

    /** Each as {@code METHOD PATH Authorization BODY}. */
    final List<String> requests = new CopyOnWriteArrayList<>();

    volatile int status = 200;
    volatile String answer;

    private final HttpServer server;

    /** @param home where the configuration and the operator's token are written */
    AnsweringAgent(Path home, String answer) throws IOException {
        this.answer = answer;
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", this::handle);
        server.start();
        new HomeFixture(home)
                .write(HomeFixture.LEAST + "status: {listen: 127.0.0.1:"
                        + server.getAddress().getPort() + "}\n");
        Files.writeString(home.resolve("keys/operator.token"), "f00d\n");
    }

    private void handle(HttpExchange exchange) throws IOException {
        String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
        requests.add(exchange.getRequestMethod() + " " + exchange.getRequestURI() + " "
                + exchange.getRequestHeaders().getFirst("Authorization")
                + (body.isEmpty() ? "" : " " + new JsonMapper().readTree(body)));
        byte[] bytes = answer.getBytes(StandardCharsets.UTF_8);
        exchange.sendResponseHeaders(status, bytes.length);
        exchange.getResponseBody().write(bytes);
        exchange.close();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
