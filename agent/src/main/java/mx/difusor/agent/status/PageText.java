package mx.difusor.agent.status;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Objects;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** One rendering of the page. Sections with an id are what {@code page.js} renews. */
final class PageText {

    private static final int MOST_GAPS = 60;

    private final Texts texts;
    private final Overview.Snapshot now;
    private final @Nullable List<Overview.Row> rows;
    private final @Nullable OffsetDateTime cut;
    private final ZoneOffset offset;
    private final Html html = new Html();

    /** @param rows null where the index cannot be read */
    PageText(Texts texts, Overview.Snapshot now, @Nullable List<Overview.Row> rows) {
        this.texts = texts;
        this.now = now;
        this.rows = rows;
        this.cut = parse(now.live().cut());
        this.offset = offset(cut, rows);
    }

    String html() {
        String state = texts.get("state." + now.live().state().code());
        html.raw("<!doctype html>\n<html lang=\"" + texts.language() + "\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .raw("<link rel=\"stylesheet\" href=\"assets/page.css\">\n")
                .raw("<link rel=\"icon\" href=\"assets/icon.svg\" type=\"image/svg+xml\">\n")
                .raw("<script src=\"assets/page.js\" defer></script>\n")
                .element("title", state + " · " + now.difusorName())
                .raw("\n</head>\n<body>\n");
        header();
        html.raw("<main>\n<p id=\"stale\" role=\"alert\" hidden>")
                .text(texts.get("stale"))
                .raw("</p>\n");
        live(state);
        html.raw("<div class=\"cards\">\n");
        alerts();
        gaps();
        archive();
        html.raw("</div>\n");
        packages();
        html.raw("</main>\n");
        footer();
        return html.raw("</body>\n</html>\n").toString();
    }

    private void header() {
        String other = texts.language().equals("es") ? "en" : "es";
        html.raw("<header>\n<div>").element("p class=\"eyebrow\"", texts.get("eyebrow"));
        html.element("h1", now.difusorName()).raw("</div>\n");
        html.raw("<nav><a href=\"?lang=" + other + "\" hreflang=\"" + other + "\" lang=\"" + other + "\">")
                .text(texts.get("otherLanguage"))
                .raw("</a></nav>\n</header>\n");
    }

    private void live(String state) {
        Overview.Live live = now.live();
        html.raw("<section id=\"live\" class=\"live state-" + live.state().code() + "\">\n");
        html.raw("<div class=\"word\">").element("p class=\"state\"", state);
        html.element("p", texts.get("state." + live.state().code() + ".means")).raw("</div>\n<dl>\n");
        fact("event", live.event());
        html.raw("<div class=\"wide\">").element("dt", texts.get("cut")).raw("<dd>");
        if (cut == null) {
            html.text(live.cut() == null ? texts.get("none") : live.cut());
        } else {
            html.raw("<time datetime=\"" + Html.escape(Receipt.cut(cut)) + "\">")
                    .text(texts.longTime(cut))
                    .raw("</time>");
        }
        html.raw("</dd></div>\n");
        Long age = live.ageSeconds();
        fact("age", age == null ? null : texts.duration(age));
        Long sequence = live.sequence();
        fact("sequence", sequence == null ? null : sequence.toString());
        Instant published = live.publishedAt();
        fact("published", published == null ? null : texts.shortTime(published, offset));
        html.raw("</dl>\n</section>\n");
    }

    private void fact(String name, @Nullable String value) {
        html.raw("<div>")
                .element("dt", texts.get(name))
                .element("dd", value == null ? texts.get("none") : value)
                .raw("</div>\n");
    }

    private void alerts() {
        html.raw("<section id=\"alerts\" class=\"card" + (now.alerts().isEmpty() ? "" : " warn") + "\">");
        html.element("h2", texts.get("alerts"));
        if (now.alerts().isEmpty()) {
            html.element("p class=\"calm\"", texts.get("alerts.none"));
        } else {
            html.raw("<ul>");
            for (Alert alert : now.alerts()) {
                html.raw("<li>").element("strong", alert.code()).raw(" ").text(alert.message());
                html.element("small", texts.get("since", texts.shortTime(alert.since(), offset)))
                        .raw("</li>");
            }
            html.raw("</ul>");
        }
        html.raw("</section>\n");
    }

    private void gaps() {
        html.raw("<section id=\"gaps\" class=\"card\">").element("h2", texts.get("gaps"));
        if (now.gaps().isEmpty()) {
            html.element("p class=\"calm\"", texts.get("gaps.none"));
        } else {
            html.raw("<p class=\"chips\">");
            now.gaps().stream().limit(MOST_GAPS).forEach(gap -> html.element("span", gap.toString()));
            html.raw("</p>");
            int more = now.gaps().size() - MOST_GAPS;
            if (more > 0) {
                html.element("p", texts.get("gaps.more", more));
            }
        }
        html.raw("</section>\n");
    }

