package mx.difusor.agent.verify;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdIOException;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** What happens in the thread that reads a package stays there; and the machine's failures are not the package's. */
@Timeout(60)
class ConfinementTest {

    private static final Duration SOON = Duration.ofMillis(50);
    private static final Duration LATER = Duration.ofMinutes(1);

    /** Never returns, whatever it is told; only at the test's end. */
    private final AtomicBoolean over = new AtomicBoolean();

    private String deafLoop() {
        while (!over.get()) {
            Thread.onSpinWait();
        }
        return "ended";
    }

    @Test
    void aReaderThatNeverEndsIsLeftBehind() throws Exception {
        Confinement confinement = new Confinement(SOON, SOON);
        try {
            assertThatThrownBy(() -> confinement.run(turn -> deafLoop()))
                    .isInstanceOf(InterruptedIOException.class)
                    .hasMessageContaining("too slow");
            String next = new Confinement(LATER).run(turn -> "next");
            assertThat(next).isEqualTo("next");
        } finally {
            over.set(true);
        }
    }

    /** A bomb that keeps a processor busy asks nobody's leave; the count of its bytes sees the interrupt. */
    @Test
    void aReaderThatIsToldToStopStopsWithItsNextBytes() {
        List<Thread> reader = new CopyOnWriteArrayList<>();
        Confinement confinement = new Confinement(SOON, LATER);

        assertThatThrownBy(() -> confinement.run(turn -> {
                    reader.add(Thread.currentThread());
                    UnpackBudget budget = new UnpackBudget(PackageLimits.defaults(), 1, turn);
                    DecodedBytes endless = new DecodedBytes(InputStream.nullInputStream(), budget);
                    while (true) {
                        endless.read(new byte[1], 0, 1);
                    }
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(reader.get(0).isAlive()).isFalse();
    }

    @Test
    void anInterruptOfTheCallerEndsTheReaderBeforeItIsPassedOn() throws Exception {
        Confinement confinement = new Confinement(LATER);
        List<Thread> reader = new CopyOnWriteArrayList<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean readerAlive = new AtomicBoolean();
        AtomicBoolean interrupted = new AtomicBoolean();
        CountDownLatch never = new CountDownLatch(1);
        Thread caller = new Thread(() -> {
            try {
                confinement.run(turn -> {
                    reader.add(Thread.currentThread());
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        throw new IOException("told to stop", e);
                    }
                    return "";
                });
            } catch (IOException | UnreadablePackageException e) {
                thrown.set(e);
                readerAlive.set(reader.get(0).isAlive());
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().until(() -> !reader.isEmpty());

        caller.interrupt();
        caller.join();

        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(readerAlive).isFalse();
        assertThat(interrupted).isTrue();
    }

    /** A second interrupt, as from a desk that is being stopped, does not wait for a reader that hears nothing. */
    @Test
    void anInterruptOfTheCallerThatWaitsForTheReadersEndIsPassedOnAtOnce() throws Exception {
        Confinement confinement = new Confinement(LATER, LATER);
        List<Thread> reader = new CopyOnWriteArrayList<>();
        AtomicReference<Throwable> thrown = new AtomicReference<>();
        AtomicBoolean interrupted = new AtomicBoolean();
        Thread caller = new Thread(() -> {
            try {
                confinement.run(turn -> {
                    reader.add(Thread.currentThread());
                    return deafLoop();
                });
            } catch (IOException | UnreadablePackageException e) {
                thrown.set(e);
                interrupted.set(Thread.currentThread().isInterrupted());
            }
        });
        caller.start();
        await().until(() -> !reader.isEmpty());
        caller.interrupt();
        await().until(() -> reader.get(0).isInterrupted());

        caller.interrupt();
        caller.join();

        assertThat(reader.get(0).isAlive()).isTrue();
        over.set(true);
        assertThat(thrown.get()).isInstanceOf(InterruptedIOException.class);
        assertThat(interrupted).isTrue();
    }

    /** The desk has to see them as what they are. */
    @Test
    void bugsComeOutAsTheyAre() {
        Confinement confinement = new Confinement(LATER);
        RuntimeException bug = new IllegalStateException("a bug");
        Error failed = new AssertionError("another");

        assertThatThrownBy(() -> confinement.run(turn -> {
                    throw bug;
                }))
                .isSameAs(bug);
        assertThatThrownBy(() -> confinement.run(turn -> {
                    throw failed;
                }))
                .isSameAs(failed);
    }

    @Test
    void aReaderThatIsLeftBehindDoesNotKeepTheAgentFromStopping() throws Exception {
        boolean daemon =
                new Confinement(LATER).run(turn -> Thread.currentThread().isDaemon());
        assertThat(daemon).isTrue();
    }

    /** Loading it exhausts the stack, and it never loads again. */
    private static final class Poisoned {
        private static final int DEPTH = deeper();

        @SuppressWarnings("InfiniteRecursion")
        private static int deeper() {
            return deeper() + 1;
        }
    }

    @Test
    void aClassThatWasPoisonedIsTheMachinesFaultFromThenOn() {
        Confinement confinement = new Confinement(LATER);

        assertThatThrownBy(() -> confinement.run(turn -> Poisoned.DEPTH))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.ARCHIVE_CORRUPT));
        assertThatThrownBy(() -> confinement.run(turn -> Poisoned.DEPTH))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("restart the agent");
    }

    @Test
    void aLibraryThatCannotBeLoadedIsTheMachinesFault() {
        Confinement confinement = new Confinement(LATER);

        for (Error error : new Error[] {
            new UnsatisfiedLinkError("no zstd-jni"), new ExceptionInInitializerError("x"), new NoClassDefFoundError("x")
        }) {
            assertThatThrownBy(() -> confinement.run(turn -> {
                        throw error;
                    }))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be loaded");
        }
    }

    @Test
    void memoryThatRunsOutWhileAnotherIsReadToMayBeTheOthersFault() throws Exception {
        Confinement confinement = new Confinement(LATER);
        CountDownLatch begun = new CountDownLatch(1);
        Thread other = new Thread(() -> {
            try {
                confinement.run(turn -> {
                    begun.countDown();
                    return deafLoop();
                });
            } catch (IOException | UnreadablePackageException e) {
                throw new AssertionError(e);
            }
        });
        other.start();
        begun.await();

        assertThatThrownBy(() -> confinement.run(turn -> outOfMemory()))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("give the agent more memory");
        over.set(true);
        other.join();
        assertThatThrownBy(() -> confinement.run(turn -> outOfMemory()))
                .isInstanceOfSatisfying(
                        UnreadablePackageException.class,
                        e -> assertThat(e.reason()).isEqualTo(Reason.ARCHIVE_BOMB));
    }

    private static String outOfMemory() {
        throw new OutOfMemoryError("Java heap space");
    }

    /** Outside the heap the library says in its own way that there is none. */
    @Test
    void memoryThatZstdCannotHaveIsTheMachinesFault() {
        assertThatThrownBy(() -> DecodedBytes.decoding(() -> {
                    throw new ZstdIOException(Zstd.errMemoryAllocation(), "Allocation error : not enough memory");
                }))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("no memory left");
        assertThatThrownBy(() -> DecodedBytes.decoding(() -> {
                    throw new ZstdIOException(Zstd.errCorruptionDetected(), "Data corruption detected");
                }))
                .isInstanceOf(UnreadablePackageException.class);
    }

    /** Decoders wrap it, or know only exceptions that need not be declared. */
    @Test
    void aDiskThatFailsIsTheMachinesFaultWhateverADecoderMakesOfIt() {
        ArchiveFile.ReadFailure failure = new ArchiveFile.ReadFailure(new IOException("input/output error"));
        for (Exception thrown : new Exception[] {
            failure, new IOException("bad stream", failure), new UncheckedIOException(new IOException(failure))
        }) {
            assertThatThrownBy(() -> DecodedBytes.decoding(() -> {
                        if (thrown instanceof RuntimeException unchecked) {
                            throw unchecked;
                        }
                        throw (IOException) thrown;
                    }))
                    .isSameAs(failure);
        }
    }

    @Test
    void thoseThatNeedMuchTakeTurnsAndTheOthersPass() throws Exception {
        ReadingTurns turns = new ReadingTurns();
        AtomicBoolean secondHasIt = new AtomicBoolean();
        ReadingTurns.Turn first = turns.begin();
        first.needs(2, 1);
        first.needs(2, 1);
        Thread second = new Thread(() -> {
            try (ReadingTurns.Turn turn = turns.begin()) {
                turn.needs(1, 1);
                turn.needs(2, 1);
                secondHasIt.set(true);
            } catch (IOException e) {
                throw new AssertionError(e);
            }
        });
        second.start();
        await().until(() -> second.getState() == Thread.State.TIMED_WAITING);
        assertThat(secondHasIt).isFalse();

        first.close();

        await().untilTrue(secondHasIt);
        second.join();
        try (ReadingTurns.Turn third = turns.begin()) {
            third.needs(2, 1);
        }
    }

    /** One that hangs must not hold up an election's package for ever. */
    @Test
    void nobodyWaitsForEverForATurn() throws Exception {
        ReadingTurns turns = new ReadingTurns(SOON);
        try (ReadingTurns.Turn hanging = turns.begin();
                ReadingTurns.Turn next = turns.begin()) {
            hanging.needs(2, 1);
            next.needs(2, 1);
            assertThat(next.accompanied()).isTrue();
        }
        try (ReadingTurns.Turn last = turns.begin()) {
            last.needs(2, 1);
            assertThat(last.accompanied()).isFalse();
        }
    }

    @Test
    void waitingForATurnCanBeInterrupted() throws Exception {
        ReadingTurns turns = new ReadingTurns();
        try (ReadingTurns.Turn first = turns.begin();
                ReadingTurns.Turn second = turns.begin()) {
            first.needs(2, 1);
            Thread.currentThread().interrupt();
            assertThatThrownBy(() -> second.needs(2, 1)).isInstanceOf(InterruptedIOException.class);
            assertThat(Thread.interrupted()).isTrue();
        }
    }
}
