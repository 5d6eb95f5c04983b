package mx.difusor.agent.status;

import java.time.Duration;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import mx.difusor.agent.model.ProbedHour;

/** What visitors got, by hour and by day, against the 99.9 % that are asked for. */
final class AvailabilityText {

    static final int HOURS_SHOWN = 48;
    private static final int DAYS_SHOWN = 10;
    private static final int PER_MILLE = 1_000;
    private static final int GOAL_PER_MILLE = 999;

    private final Texts texts;
    private final Sight sight;
    private final Html html;

    /** Of some hours together. */
    private record Sum(long probes, long good, int slowestMillis) {

        static Sum of(List<ProbedHour> hours) {
            return new Sum(
                    hours.stream().mapToLong(ProbedHour::probes).sum(),
                    hours.stream().mapToLong(ProbedHour::good).sum(),
                    hours.stream().mapToInt(ProbedHour::slowestMillis).max().orElse(0));
        }

        boolean enough() {
            return good * PER_MILLE >= probes * GOAL_PER_MILLE;
        }
    }

    AvailabilityText(Texts texts, Sight sight, Html html) {
        this.texts = texts;
        this.sight = sight;
        this.html = html;
    }

    void write() {
        List<ProbedHour> hours =
                sight.hours().stream().filter(hour -> hour.probes() > 0).toList();
        html.raw("<section id=\"availability\" class=\"card\"><div data-renew=\"availability\">")
                .element("h2", texts.get("availability"));
        if (hours.isEmpty()) {
            html.element("p class=\"calm\"", texts.get("availability.none"));
        } else {
            total(hours);
            html.element("h3", texts.get("availability.hours", HOURS_SHOWN));
            strip(hours.subList(Math.max(0, hours.size() - HOURS_SHOWN), hours.size()));
            days(hours);
        }
        html.raw("</div>");
        FigureText.chart(html, texts, "answers", "answers.chart");
        html.raw("</section>\n");
    }

    private void total(List<ProbedHour> hours) {
        Sum sum = Sum.of(hours);
        html.raw("<p class=\"figure " + (sum.enough() ? "good" : "bad") + "\">")
                .text(texts.percent(sum.good(), sum.probes()) + " · ")
                .text(texts.get(sum.enough() ? "goal.met" : "goal.missed"))
                .raw("</p>");
        html.element(
                "p class=\"calm\"",
                texts.get(
                        "availability.summary",
                        texts.number(sum.good()),
                        texts.number(sum.probes()),
                        texts.shortTime(hours.get(0).from(), sight.offset())));
    }

    private void strip(List<ProbedHour> hours) {
        html.raw("<ol class=\"marks probes\">");
        for (ProbedHour hour : hours) {
            OffsetDateTime from = hour.from().atOffset(sight.offset());
            Sum sum = Sum.of(List.of(hour));
            String kind = sum.good() == sum.probes() ? "on-time" : sum.good() == 0 ? "refused" : "late";
            String words = texts.get(
                    "hour.words",
                    texts.day(from) + ", " + texts.hour(from),
                    texts.percent(sum.good(), sum.probes()),
                    texts.number(sum.probes() - sum.good()));
            html.raw("<li class=\"mark " + kind + "\" title=\"").text(words);
            html.raw("\">").element("span class=\"unseen\"", words).raw("</li>");
        }
        html.raw("</ol>");
    }

    private void days(List<ProbedHour> hours) {
        Map<LocalDate, List<ProbedHour>> byDay = new TreeMap<>(Comparator.reverseOrder());
        for (ProbedHour hour : hours) {
            byDay.computeIfAbsent(hour.from().atOffset(sight.offset()).toLocalDate(), day -> new ArrayList<>())
                    .add(hour);
        }
        html.raw("<table class=\"narrow\">\n<thead><tr>");
        for (String column : List.of("day", "availability", "goal", "failed", "slowest")) {
            html.element("th scope=\"col\"", texts.get(column));
        }
        html.raw("</tr></thead>\n<tbody>\n");
        byDay.entrySet().stream().limit(DAYS_SHOWN).forEach(day -> day(day.getValue()));
        html.raw("</tbody>\n</table>");
    }

    private void day(List<ProbedHour> hours) {
        Sum sum = Sum.of(hours);
        OffsetDateTime first = hours.get(0).from().atOffset(sight.offset());
        html.raw("<tr>").element("td class=\"time\"", texts.day(first));
        html.element("td class=\"number\"", texts.percent(sum.good(), sum.probes()));
        html.raw("<td>")
                .element(
                        "span class=\"pill " + (sum.enough() ? "accepted" : "rejected") + "\"",
                        texts.get(sum.enough() ? "goal.yes" : "goal.no"));
        html.raw("</td>").element("td class=\"number\"", texts.number(sum.probes() - sum.good()));
        html.element("td class=\"number\"", texts.shortDuration(Duration.ofMillis(sum.slowestMillis())))
                .raw("</tr>\n");
    }
}
