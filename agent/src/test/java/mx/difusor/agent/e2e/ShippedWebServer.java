package mx.difusor.agent.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;

/**
 * A real web server with the configuration that installer packages ship, changed in what its head says is the sysadmin's:
 * name, certificate, live root, the Institute's addresses; and its ports. It answers under {@link #NAME}.
 */
final class ShippedWebServer implements AutoCloseable {

    static final String NAME = "prep.radio.example";

    /** Of the Institute, here. */
    static final String INSTITUTE = "127.0.0.5";

    /** A visitor who is counted, in nginx's case. */
    static final String VISITOR = "127.0.0.9";

    static final Path SHIPPED = Path.of("../installer/src/main/distribution/web");
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    private final String server;
    private final Process process;
    private final Path folder;
    private final int plainPort;
    private final int tlsPort;

    private ShippedWebServer(String server, Process process, Path folder, int plainPort, int tlsPort) {
        this.server = server;
        this.process = process;
        this.folder = folder;
        this.plainPort = plainPort;
        this.tlsPort = tlsPort;
    }

    private static String adapted(String shipped, Path folder, Site site, int plainPort, int tlsPort)
            throws IOException {
        Shell.needs("openssl");
        if (!Files.exists(folder.resolve("web.pem"))) {
            Shell.bash(folder, """
                            openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:P-256 -nodes -days 30 -subj /CN=%1$s \
                              -addext subjectAltName=DNS:%1$s,IP:127.0.0.1 -keyout web.key -out web.pem
                            """.formatted(NAME)).ok();
        }
        String live = "/etc/letsencrypt/live/" + NAME + "/";
        return Files.readString(SHIPPED.resolve(shipped))
                .replace(live + "fullchain.pem", folder.resolve("web.pem").toString())
                .replace(live + "privkey.pem", folder.resolve("web.key").toString())
                .replace("/var/lib/difusor", site.home.toString())
                .replace("203.0.113.0/24", INSTITUTE)
                .replace("127.0.0.1:8480", "127.0.0.1:" + site.statusPort)
                .replace("/var/www/acme", folder.resolve("acme").toString())
                .replaceAll("(?m)^ *listen \\[::\\].*\n", "")
                .replaceAll("(?m)^( *listen )80;", "$1127.0.0.1:" + plainPort + ";")
                .replaceAll("(?m)^( *listen )443 ", "$1127.0.0.1:" + tlsPort + " ")
                .replaceAll("<VirtualHost \\*:80>", "<VirtualHost 127.0.0.1:" + plainPort + ">")
                .replaceAll("<VirtualHost \\*:443>", "<VirtualHost 127.0.0.1:" + tlsPort + ">");
    }

    /** Inside an http block that has what a shipped server block must not inherit. */
    static ShippedWebServer nginx(Path folder, Site site) throws IOException {
        Shell.needs("nginx");
        int plainPort = Site.freePort();
        int tlsPort = Site.freePort();
        String shipped = adapted("nginx/difusor.conf", folder, site, plainPort, tlsPort)
                .replace("    127.0.0.0/8 0;", "    127.0.0.9 1;\n    127.0.0.10 1;\n    127.0.0.0/8 0;");
        Files.writeString(folder.resolve("difusor-nginx.conf"), shipped);
        Path config = folder.resolve("nginx-shipped.conf");
        Files.createDirectories(folder.resolve("nginx-temporary"));
        Files.writeString(config, """
                daemon off; user www-data; worker_processes 2; pid %1$s/nginx.pid; error_log %1$s/nginx-error.log;
                events { worker_connections 1024; }
                http {
                  include /etc/nginx/mime.types; default_type application/octet-stream; access_log off;
                  open_file_cache max=1000 inactive=60s; open_file_cache_valid 60s; disable_symlinks on; expires 1h;
                  client_body_temp_path %1$s/nginx-temporary/a; proxy_temp_path %1$s/nginx-temporary/b;
                  fastcgi_temp_path %1$s/nginx-temporary/c; uwsgi_temp_path %1$s/nginx-temporary/d;
                  scgi_temp_path %1$s/nginx-temporary/e;
                  include %1$s/difusor-nginx.conf;
                }
                """.formatted(folder));
        return start(
                List.of("nginx", "-c", config.toString(), "-p", folder.toString()),
                "nginx",
                folder,
                plainPort,
                tlsPort);
    }

