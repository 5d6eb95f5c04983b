package mx.difusor.agent.status;

import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.MachineException;

/** Who may do what: programs on this host read, others show a token; the operator needs the host and a token. */
final class Access {

    private final List<byte[]> readers;
    private final OperatorToken operatorToken;

    /** @param tokens SHA-256 in hex */
    Access(List<String> tokens, OperatorToken operatorToken) {
        this.readers = tokens.stream().map(HexFormat.of()::parseHex).toList();
        this.operatorToken = operatorToken;
    }

    /** Empty when the caller may read. */
    Optional<Answer> refuseReading(Caller caller) {
        if (caller.local() || (caller.bearer() != null && isReader(caller.bearer()))) {
            return Optional.empty();
        }
        return Optional.of(
                unauthorized("send Authorization: Bearer TOKEN with a token whose SHA-256 stands in status.tokens, "
                        + "or ask from the agent's own host by its address"));
    }

    /**
     * Empty when the caller may use the operator's hand.
     *
     * @throws MachineException the token's file cannot be read
     */
    Optional<Answer> refuseOperating(Caller caller) throws MachineException {
        if (!caller.local()) {
            return Optional.of(Answer.error(
                    403,
                    "the operator's commands are taken from the agent's own host only",
                    "run difusor publish on that host, without a proxy between"));
        }
        if (caller.browser()) {
            return Optional.of(Answer.error(
                    403, "the operator's commands are not taken from web pages", "run difusor publish on this host"));
        }
        if (caller.bearer() == null || !operatorToken.is(caller.bearer())) {
            return Optional.of(unauthorized(
                    "send Authorization: Bearer with the content of keys/operator.token in the agent's home"));
        }
        return Optional.empty();
    }

    private boolean isReader(String token) {
        byte[] shown = Digest.sha256().digest(token.getBytes(StandardCharsets.UTF_8));
        boolean known = false;
        for (byte[] reader : readers) {
            // All are compared, so that the time says nothing about which one matched.
            known |= MessageDigest.isEqual(reader, shown);
        }
        return known;
    }

    private static Answer unauthorized(String cure) {
        return Answer.error(401, "a valid token is needed", cure)
                .with("WWW-Authenticate", "Bearer realm=\"difusor\", charset=\"UTF-8\"");
    }
}
