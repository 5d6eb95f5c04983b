package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class HangupTest {
    private final CompletableFuture<String> agent = new CompletableFuture<>();
    private final List<String> reloaded = new ArrayList<>();
    private final Runnable hangup = Hangup.onceItStands(agent, reloaded::add);

    @Test
    void anAgentThatStandsReloadsEachTime() {
        agent.complete("agent");
        hangup.run();
        hangup.run();
        assertThat(reloaded).containsExactly("agent", "agent");
    }

    /** Its page is answered a moment before it stands: whoever saw it ready and told it to reload is heard. */
    @Test
    void anAgentThatStillStartsReloadsOnceItStands() {
        hangup.run();
        assertThat(reloaded).isEmpty();
        agent.complete("agent");
        assertThat(reloaded).containsExactly("agent");
    }

    @Test
    void anAgentThatNeverStandsReloadsNothing() {
        hangup.run();
        agent.cancel(false);
        hangup.run();
        assertThat(reloaded).isEmpty();
    }
}
