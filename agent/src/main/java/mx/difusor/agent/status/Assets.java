package mx.difusor.agent.status;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Optional;

/** The page's own files. A closed list, read once: a path from a request never becomes a file's name. */
final class Assets {

    private static final String CSS = "text/css; charset=utf-8";
    private static final String JAVASCRIPT = "text/javascript; charset=utf-8";

    /** As its jar has it; the version is the pom's. */
    private static final String UPLOT = "/META-INF/resources/webjars/uplot/1.6.30/dist/";

    private final Map<String, Answer> byPath = Map.of(
            "/assets/page.css", load("assets/page.css", CSS),
            "/assets/figures.css", load("assets/figures.css", CSS),
            "/assets/page.js", load("assets/page.js", JAVASCRIPT),
            "/assets/charts.js", load("assets/charts.js", JAVASCRIPT),
            "/assets/uPlot.css", load(UPLOT + "uPlot.min.css", CSS),
            "/assets/uPlot.js", load(UPLOT + "uPlot.iife.min.js", JAVASCRIPT),
            "/assets/icon.svg", load("assets/icon.svg", "image/svg+xml"));

    Optional<Answer> find(String path) {
        return Optional.ofNullable(byPath.get(path));
    }

    private static Answer load(String name, String contentType) {
        try (InputStream in = Assets.class.getResourceAsStream(name)) {
            if (in == null) {
                throw new IllegalStateException("the jar lacks " + name);
            }
            return new Answer(200, contentType, in.readAllBytes(), Map.of()).revalidated();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
