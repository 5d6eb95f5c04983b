package mx.difusor.installer;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A home with some key and some certificate.
 *
 * @param config its difusor.yaml
 */
record AgentHome(Path config, int statusPort) {

    /** Of an agent that listens on loopback, and that nobody uploads to. */
    static AgentHome make(Path home) throws Exception {
        Tool.run(List.of(Built.LAUNCHER.toString(), "init", home.toString())).ok();
        Files.copy(home.resolve("keys/ssh_host_ed25519_key.pub"), home.resolve("keys/iee.pub"));
        String store = home.resolve("store").toString();
        keytool("-genkeypair", "-keyalg", "EC", "-dname", "CN=IEE", "-keystore", store);
        keytool("-exportcert", "-rfc", "-file", home.resolve("trust/iee-root.pem") + "", "-keystore", store);
        int port = freePort();
        Path config = home.resolve("difusor.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("0.0.0.0:2222", "127.0.0.1:" + freePort())
                        .replace("127.0.0.1:8480", "127.0.0.1:" + port));
        return new AgentHome(config, port);
    }

    private static void keytool(String... arguments) throws Exception {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-storepass", "password"));
        command.addAll(List.of(arguments));
        Tool.run(command).ok();
    }

    /** Whether the agent is ready to take uploads. */
    boolean ready() {
        try {
            HttpURLConnection asked = (HttpURLConnection) URI.create("http://127.0.0.1:" + statusPort + "/readyz")
                    .toURL()
                    .openConnection();
            asked.setConnectTimeout(1000);
            asked.setReadTimeout(5000);
            return asked.getResponseCode() == 200;
        } catch (IOException e) {
            return false;
        }
    }

    static int freePort() throws IOException {
        try (ServerSocket socket = new ServerSocket(0)) {
            return socket.getLocalPort();
        }
    }
}
