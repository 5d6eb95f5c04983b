package mx.difusor.agent.institute.drill;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/** Asks the agent for its status all the time and remembers each change. */
final class AgentWatcher implements AutoCloseable {

    private static final Duration EVERY = Duration.ofMillis(100);
    private static final Duration TIMEOUT = Duration.ofSeconds(5);
    private static final ObjectMapper JSON = new ObjectMapper();

    private final HttpClient http = HttpClient.newBuilder()
            .connectTimeout(TIMEOUT)
            .proxy(HttpClient.Builder.NO_PROXY)
            .build();
    private final ScheduledExecutorService asking =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "drill-watcher"));
    private final List<DrillReport.Change> changes = new ArrayList<>();
    private final ScheduledFuture<?> questions;
    private final URI status;
    private final Clock clock;

    /** @param agent its address, ending in a slash */
    AgentWatcher(URI agent, Clock clock) {
        this.status = agent.resolve("status");
        this.clock = clock;
        this.questions = asking.scheduleWithFixedDelay(this::ask, 0, EVERY.toMillis(), TimeUnit.MILLISECONDS);
    }

    private void ask() {
        try {
            HttpRequest request =
                    HttpRequest.newBuilder(status).timeout(TIMEOUT).GET().build();
            JsonNode live = JSON.readTree(
                            http.send(request, BodyHandlers.ofByteArray()).body())
                    .path("live");
            JsonNode sequence = live.path("sequence");
            remember(live.path("state").asText("unknown"), sequence.isNumber() ? sequence.asLong() : -1);
        } catch (IOException e) {
            remember("unreachable", -1);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void remember(String state, long sequence) {
        DrillReport.Change last = last();
        if (last == null || !last.state().equals(state) || last.sequence() != sequence) {
            changes.add(new DrillReport.Change(clock.instant(), state, sequence));
            notifyAll();
        }
    }

    private synchronized DrillReport.@Nullable Change last() {
        return changes.isEmpty() ? null : changes.get(changes.size() - 1);
    }

    synchronized List<DrillReport.Change> changes() {
        return List.copyOf(changes);
    }

    /** How many there are: what is awaited may only count from a moment on. */
    synchronized int mark() {
        return changes.size();
    }

    /**
     * Waits, {@code atMost} in real time, until the agent is in that state; looks back as far as {@code mark}.
     *
     * @return the state that it was in, or the last one that was seen
     */
    synchronized String await(String state, int mark, Duration atMost) throws InterruptedException {
        long until = System.nanoTime() + atMost.toNanos();
        while (true) {
            DrillReport.Change last = last();
            boolean seen = changes.stream()
                    .skip(Math.max(0, mark - 1))
                    .anyMatch(change -> change.state().equals(state));
            long left = TimeUnit.NANOSECONDS.toMillis(until - System.nanoTime());
            if (seen || left <= 0) {
                return seen ? state : last == null ? "unreachable" : last.state();
            }
            wait(left);
        }
    }

    @Override
    public void close() {
        questions.cancel(true);
        asking.shutdownNow();
    }
}
