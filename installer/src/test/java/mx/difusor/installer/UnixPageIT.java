package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;

/** docs/install-freebsd.md, typed on a Unix that can be had here: a Debian whose {@code pkg} is apt. */
@EnabledOnOs(OS.LINUX)
class UnixPageIT {

    private static final String PAGE = "docs/install-freebsd.md";

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    @Test
    void theArchiveIsInstalledUsedAndRemovedByFollowingThePage() throws Exception {
        try (Newsroom newsroom = Newsroom.open(
                folder,
                Built.TARGET.resolve("difusor-" + Built.VERSION + ".tar.gz"),
                Built.TARGET.resolve("SHA256SUMS"))) {
            Tool.Result installed = newsroom.type(
                            "pkg() { apt-get install -qy --no-install-recommends openjdk-17-jre-headless; }\n"
                                    + Manual.block(PAGE, "unix").replace("VERSION", Built.VERSION))
                    .ok();
            assertThat(installed.output()).contains("difusor-" + Built.VERSION + ".tar.gz: OK", "would run: ");

            List<String> linux = Manual.blocks("docs/es/instalar.md", "debian");
            assertThat(linux.get(0)).contains("apt install");
            for (String block : linux.subList(1, 3)) {
                newsroom.type(block).ok();
            }
            newsroom.instituteSends(1);
            Awaitility.await("cut 1")
                    .atMost(Tool.PATIENCE)
                    .untilAsserted(() -> assertThat(newsroom.type("cat /var/lib/difusor/live/index.html")
                                    .output())
                            .contains("corte 1"));

            newsroom.type(Manual.block(PAGE, "unix-uninstall")).ok();
            assertThat(newsroom.at("/usr/local/bin/difusor")).doesNotExist();
            assertThat(newsroom.at("/var/lib/difusor/archive/pel-2024/1/prep-0001.zip"))
                    .exists();
            assertThat(newsroom.type("systemctl is-active difusor").output()).startsWith("inactive");
        }
    }
}
