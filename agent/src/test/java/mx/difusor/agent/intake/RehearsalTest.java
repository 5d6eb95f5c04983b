package mx.difusor.agent.intake;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.ConnectException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

class RehearsalTest {
    private static final long FEW_BYTES = 300_000;
    private static final Duration LONG = Duration.ofMinutes(2);

    @TempDir
    Path work;

    private static boolean nobody() {
        return false;
    }

    @Test
    void uploadsEndsByItselfAndLeavesNothing() throws Exception {
        Path scratch = work.resolve("warm-up");
        try (Rehearsal rehearsal = Rehearsal.start(scratch, RehearsalTest::nobody, FEW_BYTES, Duration.ofHours(1))) {
            assertThat(rehearsal.await(LONG)).isTrue();
            assertThat(rehearsal.sent()).isEqualTo(FEW_BYTES / Rehearsal.WRITE_BYTES * Rehearsal.WRITE_BYTES);
            assertThat(rehearsal.isListening()).isFalse();
        }
        assertThat(scratch).doesNotExist();
    }

    @Test
    void endsWhenItsTimeIsUp() throws Exception {
        long sent = 0;
        // Doubled until the machine is quick enough to begin in that time.
        for (Duration time = Duration.ofMillis(50); sent == 0; time = time.multipliedBy(2)) {
            assertThat(time).as("time without a byte sent").isLessThan(Duration.ofMinutes(1));
            try (Rehearsal rehearsal =
                    Rehearsal.start(work.resolve("warm-up"), RehearsalTest::nobody, Long.MAX_VALUE, time)) {
                assertThat(rehearsal.await(LONG)).as("ended after %s", time).isTrue();
                sent = rehearsal.sent();
            }
        }
    }

    /** Whoever has little room has it all the same. */
    @Test
    void takesLittleOfTheDisk() throws Exception {
        Path file = work.resolve("warm-up/warm-up.tmp");
        AtomicLong most = new AtomicLong();
        try (Rehearsal rehearsal =
                Rehearsal.start(work.resolve("warm-up"), RehearsalTest::nobody, Long.MAX_VALUE, Duration.ofHours(1))) {
            Door.soon().until(() -> {
                most.accumulateAndGet(Files.exists(file) ? Files.size(file) : 0, Math::max);
                return most.get() > 0 && rehearsal.sent() > 3L * Rehearsal.PIECE_BYTES;
            });
        }
        assertThat(most.get()).isBetween(1L, (long) Rehearsal.PIECE_BYTES);
    }

    @Test
    void stopsWhenItIsClosed() throws Exception {
        Path scratch = work.resolve("warm-up");
        Rehearsal rehearsal = Rehearsal.start(scratch, RehearsalTest::nobody, Long.MAX_VALUE, Duration.ofHours(1));
        Door.soon().until(() -> rehearsal.sent() > 0);
        assertThat(rehearsal.await(Duration.ofMillis(1))).as("ended").isFalse();
        rehearsal.close();
        assertThat(rehearsal.await(LONG)).isTrue();
        assertThat(scratch).doesNotExist();
    }

    @Test
    void closingItWhileInterruptedLeavesTheThreadSo() throws Exception {
        Rehearsal rehearsal =
                Rehearsal.start(work.resolve("warm-up"), RehearsalTest::nobody, Long.MAX_VALUE, Duration.ofHours(1));
        Thread.currentThread().interrupt();
        rehearsal.close();
        assertThat(Thread.interrupted()).isTrue();
        assertThat(rehearsal.await(LONG)).isTrue();
    }

    @Test
    void standsStillWhileAnUploaderIsLoggedIn() throws Exception {
        AtomicBoolean visited = new AtomicBoolean(true);
        AtomicLong asked = new AtomicLong();
        BooleanSupplier visitor = () -> {
            asked.incrementAndGet();
            return visited.get();
        };
        try (Rehearsal rehearsal =
                Rehearsal.start(work.resolve("warm-up"), visitor, Long.MAX_VALUE, Duration.ofHours(1))) {
            Door.soon().until(() -> asked.get() > 3);
            assertThat(rehearsal.sent()).isZero();
            long since = System.nanoTime();
            long first = asked.get();
            Door.soon().until(() -> asked.get() >= first + 10);
            assertThat(Duration.ofNanos(System.nanoTime() - since))
                    .as("it looks now and then, and leaves the processor alone")
                    .isGreaterThan(Rehearsal.PAUSE.multipliedBy(5));

            visited.set(false);
            Door.soon().until(() -> rehearsal.sent() > 0);

            visited.set(true);
            long before = asked.get();
            Door.soon().until(() -> asked.get() > before + 3);
            long sent = rehearsal.sent();
            long then = asked.get();
            Door.soon().until(() -> asked.get() > then + 3);
            assertThat(rehearsal.sent()).isEqualTo(sent);
        }
    }

    @Test
    void takesOneConnectionAndNoStrangers() throws Exception {
        try (Rehearsal rehearsal =
                Rehearsal.start(work.resolve("warm-up"), RehearsalTest::nobody, Long.MAX_VALUE, Duration.ofHours(1))) {
            Door.soon().until(() -> rehearsal.sent() > 0);
            try (Socket stranger = new Socket(
                    InetAddress.getLoopbackAddress(), rehearsal.address().getPort())) {
                stranger.setSoTimeout((int) LONG.toMillis());
                assertThat(stranger.getInputStream().read())
                        .as("a word to a stranger")
                        .isNegative();
            }
        }
    }

    @Test
    void whoComesBeforeItsOwnConnectionIsAStrangerToo() {
        InetSocketAddress ours = new InetSocketAddress(InetAddress.getLoopbackAddress(), 4242);
        Predicate<InetSocketAddress> isWelcome = Rehearsal.onlyOnce(ours);
        assertThat(isWelcome.test(new InetSocketAddress(InetAddress.getLoopbackAddress(), 4243)))
                .isFalse();
        assertThat(isWelcome.test(ours)).isTrue();
        assertThat(isWelcome.test(ours)).as("once").isFalse();
    }

    /** All of 127.0.0.0/8 is this machine's there. */
    @Test
    @EnabledOnOs(OS.LINUX)
    void listensOnOneAddressOfThisMachineAlone() throws Exception {
        try (Rehearsal rehearsal =
                Rehearsal.start(work.resolve("warm-up"), RehearsalTest::nobody, Long.MAX_VALUE, Duration.ofHours(1))) {
            Door.soon().until(() -> rehearsal.sent() > 0);
            int port = rehearsal.address().getPort();
            assertThatThrownBy(() -> new Socket("127.0.0.2", port).close()).isInstanceOf(ConnectException.class);
            assertThat(rehearsal.isListening()).isTrue();
        }
    }

    @Test
    void whatFailsChangesNothing() throws Exception {
        Path file = Files.writeString(work.resolve("file"), "of somebody else");
        try (Rehearsal rehearsal =
                Rehearsal.start(file.resolve("warm-up"), RehearsalTest::nobody, FEW_BYTES, Rehearsal.TIME)) {
            assertThat(rehearsal.await(LONG)).isTrue();
            assertThat(rehearsal.sent()).isZero();
        }
        assertThat(file).hasContent("of somebody else");
    }
}
