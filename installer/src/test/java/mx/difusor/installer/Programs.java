package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.ServerSocket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** Real programs, run to their end, and what the tests of services need of an agent. */
final class Programs {

    static final Duration PATIENCE = Duration.ofMinutes(5);
    static final Path TARGET = Path.of(System.getProperty("distribution", "target/difusor"))
            .toAbsolutePath()
            .resolveSibling("");
    static final String VERSION = System.getProperty("version", "0.1.0-SNAPSHOT");

    private Programs() {}

    record Result(int code, String output) {

        Result ok() {
            assertThat(code).as(output).isZero();
            return this;
        }
    }

    static Result run(Path folder, Map<String, String> more, String... command) throws IOException {
        Path output = Files.createTempFile("program", ".txt");
        try {
            ProcessBuilder builder = new ProcessBuilder(command)
                    .directory(folder.toFile())
                    .redirectErrorStream(true)
                    .redirectOutput(output.toFile());
            builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
            builder.environment().put("LC_ALL", "C.UTF-8");
            builder.environment().putAll(more);
            Process process = builder.start();
            boolean ended = process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS);
            process.destroyForcibly();
            assertThat(ended).as("%s ended", List.of(command)).isTrue();
            return new Result(process.exitValue(), Files.readString(output));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        } finally {
            Files.deleteIfExists(output);
        }
    }

    /** A program that is there instead of the host's: the first on the path. */
    static Map<String, String> stub(Path folder, String name, String script) throws IOException {
        Files.createDirectories(folder);
        Path program = Files.writeString(folder.resolve(name), "#!/bin/sh\n" + script + "\n");
        assertThat(program.toFile().setExecutable(true)).isTrue();
        return Map.of("PATH", folder + ":" + System.getenv("PATH"));
    }

    /** A home with some key and some certificate, whose agent listens on loopback. @return the status port */
    static int completeHome(Path launcher, Path home) throws IOException {
        run(home.resolveSibling(""), Map.of(), launcher.toString(), "init", home.toString())
                .ok();
        Files.copy(home.resolve("keys/ssh_host_ed25519_key.pub"), home.resolve("keys/iee.pub"));
        String store = home.resolve("store").toString();
        keytool(home, "-genkeypair", "-keyalg", "EC", "-dname", "CN=IEE", "-keystore", store);
        keytool(home, "-exportcert", "-rfc", "-file", home.resolve("trust/iee-root.pem") + "", "-keystore", store);
        int port = freePort();
        Path config = home.resolve("difusor.yaml");
        Files.writeString(
                config,
                Files.readString(config)
                        .replace("0.0.0.0:2222", "127.0.0.1:" + freePort())
                        .replace("127.0.0.1:8480", "127.0.0.1:" + port));
        return port;
    }

    private static void keytool(Path folder, String... arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "keytool").toString(), "-storepass", "password"));
        command.addAll(List.of(arguments));
        run(folder, Map.of(), command.toArray(String[]::new)).ok();
    }

    static boolean ready(int port) {
        try {
            HttpURLConnection asked = (HttpURLConnection)
                    URI.create("http://127.0.0.1:" + port + "/readyz").toURL().openConnection();
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
