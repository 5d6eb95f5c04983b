package mx.difusor.agent.intake;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Files;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import mx.difusor.agent.desk.Offer;
import mx.difusor.agent.model.Candidate;
import mx.difusor.agent.model.Digest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** An uploader's inbox with a desk that only takes down what it is offered. */
abstract class OneInbox {
    static final Duration SIGNATURE_TIMEOUT = Duration.ofMinutes(10);
    static final int MAX_BYTES = 1_000;

    /** As most clients open a file. */
    static final Set<OpenOption> ANEW = Set.of(WRITE, CREATE, TRUNCATE_EXISTING);
    /** As OpenSSH's scp opens a file, and who resumes. */
    static final Set<OpenOption> ON = Set.of(WRITE, CREATE);

    @TempDir
    Path home;

    final MovingClock clock = new MovingClock();
    final FailingDisk disk = new FailingDisk();
    final List<Offer> offers = new ArrayList<>();
    final FakeSpace space = new FakeSpace();
    Visit visit = nextVisit();
    Duration waitForDesk = Duration.ofMillis(1);
    Room room = newRoom();
    Path folder = Path.of("unset");
    Path kept = Path.of("unset");
    Inbox inbox = unset();

    @SuppressWarnings("NullAway") // set before each test
    private static Inbox unset() {
        return null;
    }

    @BeforeEach
    void open() throws IOException {
        folder = home.resolve("incoming/iee");
        kept = Files.createDirectories(home.resolve("kept"));
        restart();
    }

    /** Whoever went in has come out. */
    @AfterEach
    void theLockIsFreeAgain() throws Exception {
        assertThat(CompletableFuture.supplyAsync(inbox::names).get(10, TimeUnit.SECONDS))
                .isNotNull();
    }

    Room newRoom() {
        return new Room(MAX_BYTES, space);
    }

    Inbox.Limits limits() {
        return new Inbox.Limits(SIGNATURE_TIMEOUT, waitForDesk);
    }

    /** A new agent on the same disk. */
    void restart() throws IOException {
        offers.clear();
        room = newRoom();
        inbox = new Inbox("iee", folder, limits(), disk.disk(), clock, room, offers::add);
        inbox.recover();
        inbox.tick();
    }

    static Visit nextVisit() {
        return new Visit("iee", "203.0.113.7");
    }

    static ByteBuffer bytes(String content) {
        return ByteBuffer.wrap(content.getBytes(UTF_8));
    }

    UploadChannel handle(String name, Set<OpenOption> options) throws IOException {
        return inbox.openForWriting(visit, name, options, -1);
    }

    static void write(UploadChannel channel, String content) throws IOException {
        channel.write(bytes(content));
    }

    void put(Visit by, String name, String content) throws IOException {
        try (UploadChannel channel = inbox.openForWriting(by, name, ANEW, -1)) {
            write(channel, content);
        }
    }

    void put(String name, String content) throws IOException {
        put(visit, name, content);
    }

    /** As a connection that drops in the middle. */
    void putPart(String name, String content) throws IOException {
        UploadChannel channel = handle(name, ANEW);
        write(channel, content);
        channel.breakOff();
        channel.close();
    }

    String read(String name) throws IOException {
        try (SeekableByteChannel channel = inbox.openForReading(name)) {
            ByteBuffer buffer = ByteBuffer.allocate(MAX_BYTES);
            channel.read(buffer);
            return new String(buffer.array(), 0, buffer.position(), UTF_8);
        }
    }

    Offer onlyOffer() {
        assertThat(offers).hasSize(1);
        return offers.remove(0);
    }

    /** Whatever is at the desk comes back. */
    void leaveAll() {
        offers.forEach(Offer::leave);
        offers.clear();
    }

    /** What is offered once the visit has ended and nothing has changed for a moment. */
    Offer offerAfterTheSession() {
        leaveAll();
        inbox.ended(visit);
        leaveAll();
        clock.pass(Bounds.QUIET);
        inbox.tick();
        return onlyOffer();
    }

    Candidate accept(Offer offer) throws IOException {
        Candidate candidate = offer.claim().orElseThrow();
        Path archive = kept.resolve(
                Digest.ofContent(Files.readAllBytes(candidate.archive())).hex());
        Files.copy(candidate.archive(), archive);
        offer.decided(Receipts.of(candidate, true), archive);
        return candidate;
    }

    List<Path> claims() throws IOException {
        Path claimed = folder.resolve(UploadName.CLAIMED);
        if (!Files.exists(claimed)) {
            return List.of();
        }
        try (Stream<Path> claims = Files.list(claimed)) {
            return claims.sorted().toList();
        }
    }
}
