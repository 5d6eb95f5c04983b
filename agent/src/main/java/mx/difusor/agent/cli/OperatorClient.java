package mx.difusor.agent.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.model.MachineException;

/**
 * Gives the running agent its operator's orders. Whoever holds the token may publish, so it is shown only while an agent
 * works on the home: without one anybody on this host may be listening in its place.
 */
final class OperatorClient {

    static final int MAX_TOKEN_BYTES = 4_096;

    private static final int UNAUTHORIZED = 401;

    private final Config config;
    private final Texts texts;
    private final AgentPresence presence;
    private final AgentClient agent;

    OperatorClient(Config config, Texts texts, AgentPresence presence) throws CommandFailure {
        this.config = config;
        this.texts = texts;
        this.presence = presence;
        this.agent = new AgentClient(config, texts);
    }

    /** @param path on the agent, beginning with {@code /} */
    JsonNode get(String path) throws CommandFailure, MachineException {
        return exchange(agent.request(path).GET());
    }

    JsonNode post(String path, Object body) throws CommandFailure, MachineException {
        return exchange(agent.request(path)
                .header("Content-Type", "application/json")
                .POST(BodyPublishers.ofString(Json.text(body), StandardCharsets.UTF_8)));
    }

    private JsonNode exchange(HttpRequest.Builder request) throws CommandFailure, MachineException {
        Optional<String> token = token();
        if (token.isPresent() && !presence.isRunning(config)) {
            throw new CommandFailure(
                    ExitCode.UNREACHABLE, texts.of("msg.not-running", config.home()), texts.of("msg.not-running.cure"));
        }
        token.ifPresent(shown -> request.header("Authorization", "Bearer " + shown));
        AgentClient.Answer answer = agent.send(request.build());
        if (answer.status() == UNAUTHORIZED) {
            throw new CommandFailure(
                    ExitCode.FAILED, texts.of("msg.no-token"), texts.of("msg.no-token.cure", tokenFile()));
        }
        return agent.understand(answer);
    }

    /** Empty where this account may not read it: the agent then says that it needs one. */
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
}
