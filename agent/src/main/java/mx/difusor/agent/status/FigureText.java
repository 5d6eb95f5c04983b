package mx.difusor.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Receipt;

/** The time from upload to live and the filling of the archive: each in words, with room for its chart. */
final class FigureText {

    private final Texts texts;
    private final Sight sight;
    private final Html html;

    FigureText(Texts texts, Sight sight, Html html) {
        this.texts = texts;
        this.sight = sight;
        this.html = html;
    }

    void write() {
        html.raw("<div class=\"pair\">\n");
        speed();
        archive();
        html.raw("</div>\n");
    }

    private void speed() {
        html.raw("<section id=\"speed\" class=\"card\"><div data-renew=\"speed\">")
                .element("h2", texts.get("speed"));
        List<Receipt> published = sight.prompt();
        List<Duration> durations = published.stream()
                .map(Sight::untilLive)
                .filter(Objects::nonNull)
                .sorted()
                .toList();
        if (durations.isEmpty()) {
            html.element("p class=\"calm\"", texts.get("speed.none"));
        } else {
            Receipt last = published.get(published.size() - 1);
            html.element(
                    "p class=\"figure\"",
                    texts.get(
                            "speed.last",
                            texts.shortDuration(Objects.requireNonNullElse(Sight.untilLive(last), Duration.ZERO))));
            html.element(
                    "p class=\"calm\"",
                    texts.get(
                            "speed.summary",
                            texts.shortDuration(durations.get(durations.size() / 2)),
                            texts.shortDuration(durations.get(durations.size() - 1)),
                            slowest(published)));
        }
        html.raw("</div>");
        chart(html, texts, "speed", "speed.chart");
        html.raw("</section>\n");
    }

    private String slowest(List<Receipt> published) {
        return published.stream()
                .max(Comparator.comparing(
                        receipt -> Objects.requireNonNullElse(Sight.untilLive(receipt), Duration.ZERO)))
                .map(Receipt::contents)
                .map(contents -> texts.number(contents.sequence()))
                .orElse(texts.get("none"));
    }

    private void archive() {
        Overview.ArchiveState archive = sight.snapshot().archive();
        String used = texts.get("archive.used", texts.bytes(archive.bytes()), texts.bytes(archive.budget()));
        html.raw("<section id=\"archive\" class=\"card\"><div data-renew=\"archive\">")
                .element("h2", texts.get("archive"));
        html.element("p class=\"figure\"", used + " · " + texts.percent(archive.bytes(), archive.budget()));
        html.raw("<progress max=\"" + Math.max(1, archive.budget()) + "\" value=\"" + archive.bytes()
                        + "\" aria-label=\"")
                .text(used)
                .raw("\"></progress>");
        Optional<Instant> full = sight.fullAt();
        html.element(
                "p" + (full.isPresent() ? " class=\"forecast\"" : ""),
                full.map(at -> texts.get("forecast", texts.clock(at, sight.now(), sight.offset())))
                        .orElse(texts.get("forecast.none")));
        html.element(
                        "p class=\"calm\"",
                        texts.get("archive.rest", texts.number(archive.packages()), texts.bytes(archive.diskFree())))
                .raw("</div>");
        String[] lines = full.isPresent()
                ? new String[] {"archive.chart", "forecast.line", "budget"}
                : new String[] {"archive.chart"};
        chart(html, texts, "archive", lines);
        html.raw("</section>\n");
    }

    /**
     * An empty place that {@code charts.js} fills; without it, it takes no room, nor does its caption. What is in the
     * chart is in words beside it.
     *
     * @param keys of the names of its lines; the first one names the whole
     */
    static void chart(Html html, Texts texts, String name, String... keys) {
        html.raw("<figure><div class=\"chart\" data-chart=\"" + name + "\" role=\"img\" aria-label=\"")
                .text(texts.get(keys[0]))
                .raw("\"></div><figcaption data-renew=\"" + name + "-caption\">");
        for (int i = 0; i < keys.length; i++) {
            html.raw("<span><span class=\"key key-" + i + "\"></span>")
                    .text(texts.get(keys[i]))
                    .raw("</span>");
        }
        html.raw("</figcaption></figure>");
    }
}
