package mx.difusor.agent.alerting;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.json.JsonMapper;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Test;

/** What an announcement says of where it comes from. */
class WordingTest {

    @Test
    void afterAnActivationItNamesTheEventThatIsPublishedNow() throws Exception {
        AtomicReference<String> published = new AtomicReference<>("simulacro-1");
        Wording wording = new Wording(Settings.with(Path.of("."), "es", published::get));
        assertThat(wording.text(Settings.BEGIN)).contains("proceso simulacro-1, alerta late");
        published.set("pel-2024");
        assertThat(new JsonMapper()
                        .readTree(wording.json(Settings.BEGIN, Settings.AT))
                        .path("event")
                        .asText())
                .isEqualTo("pel-2024");
        assertThat(wording.text(Settings.BEGIN)).contains("proceso pel-2024, alerta late");
    }
}
