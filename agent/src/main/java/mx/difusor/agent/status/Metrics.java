package mx.difusor.agent.status;

import io.prometheus.metrics.config.EscapingScheme;
import io.prometheus.metrics.expositionformats.ExpositionFormatWriter;
import io.prometheus.metrics.expositionformats.ExpositionFormats;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot;
import io.prometheus.metrics.model.snapshots.GaugeSnapshot.GaugeDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot;
import io.prometheus.metrics.model.snapshots.InfoSnapshot.InfoDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import io.prometheus.metrics.model.snapshots.MetricSnapshot;
import io.prometheus.metrics.model.snapshots.MetricSnapshots;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Overview;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.model.Availability;
import mx.difusor.agent.model.LiveState;
import org.jspecify.annotations.Nullable;

/**
 * {@code /metrics}: Prometheus text 0.0.4, or OpenMetrics where the client accepts it. Every value is read when it is
 * asked for; nothing is counted twice. What does not exist yet (the cut before the first one) has no sample.
 */
final class Metrics {

    private final Overview overview;
    private final Clock clock;
    private final SiteFigures site;
    private final ExpositionFormats formats = ExpositionFormats.init();

    Metrics(Overview overview, Clock clock) {
        this.overview = overview;
        this.clock = clock;
        this.site = new SiteFigures(overview, clock);
    }

