package mx.difusor.agent.speed;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Random;
import mx.difusor.agent.e2e.PackageFolder;
import mx.difusor.agent.e2e.Site;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;

/** What the agent takes of a machine that has a web server to feed. */
@EnabledOnOs(OS.LINUX)
class MemoryIT {

    private static final double AT_REST_MIB = 200;
    private static final double PEAK_MIB = 350;
    private static final int LARGE_MB = 200;

    /** A night of a cut every quarter of an hour. */
    private static final int NIGHT = 96;

    private static final int CHANGED = 200;
    private static final Duration UNTIL_AT_REST = Duration.ofMinutes(3);

    private final Size size = Size.asked();

    @Test
    void aNightAndALargePackageStayWithinWhatIsPromised() throws Exception {
        Tables table = new Tables("Memory, with the options that are shipped", "when", "resident", "at most");
        try (Place place = Place.onDisk();
                Site site = Site.open(place.folder).start(Shipped.OPTIONED)) {
            table.row("after the start", mib(site.residentMiB()), "");
            Cuts cuts = new Cuts(place.folder);
            site.deliver(cuts.site(Cuts.FILES, Cuts.FILE_BYTES).file());
            int night = size.isLong() ? NIGHT : 4;
            for (int i = 0; i < night; i++) {
                site.deliver(cuts.increment(CHANGED, Cuts.FILE_BYTES).file());
            }
            Awaitility.await("rest")
                    .atMost(UNTIL_AT_REST)
                    .untilAsserted(() -> assertThat(site.residentMiB()).isLessThan(AT_REST_MIB));
            table.row("at rest after %d cuts".formatted(night), mib(site.residentMiB()), mib(AT_REST_MIB));
            table.row("the most until then", mib(site.peakMiB()), mib(PEAK_MIB));

            JsonNode receipt = site.deliver(large(place.folder, cuts.skip(1)));
            assertThat(receipt.path("outcome").asText()).as("%s", receipt).isEqualTo("accepted");
            table.row("the most with a package of " + LARGE_MB + " MB", mib(site.peakMiB()), mib(PEAK_MIB));
            assertThat(site.peakMiB()).isLessThan(PEAK_MIB);
        }
    }

    private static Path large(Path folder, long sequence) throws Exception {
        PackageFolder contents = new PackageFolder(
                Site.EVENT, "site", sequence, Cuts.cut(sequence).toString());
        contents.file("index.html", "<!doctype html><meta charset=utf-8><title>PREP</title>");
        Random random = new Random(sequence);
        for (int i = 0; i < LARGE_MB / 10; i++) {
            byte[] noise = new byte[10_000_000];
            random.nextBytes(noise);
            contents.bytes("imagenes/%02d.jpg".formatted(i), noise);
        }
        return contents.archive(folder, "grande", "zip");
    }

    private static String mib(double value) {
        return Tables.number("%.0f MiB", value);
    }
}
