package mx.difusor.agent.institute;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Serves a live root on loopback so that a demo can be looked at. Not for the public: that is a web server's work.
 * Every request looks through the link anew, so each answer comes from one whole release.
 */
public final class SiteServer implements AutoCloseable {

    private static final int THREADS = 8;
    private static final Map<String, String> TYPES = Map.of(
            "html", "text/html; charset=utf-8",
            "css", "text/css; charset=utf-8",
            "js", "text/javascript; charset=utf-8",
            "json", "application/json",
            "csv", "text/csv; charset=utf-8",
            "txt", "text/plain; charset=utf-8",
            "svg", "image/svg+xml",
            "zip", "application/zip");

    private final HttpServer server;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, SiteServer::daemon);
    private final Path liveRoot;

    private SiteServer(HttpServer server, Path liveRoot) {
        this.server = server;
        this.liveRoot = liveRoot;
    }

    /** On a free port of the loopback address. */
    public static SiteServer start(Path liveRoot) throws IOException {
        HttpServer http = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        SiteServer site = new SiteServer(http, liveRoot);
        http.createContext("/", site::answer);
        http.setExecutor(site.threads);
        http.start();
        return site;
    }

    /** Ends in {@code /}. */
    public URI address() {
        return URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    }

    @Override
    public void close() {
        server.stop(0);
        threads.shutdownNow();
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String method = exchange.getRequestMethod();
            if (!method.equals("GET") && !method.equals("HEAD")) {
                exchange.sendResponseHeaders(405, -1);
                return;
            }
            Path release = liveRoot.toRealPath();
            String asked = exchange.getRequestURI().getPath();
            Path file = release.resolve(asked.endsWith("/") ? asked.substring(1) + "index.html" : asked.substring(1))
                    .normalize();
            if (!file.startsWith(release) || !Files.isRegularFile(file, LinkOption.NOFOLLOW_LINKS)) {
                exchange.sendResponseHeaders(404, -1);
                return;
            }
            exchange.getResponseHeaders().set("Content-Type", type(file));
            exchange.getResponseHeaders().set("Cache-Control", "no-cache");
            send(exchange, file, method.equals("HEAD"));
        } catch (RuntimeException e) {
            // A path that is none on this platform, or a client that left.
            exchange.close();
        }
    }

    private static void send(HttpExchange exchange, Path file, boolean headOnly) throws IOException {
        long size = Files.size(file);
        if (headOnly) {
            exchange.sendResponseHeaders(200, -1);
            return;
        }
        exchange.sendResponseHeaders(200, size == 0 ? -1 : size);
        try (InputStream in = Files.newInputStream(file);
                OutputStream out = exchange.getResponseBody()) {
            in.transferTo(out);
        }
    }

    private static String type(Path file) {
        String name = String.valueOf(file.getFileName()).toLowerCase(Locale.ROOT);
        return TYPES.getOrDefault(name.substring(name.lastIndexOf('.') + 1), "application/octet-stream");
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "site");
        thread.setDaemon(true);
        return thread;
    }
}
