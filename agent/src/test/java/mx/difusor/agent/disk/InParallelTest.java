package mx.difusor.agent.disk;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InterruptedIOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Several at once, and as if one after another. */
@Timeout(value = 60, threadMode = Timeout.ThreadMode.SEPARATE_THREAD)
class InParallelTest {

    private static final int MANY = 1_000;

    private final Set<Integer> done = ConcurrentHashMap.newKeySet();
    private final Set<Thread> threads = ConcurrentHashMap.newKeySet();

    private static List<Integer> numbers(int count) {
        return IntStream.range(0, count).boxed().toList();
    }

    @Test
    void everyItemIsDoneOnceAndSeveralAtOnce() throws Exception {
        List<Integer> order = Collections.synchronizedList(new java.util.ArrayList<>());
        CountDownLatch four = new CountDownLatch(4);
        InParallel.<Integer, Exception>forEach(4, numbers(MANY), i -> {
            order.add(i);
            four.countDown();
            assertThat(four.await(30, TimeUnit.SECONDS)).isTrue(); // waits for the other three
        });
        assertThat(order).hasSize(MANY).containsExactlyInAnyOrderElementsOf(numbers(MANY));
    }

    @Test
    void aShortListIsDoneByTheCallerAlone() throws Exception {
        InParallel.<Integer, Exception>forEach(4, numbers(InParallel.ALONE), i -> threads.add(Thread.currentThread()));
        assertThat(threads).containsExactly(Thread.currentThread());
    }

    @Test
    void theFailureOfTheFirstItemIsThrownThoughALaterOneFailedEarlier() {
        CountDownLatch later = new CountDownLatch(1);
        // Two threads, and both fail: a third might do all the rest before a failure is known.
        assertThatThrownBy(() -> InParallel.<Integer, Exception>forEach(2, numbers(MANY), i -> {
                    if (i == 5) {
                        assertThat(later.await(30, TimeUnit.SECONDS)).isTrue();
                        throw new IOException("the fifth");
                    } else if (i == 6) {
                        later.countDown();
                        throw new IOException("the sixth");
                    }
                    done.add(i);
                }))
                .isInstanceOf(IOException.class)
                .hasMessage("the fifth");
        assertThat(done).as("what comes after a failure is not begun").containsExactlyInAnyOrder(0, 1, 2, 3, 4);
    }

    @Test
    void aCheckedExceptionAndAnErrorComeAsTheyAre() {
        Exception own = new Exception("own");
        assertThatThrownBy(() -> InParallel.<Integer, Exception>forEach(4, numbers(MANY), i -> {
                    throw own;
                }))
                .isSameAs(own);
        StackOverflowError error = new StackOverflowError();
        assertThatThrownBy(() -> InParallel.<Integer, Exception>forEach(4, numbers(MANY), i -> {
                    throw error;
                }))
                .isSameAs(error);
    }

    @Test
    void anInterruptionEndsItAndNothingRunsAnyMore() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(3);
        assertThatThrownBy(() -> InParallel.<Integer, Exception>forEach(4, numbers(MANY), i -> {
                    if (Thread.currentThread().equals(caller)) {
                        assertThat(waiting.await(30, TimeUnit.SECONDS)).isTrue();
                        caller.interrupt();
                        throw new InterruptedIOException("heeded");
                    }
                    threads.add(Thread.currentThread());
                    waiting.countDown();
                    try {
                        never.await();
                    } catch (InterruptedException e) {
                        done.add(i);
                    }
                }))
                .isInstanceOf(InterruptedIOException.class);
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasSize(3);
        assertThat(threads).hasSize(3).noneMatch(Thread::isAlive);
    }

    @Test
    void anInterruptionIsToldThoughNothingFailed() throws Exception {
        Thread caller = Thread.currentThread();
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch waiting = new CountDownLatch(3);
        assertThatThrownBy(() -> InParallel.<Integer, Exception>forEach(4, numbers(MANY), i -> {
                    if (!Thread.currentThread().equals(caller)) {
                        waiting.countDown();
                        try {
                            never.await();
                        } catch (InterruptedException e) {
                            done.add(i);
                        }
                    } else if (waiting.await(30, TimeUnit.SECONDS)) {
                        done.add(i);
                    }
                    if (done.size() == MANY - 3) {
                        caller.interrupt();
                    }
                }))
                .isInstanceOf(InterruptedIOException.class)
                .hasMessage("interrupted");
        assertThat(Thread.interrupted()).isTrue();
        assertThat(done).hasSize(MANY);
    }

    @Test
    void helpersKeepNoProcessAliveAndNobodyIsInterruptedWithoutReason() throws Exception {
        CountDownLatch two = new CountDownLatch(2);
        InParallel.<Integer, Exception>forEach(4, numbers(MANY), i -> {
            threads.add(Thread.currentThread());
            two.countDown();
            assertThat(two.await(30, TimeUnit.SECONDS)).isTrue(); // waits for another thread
        });
        threads.remove(Thread.currentThread());
        assertThat(threads).isNotEmpty().allMatch(Thread::isDaemon);
        assertThat(Thread.interrupted()).isFalse();
    }
}
