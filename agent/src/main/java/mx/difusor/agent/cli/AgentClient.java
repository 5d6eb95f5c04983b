package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import mx.difusor.agent.config.Address;
import mx.difusor.agent.config.Config;
import org.jspecify.annotations.Nullable;

/** Talks to the running agent over its own HTTP address. */
final class AgentClient {

    static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
    /** A rollback may build a release of a whole site first. */
    static final Duration ANSWER_TIMEOUT = Duration.ofMinutes(2);

    static final int MAX_ANSWER_BYTES = 16 << 20;

    private static final int MIN_ERROR_STATUS = 300;

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
        // No proxy: the agent is on this host, and the operator's token must not leave it.
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

    /**
     * Of what every program on this host may read: it shows no token.
     *
     * @param path on the agent, beginning with {@code /}
     */
    JsonNode get(String path) throws CommandFailure {
        return understand(send(request(path).GET().build()));
    }

    HttpRequest.Builder request(String path) {
        return HttpRequest.newBuilder(address().resolve(path)).header("Accept", "application/json");
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

    Answer send(HttpRequest request) throws CommandFailure {
        try {
            // The deadline covers the body too; the client's own ends with the headers.
            return http.sendAsync(request, BodyHandlers.ofInputStream())
                    .thenApplyAsync(AgentClient::read)
                    .get(answerTimeout.toMillis(), TimeUnit.MILLISECONDS);
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
    record Answer(int status, @Nullable JsonNode body) {}

    private static Answer read(HttpResponse<InputStream> response) {
        try (InputStream body = response.body()) {
            return new Answer(response.statusCode(), parsed(body.readNBytes(MAX_ANSWER_BYTES + 1)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    JsonNode understand(Answer answer) throws CommandFailure {
        int status = answer.status();
        JsonNode node = answer.body();
        if (status < MIN_ERROR_STATUS && node != null && node.isObject()) {
            return node;
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
        Config.Tls tls = config.status().tls();
        String cure = tls != null && PinnedCertificate.isRefusal(e)
                ? texts.of("msg.other-certificate.cure", tls.certificate(), tls.key())
                : texts.of("msg.unreachable.cure");
        return new CommandFailure(ExitCode.UNREACHABLE, texts.of("msg.unreachable", address(), why), cure);
    }
}
