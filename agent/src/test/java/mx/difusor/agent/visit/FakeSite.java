package mx.difusor.agent.visit;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import javax.net.ssl.SSLContext;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.Tree;
import mx.difusor.agent.model.TreeFile;
import org.jspecify.annotations.Nullable;

/** A release in a folder, and a web server that serves it unless a test makes it answer otherwise. */
final class FakeSite implements AutoCloseable {

    static final Instant CUT = Instant.parse("2024-06-03T03:00:00Z");

    /** What a path is answered with. */
    interface Handler {
        void answer(HttpExchange exchange) throws IOException;
    }

    private final Path folder;
    private final Map<String, TreeFile> files = new TreeMap<>();
    private final Map<String, Handler> handlers = new ConcurrentHashMap<>();
    private final ExecutorService executor = Executors.newCachedThreadPool();
    private final HttpServer server;
    private final String scheme;

    /** Paths with their queries, percent-encoded, as they were asked for. */
    final List<String> asked = new CopyOnWriteArrayList<>();

    FakeSite(Path folder) throws IOException {
        this(folder, 0, null);
    }

    /** @param tls null for plain HTTP */
    FakeSite(Path folder, int port, @Nullable SSLContext tls) throws IOException {
        this.folder = folder;
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        scheme = tls == null ? "http" : "https";
        if (tls == null) {
            server = HttpServer.create(address, 0);
        } else {
            HttpsServer secure = HttpsServer.create(address, 0);
            secure.setHttpsConfigurator(new HttpsConfigurator(tls));
            server = secure;
        }
        server.setExecutor(executor);
        server.createContext("/", this::answer);
        server.start();
    }

    /** One file of the release; each one later than the one before. */
    FakeSite file(String path, String text) throws IOException {
        byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
        Files.createDirectories(folder.resolve(path).getParent());
        Files.write(folder.resolve(path), bytes);
        files.put(path, new TreeFile(path, bytes.length, Digest.ofContent(bytes), CUT.plusSeconds(files.size()), 1));
        return this;
    }

    Tree tree() {
        return Tree.of(new ArrayList<>(files.values()));
    }

    Shown shown() {
        return new Shown("pel-2024/000017-aa", folder, tree());
    }

    int port() {
        return server.getAddress().getPort();
    }

    URI url(String path) {
        return URI.create(scheme + "://localhost:" + port() + path);
    }

    /** @param path percent-encoded, without a query */
    FakeSite on(String path, Handler handler) {
        handlers.put(path, handler);
        return this;
    }

    FakeSite status(String path, int status) {
        return on(path, exchange -> send(exchange, status, new byte[0]));
    }

    FakeSite text(String path, String text) {
        return on(path, exchange -> send(exchange, 200, text.getBytes(StandardCharsets.UTF_8)));
    }

    FakeSite redirect(String path, String to) {
        return on(path, exchange -> {
            exchange.getResponseHeaders().set("Location", to);
            send(exchange, 302, new byte[0]);
        });
    }

    static void send(HttpExchange exchange, int status, byte[] body) throws IOException {
        exchange.sendResponseHeaders(status, body.length == 0 ? -1 : body.length);
        exchange.getResponseBody().write(body);
        exchange.close();
    }

    /** As without a handler. */
    void sendFile(HttpExchange exchange) throws IOException {
        String path = exchange.getRequestURI().getPath().replaceFirst("^/(prep/)?", "");
        Path file = folder.resolve(path.isEmpty() ? "index.html" : path);
        if (Files.isRegularFile(file)) {
            exchange.sendResponseHeaders(200, Files.size(file) == 0 ? -1 : Files.size(file));
            Files.copy(file, exchange.getResponseBody());
            exchange.close();
        } else {
            send(exchange, 404, new byte[0]);
        }
    }

    private void answer(HttpExchange exchange) throws IOException {
        asked.add(exchange.getRequestURI().toString());
        Handler handler = handlers.get(exchange.getRequestURI().getRawPath());
        if (handler == null) {
            sendFile(exchange);
        } else {
            handler.answer(exchange);
        }
    }

    @Override
    public void close() {
        server.stop(0);
        executor.shutdownNow();
    }
}
