package mx.difusor.agent.desk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import mx.difusor.agent.model.MachineException;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
class DecidingThreadTest {

    private final DecidingThread deciding = new DecidingThread();
    private final CountDownLatch over = new CountDownLatch(1);

    @AfterEach
    void close() {
        over.countDown();
        deciding.close();
    }

    private void assertStopping() {
        assertThatThrownBy(() -> deciding.call(() -> {
                    over.await();
                    return 1;
                }))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("stopping"));
    }

    @Test
    void whatADecisionThrowsReachesWhoAskedForIt() {
        MachineException machine = new MachineException("disk", "is full", "clear it", null);
        assertThatThrownBy(() -> deciding.call(() -> {
                    throw machine;
                }))
                .isSameAs(machine);
        StackOverflowError error = new StackOverflowError();
        assertThatThrownBy(() -> deciding.call(() -> {
                    throw error;
                }))
                .isSameAs(error);
        IOException other = new IOException("nobody expects it");
        assertThatThrownBy(() -> deciding.call(() -> {
                    throw other;
                }))
                .isInstanceOf(IllegalStateException.class)
                .hasCause(other);
    }

    /** A time-out of nothing would not let it wait. */
    private static boolean waitsOn(Thread asking) {
        Awaitility.await()
                .pollInterval(Duration.ofMillis(1))
                .atMost(Duration.ofSeconds(30))
                .until(() -> asking.getState() == Thread.State.TIMED_WAITING
                        || asking.getState() == Thread.State.TERMINATED);
        return asking.isAlive();
    }

    @Test
    void whoAsksIsToldWhenADecisionTakesTooLongButTheFirstOneOfAStartMayTakeLonger() throws Exception {
        DecidingThread hasty = new DecidingThread(Duration.ZERO);
        CompletableFuture<Boolean> first = new CompletableFuture<>();
        Thread asking = new Thread(() -> {
            try {
                first.complete(hasty.callFirst(() -> over.await(30, TimeUnit.SECONDS)));
            } catch (MachineException e) {
                first.completeExceptionally(e);
            }
        });
        asking.start();
        assertThat(waitsOn(asking)).isTrue();
        assertThatThrownBy(() -> hasty.call(() -> true))
                .isInstanceOfSatisfying(
                        MachineException.class, e -> assertThat(e.code()).isEqualTo("storage-slow"))
                .hasMessage("a decision takes longer than 0 s");
        over.countDown();
        assertThat(first.get(30, TimeUnit.SECONDS)).isTrue();
        hasty.close();
        assertThat(DecidingThread.FIRST_TIMEOUT).isGreaterThan(DecidingThread.TIMEOUT);
    }

    @Test
    void afterItsEndNothingIsDecided() {
        deciding.close();
        assertStopping();
    }

    @Test
    void whoIsInterruptedWaitsNoLongerAndStaysInterrupted() {
        Thread.currentThread().interrupt();
        assertStopping();
        assertThat(Thread.interrupted()).isTrue();
    }

    @Test
    void anInterruptedEndDoesNotWaitForADecisionAndStaysInterrupted() throws Exception {
        CountDownLatch begun = new CountDownLatch(1);
        Thread asking = new Thread(() -> {
            try {
                deciding.call(() -> {
                    begun.countDown();
                    over.await();
                    return 1;
                });
            } catch (MachineException e) {
                throw new AssertionError(e);
            }
        });
        asking.start();
        begun.await();
        Thread.currentThread().interrupt();
        deciding.close();
        assertThat(Thread.interrupted()).isTrue();
        over.countDown();
        asking.join();
    }
}
