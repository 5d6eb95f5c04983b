package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.util.List;
import java.util.stream.IntStream;
import mx.difusor.agent.archive.Archive;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.disk.Home;
import mx.difusor.agent.disk.LocalDisk;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An alert stays readable whatever is broken. */
class TellingTest {

    @TempDir
    Path folder;

    @Test
    void anAlteredLogIsToldWhateverElseIsDamaged() throws Exception {
        Home home = new Home(folder.resolve("home"));
        LocalDisk disk = new LocalDisk();
        home.prepare(disk);
        for (int i = 0; i <= Telling.MOST_TOLD; i++) {
            Files.createDirectories(home.archive().resolve("pel/" + i));
        }
        Files.writeString(home.history(), "altered\n");
        Alerts alerts = new Alerts(Clock.systemUTC());
        try (Archive archive = Archive.open(home, disk, 1_000, file -> {
            throw new IllegalStateException("there is none");
        })) {
            Telling.damage(archive, List.of(), alerts);
        }
        assertThat(alerts.active())
                .singleElement()
                .satisfies(alert -> assertThat(alert.message()).startsWith("line 1 of history.log"));
    }

    @Test
    void ofManyDamagedPackagesTheFirstAreNamedOnce() throws Exception {
        Home home = new Home(folder.resolve("home"));
        LocalDisk disk = new LocalDisk();
        home.prepare(disk);
        Alerts alerts = new Alerts(Clock.systemUTC());
        List<String> damaged = IntStream.range(0, 2 * (Telling.MOST_TOLD + 3))
                .mapToObj(i -> "package <" + i / 2 + ">")
                .toList();
        try (Archive archive = Archive.open(home, disk, 1_000, file -> {
            throw new IllegalStateException("there is none");
        })) {
            Telling.damage(archive, damaged, alerts);
        }
        assertThat(alerts.active())
                .singleElement()
                .satisfies(alert -> assertThat(alert.message())
                        .startsWith("package <0>; package <1>; ")
                        .contains("package <%d>; and 3 more; run `difusor".formatted(Telling.MOST_TOLD - 1)));
    }
}
