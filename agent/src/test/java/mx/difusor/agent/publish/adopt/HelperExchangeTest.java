package mx.difusor.agent.publish.adopt;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import mx.difusor.agent.disk.LocalDisk;
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
        HelperExchange exchange = new HelperExchange(new LocalDisk(), named(name));
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
                new HelperExchange.Helper("false", List.of("false")));

        assertThat(new HelperExchange(new LocalDisk(), useless).way(folder)).isEmpty();
        assertThat(folder).isEmptyDirectory();
    }

    @Test
    void whatATrialThatWasKilledLeftIsCleared() throws IOException {
        Files.createDirectories(folder.resolve(".difusor-exchange-trial/folder"));

        assertThat(new HelperExchange(new LocalDisk()).way(folder)).isPresent();
        assertThat(folder).isEmptyDirectory();
    }
}
