package mx.difusor.agent.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** The page's own files. A closed list, read once: a path from a request never becomes a file's name. */
final class Assets {

    private final Map<String, Answer> byPath = Map.of(
            "/assets/page.css", load("page.css", "text/css; charset=utf-8"),
            "/assets/page.js", load("page.js", "text/javascript; charset=utf-8"),
            "/assets/icon.svg", load("icon.svg", "image/svg+xml"));

    Optional<Answer> find(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static Answer load(String name, String contentType) {
        try (InputStream in = Assets.class.getResourceAsStream("assets/" + name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new Answer(200, contentType, in.readAllBytes(), Map.of("Cache-Control", "no-cache"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
