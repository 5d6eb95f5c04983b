package mx.difusor.agent.status;

import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.AlertTexts;
import mx.difusor.agent.model.Event;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** The first thing that is read at night: the state, what it means, what to do, and what is raised beside it. */
final class StateText {

    private static final List<LiveState> CALM =
            List.of(LiveState.WAITING, LiveState.CURRENT, LiveState.FINAL, LiveState.CLOSED);

    private final Texts texts;
    private final Sight sight;
    private final Overview.Snapshot now;
    private final Html html;

    StateText(Texts texts, Sight sight, Html html) {
        this.texts = texts;
        this.sight = sight;
        this.now = sight.snapshot();
        this.html = html;
    }

    void write() {
        live();
        alerts();
    }

    private void live() {
        LiveState state = now.live().state();
        String key = "state." + state.code();
        html.raw("<section id=\"live\" data-renew=\"live\" class=\"live state-" + state.code()
                + "\" aria-labelledby=\"state\">\n<div class=\"word\" role=\"status\">");
        html.raw(StateSign.svg(state)).raw("<div>");
        html.raw("<h2 class=\"state\" id=\"state\">").text(texts.get(key));
        html.raw("</h2>").element("p class=\"means\"", texts.get(key + ".means"));
        html.raw("</div></div>\n");
        todo(key);
        facts();
        html.raw("</section>\n");
    }

    private void todo(String key) {
        boolean well = now.alerts().isEmpty() && CALM.contains(now.live().state());
        html.raw("<p class=\"todo" + (well ? " well" : "") + "\">");
        html.element("strong", well ? texts.get("todo.well") : texts.get("todo"))
                .raw(" ");
        html.text(texts.get(key + ".do"));
        if (!now.alerts().isEmpty()) {
            html.raw(" <a href=\"#alerts\">")
                    .text(texts.get("alerts.see", now.alerts().size()))
                    .raw("</a>");
        }
        html.raw("</p>\n");
    }

    private void facts() {
        Overview.Live live = now.live();
        OffsetDateTime shown = sight.cut();
        // While a notice is up no cut is public, and whoever reads this wants to know which one waits behind it.
        boolean behind = live.sequence() == null && sight.newestCut() != null;
        OffsetDateTime cut = behind ? sight.newestCut() : shown;
        html.raw("<dl>\n<div class=\"wide\">")
                .element("dt", texts.get(behind ? "cut.behind" : "cut"))
                .raw("<dd>");
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
        next();
        Long sequence = live.sequence();
        fact("sequence", sequence == null ? null : texts.number(sequence));
        Instant published = live.publishedAt();
        fact("published", published == null ? null : texts.shortTime(published, sight.offset()));
        Event event = now.event();
        fact("event", event.drill() ? texts.get("event.drill", live.event()) : live.event());
        html.raw("</dl>\n");
    }

    /** The next cut against the clock; before the opening, the opening. */
    private void next() {
        Instant opens = now.event().opens();
        if (sight.now().isBefore(opens)) {
            fact("opens", "next.in", opens);
        } else if (sight.line().due() == null) {
            fact("next", null);
        } else {
            boolean overdue = !sight.line().due().isAfter(sight.now());
            fact("next", overdue ? "next.overdue" : "next.in", sight.line().due());
        }
    }

    private void fact(String name, String key, Instant at) {
        Duration distance = Duration.between(sight.now(), at).abs();
        fact(name, texts.get(key, texts.clock(at, sight.now(), sight.offset()), texts.duration(distance.toSeconds())));
    }

    private void fact(String name, @Nullable String value) {
        html.raw("<div class=\"" + name + "\">")
                .element("dt", texts.get(name))
                .element("dd", value == null ? texts.get("none") : value)
                .raw("</div>\n");
    }

    private void alerts() {
        boolean none = now.alerts().isEmpty();
        html.raw("<section id=\"alerts\" data-renew=\"alerts\" tabindex=\"-1\" class=\"card"
                + (none ? " quiet" : " warn") + "\">");
        html.element("h2", texts.get("alerts"));
        if (none) {
            html.element("p class=\"calm\"", texts.get("alerts.none"));
        } else {
            AlertTexts words = AlertTexts.of(texts.locale());
            html.raw("<ul class=\"alerts\">");
            now.alerts().forEach(alert -> alert(alert, words));
            html.raw("</ul>");
        }
        html.raw("</section>\n");
    }

    /** The reader's language first; the message, which is English, has the figures. */
    private void alert(Alert alert, AlertTexts words) {
        html.raw("<li data-key=\"").text(alert.code()).raw("\">");
        html.element("h3", words.title(alert.code()));
        String cure = words.cure(alert.code());
        if (!cure.isEmpty()) {
            html.element("p", cure);
        }
        html.raw("<p class=\"detail\" lang=\"en\">")
                .element("code", alert.code())
                .raw(" ");
        html.text(alert.message()).raw("</p>");
        html.element("p class=\"since\"", texts.get("since", texts.shortTime(alert.since(), sight.offset())))
                .raw("</li>");
    }
}
