package mx.difusor.agent.e2e;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A real web server on a port of its own that serves the live root. */
public final class WebServer implements AutoCloseable {

    private static final String MIME = """
            types { text/html html; text/css css; application/javascript js; application/json json; text/csv csv; }
            """;

    private final Process process;
    private final int port;
    private final HttpClient http =
            HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

    private WebServer(Process process, int port) {
        this.process = process;
        this.port = port;
    }

    public static WebServer nginx(Path folder, Path root) throws IOException {
        return nginx(folder, root, Site.freePort());
    }

    static WebServer nginx(Path folder, Path root, int port) throws IOException {
        return nginx(folder, root, port, List.of());
    }

    /** @param under a command that runs the server in its own process's place, with its options */
    static WebServer nginx(Path folder, Path root, int port, List<String> under) throws IOException {
        Shell.needs("nginx");
        Path config = folder.resolve("nginx.conf");
        Files.createDirectories(folder.resolve("nginx-temp"));
        Files.writeString(config, """
                daemon off; master_process off; worker_processes 1; pid %1$s/nginx.pid; error_log %1$s/nginx-error.log;
                events { worker_connections 64; }
                http {
                  %2$s default_type application/octet-stream; access_log off;
                  client_body_temp_path %1$s/nginx-temp/a; proxy_temp_path %1$s/nginx-temp/b;
                  fastcgi_temp_path %1$s/nginx-temp/c; uwsgi_temp_path %1$s/nginx-temp/d; scgi_temp_path %1$s/nginx-temp/e;
                  server { listen 127.0.0.1:%3$d; root %4$s; index index.html; }
                }
                """.formatted(folder, MIME, port, root));
        List<String> command = new ArrayList<>(under);
        command.addAll(List.of("nginx", "-c", config.toString(), "-p", folder.toString()));
        return start(command, folder, port);
    }

    static WebServer apache(Path folder, Path root) throws IOException {
        Shell.needs("apache2");
        int port = Site.freePort();
        Path config = folder.resolve("apache.conf");
        Files.writeString(config, """
                ServerRoot "%1$s"
                ServerName 127.0.0.1
                PidFile "%1$s/apache.pid"
                ErrorLog "%1$s/apache-error.log"
                DefaultRuntimeDir "%1$s"
                Listen 127.0.0.1:%2$d
                LoadModule mpm_event_module /usr/lib/apache2/modules/mod_mpm_event.so
                LoadModule authz_core_module /usr/lib/apache2/modules/mod_authz_core.so
                LoadModule mime_module /usr/lib/apache2/modules/mod_mime.so
                LoadModule dir_module /usr/lib/apache2/modules/mod_dir.so
                TypesConfig /etc/mime.types
                User www-data
                Group www-data
                DocumentRoot "%3$s"
                <Directory />
                  Options FollowSymLinks
                  AllowOverride None
                  Require all granted
                </Directory>
                DirectoryIndex index.html
                """.formatted(folder, port, root));
        return start(List.of("apache2", "-f", config.toString(), "-DFOREGROUND"), folder, port);
    }

    private static WebServer start(List<String> command, Path folder, int port) throws IOException {
        ProcessBuilder builder = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("web.log").toFile());
        builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin");
        Process process = builder.start();
        WebServer server = new WebServer(process, port);
        Awaitility.await("web server").atMost(Duration.ofSeconds(30)).until(() -> server.answers());
        return server;
    }

    private boolean answers() throws IOException {
        try {
            return get("/").statusCode() > 0;
        } catch (java.net.ConnectException e) {
            return false;
        }
    }

    public String url(String path) {
        return "http://127.0.0.1:" + port + path;
    }

    HttpResponse<byte[]> get(String path) throws IOException {
        try {
            String encoded = new URI("http", null, "127.0.0.1", port, path, null, null).toASCIIString();
            return http.send(
                    HttpRequest.newBuilder(URI.create(encoded))
                            .timeout(Duration.ofSeconds(10))
                            .build(),
                    HttpResponse.BodyHandlers.ofByteArray());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } catch (java.net.URISyntaxException e) {
            throw new IOException(e);
        }
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
