package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** From the download to a cut through nginx, by following docs/es/instalar.md and the clock. */
@EnabledOnOs(OS.LINUX)
class PageIT {

    /** What the page promises from {@code apt install} on. */
    private static final Duration PROMISED = Duration.ofMinutes(5);

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void fromTheDownloadToACutThroughNginxByFollowingThePage() throws Exception {
        try (Newsroom newsroom = Newsroom.open(folder, Deb.built())) {
            long begun = System.nanoTime();
            newsroom.followsThePageToTheFirstCut();
            Duration taken = Duration.ofNanos(System.nanoTime() - begun);

            System.out.printf("from apt install to a cut through nginx: %d s%n", taken.toSeconds());
            assertThat(taken).isLessThan(PROMISED);
            assertThat(newsroom.type("sudo -u difusor difusor status").ok().output())
                    .contains("pel-2024");
        }
    }
}
