package mx.difusor.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import mx.difusor.agent.desk.AlertChannels;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;

/** A server on a free port of loopback with fakes behind it, and the ways to ask it. */
final class StartedServer implements AutoCloseable {

    static final String READER = "a token for readers";
    static final String OPERATOR = "0f".repeat(32);
    /** No time-out ends or frees a connection, so that it cannot do what a test says another limit does. */
    static final Limits TIMELESS = timeless(Limits.STANDARD);

    static final Duration PATIENCE = Duration.ofSeconds(60);

    final FakeOverview overview = new FakeOverview();
    final FakeOperator operator = new FakeOperator();
    volatile AlertChannels channels = List::of;
    final Path operatorToken;
    final StatusServer server;
    private final HttpClient client =
            HttpClient.newBuilder().connectTimeout(PATIENCE).build();

    StartedServer(Path folder) throws MachineException, IOException {
        this(folder, TIMELESS);
    }

    StartedServer(Path folder, Limits limits) throws MachineException, IOException {
        this(folder, limits, Clock.fixed(FakeOverview.STARTED.plusSeconds(90), ZoneOffset.UTC));
    }

    StartedServer(Path folder, Limits limits, Clock clock) throws MachineException, IOException {
        operatorToken = folder.resolve("operator.token");
        Files.createFile(
                operatorToken, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.writeString(operatorToken, OPERATOR + "\n");
        StatusServer.Settings settings = new StatusServer.Settings(
                loopback(),
                null,
                List.of(
                        Digest.ofContent(new byte[0]).hex(),
                        Digest.ofContent(READER.getBytes(StandardCharsets.UTF_8))
                                .hex()),
                operatorToken);
        server = new StatusServer(settings, overview, operator, () -> channels.test(), clock, limits);
        server.start();
    }

    private static Limits timeless(Limits limits) {
        return new Limits(
                limits.connections(),
                limits.connectionsPerAddress(),
                limits.kept(),
                limits.threads(),
                Duration.ofHours(1),
                Duration.ofHours(1),
                limits.headerBytes(),
                limits.bodyBytes(),
                limits.stop());
    }

    static InetSocketAddress loopback() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);
    }

    /** @param headers name, value, name, value, ... */
    HttpResponse<String> get(String path, String... headers) throws IOException, InterruptedException {
        return send("GET", path, HttpRequest.BodyPublishers.noBody(), headers);
    }

    HttpResponse<String> send(String method, String path, HttpRequest.BodyPublisher body, String... headers)
            throws IOException, InterruptedException {
        HttpRequest.Builder request = HttpRequest.newBuilder(uri(path)).timeout(PATIENCE);
        if (headers.length > 0) {
            request.headers(headers);
        }
        return client.send(request.method(method, body).build(), HttpResponse.BodyHandlers.ofString());
    }

    JsonNode json(String path, String... headers) throws IOException, InterruptedException {
        HttpResponse<String> answer = get(path, headers);
        return new ObjectMapper().readTree(answer.body());
    }

    URI uri(String path) {
        return URI.create("http://127.0.0.1:" + server.port() + path);
    }

    /** Everything that comes back until the server closes the connection. */
    String raw(String request) throws IOException {
        try (Socket socket = connect()) {
            socket.getOutputStream().write(request.getBytes(StandardCharsets.ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    /**
     * The answer to a command that is announced as too long and not sent: the server does not read so much, and where its
     * client still writes the connection may end before the answer.
     */
    String announced(String path, String token) throws IOException {
        return raw(post(path, token) + "Content-Length: " + (Limits.STANDARD.bodyBytes() + 1) + "\r\n\r\n");
    }

    /** The answer to one that is too long without saying so, sent in one piece. */
    String tooLong(String path, String token) throws IOException {
        int bytes = Limits.STANDARD.bodyBytes() + 1;
        return raw(post(path, token) + "Transfer-Encoding: chunked\r\n\r\n" + Integer.toHexString(bytes) + "\r\n"
                + "x".repeat(bytes) + "\r\n0\r\n\r\n");
    }

    private String post(String path, String token) {
        return "POST " + path + " HTTP/1.1\r\nHost: 127.0.0.1:" + server.port() + "\r\nConnection: close\r\n"
                + "Authorization: " + token + "\r\n";
    }

    Socket connect() throws IOException {
        Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port());
        socket.setSoTimeout(Math.toIntExact(PATIENCE.toMillis()));
        return socket;
    }

    @Override
    public void close() {
        server.close();
    }
}
