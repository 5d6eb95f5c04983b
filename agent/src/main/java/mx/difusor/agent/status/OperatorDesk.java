package mx.difusor.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import mx.difusor.agent.desk.Operator;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** {@code /operator/publish}: the operator's hand on the live root, for {@code difusor publish}. */
final class OperatorDesk {

    static final int MOST_BY = 100;
    static final int MOST_WHY = 1_000;
    private static final List<String> MEMBERS = List.of("command", "sequence", "by", "why");
    private static final String SHAPE =
            "send {\"command\":\"hold\"|\"resume\"|\"rollback\",\"sequence\":N for rollback,\"by\":\"who\",\"why\":\"...\"}";

    private final Operator operator;
    private final int mostBytes;

    OperatorDesk(Operator operator, int mostBytes) {
        this.operator = operator;
        this.mostBytes = mostBytes;
    }

    /** {@code {"held": true, "hold": {...}}} or {@code {"held": false, "hold": null}}. */
    Answer state() {
        return state(operator.onHold().orElse(null));
    }

    /**
     * @param length of the body as announced; -1 when it is not
     * @throws IOException the body did not arrive
     */
    Answer command(long length, InputStream body) throws IOException {
        Optional<byte[]> text = body(length, body, mostBytes);
        if (text.isEmpty()) {
            return tooLong(mostBytes);
        }
        try {
            return carryOut(Command.of(object(text.get(), MEMBERS, SHAPE)));
        } catch (BadRequestException e) {
            return Answer.error(400, String.valueOf(e.getMessage()), e.cure());
        } catch (Operator.UnknownSequenceException e) {
            return Answer.error(
                    404,
                    String.valueOf(e.getMessage()),
                    "choose one of difusor archive list; only accepted packages count");
        } catch (MachineException e) {
            return Answer.error(503, String.valueOf(e.getMessage()), e.cure(), e.code());
        }
    }

    /** Empty where it is longer than a command may be. */
    static Optional<byte[]> body(long length, InputStream body, int mostBytes) throws IOException {
        byte[] text = length > mostBytes ? new byte[0] : body.readNBytes(mostBytes + 1);
        return length > mostBytes || text.length > mostBytes ? Optional.empty() : Optional.of(text);
    }

    static Answer tooLong(int mostBytes) {
        return Answer.error(413, "the command is too long", "send at most " + mostBytes + " bytes");
    }

    private Answer carryOut(Command command) throws MachineException, Operator.UnknownSequenceException {
        return switch (command.name()) {
            case "hold" -> state(operator.hold(command.by(), command.why()));
            case "rollback" -> state(operator.rollback(command.sequence(), command.by(), command.why()));
            default -> {
                operator.resume(command.by(), command.why());
                yield state();
            }
        };
    }

    private static Answer state(Operator.@Nullable Hold hold) {
        Map<String, @Nullable Object> fields = StatusDocument.object("held", hold != null, "hold", null);
        if (hold != null) {
            fields.put(
                    "hold",
                    StatusDocument.object(
                            "event", hold.event(),
                            "sequence", hold.sequence(),
                            "by", hold.by(),
                            "why", hold.why(),
                            "at", Receipt.time(hold.at())));
        }
        return Answer.json(200, fields);
    }

    /** @param shape the cure where it is anything but an object of these members */
    static JsonNode object(byte[] text, List<String> members, String shape) throws BadRequestException {
        JsonNode node;
        try {
            node = Json.parse(text);
        } catch (IOException e) {
            throw new BadRequestException("the command is not well-formed JSON", shape);
        }
        if (!node.isObject()) {
            throw new BadRequestException("the command is not a JSON object", shape);
        }
        for (Iterator<String> names = node.fieldNames(); names.hasNext(); ) {
            if (!members.contains(names.next())) {
                throw new BadRequestException("the command has an unknown member", shape);
            }
        }
        return node;
    }

    /** @param sequence only of a rollback; 0 otherwise */
    private record Command(String name, long sequence, String by, String why) {

        static Command of(JsonNode node) throws BadRequestException {
            String name = words(node, "command", 1, 16, SHAPE);
            boolean rollback = name.equals("rollback");
            if (!rollback && !name.equals("hold") && !name.equals("resume")) {
                throw new BadRequestException("unknown command", SHAPE);
            }
            JsonNode sequence = node.path("sequence");
            boolean given = !sequence.isMissingNode() && !sequence.isNull();
            if (given != rollback) {
                throw new BadRequestException(
                        rollback ? "sequence is missing" : "sequence belongs to rollback only", SHAPE);
            }
            if (rollback && !(sequence.isIntegralNumber() && sequence.canConvertToLong() && sequence.asLong() >= 0)) {
                throw new BadRequestException("sequence is not a whole number", SHAPE);
            }
            return new Command(
                    name,
                    sequence.asLong(0),
                    words(node, "by", 1, MOST_BY, SHAPE),
                    words(node, "why", 0, MOST_WHY, SHAPE));
        }
    }

    /** Recorded and shown to people, so in one line; missing is empty. */
    static String words(JsonNode node, String member, int least, int most, String shape) throws BadRequestException {
        JsonNode value = node.path(member);
        boolean absent = value.isMissingNode() || value.isNull();
        String text = absent ? "" : value.asText().strip();
        if (!(absent || value.isTextual())
                || text.length() < least
                || text.length() > most
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new BadRequestException(
                    member + " is not one line of " + least + " to " + most + " characters", shape);
        }
        return text;
    }
}
