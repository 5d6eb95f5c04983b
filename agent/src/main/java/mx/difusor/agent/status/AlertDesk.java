package mx.difusor.agent.status;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.io.InputStream;
import java.util.List;
import java.util.Optional;
import mx.difusor.agent.desk.AlertChannels;
import mx.difusor.agent.model.ChannelTrial;
import mx.difusor.agent.model.MachineException;

/** {@code /operator/alerts}: a test through every channel, for {@code difusor alert test}. */
final class AlertDesk {

    private static final List<String> MEMBERS = List.of("command", "by");
    private static final String SHAPE = "send {\"command\":\"test\",\"by\":\"who\"}";

    private final AlertChannels channels;
    private final int mostBytes;

    AlertDesk(AlertChannels channels, int mostBytes) {
        this.channels = channels;
        this.mostBytes = mostBytes;
    }

    /**
     * {@code {"channels": [{"channel", "ok", "reason", "millis"}]}}, one for each that is configured.
     *
     * @param length of the body as announced; -1 when it is not
     * @throws IOException the body did not arrive
     */
    Answer command(long length, InputStream body) throws IOException {
        Optional<byte[]> text = OperatorDesk.body(length, body, mostBytes);
        if (text.isEmpty()) {
            return OperatorDesk.tooLong(mostBytes);
        }
        try {
            JsonNode node = OperatorDesk.object(text.get(), MEMBERS, SHAPE);
            OperatorDesk.words(node, "by", 1, OperatorDesk.MOST_BY, SHAPE);
            if (!OperatorDesk.words(node, "command", 1, 16, SHAPE).equals("test")) {
                throw new BadRequestException("unknown command", SHAPE);
            }
            return Answer.json(
                    200,
                    StatusDocument.object(
                            "channels",
                            channels.test().stream().map(AlertDesk::fields).toList()));
        } catch (BadRequestException e) {
            return Answer.error(400, String.valueOf(e.getMessage()), e.cure());
        } catch (MachineException e) {
            return Answer.error(409, String.valueOf(e.getMessage()), e.cure(), e.code());
        }
    }

    private static Object fields(ChannelTrial one) {
        return StatusDocument.object(
                "channel", one.channel(),
                "ok", one.worked(),
                "reason", one.reason(),
                "millis", one.took().toMillis());
    }
}
