package mx.difusor.agent.status;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** The machine's own openssl: makes keys and certificates in one folder, and is the client. */
final class Openssl {

    private static final String HEALTH = "GET /healthz HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n";

    private final Path folder;

    private Openssl(Path folder) {
        this.folder = folder;
    }

    /** Skips the test loudly where there is none; an error where {@code -Dpeers=required}. */
    static Openssl in(Path folder) {
        Openssl openssl = new Openssl(folder);
        try {
            openssl.run("version");
        } catch (IOException | AssertionError e) {
            String message = "openssl is not on the path: TLS is not tested";
            if ("required".equals(System.getProperty("peers"))) {
                throw new AssertionError(message, e);
            }
            System.err.println("SKIPPED: " + message);
            Assumptions.abort(message);
        }
        return openssl;
    }

    /** {@code key.pem} and {@code chain.pem}. */
    void keyAndCertificate() throws IOException {
        run("genpkey", "-algorithm", "RSA", "-pkeyopt", "rsa_keygen_bits:2048", "-out", "key.pem");
        certificate();
    }

    void certificate() throws IOException {
        certificate("localhost", 30);
    }

    void certificate(String name, int days) throws IOException {
        run("req", "-x509", "-new", "-key", "key.pem", "-subj", "/CN=" + name, "-days", "" + days, "-out", "chain.pem");
    }

    /** What a stock TLS client sees of {@code /healthz}. */
    String client(StatusServer server, String... options) throws IOException {
        boolean request = options[0].contains("\r\n");
        List<String> command = new ArrayList<>(List.of("s_client", "-connect", "127.0.0.1:" + server.port(), "-quiet"));
        command.addAll(List.of(options).subList(request ? 1 : 0, options.length));
        return execute(request ? options[0] : HEALTH, command).output();
    }

    /** The subject that the server shows. */
    String subject(StatusServer server) throws IOException {
        String shown = execute("", List.of("s_client", "-connect", "127.0.0.1:" + server.port()))
                .output();
        return shown.lines()
                .filter(line -> line.startsWith("subject="))
                .findFirst()
                .orElse(shown);
    }

    /** Asks for a new handshake inside a connection, then for {@code /healthz}. */
    String renegotiating(StatusServer server) throws IOException {
        Path output = folder.resolve("output");
        Process process = new ProcessBuilder(
                        "openssl", "s_client", "-connect", "127.0.0.1:" + server.port(), "-tls1_2", "-crlf")
                .redirectErrorStream(true)
                .redirectOutput(output.toFile())
                .start();
        try {
            for (String line : List.of("R\n", "GET /healthz HTTP/1.1\nHost: localhost\nConnection: close\n\n")) {
                org.awaitility.Awaitility.await()
                        .until(() -> Files.readString(output, StandardCharsets.ISO_8859_1)
                                .contains(line.startsWith("R") ? "Verify return code" : "RENEGOTIATING"));
                try {
                    process.getOutputStream().write(line.getBytes(StandardCharsets.US_ASCII));
                    process.getOutputStream().flush();
                } catch (IOException e) {
                    break; // the client has gone, because the server closed
                }
            }
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("openssl does not end");
            }
            return Files.readString(output, StandardCharsets.ISO_8859_1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }

    void run(String... arguments) throws IOException {
        Output done = execute("", List.of(arguments));
        if (done.exit() != 0) {
            throw new AssertionError("openssl " + String.join(" ", arguments) + ": " + done.output());
        }
    }

    private record Output(int exit, String output) {}

    private Output execute(String input, List<String> arguments) throws IOException {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Path in = Files.writeString(folder.resolve("input"), input);
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectInput(in.toFile())
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
            if (!process.waitFor(30, TimeUnit.SECONDS)) {
                throw new AssertionError("openssl does not end");
            }
            return new Output(process.exitValue(), output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        } finally {
            process.destroyForcibly();
        }
    }
}
