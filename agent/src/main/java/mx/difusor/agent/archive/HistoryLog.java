package mx.difusor.agent.archive;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.IntConsumer;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.Failures;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * {@code history.log}: what was decided, published and commanded, one JSON object per line, which nobody can rewrite
 * without its showing. Each line ends with {@code "previous"}, the SHA-256 over the line before it without its line
 * feed; the newest such digest, the head, goes out with every receipt and in {@code /status}.
 *
 * <p>The members of a line: {@code entry}, its line number from 1; {@code at}; {@code what}; then its own;
 * {@code previous}. Any thread.
 */
public final class HistoryLog {

    /** Far above what an operator's words or many signers can make of a line; a longer one is refused. */
    static final int MAX_LINE_BYTES = 1 << 20;

    /** Notes that wait for a disk that can be written again. */
    static final int MAX_WAITING = 10_000;

    private static final Logger LOG = LoggerFactory.getLogger(HistoryLog.class);
    private static final JsonMapper JSON = new JsonMapper();

    private final Path file;
    private final Disk disk;
    private HistoryHead head = HistoryHead.NONE;
    private long bytes;
    /** A failed append may have left a part of its line. */
    private boolean torn;
    /** Lines that an earlier start has read were not read again. */
    private volatile boolean partly;

    private final Deque<Note> waiting = new ArrayDeque<>();
    private final List<String> problems = new CopyOnWriteArrayList<>();

    private record Note(Instant at, String what, Map<String, ? extends @Nullable Object> about) {}

    private HistoryLog(Path file, Disk disk) {
        this.file = file;
        this.disk = disk;
    }

    /**
     * Goes on where the log ends, whatever stands there; what does not fit is told by {@link #problems}.
     *
     * @param visitor sees every whole line in its order
     */
    static HistoryLog open(Path file, Disk disk, HistoryChain.Visitor visitor) throws IOException {
        return open(file, disk, 0, HistoryHead.NONE, visitor);
    }

    /**
     * The same without the lines that an earlier start has read: {@link #readWhole} is for later.
     *
     * @param from bytes of those lines
     * @param before what they end in
     */
    static HistoryLog open(Path file, Disk disk, long from, HistoryHead before, HistoryChain.Visitor visitor)
            throws IOException {
        HistoryLog log = new HistoryLog(file, disk);
        log.partly = from > 0;
        log.goToEnd(from, before, visitor);
        if (log.bytes > 0) {
            // A process may have been killed between a line and its sync; from here on receipts witness that line.
            disk.sync(file);
        }
        return log;
    }

    /** The same for whoever only goes on. */
    public static HistoryLog open(Path file, Disk disk) throws IOException {
        return open(file, disk, (entry, end) -> {});
    }

    /** The part of a line that a crash left was never acknowledged and is cut off. */
    private void goToEnd(long from, HistoryHead before, HistoryChain.Visitor visitor) throws IOException {
        HistoryChain chain = HistoryChain.read(file, from, before, visitor, read -> {});
        if (chain.tornBytes() > 0) {
            LOG.warn("cutting off an unfinished line of {} bytes at the end of {}", chain.tornBytes(), file);
            disk.truncate(file, chain.bytes());
        }
        head = chain.head();
        bytes = chain.bytes();
        problems.addAll(chain.problems());
    }

    /**
     * Reads what a quick start has not, and tells in {@link #problems} where it was altered. Nothing waits for it
     * meanwhile.
     *
     * @param visitor sees every whole line in its order, where anything is read
     * @param pace told how many bytes were read, again and again
     */
    void readWhole(HistoryChain.Visitor visitor, IntConsumer pace) throws IOException {
        if (!partly) {
            return;
        }
        HistoryChain chain = HistoryChain.read(file, 0, HistoryHead.NONE, visitor, pace);
        chain.problems().stream().filter(problem -> !problems.contains(problem)).forEach(problem -> {
            LOG.error(problem);
            problems.add(problem);
        });
        partly = false;
    }

