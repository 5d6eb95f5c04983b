package mx.difusor.agent.status;

import mx.difusor.agent.desk.Overview;

/**
 * One rendering of the page. All figures stand in it as text; {@code page.js} renews what is marked {@code data-renew} and
 * {@code charts.js} draws beside it.
 */
final class PageText {

    private final Texts texts;
    private final Sight sight;
    private final Overview.Snapshot now;
    private final Html html = new Html();

    PageText(Texts texts, Sight sight) {
        this.texts = texts;
        this.sight = sight;
        this.now = sight.snapshot();
    }

    String html() {
        head();
        header();
        html.raw("<main>\n<p id=\"stale\" role=\"alert\" hidden>")
                .text(texts.get("stale"))
                .raw(" <span id=\"stale-since\"></span></p>\n");
        new StateText(texts, sight, html).write();
        new LineText(texts, sight, html).write();
        new FigureText(texts, sight, html).write();
        new AvailabilityText(texts, sight, html).write();
        new PackagesText(texts, sight, html).write();
        html.raw("</main>\n");
        footer();
        return html.raw("</body>\n</html>\n").toString();
    }

    private void head() {
        html.raw("<!doctype html>\n<html lang=\"" + texts.language() + "\">\n<head>\n<meta charset=\"utf-8\">\n")
                .raw("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n")
                .raw("<meta name=\"color-scheme\" content=\"light dark\">\n")
                .raw("<meta name=\"agent\" content=\"")
                .text(now.version())
                .raw("\">\n<link rel=\"stylesheet\" href=\"assets/uPlot.css\">\n")
                .raw("<link rel=\"stylesheet\" href=\"assets/page.css\">\n")
                .raw("<link rel=\"stylesheet\" href=\"assets/figures.css\">\n")
                .raw("<link rel=\"icon\" href=\"assets/icon.svg\" type=\"image/svg+xml\">\n")
                .raw("<script src=\"assets/uPlot.js\" defer></script>\n")
                .raw("<script src=\"assets/charts.js\" defer></script>\n")
                .raw("<script src=\"assets/page.js\" defer></script>\n")
                .element("title", title())
                .raw("\n</head>\n<body>\n");
    }

    /** What a tab in the background shows of it: the state first, then the alerts. */
    private String title() {
        String state = texts.get("state." + now.live().state().code());
        int alerts = now.alerts().size();
        return (alerts == 0 ? state : state + " · " + texts.get("alerts.count", alerts)) + " · " + now.difusorName();
    }

    private void header() {
        String other = texts.language().equals("es") ? "en" : "es";
        html.raw("<header>\n<div>").element("p class=\"eyebrow\"", texts.get("eyebrow"));
        html.element("h1 data-renew=\"name\"", now.difusorName()).raw("</div>\n");
        html.raw("<nav aria-label=\"" + texts.get("language") + "\"><a href=\"?lang=" + other + "\" hreflang=\"" + other
                        + "\" lang=\"" + other + "\">")
                .text(texts.get("otherLanguage"))
                .raw("</a></nav>\n</header>\n");
    }

    private void footer() {
        html.raw("<footer>\n")
                .element(
                        "p data-renew=\"footer\"",
                        texts.get("footer", now.version(), texts.shortTime(now.startedAt(), sight.offset())));
        html.raw("<p><a href=\"status\">/status</a> <a href=\"packages\">/packages</a> ")
                .raw("<a href=\"metrics\">/metrics</a></p>\n</footer>\n");
    }
}
