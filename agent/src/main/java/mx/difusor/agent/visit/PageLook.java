package mx.difusor.agent.visit;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** One page as a visitor's browser sees it arrive: its headers, which say how long it is kept and who may frame it. */
public final class PageLook {

    private static final Duration LIMIT = Duration.ofSeconds(15);

    private final Visitor visitor;

    public PageLook(Visitor visitor) {
        this.visitor = visitor;
    }

    /**
     * @param status 0 where no answer came
     * @param ended where redirects led to
     * @param headers by their names, in whatever case
     * @param certificateEnds null without TLS
     */
    public record Seen(
            int status,
            URI ended,
            Map<String, List<String>> headers,
            @Nullable Instant certificateEnds) {

        /** The values of all lines of that header, separated by commas; empty where there is none. */
        public String header(String name) {
            return String.join(", ", headers.getOrDefault(name, List.of()));
        }
    }

    /** @param path beside the page, as it stands in a tree; empty for the page itself */
    public Seen look(URI page, String path) throws InterruptedException {
        URI address = path.isEmpty() ? page : Question.address(page, path);
        Map<String, List<String>> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
        if (visitor.get(address, LIMIT) instanceof Reply.Answer answer) {
            headers.putAll(answer.headers().map());
            return new Seen(answer.status(), answer.ended(), headers, answer.certificateEnds());
        }
        return new Seen(0, address, headers, null);
    }
}