    /** @param accept the request's header */
    Answer answer(@Nullable String accept) {
        ExpositionFormatWriter writer = accept != null && accept.contains("application/openmetrics-text")
                ? formats.getOpenMetricsTextFormatWriter()
                : formats.getPrometheusTextFormatWriter();
        ByteArrayOutputStream body = new ByteArrayOutputStream();
        try {
            writer.write(body, collect(), EscapingScheme.UNDERSCORE_ESCAPING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new Answer(200, writer.getContentType(), body.toByteArray(), Map.of());
    }

    private MetricSnapshots collect() {
        Overview.Snapshot now = overview.snapshot();
        List<MetricSnapshot> all = new ArrayList<>();
        all.add(build(now));
        all.add(gauge("difusor_ready", "1 when the agent takes packages and the live root stands.", ready()));
        all.add(gauge(
                "difusor_uptime_seconds",
                "Since this process started.",
                seconds(Duration.between(now.startedAt(), clock.instant()))));
        addLive(all, now.live());
        all.add(gauge("difusor_gaps", "Sequences missing below the newest.", (double)
                now.gaps().size()));
        addArchive(all, now.archive());
        addCounters(all, now.counters());
        all.add(alerts(now.alerts()));
        Overview.Site visited = overview.site();
        if (visited != null) {
            addSite(all, visited);
        }
        return new MetricSnapshots(all);
    }

    private double ready() {
        return overview.ready() ? 1 : 0;
    }

    private static MetricSnapshot build(Overview.Snapshot now) {
        Labels labels = Labels.of("version", now.version(), "difusor", now.difusorId());
        return InfoSnapshot.builder()
                .name("difusor_build")
                .help("What runs here.")
                .dataPoint(InfoDataPointSnapshot.builder().labels(labels).build())
                .build();
    }

    private static void addLive(List<MetricSnapshot> all, Overview.Live live) {
        all.add(states(live.state()));
        all.add(gauge("difusor_live_sequence", "Sequence of the cut that is live.", number(live.sequence())));
        all.add(gauge(
                "difusor_live_cut_timestamp_seconds", "The instant of the cut that is live.", instant(live.cut())));
        all.add(gauge("difusor_live_age_seconds", "How old the cut that is live is.", number(live.ageSeconds())));
        all.add(gauge(
                "difusor_live_published_timestamp_seconds",
                "When the live root last moved to another cut.",
                live.publishedAt() == null ? null : live.publishedAt().toEpochMilli() / 1000.0));
    }

    private static MetricSnapshot states(LiveState state) {
        GaugeSnapshot.Builder states =
                named("difusor_live_state", "1 for the state that the public sees, 0 for the others.");
        for (LiveState each : LiveState.values()) {
            states.dataPoint(point(Labels.of("state", each.code()), each == state ? 1 : 0));
        }
        return states.build();
    }

    private static void addArchive(List<MetricSnapshot> all, Overview.ArchiveState archive) {
        all.add(gauge("difusor_archive_packages", "Packages in the archive.", (double) archive.packages()));
        all.add(gauge("difusor_archive_bytes", "Bytes that the archive holds.", (double) archive.bytes()));
        all.add(gauge("difusor_archive_budget_bytes", "Bytes that the archive may hold.", (double) archive.budget()));
        all.add(gauge("difusor_disk_free_bytes", "Bytes free on the archive's disk.", (double) archive.diskFree()));
    }

    private static void addCounters(List<MetricSnapshot> all, Overview.Counters counters) {
        all.add(counter("difusor_packages", "Packages decided since the start, by outcome.")
                .dataPoint(count(Labels.of("outcome", "accepted"), counters.accepted()))
                .dataPoint(count(Labels.of("outcome", "duplicate"), counters.duplicate()))
                .dataPoint(count(Labels.of("outcome", "rejected"), counters.rejected()))
                .build());
        all.add(counter("difusor_received_bytes", "Bytes received since the start.")
                .dataPoint(count(Labels.EMPTY, counters.bytesReceived()))
                .build());
        all.add(counter("difusor_publications", "Times that the live root moved since the start.")
                .dataPoint(count(Labels.EMPTY, counters.publications()))
                .build());
    }

    private void addSite(List<MetricSnapshot> all, Overview.Site visited) {
        Overview.LastProbe last = visited.last();
        Instant end = last == null ? null : last.certificateEnds();
        all.add(gauge("difusor_site_up", "1 when visitors got at the last probe what is live.", up(last)));
        all.add(gauge(
                "difusor_site_answer_seconds",
                "Until the site's page had come at the last probe.",
                last == null || last.millis() == 0 ? null : seconds(Duration.ofMillis(last.millis()))));
        all.add(gauge(
                "difusor_site_certificate_end_timestamp_seconds",
                "When the site's certificate ends.",
                end == null ? null : (double) end.getEpochSecond()));
        all.add(counter("difusor_site_probes", "Probes of the site since the start, by what they found.")
                .dataPoint(count(Labels.of("found", "good"), visited.good()))
                .dataPoint(count(Labels.of("found", "bad"), visited.probes() - visited.good()))
                .build());
        GaugeSnapshot.Builder availability =
                named("difusor_site_availability_ratio", "Good probes of all, over the last 24 hours and 30 days.");
        Map.of("day", Availability.DAY, "month", Availability.MONTH).forEach((window, back) -> {
            Double ratio = site.ratio(back);
            if (ratio != null) {
                availability.dataPoint(point(Labels.of("window", window), ratio));
            }
        });
        all.add(availability.build());
    }

    private static @Nullable Double up(Overview.@Nullable LastProbe last) {
        return last == null ? null : last.code() == null ? 1.0 : 0.0;
    }

    private static MetricSnapshot alerts(List<Alert> alerts) {
        GaugeSnapshot.Builder active = named("difusor_alerts_active", "1 for every alert that has not ended.");
        alerts.stream()
                .map(Alert::code)
                .distinct()
                .forEach(code -> active.dataPoint(point(Labels.of("code", code), 1)));
        return active.build();
    }

    private static GaugeSnapshot.Builder named(String name, String help) {
        return GaugeSnapshot.builder().name(name).help(help);
    }

    private static MetricSnapshot gauge(String name, String help, @Nullable Double value) {
        GaugeSnapshot.Builder gauge = named(name, help);
        return value == null
                ? gauge.build()
                : gauge.dataPoint(point(Labels.EMPTY, value)).build();
    }

    private static GaugeDataPointSnapshot point(Labels labels, double value) {
        return GaugeDataPointSnapshot.builder().labels(labels).value(value).build();
    }

    private static CounterSnapshot.Builder counter(String name, String help) {
        return CounterSnapshot.builder().name(name).help(help);
    }

    private static CounterDataPointSnapshot count(Labels labels, long value) {
        return CounterDataPointSnapshot.builder()
                .labels(labels)
                .value((double) value)
                .build();
    }

    private static @Nullable Double number(@Nullable Long value) {
        return value == null ? null : Double.valueOf(value.doubleValue());
    }

    private static @Nullable Double instant(@Nullable String cut) {
        if (cut == null) {
            return null;
        }
        try {
            return seconds(
                    Duration.ofMillis(OffsetDateTime.parse(cut).toInstant().toEpochMilli()));
        } catch (DateTimeParseException e) {
            // Better no sample than no page.
            return null;
        }
    }

    private static double seconds(Duration duration) {
        return duration.toMillis() / 1000.0;
    }
}
