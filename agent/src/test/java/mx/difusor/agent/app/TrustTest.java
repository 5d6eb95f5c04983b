package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.FileSystem;
import java.nio.file.FileSystems;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributeView;
import java.nio.file.attribute.FileTime;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import mx.difusor.agent.desk.Alerts;
import mx.difusor.agent.institute.ThrowawayKeys;
import mx.difusor.agent.model.Alert;
import mx.difusor.agent.verify.TrustSettings;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Trust files that change under a running agent, in all the ways in which people and programs change files. */
class TrustTest {

    @TempDir
    Path folder;

    private final Alerts alerts = new Alerts(Clock.systemUTC());
    private Path anchors = Path.of("");
    private String first = "";
    private String second = "";

    @BeforeEach
    void makeTwoRoots() throws Exception {
        anchors = folder.resolve("iee-root.pem");
        first = Files.readString(keys("one").root());
        second = Files.readString(keys("two").root());
        Files.writeString(anchors, first);
    }

    private ThrowawayKeys keys(String name) throws Exception {
        return ThrowawayKeys.make(folder.resolve(name), ThrowawayKeys.Algorithm.EC_P256, Clock.systemUTC());
    }

    private Trust open() throws Exception {
        return new Trust(new TrustSettings(1, List.of(anchors), List.of(), List.of(), List.of()));
    }

    private void replaceByRename(String text) throws IOException {
        Path beside = Files.writeString(folder.resolve("beside"), text);
        Files.move(beside, anchors, StandardCopyOption.ATOMIC_MOVE);
    }

    @Test
    void filesThatDoNotChangeAreReadOnce() throws Exception {
        Trust trust = open();
        Object before = trust.authenticator();
        for (int i = 0; i < 2 * Trust.CONTENTS_EVERY; i++) {
            trust.tick(alerts);
        }
        Files.setLastModifiedTime(anchors, FileTime.from(Instant.now().plusSeconds(9)));
        assertThat(trust.authenticator()).as("touched only").isSameAs(before);
    }

    /** Not a second later: a package may be right behind it. */
    @Test
    void aFileReplacedByARenameOrInPlaceIsInForceForWhoeverAsksNext() throws Exception {
        Trust trust = open();
        Object before = trust.authenticator();
        replaceByRename(second);
        Object after = trust.authenticator();
        assertThat(after).isNotSameAs(before);
        Files.writeString(anchors, first + second);
        assertThat(trust.authenticator()).isNotSameAs(after);
    }

    /** On a file system that tells nothing but size and times, as some do, and only to the second. */
    @Test
    void aFileOfTheSameNameSizeAndTimesIsNoticedByItsContents() throws Exception {
        FileTime then = FileTime.fromMillis(1_700_000_000_000L);
        int longer = Math.max(first.length(), second.length());
        try (FileSystem poor = FileSystems.newFileSystem(folder.resolve("poor.zip"), Map.of("create", "true"))) {
            anchors = poor.getPath("/iee-root.pem");
            write(first + "#".repeat(longer - first.length()), then);
            Trust trust = open();
            Object before = trust.authenticator();
            write(second + "#".repeat(longer - second.length()), then);
            assertThat(trust.authenticator()).as("nothing to see from outside").isSameAs(before);
            for (int i = 0; i < Trust.CONTENTS_EVERY; i++) {
                trust.tick(alerts);
            }
            assertThat(trust.authenticator()).isNotSameAs(before);
        }
    }

    private void write(String text, FileTime time) throws IOException {
        Files.writeString(anchors, text);
        Files.getFileAttributeView(anchors, BasicFileAttributeView.class).setTimes(time, time, time);
    }

    @Test
    void aFileThatCannotBeUsedRaisesAnAlertAndWhatWasTrustedStays() throws Exception {
        Trust trust = open();
        Object before = trust.authenticator();
        for (String bad : List.of("", first.substring(0, first.length() / 2), first + second.substring(0, 99), "#")) {
            Files.writeString(anchors, bad);
            assertThat(trust.authenticator()).as(bad).isSameAs(before);
            trust.tick(alerts);
            assertThat(alerts.active()).extracting(Alert::code).containsExactly("trust-unusable");
            assertThat(alerts.active().get(0).message())
                    .contains(anchors.toString(), "what was trusted before stays trusted");
        }
        Files.delete(anchors);
        assertThat(trust.authenticator()).isSameAs(before);
        trust.tick(alerts);
        assertThat(alerts.active().get(0).message()).contains("is not there");
        Files.writeString(anchors, second);
        trust.tick(alerts);
        assertThat(alerts.active()).isEmpty();
        assertThat(trust.authenticator()).isNotSameAs(before);
    }

    @Test
    void aFileLargerThanTheLimitDoesNoHarm() throws Exception {
        Trust trust = open();
        Object before = trust.authenticator();
        Files.write(anchors, new byte[40_000_000]);
        trust.tick(alerts);
        assertThat(trust.authenticator()).isSameAs(before);
        assertThat(alerts.active().get(0).message()).contains("is larger than");
    }
}
