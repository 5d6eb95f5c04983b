package mx.difusor.agent.status;

import java.time.Duration;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.Receipt;
import org.jspecify.annotations.Nullable;

/** The line of cuts: a mark for each, grouped by hour, and in words what was not as expected. */
final class LineText {

    private static final int MOST_GAPS = 60;

    /** What was not as expected is told of so many marks. */
    private static final int MOST_TOLD = 6;

    private static final List<CutLine.Kind> USUAL =
            List.of(CutLine.Kind.ON_TIME, CutLine.Kind.NEXT, CutLine.Kind.COMING);

    private final Texts texts;
    private final Sight sight;
    private final Html html;
    private final ZoneOffset offset;

    LineText(Texts texts, Sight sight, Html html) {
        this.texts = texts;
        this.sight = sight;
        this.html = html;
        this.offset = sight.offset();
    }

    void write() {
        html.raw("<section id=\"line\" data-renew=\"line\" class=\"card\">")
                .element("h2", texts.get("line", Texts.offset(offset)));
        if (sight.rows() == null) {
            html.element("p class=\"refused\"", texts.get("packages.unreadable"));
        } else {
            summary();
            if (sight.line().earlier() > 0) {
                html.element(
                        "p class=\"calm\"",
                        texts.get("line.earlier", sight.line().earlier()));
            }
            hours();
            legend();
            told();
        }
        gaps();
        html.raw("</section>\n");
    }

    private void summary() {
        CutLine line = sight.line();
        long came = line.count(CutLine.Kind.ON_TIME) + line.count(CutLine.Kind.LATE);
        html.element(
                "p",
                texts.get(
                        "line.summary",
                        came,
                        line.count(CutLine.Kind.LATE),
                        line.count(CutLine.Kind.MISSED),
                        line.count(CutLine.Kind.REFUSED),
                        texts.duration(sight.snapshot().event().cadence().toSeconds())));
    }

    private void hours() {
        html.raw("<ol class=\"hours\">");
        OffsetDateTime hour = null;
        List<CutLine.Mark> group = new ArrayList<>();
        for (CutLine.Mark mark : sight.line().marks()) {
            OffsetDateTime its = mark.at().atOffset(offset).truncatedTo(ChronoUnit.HOURS);
            if (hour != null && !its.equals(hour)) {
                hour(hour, group);
                group.clear();
            }
            hour = its;
            group.add(mark);
        }
        if (hour != null) {
            hour(hour, group);
        }
        html.raw("</ol>\n");
    }

    private void hour(OffsetDateTime hour, List<CutLine.Mark> marks) {
        html.raw("<li>");
        String label = hour.getHour() == 0 ? texts.day(hour) : texts.hour(hour);
        html.element("span class=\"hour\"", label).raw("<ol class=\"marks\">");
        for (CutLine.Mark mark : marks) {
            if (mark.kind() == CutLine.Kind.COMING) {
                // The hour beside it says all; a hundred of them would be read out for nothing.
                html.raw("<li class=\"mark coming\" aria-hidden=\"true\"></li>");
                continue;
            }
            String words = words(mark);
            html.raw("<li class=\"mark " + mark.kind().code() + "\" title=\"").text(words);
            html.raw("\">").element("span class=\"unseen\"", words).raw("</li>");
        }
        html.raw("</ol></li>");
    }

    /** One mark in words: its time or number first. */
    private String words(CutLine.Mark mark) {
        String key = "mark." + mark.kind().code();
        String time = texts.clock(mark.at(), sight.now(), offset);
        return switch (mark.kind()) {
            case ON_TIME -> texts.get(key, time, texts.number(mark.sequence()));
            case LATE ->
                mark.outOfOrder()
                        ? texts.get(key + ".order", time, texts.number(mark.sequence()))
                        : texts.get(key, time, texts.number(mark.sequence()), by(mark.late()));
            case GAP ->
                mark.count() == 1
                        ? texts.get(key, texts.number(mark.sequence()))
                        : texts.get(
                                key + ".several",
                                texts.number(mark.sequence()),
                                texts.number(mark.sequence() + mark.count() - 1));
            case REFUSED -> texts.get(key, time, refused(mark.receipt()));
            case MISSED, NEXT -> texts.get(key, time);
            case COMING -> "";
        };
    }

    private String by(Duration late) {
        return texts.duration(late.toSeconds());
    }

    private static String refused(@Nullable Receipt receipt) {
        Receipt.Refusal refusal = receipt == null ? null : receipt.refusal();
        String name = receipt == null ? "" : receipt.name();
        return refusal == null ? name : name + " (" + refusal.reason().code() + ")";
    }

    private void legend() {
        html.raw("<ul class=\"legend\" aria-label=\"" + Html.escape(texts.get("legend")) + "\">");
        for (CutLine.Kind kind : CutLine.Kind.values()) {
            html.raw("<li><span class=\"mark " + kind.code() + "\" aria-hidden=\"true\"></span> ")
                    .text(texts.get("legend." + kind.code()))
                    .raw("</li>");
        }
        html.raw("</ul>\n");
    }

    /** On a phone no pointer rests on a mark, and at night nobody reads two hundred of them. */
    private void told() {
        List<CutLine.Mark> marks = sight.line().marks();
        List<String> told = new ArrayList<>();
        for (int i = marks.size() - 1; i >= 0 && told.size() < MOST_TOLD; i--) {
            if (!USUAL.contains(marks.get(i).kind())) {
                told.add(words(marks.get(i)));
            }
        }
        if (!told.isEmpty()) {
            html.element("h3", texts.get("told")).raw("<ul class=\"told\">");
            told.forEach(words -> html.element("li", words));
            html.raw("</ul>\n");
        }
    }

    private void gaps() {
        List<Long> gaps = sight.snapshot().gaps();
        html.element("h3", texts.get("gaps"));
        if (gaps.isEmpty()) {
            html.element("p class=\"calm\"", texts.get("gaps.none"));
            return;
        }
        html.raw("<p class=\"chips\">");
        gaps.stream().limit(MOST_GAPS).forEach(gap -> html.element("span", gap.toString()));
        html.raw("</p>");
        int more = gaps.size() - MOST_GAPS;
        if (more > 0) {
            html.element("p", texts.get("gaps.more", more));
        }
    }
}