    /** With the modules that the configuration's head names and those that every Apache has; with a language's ending to get over. */
    static ShippedWebServer apache(Path folder, Site site) throws IOException {
        Shell.needs("apache2");
        int plainPort = Site.freePort();
        int tlsPort = Site.freePort();
        String shipped = adapted("apache/difusor.conf", folder, site, plainPort, tlsPort);
        Files.writeString(folder.resolve("difusor-apache.conf"), shipped);
        String named = shipped.substring(shipped.indexOf("a2enmod ") + 8);
        StringBuilder modules = new StringBuilder();
        for (String module :
                ("mpm_event authz_core authz_host " + named.substring(0, named.indexOf('\n'))).split(" ", -1)) {
            modules.append("LoadModule %1$s_module /usr/lib/apache2/modules/mod_%1$s.so%n".formatted(module));
        }
        Path config = folder.resolve("apache-shipped.conf");
        Files.writeString(config, """
                ServerRoot "%1$s"
                ServerName 127.0.0.1
                PidFile "%1$s/apache.pid"
                ErrorLog "%1$s/apache-error.log"
                DefaultRuntimeDir "%1$s"
                %2$s
                TypesConfig /etc/mime.types
                AddLanguage es .es
                User www-data
                Group www-data
                Listen 127.0.0.1:%3$d
                Listen 127.0.0.1:%4$d
                Include "%1$s/difusor-apache.conf"
                """.formatted(folder, modules, plainPort, tlsPort));
        return start(List.of("apache2", "-f", config.toString(), "-DFOREGROUND"), "apache", folder, plainPort, tlsPort);
    }

    private static ShippedWebServer start(List<String> command, String name, Path folder, int plainPort, int tlsPort)
            throws IOException {
        Path log = folder.resolve(name + ".log");
        ProcessBuilder builder =
                new ProcessBuilder(command).redirectErrorStream(true).redirectOutput(log.toFile());
        builder.environment().put("PATH", System.getenv("PATH") + ":/usr/sbin");
        Process process = builder.start();
        Awaitility.await(name).atMost(PATIENCE).until(() -> {
            assertThat(process.isAlive()).as("%s", Files.readString(log)).isTrue();
            return accepts(tlsPort) && accepts(plainPort);
        });
        return new ShippedWebServer(name, process, folder, plainPort, tlsPort);
    }

    private static boolean accepts(int port) {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return socket.isConnected();
        } catch (IOException e) {
            return false;
        }
    }

    @Override
    public String toString() {
        return server;
    }

    String url(String path) {
        return "https://" + NAME + ":" + tlsPort + path;
    }

    /** The same where the name cannot be resolved: of each port's servers it is the only one. */
    String localUrl(String path) {
        return "https://127.0.0.1:" + tlsPort + path;
    }

    String plainUrl(String path) {
        return "http://" + NAME + ":" + plainPort + path;
    }

    int tlsPort() {
        return tlsPort;
    }

    /** What stock curl sees: the status line and the headers, in lower case, of a request with these options. */
    String headers(String options, String url) throws IOException {
        return curl("-D - -o /dev/null " + options, url).toLowerCase(java.util.Locale.ROOT);
    }

    String body(String options, String url) throws IOException {
        return curl(options, url);
    }

    private String curl(String options, String url) throws IOException {
        Shell.needs("curl");
        String resolve =
                "--resolve %1$s:%2$d:127.0.0.1 --resolve %1$s:%3$d:127.0.0.1".formatted(NAME, tlsPort, plainPort);
        return Shell.run(
                        folder,
                        Map.of(),
                        List.of(
                                "bash",
                                "-c",
                                "curl -sS --max-time 20 --cacert web.pem %s %s '%s'".formatted(resolve, options, url)))
                .ok()
                .output();
    }

    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
