package mx.difusor.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.e2e.Site;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** The hundred-thousandth package goes live as fast as the tenth, and a larger site takes no more than its share. */
@EnabledOnOs(OS.LINUX)
class GrowthSpeedIT {

    private static final int SMALL_FILE_BYTES = 1_000;
    private static final int CHANGED = 10;

    /** Time to live with a long history, in the time with a short one. Aim: 1. */
    private static final double OF_A_SHORT_HISTORY = 2;

    /** Time to live of an increment, in a large site's. */
    private static final double OF_THE_WHOLE = 0.8;

    private final Size size = Size.asked();

    @Test
    void historyGrows() throws Exception {
        Tables table = new Tables(
                "A growing history, on tmpfs", "packages", "increment to live", "restart", "resident after it");
        for (int packages : size.isLong() ? new int[] {1_000, 100_000} : new int[] {1_000}) {
            try (Place shortPlace = Place.inMemory();
                    Place longPlace = Place.inMemory();
                    Site few = Site.open(shortPlace.folder).start(Shipped.OPTIONED);
                    Site many = Site.open(longPlace.folder).start(Shipped.OPTIONED)) {
                Increments shortHistory = new Increments(few, shortPlace, 10);
                Increments longHistory = new Increments(many, longPlace, packages);
                Comparison found = Comparison.of(2, size.pairs, longHistory::milliseconds, shortHistory::milliseconds);
                table.row(
                        10,
                        Tables.number("%.0f ms", found.theirs()),
                        Tables.number("%.0f ms", shortHistory.restart),
                        Tables.number("%.0f MiB", few.residentMiB()));
                table.row(
                        packages,
                        Tables.number("%.0f ms", found.ours()),
                        Tables.number("%.0f ms", longHistory.restart),
                        Tables.number("%.0f MiB", many.residentMiB()));
                assertThat(found.ratio()).as("%d packages", packages).isLessThan(OF_A_SHORT_HISTORY);
            }
        }
    }

    /** Of a site with so many packages in its past, each time the next one. */
    private static final class Increments {

        final double restart;
        private final Cuts cuts;
        private final GoingLive live;

        Increments(Site site, Place place, int packages) throws Exception {
            cuts = new Cuts(place.folder);
            site.deliver(cuts.site(CHANGED, SMALL_FILE_BYTES).file());
            site.stop();
            new PastPackages(site.home()).add(cuts.skip(packages), packages);
            restart = site.timedStart(Shipped.OPTIONED);
            live = new GoingLive(site, place.folder.resolve("shell"));
        }

        double milliseconds() throws Exception {
            return live.agent(cuts.increment(CHANGED, SMALL_FILE_BYTES));
        }
    }

    @Test
    void releasesGrow() throws Exception {
        Tables table = new Tables("Growing releases, on disk", "files", "whole site to live", "increment of 10 files");
        for (int files : size.isLong() ? new int[] {100, 1_000, 3_000, 10_000, 30_000} : new int[] {100, 3_000}) {
            try (Place place = Place.onDisk();
                    Site site = Site.open(place.folder, "publish: {keepReleases: 1000}\n")
                            .start(Shipped.OPTIONED)) {
                Cuts cuts = new Cuts(place.folder);
                GoingLive live = new GoingLive(site, place.folder.resolve("shell"));
                List<Double> whole = new ArrayList<>();
                for (int i = 0; i < size.pairs; i++) {
                    whole.add(live.agent(cuts.site(files, SMALL_FILE_BYTES)));
                }
                double increment = median(live, cuts);
                table.row(
                        files, Tables.number("%.0f ms", Comparison.median(whole)), Tables.number("%.0f ms", increment));
                if (files >= Cuts.FILES) {
                    assertThat(increment / Comparison.median(whole))
                            .as("an increment of %d files in %d", CHANGED, files)
                            .isLessThan(OF_THE_WHOLE);
                }
            }
        }
    }

    private double median(GoingLive live, Cuts cuts) throws Exception {
        List<Double> times = new ArrayList<>();
        for (int i = 0; i < size.pairs + 2; i++) {
            times.add(live.agent(cuts.increment(CHANGED, SMALL_FILE_BYTES)));
        }
        return Comparison.median(times.subList(2, times.size()));
    }
}
