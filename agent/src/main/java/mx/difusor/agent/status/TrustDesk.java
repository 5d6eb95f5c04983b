package mx.difusor.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.Expiries;
import mx.difusor.agent.model.ExpiryOverride;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;

/** {@code /operator/trust}: which expired certificates and keys count for a while, for {@code difusor trust}. */
final class TrustDesk {

    private static final int MOST_FINGERPRINT = 200;
    private static final int MOST_TIME = 40;
    private static final String ALLOW = "allow-expired";
    private static final List<String> MEMBERS = List.of("command", "fingerprint", "until", "by", "why");
    private static final String SHAPE =
            "send {\"command\":\"allow-expired\"|\"withdraw\",\"fingerprint\":\"hex\",\"until\":\"time with offset\" for"
                    + " allow-expired,\"by\":\"who\",\"why\":\"...\", not empty for allow-expired}";

    private final Expiries expiries;
    private final int mostBytes;

    TrustDesk(Expiries expiries, int mostBytes) {
        this.expiries = expiries;
        this.mostBytes = mostBytes;
    }

    /** {@code {"overrides": [{"fingerprint", "from", "until", "by", "why"}]}}: those in force. */
    Answer state() {
        return Answer.json(
                200,
                StatusDocument.object(
                        "overrides",
                        expiries.inForce().stream().map(TrustDesk::fields).toList()));
    }

    private static Object fields(ExpiryOverride one) {
        return StatusDocument.object(
                "fingerprint", one.fingerprint(),
                "from", Receipt.time(one.from()),
                "until", Receipt.time(one.until()),
                "by", one.by(),
                "why", one.why());
    }

    /**
     * @param length of the body as announced; -1 when it is not
     * @throws IOException the body did not arrive
     */
    Answer command(long length, InputStream body) throws IOException {
        Optional<byte[]> text = OperatorDesk.body(length, body, mostBytes);
        if (text.isEmpty()) {
            return OperatorDesk.tooLong(mostBytes);
        }
        try {
            carryOut(OperatorDesk.object(text.get(), MEMBERS, SHAPE));
            return state();
        } catch (BadRequestException e) {
            return Answer.error(400, String.valueOf(e.getMessage()), e.cure());
        } catch (Expiries.RefusedException e) {
            return Answer.error(409, String.valueOf(e.getMessage()), e.cure());
        } catch (MachineException e) {
            return Answer.error(503, String.valueOf(e.getMessage()), e.cure(), e.code());
        }
    }

    private void carryOut(JsonNode node) throws BadRequestException, MachineException, Expiries.RefusedException {
        String command = OperatorDesk.words(node, "command", 1, 16, SHAPE);
        boolean allow = command.equals(ALLOW);
        if (!allow && !command.equals("withdraw")) {
            throw new BadRequestException("unknown command", SHAPE);
        }
        String fingerprint = ExpiryOverride.fingerprint(
                        OperatorDesk.words(node, "fingerprint", 1, MOST_FINGERPRINT, SHAPE))
                .orElseThrow(() -> new BadRequestException(
                        "fingerprint is not one of 64 or 40 hex digits",
                        "take it from: openssl x509 -noout -fingerprint -sha256 -in CERT.pem, or gpg --fingerprint"));
        String by = OperatorDesk.words(node, "by", 1, OperatorDesk.MOST_BY, SHAPE);
        String why = OperatorDesk.words(node, "why", allow ? 1 : 0, OperatorDesk.MOST_WHY, SHAPE);
        String until = OperatorDesk.words(node, "until", allow ? 1 : 0, allow ? MOST_TIME : 0, SHAPE);
        if (allow) {
            expiries.allow(fingerprint, time(until), by, why);
        } else {
            expiries.withdraw(fingerprint, by, why);
        }
    }

    private static Instant time(String text) throws BadRequestException {
        try {
            return OffsetDateTime.parse(text).toInstant();
        } catch (DateTimeParseException e) {
            throw new BadRequestException("until is not a time with its offset", SHAPE);
        }
    }
}