    /** Where it ends, whole lines only, and in what. */
    record End(long bytes, HistoryHead head) {}

    /** Empty while a line waits to be written. */
    synchronized Optional<End> end() {
        return waiting.isEmpty() && !torn ? Optional.of(new End(bytes, head)) : Optional.empty();
    }

    public synchronized HistoryHead head() {
        return head;
    }

    /** Where the log was altered, for people; empty when all is well. */
    List<String> problems() {
        return List.copyOf(problems);
    }

    /**
     * Adds one line; durable on return. After an exception the log stands as before.
     *
     * @param about the entry's own members, in order
     * @throws MachineException {@code home-unwritable}
     */
    public synchronized HistoryHead append(Instant at, String what, Map<String, ? extends @Nullable Object> about)
            throws MachineException {
        try {
            writeWaiting();
            add(new Note(at, what, about));
            return head;
        } catch (IOException e) {
            throw new MachineException(
                    "home-unwritable",
                    "cannot write " + file + ": " + Failures.inWords(e),
                    "check the free space and the permissions of the service account there",
                    e);
        }
    }

    /**
     * For what has happened whether the log takes it or not: a line that cannot be written now is written before the
     * next one.
     */
    public synchronized void note(Instant at, String what, Map<String, ? extends @Nullable Object> about) {
        if (waiting.size() == MAX_WAITING) {
            LOG.error("history.log could not be written for so long that an entry is lost: {}", waiting.remove());
        }
        waiting.add(new Note(at, what, about));
        try {
            writeWaiting();
        } catch (IOException e) {
            LOG.error("cannot write {}: {}; it is tried again", file, Failures.inWords(e));
        }
    }

    /**
     * Tries again what could not be written.
     *
     * @return entries that still wait
     */
    public synchronized int retry() {
        try {
            writeWaiting();
        } catch (IOException e) {
            LOG.debug("cannot write {} yet: {}", file, Failures.inWords(e));
        }
        return waiting.size();
    }

    private void writeWaiting() throws IOException {
        while (!waiting.isEmpty()) {
            add(waiting.element());
            waiting.remove();
        }
    }

    private void add(Note note) throws IOException {
        goOnAfterOthers();
        byte[] line = line(note);
        write(line);
        head = new HistoryHead(head.entries() + 1, digest(line, line.length - 1));
    }

    private void write(byte[] line) throws IOException {
        if (torn) {
            disk.truncate(file, bytes);
            torn = false;
        }
        try {
            disk.append(file, line, Disk.Access.PRIVATE);
        } catch (IOException e) {
            torn = !Files.notExists(file);
            throw e;
        }
        bytes += line.length;
    }

    /** Somebody else wrote here: nothing of it is overwritten, and the chain goes on from what stands there now. */
    private void goOnAfterOthers() throws IOException {
        long now = Files.notExists(file) ? 0 : Files.size(file);
        if (torn || now == bytes) {
            return;
        }
        String problem = "%s has %d bytes, not the %d that the agent wrote: somebody else changed it"
                .formatted(file, now, bytes);
        LOG.error(problem);
        problems.clear(); // what the whole reading finds comes again
        problems.add(problem);
        goToEnd(0, HistoryHead.NONE, (entry, end) -> {});
    }

    private byte[] line(Note note) {
        Map<String, @Nullable Object> fields = new LinkedHashMap<>();
        fields.put("entry", head.entries() + 1);
        fields.put("at", Receipt.time(note.at()));
        fields.put("what", note.what());
        fields.putAll(note.about());
        fields.put("previous", head.head().hex());
        byte[] line;
        try {
            line = (JSON.writeValueAsString(fields) + "\n").getBytes(StandardCharsets.UTF_8);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException(e);
        }
        if (line.length > MAX_LINE_BYTES) {
            throw new IllegalArgumentException("an entry of " + line.length + " bytes");
        }
        return line;
    }

    static Digest digest(byte[] line, int length) {
        var sha256 = Digest.sha256();
        sha256.update(line, 0, length);
        return Digest.of(sha256.digest());
    }
}