    private void archive() {
        Overview.ArchiveState archive = now.archive();
        String used = texts.get("archive.used", texts.bytes(archive.bytes()), texts.bytes(archive.budget()));
        html.raw("<section id=\"archive\" class=\"card\">").element("h2", texts.get("archive"));
        html.raw("<progress max=\"" + Math.max(1, archive.budget()) + "\" value=\"" + archive.bytes()
                        + "\" aria-label=\"")
                .text(used)
                .raw("\"></progress>");
        html.element("p", used);
        html.element(
                        "p class=\"calm\"",
                        texts.get("archive.rest", texts.number(archive.packages()), texts.bytes(archive.diskFree())))
                .raw("</section>\n");
    }

    private void packages() {
        html.raw("<section id=\"packages\" class=\"card\">").element("h2", texts.get("packages"));
        if (rows == null) {
            html.element("p class=\"refused\"", texts.get("packages.unreadable"));
        } else if (rows.isEmpty()) {
            html.element("p class=\"calm\"", texts.get("packages.none"));
        } else {
            html.raw("<table>\n<thead><tr>");
            html.element("th scope=\"col\"", texts.get("decided") + " (" + Texts.offset(offset) + ")");
            for (String column : List.of("package", "sequence", "cut", "outcome", "reason")) {
                html.element("th scope=\"col\"", texts.get(column));
            }
            html.raw("</tr></thead>\n<tbody>\n");
            rows.forEach(row -> row(row.receipt()));
            html.raw("</tbody>\n</table>");
        }
        html.raw("</section>\n");
    }

    private void row(Receipt receipt) {
        Receipt.Contents contents = receipt.contents();
        html.raw("<tr>");
        cell("decided", "time", texts.shortTime(receipt.decidedAt(), offset));
        cell("package", "name", receipt.name());
        cell("sequence", "number", contents == null ? "–" : Long.toString(contents.sequence()));
        cell("cut", "time", contents == null ? "–" : texts.hour(contents.cut()));
        html.raw("<td class=\"outcome\" data-label=\"")
                .text(texts.get("outcome"))
                .raw("\"><div>");
        String outcome = receipt.outcome().code();
        html.element("span class=\"pill " + outcome + "\"", texts.get("outcome." + outcome));
        if (receipt.publication() != Receipt.Publication.NONE) {
            String publication = receipt.publication().code();
            html.raw(" ").element("span class=\"publication\"", texts.get("publication." + publication));
        }
        html.raw("</div></td>");
        reason(receipt);
        html.raw("</tr>\n");
    }

    private void reason(Receipt receipt) {
        html.raw("<td class=\"reason\" data-label=\"").text(texts.get("reason")).raw("\">");
        Receipt.Refusal refusal = receipt.refusal();
        if (refusal != null) {
            html.raw("<div>").element("code", refusal.reason().code()).raw(" ");
            html.text(refusal.message()).raw("</div>");
        } else if (!receipt.warnings().isEmpty()) {
            html.element("div", texts.get("warnings", receipt.warnings().size()));
        }
        html.raw("</td>");
    }

    private void cell(String label, String style, String text) {
        html.raw("<td class=\"" + style + "\" data-label=\"")
                .text(texts.get(label))
                .raw("\">");
        html.text(text).raw("</td>");
    }

    private void footer() {
        html.raw("<footer>\n")
                .element("p", texts.get("footer", now.version(), texts.shortTime(now.startedAt(), offset)));
        html.raw("<p><a href=\"status\">/status</a> <a href=\"packages\">/packages</a> ")
                .raw("<a href=\"metrics\">/metrics</a></p>\n</footer>\n");
    }

    private static @Nullable OffsetDateTime parse(@Nullable String cut) {
        try {
            return cut == null ? null : OffsetDateTime.parse(cut);
        } catch (DateTimeException e) {
            return null;
        }
    }

    /** The Institute's own, as far as any cut tells it, so that all times on the page can be compared. */
    private static ZoneOffset offset(@Nullable OffsetDateTime cut, @Nullable List<Overview.Row> rows) {
        if (cut != null) {
            return cut.getOffset();
        }
        return (rows == null ? List.<Overview.Row>of() : rows)
                .stream()
                        .map(row -> row.receipt().contents())
                        .filter(Objects::nonNull)
                        .map(contents -> contents.cut().getOffset())
                        .findFirst()
                        .orElse(ZoneOffset.UTC);
    }
}
