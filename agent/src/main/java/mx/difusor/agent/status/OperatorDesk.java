package mx.difusor.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import mx.difusor.agent.desk.Operator;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** {@code /operator/publish}: the operator's hand on what is public, for {@code difusor publish} and {@code difusor event}. */
final class OperatorDesk {

    static final int MOST_BY = 100;
    static final int MOST_WHY = 1_000;

    /** What the public reads in a notice. */
    static final int MOST_MESSAGE = 500;

    private static final int MOST_EVENT = 64;
    private static final List<String> MEMBERS = List.of("command", "sequence", "message", "event", "by", "why");
    private static final String SHAPE =
            "send {\"command\":\"hold\"|\"resume\"|\"rollback\"|\"notice-on\"|\"notice-off\"|\"activate\",\"sequence\":N for"
                    + " rollback,\"message\":\"...\" for notice-on,\"event\":\"ID\" for activate,\"by\":\"who\","
                    + "\"why\":\"...\"}";

    private final Operator operator;
    private final int mostBytes;

    OperatorDesk(Operator operator, int mostBytes) {
        this.operator = operator;
        this.mostBytes = mostBytes;
    }

    /**
     * {@code {"event": "...", "held": true, "hold": {...}, "notice": {...}}}; hold and notice null where there is none.
     * Besides {@code "pending"}, why the page has not followed, for as long as it has not.
     */
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
        } catch (Operator.UnknownException e) {
            return Answer.error(404, String.valueOf(e.getMessage()), e.cure());
        } catch (Operator.RefusedException e) {
            return Answer.error(409, String.valueOf(e.getMessage()), e.cure());
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

    private Answer carryOut(Command command)
            throws MachineException, Operator.UnknownException, Operator.RefusedException {
        switch (command.name()) {
            case "hold" -> {
                return state(operator.hold(command.by(), command.why()));
            }
            case "rollback" -> {
                return state(operator.rollback(command.sequence(), command.by(), command.why()));
            }
            case "notice-on" -> operator.noticeOn(command.message(), command.by(), command.why());
            case "notice-off" -> operator.noticeOff(command.by(), command.why());
            case "activate" -> operator.activate(command.event(), command.by(), command.why());
            default -> operator.resume(command.by(), command.why());
        }
        return state();
    }

    private Answer state(Operator.@Nullable Hold hold) {
        Map<String, @Nullable Object> fields =
                StatusDocument.object("event", operator.event(), "held", hold != null, "hold", null, "notice", null);
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
        operator.notice()
                .ifPresent(notice -> fields.put(
                        "notice",
                        StatusDocument.object(
                                "message", notice.message(),
                                "by", notice.by(),
                                "why", notice.why(),
                                "at", Receipt.time(notice.at()))));
        operator.pending().ifPresent(why -> fields.put("pending", why));
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

    /**
     * @param sequence only of a rollback; 0 otherwise
     * @param message only of a notice; empty otherwise
     * @param event only of an activation; empty otherwise
     */
    private record Command(String name, long sequence, String message, String event, String by, String why) {

        private static final Set<String> NAMES =
                Set.of("hold", "resume", "rollback", "notice-on", "notice-off", "activate");

        static Command of(JsonNode node) throws BadRequestException {
            String name = words(node, "command", 1, 16, SHAPE);
            if (!NAMES.contains(name)) {
                throw new BadRequestException("unknown command", SHAPE);
            }
            belongs(node, "sequence", name.equals("rollback"), true, "rollback");
            belongs(node, "message", name.equals("notice-on"), false, "notice-on");
            belongs(node, "event", name.equals("activate"), true, "activate");
            JsonNode sequence = node.path("sequence");
            boolean whole = sequence.isIntegralNumber() && sequence.canConvertToLong() && sequence.asLong() >= 0;
            if (name.equals("rollback") && !whole) {
                throw new BadRequestException("sequence is not a whole number", SHAPE);
            }
            return new Command(
                    name,
                    sequence.asLong(0),
                    words(node, "message", 0, MOST_MESSAGE, SHAPE),
                    words(node, "event", 0, MOST_EVENT, SHAPE),
                    words(node, "by", 1, MOST_BY, SHAPE),
                    words(node, "why", 0, MOST_WHY, SHAPE));
        }

        private static void belongs(JsonNode node, String member, boolean here, boolean needed, String to)
                throws BadRequestException {
            boolean given = node.hasNonNull(member);
            if (given && !here) {
                throw new BadRequestException(member + " belongs to " + to + " only", SHAPE);
            }
            if (!given && here && needed) {
                throw new BadRequestException(member + " is missing", SHAPE);
            }
        }
    }

    /** Recorded and shown to people, so in one line; missing and null are empty. */
    static String words(JsonNode node, String member, int least, int most, String shape) throws BadRequestException {
        JsonNode value = node.path(member);
        boolean given = node.hasNonNull(member);
        String text = given ? value.asText().strip() : "";
        if ((given && !value.isTextual())
                || text.length() < least
                || text.length() > most
                || text.chars().anyMatch(Character::isISOControl)) {
            throw new BadRequestException(
                    member + " is not one line of " + least + " to " + most + " characters", shape);
        }
        return text;
    }
}
