package mx.difusor.agent.status;

import java.time.Duration;
import java.util.List;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Receipt;

/** The last packages, each with what became of it and why. */
final class PackagesText {

    private static final int ROWS = 15;
    private static final String NONE = "–";

    private final Texts texts;
    private final Sight sight;
    private final Html html;

    PackagesText(Texts texts, Sight sight, Html html) {
        this.texts = texts;
        this.sight = sight;
        this.html = html;
    }

    void write() {
        List<Overview.Row> rows = sight.rows();
        html.raw("<section id=\"packages\" data-renew=\"packages\" class=\"card\">")
                .element("h2", texts.get("packages"));
        if (rows == null) {
            html.element("p class=\"refused\"", texts.get("packages.unreadable"));
        } else if (rows.isEmpty()) {
            html.element("p class=\"calm\"", texts.get("packages.none"));
        } else {
            html.raw("<table class=\"stacked\">\n<thead><tr>");
            html.element("th scope=\"col\"", texts.get("decided") + " (" + Texts.offset(sight.offset()) + ")");
            for (String column : List.of("package", "sequence", "packageCut", "untilLive", "outcome", "reason")) {
                html.element("th scope=\"col\"", texts.get(column));
            }
            html.raw("</tr></thead>\n<tbody>\n");
            rows.stream().limit(ROWS).forEach(this::row);
            html.raw("</tbody>\n</table>");
        }
        html.raw("</section>\n");
    }

    private void row(Overview.Row row) {
        Receipt receipt = row.receipt();
        Receipt.Contents contents = receipt.contents();
        html.raw("<tr data-key=\"" + row.id() + "\">");
        cell("decided", "time decided", texts.shortTime(receipt.decidedAt(), sight.offset()));
        cell("package", "name", receipt.name());
        cell("sequence", "number of-cut", contents == null ? NONE : Long.toString(contents.sequence()));
        cell("packageCut", "time of-cut", contents == null ? NONE : texts.hour(contents.cut()));
        Duration untilLive = Sight.untilLive(receipt);
        cell("untilLive", "number of-cut", untilLive == null ? NONE : texts.shortDuration(untilLive));
        outcome(receipt);
        reason(receipt);
        html.raw("</tr>\n");
    }

    private void outcome(Receipt receipt) {
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
        // On a phone what is not there takes no room.
        html.raw("<td class=\"" + style + (text.equals(NONE) ? " none" : "") + "\" data-label=\"")
                .text(texts.get(label))
                .raw("\">");
        html.text(text).raw("</td>");
    }
}
