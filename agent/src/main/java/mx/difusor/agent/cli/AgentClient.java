package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mx.difusor.agent.config.Address;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Home;
import org.jspecify.annotations.Nullable;

/** Talks to the running agent over its own HTTP address. */
final class AgentClient {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** A rollback may build a release of a whole site first. */
    static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    static final int MAX_ANSWER_BYTES = 16 << 20;
    static final int MAX_TOKEN_BYTES = 4_096;

    private static final int MIN_ERROR_STATUS = 300;
    private static final int UNAUTHORIZED = 401;

    private final Config config;
    private final Texts texts;
    private final Duration answerTimeout;
    private final HttpClient http;

    AgentClient(Config config, Texts texts) throws CommandFailure {
        this(config, texts, ANSWER_TIMEOUT);
    }

    AgentClient(Config config, Texts texts, Duration answerTimeout) throws CommandFailure {
        this.config = config;
        this.texts = texts;
        this.answerTimeout = answerTimeout;
        // No proxy: the agent is on this host, and its token must not leave it.
        HttpClient.Builder builder =
                HttpClient.newBuilder().connectTimeout(CONNECT_TIMEOUT).proxy(HttpClient.Builder.NO_PROXY);
        Config.Tls tls = config.status().tls();
        if (tls != null) {
            try {
                builder.sslContext(PinnedCertificate.context(tls.certificate()));
            } catch (IOException e) {
                throw new CommandFailure(
                        ExitCode.FAILED,
                        texts.of("msg.bad-certificate", tls.certificate()),
                        texts.of("msg.bad-certificate.cure"));
            }
        }
        this.http = builder.build();
    }

    /** @param path on the agent, beginning with {@code /} */
    JsonNode get(String path) throws CommandFailure {
        return send(request(path).GET().build());
    }

    JsonNode post(String path, Object body) throws CommandFailure {
        return send(request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.text(body), StandardCharsets.UTF_8))
                .build());
    }

    private HttpRequest.Builder request(String path) {
        HttpRequest.Builder request =
                HttpRequest.newBuilder(address().resolve(path)).header("Accept", "application/json");
        token().ifPresent(token -> request.header("Authorization", "Bearer " + token));
        return request;
    }

    /** An address that listens everywhere is reached on loopback. */
    private URI address() {
        Address listen = config.status().listen();
        String host = switch (listen.host()) {
            case "0.0.0.0" -> "127.0.0.1";
            case "::" -> "::1";
            default -> listen.host();
        };
        String scheme = config.status().tls() == null ? "http" : "https";
        return URI.create(scheme + "://" + new Address(host, listen.port()) + "/");
    }

    /** Empty where this account may not read it: the agent then says whether it needs one. */
    private Optional<String> token() {
        try (InputStream in = Files.newInputStream(tokenFile())) {
            String token = new String(in.readNBytes(MAX_TOKEN_BYTES), StandardCharsets.US_ASCII).strip();
            boolean sendable = !token.isEmpty() && token.chars().allMatch(c -> c > ' ' && c < 0x7f);
            return sendable ? Optional.of(token) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private Path tokenFile() {
        return new Home(config.home()).operatorToken();
    }

    private JsonNode send(HttpRequest request) throws CommandFailure {
        try {
            // The deadline covers the body too; the client's own ends with the headers.
            Answer answer = http.sendAsync(request, BodyHandlers.ofInputStream())
                    .thenApplyAsync(AgentClient::read)
                    .get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
            return understand(answer);
        } catch (ExecutionException e) {
            throw unreachable(e.getCause() == null ? e : e.getCause());
        } catch (TimeoutException e) {
            throw unreachable(new IOException(texts.of("msg.no-answer", answerTimeout.toSeconds())));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw unreachable(e);
        }
    }

    /** @param body null where it is not JSON or too long */
    private record Answer(int status, @Nullable JsonNode body) {}

    private static Answer read(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            return new Answer(response.statusCode(), parsed(body.readNBytes(MAX_ANSWER_BYTES + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private JsonNode understand(Answer answer) throws CommandFailure {
        int status = answer.status();
        JsonNode node = answer.body();
        if (status < MIN_ERROR_STATUS && node != null && node.isObject()) {
            return node;
        }
        if (status == UNAUTHORIZED) {
            throw new CommandFailure(
                    ExitCode.FAILED, texts.of("msg.no-token"), texts.of("msg.no-token.cure", tokenFile()));
        }
        if (node != null && node.path("error").isTextual()) {
            throw new CommandFailure(
                    ExitCode.FAILED,
                    node.path("error").asText(),
                    node.path("cure").asText(texts.of("msg.odd-answer.cure")));
        }
        throw new CommandFailure(
                ExitCode.FAILED, texts.of("msg.odd-answer", address(), status), texts.of("msg.odd-answer.cure"));
    }

    private static @Nullable JsonNode parsed(byte[] body) {
        try {
            return body.length > MAX_ANSWER_BYTES ? null : Json.parse(body);
        } catch (IOException e) {
            return null;
        }
    }

    private CommandFailure unreachable(Throwable e) {
        String why = e.getMessage() == null ? e.getClass().getSimpleName() : e.getMessage();
        return new CommandFailure(
                ExitCode.UNREACHABLE, texts.of("msg.unreachable", address(), why), texts.of("msg.unreachable.cure"));
    }
}
