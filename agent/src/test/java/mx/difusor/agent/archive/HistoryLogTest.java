package mx.difusor.agent.archive;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.disk.LocalDisk;
import mx.difusor.agent.model.Digest;
import mx.difusor.agent.model.HistoryHead;
import mx.difusor.agent.model.MachineException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryLogTest {

    private static final Instant AT = Instant.parse("2024-06-03T03:00:00.123Z");

    @TempDir
    Path folder;

    private final LocalDisk disk = new LocalDisk();
    private Path file = Path.of("unset");

    @BeforeEach
    void name() {
        file = folder.resolve("history.log");
    }

    private HistoryLog open() throws IOException {
        return HistoryLog.open(file, disk);
    }

    private HistoryLog withEntries(int count) throws Exception {
        HistoryLog log = open();
        for (int i = 1; i <= count; i++) {
            log.append(AT, "test", Map.of("number", i));
        }
        return log;
    }

    private List<String> lines() throws IOException {
        return Files.readAllLines(file);
    }

    private void rewrite(List<String> lines) throws IOException {
        Files.writeString(file, String.join("\n", lines) + "\n");
    }

    private static Digest digest(String line) {
        return Digest.ofContent(line.getBytes(StandardCharsets.UTF_8));
    }

    @Test
    void eachLineSaysItsNumberItsTimeAndTheDigestOfTheLineBefore() throws Exception {
        HistoryLog log = withEntries(2);
        assertThat(lines().get(0))
                .isEqualTo("{\"entry\":1,\"at\":\"2024-06-03T03:00:00.123Z\",\"what\":\"test\",\"number\":1,"
                        + "\"previous\":\"" + "0".repeat(64) + "\"}");
        JsonNode second = new ObjectMapper().readTree(lines().get(1));
        assertThat(second.get("previous").asText())
                .isEqualTo(digest(lines().get(0)).hex());
        assertThat(log.head()).isEqualTo(new HistoryHead(2, digest(lines().get(1))));
    }

    @Test
    void theCommandOfTheDocumentationComputesAHead() throws Exception {
        assumeTrue(Files.isExecutable(Path.of("/bin/sh")), "no shell here");
        String page = Files.readString(Path.of("..", "docs", "history.md"));
        Matcher command = Pattern.compile("^sudo (sed .*)$", Pattern.MULTILINE).matcher(page);
        assertThat(command.find()).isTrue();
        withEntries(4);
        Process shell = new ProcessBuilder("/bin/sh", "-c", command.group(1).replace("/var/lib/difusor/", ""))
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .start();
        String printed = new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(printed)
                .startsWith(new ObjectMapper()
                        .readTree(lines().get(3))
                        .get("previous")
                        .asText());
    }

    @Test
    void aRestartGoesOnWhereTheLogEnds() throws Exception {
        HistoryHead before = withEntries(3).head();
        HistoryLog again = open();
        assertThat(again.head()).isEqualTo(before);
        again.append(AT, "test", Map.of());
        assertThat(open().problems()).isEmpty();
        assertThat(open().head().entries()).isEqualTo(4);
    }

    @Test
    void thePartOfALineThatACrashLeftIsCutOff() throws Exception {
        HistoryHead before = withEntries(3).head();
        Files.writeString(file, "{\"entry\":4,\"at\":", StandardOpenOption.APPEND);
        HistoryLog again = open();
        assertThat(again.head()).isEqualTo(before);
        assertThat(again.problems()).isEmpty();
        again.append(AT, "test", Map.of());
        assertThat(lines()).hasSize(4);
        assertThat(open().problems()).isEmpty();
    }

    @Test
    void aChangedLineIsFoundByTheOneAfterIt() throws Exception {
        withEntries(3);
        List<String> lines = new ArrayList<>(lines());
        lines.set(1, lines.get(1).replace("\"number\":2", "\"number\":7"));
        rewrite(lines);
        assertThat(open().problems())
                .singleElement()
                .asString()
                .contains("line 3 of history.log does not follow from the line before it");
    }

    @Test
    void aRemovedAnAddedAndAnUnreadableLineAreFound() throws Exception {
        withEntries(4);
        List<String> whole = lines();
        List<String> removed = new ArrayList<>(whole);
        removed.remove(1);
        rewrite(removed);
        assertThat(open().problems()).first().asString().contains("line 2 of history.log is not entry 2");

        List<String> added = new ArrayList<>(whole);
        added.add(2, whole.get(1));
        rewrite(added);
        assertThat(open().problems()).first().asString().contains("line 3 of history.log is not entry 3");

        List<String> scribbled = new ArrayList<>(whole);
        scribbled.set(3, "no json");
        rewrite(scribbled);
        assertThat(open().problems()).singleElement().asString().contains("line 4 of history.log is not entry 4");

        scribbled.set(3, "");
        rewrite(scribbled);
        assertThat(open().problems()).singleElement().asString().contains("line 4 of history.log is not entry 4");
    }

    @Test
    void afterABreakTheChainGoesOnFromWhatStandsThere() throws Exception {
        withEntries(3);
        List<String> lines = new ArrayList<>(lines());
        lines.set(2, lines.get(2).replace("\"number\":3", "\"number\":9"));
        rewrite(lines);
        open().append(AT, "test", Map.of());
        assertThat(new ObjectMapper().readTree(lines().get(3)).get("previous").asText())
                .isEqualTo(digest(lines().get(2)).hex());
    }

    @Test
    void aLongerLineThanAnyOfOursIsNotKeptInMemory() throws Exception {
        withEntries(1);
        Files.writeString(
                file,
                "{\"entry\":2,\"x\":\"" + "x".repeat(HistoryLog.MAX_LINE_BYTES) + "\"}\n",
                StandardOpenOption.APPEND);
        HistoryLog log = open();
        assertThat(log.problems()).singleElement().asString().contains("line 2 of history.log is not entry 2");
        assertThat(log.head().head()).isEqualTo(digest(lines().get(1)));
    }

    @Test
    void whoWritesIntoTheLogOfARunningAgentIsNoticedAndNotOverwritten() throws Exception {
        HistoryLog log = withEntries(2);
        Files.writeString(file, "a line of somebody else\n", StandardOpenOption.APPEND);
        log.append(AT, "test", Map.of());
        assertThat(lines()).hasSize(4).element(2).isEqualTo("a line of somebody else");
        assertThat(log.head().entries()).isEqualTo(4);
        assertThat(log.problems()).hasSize(2).first().asString().contains("somebody else changed it");
        Files.delete(file);
        log.append(AT, "test", Map.of());
        assertThat(lines()).hasSize(1);
        assertThat(log.problems()).singleElement().asString().contains("has 0 bytes");
    }

    @Test
    void whatTheDiskDidNotTakeLeavesNothingAndComesBeforeTheNextEntry() throws Exception {
        AtomicInteger failures = new AtomicInteger();
        HistoryLog log = HistoryLog.open(file, tearing(failures));
        log.append(AT, "test", Map.of("number", 1));
        failures.set(3);
        assertThatThrownBy(() -> log.append(AT, "command", Map.of("number", 2)))
                .isInstanceOf(MachineException.class)
                .hasMessageContaining("history.log");
        assertThat(log.head().entries()).isEqualTo(1);
        log.note(AT, "accepted", Map.of("number", 3));
        assertThat(log.retry()).isEqualTo(1);
        log.note(AT, "accepted", Map.of("number", 4));
        assertThat(log.retry()).isZero();
        assertThat(lines()).hasSize(3);
        assertThat(log.problems()).as("nobody else wrote there").isEmpty();
        assertThat(lines().get(1)).contains("\"number\":3");
        assertThat(lines().get(2)).contains("\"number\":4");
        assertThat(open().problems()).isEmpty();
    }

    @Test
    void whatWaitsIsWrittenOnceTheDiskTakesItAgain() throws Exception {
        HistoryLog log = HistoryLog.open(file, tearing(new AtomicInteger(1)));
        log.note(AT, "accepted", Map.of("number", 1));
        assertThat(log.head().entries()).isZero();
        assertThat(log.retry()).isZero();
        assertThat(log.head().entries()).isEqualTo(1);
        assertThat(lines()).hasSize(1);
    }

    @Test
    void onlySoManyNotesWaitForADiskThatTakesNothing() throws Exception {
        HistoryLog log = HistoryLog.open(file, full());
        for (int i = 0; i <= HistoryLog.MAX_WAITING; i++) {
            log.note(AT, "accepted", Map.of("number", i));
        }
        assertThat(log.retry()).isEqualTo(HistoryLog.MAX_WAITING);
        assertThat(log.end()).isEmpty();
    }

    private static Disk full() {
        return (Disk) java.lang.reflect.Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, args) -> {
                    throw new IOException("no space left on device");
                });
    }

    /** Appends half of the line and fails, so often. */
    private Disk tearing(AtomicInteger failures) {
        return (Disk) java.lang.reflect.Proxy.newProxyInstance(
                Disk.class.getClassLoader(), new Class<?>[] {Disk.class}, (proxy, method, args) -> {
                    if (method.getName().equals("append") && failures.getAndUpdate(n -> Math.max(0, n - 1)) > 0) {
                        byte[] line = (byte[]) args[1];
                        disk.append(
                                (Path) args[0], java.util.Arrays.copyOf(line, line.length / 2), Disk.Access.PRIVATE);
                        throw new IOException("no space left on device");
                    }
                    return method.invoke(disk, args);
                });
    }

    @Test
    void whereItEndsIsNotSaidWhileAPartOfALineMayStandThere() throws Exception {
        HistoryLog log = HistoryLog.open(file, tearing(new AtomicInteger(1)));
        assertThat(log.end()).contains(new HistoryLog.End(0, HistoryHead.NONE));
        assertThatThrownBy(() -> log.append(AT, "command", Map.of())).isInstanceOf(MachineException.class);
        assertThat(log.end()).isEmpty();
        HistoryHead head = log.append(AT, "command", Map.of());
        assertThat(log.end()).contains(new HistoryLog.End(Files.size(file), head));
    }

    @Test
    void anEntryThatIsTooLongIsADefectAndNotWritten() throws Exception {
        HistoryLog log = withEntries(1);
        assertThatThrownBy(() -> log.append(AT, "test", Map.of("x", "x".repeat(HistoryLog.MAX_LINE_BYTES))))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessageStartingWith("an entry of 1048");
        assertThat(lines()).hasSize(1);
    }

    @Test
    void aLogThatWasReadWholeIsNotReadAgain() throws Exception {
        withEntries(2);
        List<Integer> read = new ArrayList<>();
        open().readWhole((entry, head) -> {}, read::add);
        assertThat(read).isEmpty();
    }

    @Test
    void whatIsWrongBehindTheBeginningIsToldOnce() throws Exception {
        HistoryHead before = withEntries(1).head();
        long bytes = Files.size(file);
        Files.writeString(file, "no json\n", StandardOpenOption.APPEND);
        HistoryLog log = HistoryLog.open(file, disk, bytes, before, (entry, end) -> {});
        assertThat(log.problems()).containsExactly("line 2 of history.log is not entry 2");
        List<Integer> read = new ArrayList<>();
        log.readWhole((entry, head) -> {}, read::add);
        assertThat(read).containsExactly((int) Files.size(file));
        assertThat(log.problems()).containsExactly("line 2 of history.log is not entry 2");
    }

    @Test
    void aLineThatIsOnlyFilledUpWithBlanksIsNoneOfOurs() throws Exception {
        withEntries(1);
        String second = "{\"entry\":2,\"previous\":\"" + digest(lines().get(0)) + "\"}";
        Files.writeString(file, second + " ".repeat(HistoryLog.MAX_LINE_BYTES) + "\n", StandardOpenOption.APPEND);
        assertThat(open().problems()).containsExactly("line 2 of history.log is not entry 2");
    }

    @Test
    void whatWaitedComesBeforeACommand() throws Exception {
        HistoryLog log = HistoryLog.open(file, tearing(new AtomicInteger(1)));
        log.note(AT, "accepted", Map.of("number", 1));
        log.append(AT, "command", Map.of("number", 2));
        assertThat(lines()).hasSize(2);
        assertThat(lines().get(0)).contains("\"number\":1");
        assertThat(lines().get(1)).contains("\"number\":2");
    }

    @Test
    void whatWasAlteredInTheBeginningIsToldByTheWholeReading() throws Exception {
        HistoryHead before = withEntries(2).head();
        long bytes = Files.size(file);
        Files.writeString(file, Files.readString(file).replace("\"number\":1", "\"number\":7"));
        HistoryLog log = HistoryLog.open(file, disk, bytes, before, (entry, end) -> {});
        assertThat(log.problems()).isEmpty();
        log.readWhole((entry, head) -> {}, read -> {});
        assertThat(log.problems()).singleElement().asString().contains("line 2 of history.log does not follow");
    }
}
