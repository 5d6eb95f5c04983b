package mx.difusor.agent.publish.adopt;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.e2e.HangingProgram;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledOnOs;
import org.junit.jupiter.api.condition.OS;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@EnabledOnOs(OS.LINUX)
class HelperExchangeTest {

    @TempDir
    private Path folder;

    private static List<HelperExchange.Helper> named(String name) {
        return HelperExchange.HELPERS.stream()
                .filter(one -> one.name().equals(name))
                .toList();
    }

    @ParameterizedTest
    @ValueSource(strings = {"mv --exchange", "python3", "platform-python", "perl"})
    void eachHelperExchangesAFolderAndALinkAndLeavesNothing(String name) throws Exception {
        HelperExchange exchange = new HelperExchange(new LocalDisk(), named(name), HelperExchange.TIMEOUT);
        boolean found = exchange.way(folder).isPresent();
        if (name.equals("perl")) {
            assertThat(found).as("perl is part of every Debian").isTrue();
        }
        Assumptions.assumeTrue(found, "this host has no working " + name);
        Path one = Files.createDirectory(folder.resolve("año 1 'x'"));
        Path other = Files.createSymbolicLink(folder.resolve("-b"), Path.of("nowhere"));

        exchange.exchange(one, other);

        assertThat(one).isSymbolicLink();
        assertThat(Files.isDirectory(other, LinkOption.NOFOLLOW_LINKS)).isTrue();
        try (var left = Files.list(folder)) {
            assertThat(left).containsExactlyInAnyOrder(one, other);
        }
    }

    @Test
    void aProgramThatIsMissingOrDoesSomethingElseIsPassedOver() throws IOException {
        List<HelperExchange.Helper> useless = List.of(
                new HelperExchange.Helper("missing", List.of("no-such-program-here")),
                new HelperExchange.Helper("true", List.of("true")),
                new HelperExchange.Helper("waits", List.of("cat")),
                new HelperExchange.Helper("loses the folder", script("rm -r \"$1\"; mv \"$2\" \"$1\"")),
                new HelperExchange.Helper("loses the link", script("rm \"$2\"; mkdir \"$2\"")),
                new HelperExchange.Helper("false", List.of("false")));

        assertThat(new HelperExchange(new LocalDisk(), useless, HelperExchange.TIMEOUT).way(folder))
                .isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    private static List<String> script(String text) {
        return List.of("sh", "-c", text, "sh");
    }

    @Test
    void aProgramThatFailsInEarnestIsAFailureWithItsWords() throws IOException {
        HelperExchange exchange = new HelperExchange(
                new LocalDisk(),
                List.of(new HelperExchange.Helper(
                        "fails",
                        script("case \"$1\" in *trial*) mv \"$1\" \"$1.x\"; mv \"$2\" \"$1\"; mv \"$1.x\" \"$2\";;"
                                + " *) echo not here; exit 3;; esac"))),
                HelperExchange.TIMEOUT);
        assertThatThrownBy(() -> exchange.exchange(folder, folder))
                .as("before it was tried")
                .isInstanceOf(IOException.class);
        assertThat(exchange.way(folder)).contains("fails");

        assertThatThrownBy(() -> exchange.exchange(folder.resolve("a"), folder.resolve("b")))
                .isInstanceOf(IOException.class)
                .hasMessage("fails: not here");
    }

    @Test
    void onlyLinuxHasTheCall() {
        assertThat(HelperExchange.helpersOf("FreeBSD")).isEmpty();
        assertThat(HelperExchange.helpersOf("Linux")).isEqualTo(HelperExchange.HELPERS);
    }

    private HelperExchange chosen(String inEarnest, Duration timeout) throws IOException {
        HelperExchange exchange = inTrialAnd(inEarnest, timeout);
        assertThat(exchange.way(folder)).contains("chosen");
        return exchange;
    }

    /** Exchanges in its trial, and does something else in earnest. */
    private static HelperExchange inTrialAnd(String inEarnest, Duration timeout) {
        return new HelperExchange(
                new LocalDisk(),
                List.of(new HelperExchange.Helper(
                        "chosen",
                        script("case \"$1\" in *trial*) mv \"$1\" \"$1.x\"; mv \"$2\" \"$1\"; mv \"$1.x\" \"$2\";; *) "
                                + inEarnest + ";; esac"))),
                timeout);
    }

    @Test
    void aProgramThatReadsMeetsTheEndOfItsInput() throws IOException {
        chosen("cat > \"$1\"", HelperExchange.TIMEOUT).exchange(folder.resolve("read"), folder);

        assertThat(folder.resolve("read")).isEmptyFile();
    }

    @Test
    void aProgramThatHangsIsEndedAndToldOf() throws Exception {
        Path pid = folder.resolve("pid");

        long number = HangingProgram.ended(pid, timeout -> {
            HelperExchange exchange = inTrialAnd("echo $$ > \"$1\"; exec sleep 600", timeout);
            // In too short a time not even the trial ends, and nothing is chosen.
            if (exchange.way(folder).isPresent()) {
                assertThatThrownBy(() -> exchange.exchange(pid, folder))
                        .hasMessage("chosen did not end within " + timeout.toSeconds() + " s");
            }
        });

        Awaitility.await()
                .atMost(Duration.ofMinutes(1))
                .until(() -> ProcessHandle.of(number).map(one -> !one.isAlive()).orElse(true));
    }

    @Test
    void whoeverWaitsForAProgramCanBeInterrupted() throws IOException {
        HelperExchange exchange = chosen("exec sleep 600", HelperExchange.TIMEOUT);
        Thread.currentThread().interrupt();

        assertThatThrownBy(() -> exchange.exchange(folder, folder)).hasMessage("interrupted while running chosen");

        assertThat(Thread.interrupted()).as("still interrupted").isTrue();
    }

    @Test
    void whatATrialThatWasKilledLeftIsCleared() throws IOException {
        Files.createDirectories(folder.resolve(".difusor-exchange-trial/link"));
        Files.createSymbolicLink(folder.resolve(".difusor-exchange-trial/folder"), Path.of("nowhere"));

        assertThat(new HelperExchange(new LocalDisk()).way(folder)).isPresent();
        assertThat(folder).isEmptyDirectory();
    }
}
