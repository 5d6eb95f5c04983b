package mx.difusor.agent.status;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.Test;

class RecentDecisionsTest {

    private final FakeOverview overview = new FakeOverview();
    private final AtomicLong nanos = new AtomicLong(-5);
    private final RecentDecisions decisions = new RecentDecisions(overview, nanos::get);

    private RecentDecisions.Seen seen() {
        return decisions.seen(Instant.EPOCH, overview.snapshot().last());
    }

    @Test
    void manyDashboardsCostTheIndexOneQuestion() {
        for (int i = 0; i < 100; i++) {
            seen();
        }
        assertThat(overview.queries).hasValue(1);

        nanos.addAndGet(RecentDecisions.FRESH.toNanos());
        seen();
        assertThat(overview.queries).hasValue(2);
    }

    @Test
    void aNewDecisionIsSeenAtOnce() {
        assertThat(seen().rows()).isEmpty();
        overview.add(FakeOverview.accepted(17, "CN=Instituto"));

        assertThat(seen().rows()).hasSize(1);
    }

    @Test
    void anIndexThatFailsIsNotAskedByEveryDashboardEither() {
        overview.failure = new MachineException("index-failed", "cannot read the index", "reindex", null);

        assertThat(seen().rows()).isNull();
        assertThat(seen().hours()).isEmpty();
        assertThat(overview.queries).hasValue(1);
    }

    @Test
    void aSlowIndexHoldsNoMoreThanOneThread() throws Exception {
        seen();
        nanos.addAndGet(RecentDecisions.FRESH.toNanos());
        CountDownLatch asked = new CountDownLatch(1);
        CountDownLatch answer = new CountDownLatch(1);
        overview.whenAsked = () -> {
            asked.countDown();
            await(answer);
        };
        CompletableFuture<RecentDecisions.Seen> slow = CompletableFuture.supplyAsync(this::seen);
        await(asked);

        assertThat(seen().rows()).isEmpty();

        answer.countDown();
        assertThat(slow.get(10, TimeUnit.SECONDS).rows()).isEmpty();
        assertThat(overview.queries).hasValue(2);
    }

    private static void await(CountDownLatch latch) {
        try {
            assertThat(latch.await(10, TimeUnit.SECONDS)).isTrue();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
