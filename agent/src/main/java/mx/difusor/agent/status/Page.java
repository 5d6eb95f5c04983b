package mx.difusor.agent.status;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Overview;
import org.jspecify.annotations.Nullable;

/** {@code /}, the state of the publication for people, and {@code /dashboard.json}, what its charts draw. */
final class Page {

    private final Overview overview;
    private final Clock clock;
    private final RecentDecisions decisions;

    Page(Overview overview, Clock clock) {
        this.overview = overview;
        this.clock = clock;
        this.decisions = new RecentDecisions(overview, System::nanoTime);
    }

    /**
     * @param parameters {@code lang} of {@code es} or {@code en} goes before the browser's languages
     * @param acceptLanguage the request's header
     */
    Answer answer(Map<String, List<String>> parameters, @Nullable String acceptLanguage) {
        String wanted = parameters.getOrDefault("lang", List.of("")).get(0);
        Texts texts = Texts.choose(wanted, acceptLanguage);
        return Answer.html(new PageText(texts, sight()).html())
                .with("Content-Language", texts.language())
                .with("Vary", "Accept-Language");
    }

    /** Numbers and times only, in no language; a browser that has them asks whether they are still the same. */
    Answer charts() {
        return Answer.json(200, new ChartsDocument(sight()).fields()).revalidated();
    }

    private Sight sight() {
        Instant now = clock.instant();
        Overview.Snapshot snapshot = overview.snapshot();
        return Sight.of(now, snapshot, decisions.seen(now, snapshot.last()));
    }
}
