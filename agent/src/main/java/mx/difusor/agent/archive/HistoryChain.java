package mx.difusor.agent.archive;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.ArrayList;
import java.util.List;
import java.util.function.IntConsumer;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;

/**
 * What {@code history.log} holds, read from its beginning.
 *
 * @param head of what stands there, whether it fits together or not
 * @param bytes of the whole lines
 * @param tornBytes after the last line feed
 * @param problems lines that do not follow from the ones before them, at most {@link #MAX_PROBLEMS}
 */
record HistoryChain(HistoryHead head, long bytes, long tornBytes, List<String> problems) {

    static final int MAX_PROBLEMS = 20;

    private static final int BUFFER_BYTES = 1 << 16;
    private static final JsonMapper JSON = new JsonMapper();

    /** Sees every whole line in its order; one that is not JSON as a missing node. */
    @FunctionalInterface
    interface Visitor {
        void entry(JsonNode entry, HistoryHead head);
    }

    /** A log that is not there is an empty one. */
    static HistoryChain read(Path file, Visitor visitor) throws IOException {
        return read(file, 0, HistoryHead.NONE, visitor, bytes -> {});
    }

    /**
     * From a line's begin on.
     *
     * @param from bytes of the lines before it
     * @param before what they end in; see {@link #endsIn}
     * @param pace told how many bytes were read, after each of them
     */
    static HistoryChain read(Path file, long from, HistoryHead before, Visitor visitor, IntConsumer pace)
            throws IOException {
        Reading reading = new Reading(visitor, from, before);
        if (!Files.notExists(file)) { // one that cannot be reached is not taken for a new one
            byte[] buffer = new byte[BUFFER_BYTES];
            try (InputStream in = Files.newInputStream(file)) {
                in.skipNBytes(from);
                for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
                    reading.take(buffer, n);
                    pace.accept(n);
                }
            }
        }
        return reading.done();
    }

    /** Whether the log's first so many bytes end in the line that has this digest. */
    static boolean endsIn(Path file, long bytes, HistoryHead head) throws IOException {
        if (Files.notExists(file) || Files.size(file) < bytes || bytes == 0) {
            return false;
        }
        int length = (int) Math.min(bytes, HistoryLog.MAX_LINE_BYTES + 1);
        byte[] end = new byte[length];
        try (InputStream in = Files.newInputStream(file)) {
            in.skipNBytes(bytes - length);
            in.readNBytes(end, 0, length);
        }
        int begin = length - 1;
        while (begin > 0 && end[begin - 1] != '\n') {
            begin--;
        }
        MessageDigest sha256 = Digest.sha256();
        sha256.update(end, begin, length - 1 - begin);
        return end[length - 1] == '\n' && Digest.of(sha256.digest()).equals(head.head());
    }

    private static final class Reading {

        private final Visitor visitor;
        private final List<String> problems = new ArrayList<>();
        private final ByteArrayOutputStream line = new ByteArrayOutputStream();
        private HistoryHead head;
        private long bytes;
        private long lineBytes;
        private MessageDigest sha256 = Digest.sha256();

        Reading(Visitor visitor, long from, HistoryHead before) {
            this.visitor = visitor;
            this.bytes = from;
            this.head = before;
        }

        void take(byte[] buffer, int length) {
            int from = 0;
            for (int i = 0; i < length; i++) {
                if (buffer[i] == '\n') {
                    part(buffer, from, i - from);
                    endOfLine();
                    from = i + 1;
                }
            }
            part(buffer, from, length - from);
        }

        private void part(byte[] buffer, int from, int length) {
            sha256.update(buffer, from, length);
            lineBytes += length;
            if (lineBytes < HistoryLog.MAX_LINE_BYTES) {
                line.write(buffer, from, length);
            }
        }

        private void endOfLine() {
            long number = head.entries() + 1;
            JsonNode entry = parsed();
            if (entry.path("entry").asLong() != number) {
                problem("line " + number + " of history.log is not entry " + number);
            } else if (!entry.path("previous").asText().equals(head.head().hex())) {
                problem("line " + number + " of history.log does not follow from the line before it: one of the two was"
                        + " altered");
            }
            head = new HistoryHead(number, Digest.of(sha256.digest()));
            visitor.entry(entry, head);
            bytes += lineBytes + 1;
            lineBytes = 0;
            line.reset();
            sha256 = Digest.sha256();
        }

        private JsonNode parsed() {
            if (lineBytes >= HistoryLog.MAX_LINE_BYTES) {
                return MissingNode.getInstance();
            }
            try {
                return JSON.readTree(line.toByteArray());
            } catch (IOException e) {
                return MissingNode.getInstance();
            }
        }

        private void problem(String problem) {
            if (problems.size() < MAX_PROBLEMS) {
                problems.add(problem);
            }
        }

        HistoryChain done() {
            return new HistoryChain(head, bytes, lineBytes, List.copyOf(problems));
        }
    }
}
