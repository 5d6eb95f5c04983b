package mx.difusor.agent.status;

import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;

/** {@code /}: the state of the publication for people, in Spanish and English. */
final class Page {

    private static final int ROWS = 15;

    private final Overview overview;

    Page(Overview overview) {
        this.overview = overview;
    }

    /**
     * @param parameters {@code lang} of {@code es} or {@code en} goes before the browser's languages
     * @param acceptLanguage the request's header
     */
    Answer answer(Map<String, List<String>> parameters, @Nullable String acceptLanguage) {
        String wanted = parameters.getOrDefault("lang", List.of("")).get(0);
        Texts texts = Texts.choose(wanted, acceptLanguage);
        return Answer.html(new PageText(texts, overview.snapshot(), newest()).html())
                .with("Content-Language", texts.language())
                .with("Vary", "Accept-Language");
    }

    /** Null where the index cannot be read: what is live still deserves a page. */
    private @Nullable List<Overview.Row> newest() {
        try {
            return overview.packages(null, ROWS, null);
        } catch (MachineException e) {
            return null;
        }
    }
}
