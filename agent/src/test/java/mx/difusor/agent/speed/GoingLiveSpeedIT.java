package mx.difusor.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.e2e.Shell;
import mx.difusor.agent.e2e.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** A whole site and an increment of 200 of its 3,000 files, from the last byte to live, beside the shell's script. */
@EnabledOnOs(OS.LINUX)
class GoingLiveSpeedIT {

    private static final int CHANGED = 200;

    /** Pairs before the first that counts: a night has a hundred cuts, and its first ones run in a cold JVM. */
    private static final int WARM_UPS = 20;

    /** Nothing is deleted meanwhile: that would slow both sides, and not evenly. */
    private static final String KEEPING = "publish: {keepReleases: 1000}\n";

    private final Size size = Size.asked();

    @Test
    void onDisk() throws Exception {
        try (Place place = Place.onDisk()) {
            measure("From the last byte to live, on disk", place);
        }
    }

    @Test
    void inMemory() throws Exception {
        if (!size.isLong() || !Files.isDirectory(Place.TMPFS)) {
            return; // the long form's
        }
        try (Place place = Place.inMemory()) {
            measure("From the last byte to live, on tmpfs", place);
        }
    }

    private void measure(String title, Place place) throws Exception {
        Shell.needs("unzip", "sync", "openssl");
        Tables table = Tables.comparing(title, "package", "script");
        try (Site site = Site.open(place.folder, KEEPING).start(Shipped.OPTIONED)) {
            Cuts cuts = new Cuts(place.folder);
            GoingLive live = new GoingLive(site, place.folder.resolve("shell"));
            Floor floor = new Floor(place.folder.resolve("floor"));
            int warmUps = size.isLong() ? WARM_UPS : WARM_UPS / 5;
            List<Double> floors = new ArrayList<>();
            List<Double> increments = new ArrayList<>();
            List<Double> scripts = new ArrayList<>();
            Comparison whole = Comparison.ofEach(
                    warmUps, size.pairs, () -> cuts.site(Cuts.FILES, Cuts.FILE_BYTES), live::agent, cut -> {
                        double script = live.script(cut);
                        scripts.add(script);
                        floors.add(floor.milliseconds(cut.file()));
                        increments.add(live.agent(cuts.increment(CHANGED, Cuts.FILE_BYTES)));
                        return script;
                    });
            table.compare("a site of 3,000 files, 48 MB (%s)".formatted(zip(cuts)), whole);
            table.row(
                    "the floor of the same",
                    Tables.number("%.0f ms", whole.ours()),
                    Tables.number("%.0f ms", median(floors)),
                    Tables.number("%.2f", whole.ours() / median(floors)),
                    "");
            double increment = median(increments);
            table.row(
                    "an increment of 200 files, against the script's whole site",
                    Tables.number("%.0f ms", increment),
                    Tables.number("%.0f ms", whole.theirs()),
                    Tables.number("%.2f", increment / whole.theirs()),
                    Tables.number("%.2f", whole.theirs() / increment));
            assertThat(whole.ratio()).isLessThan(Bounds.SITE_TO_LIVE);
            assertThat(whole.ours() / median(floors)).isLessThan(Bounds.OF_THE_FLOOR);
            assertThat(ratio(increments, scripts)).isLessThan(Bounds.INCREMENT_TO_LIVE);
        }
    }

    /** Of the counted runs. */
    private double median(List<Double> all) {
        return Comparison.median(all.subList(all.size() - size.pairs, all.size()));
    }

    /** Pair by pair, of the counted runs. */
    private double ratio(List<Double> ours, List<Double> theirs) {
        List<Double> ratios = new ArrayList<>();
        for (int i = 0; i < ours.size(); i++) {
            ratios.add(ours.get(i) / theirs.get(i));
        }
        return median(ratios);
    }

    private static String zip(Cuts cuts) throws IOException {
        return Tables.number("a zip of %.1f MB", Files.size(cuts.lastSite()) / 1e6);
    }
}
