package mx.difusor.agent.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SIGHUP brings about: once, and told to the service manager from its beginning to its end. */
class ReloadTest {

    @TempDir
    @SuppressWarnings("NullAway.Init")
    private Path folder;

    private final List<String> happened = new ArrayList<>();

    private final ServiceManager manager = new ServiceManager() {
        @Override
        public void tell(String... assignments) {
            happened.add(assignments[0]);
        }

        @Override
        public @Nullable Duration signsOfLife() {
            return null;
        }
    };

    private Reload of(Reload.Part... parts) throws Exception {
        Path configuration = Files.writeString(folder.resolve("difusor.yaml"), "home: .\n");
        return new Reload(configuration, manager, List.of(parts));
    }

    private static String logOf(Runnable what) {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(bytes, true, StandardCharsets.UTF_8));
        try {
            what.run();
        } finally {
            System.setErr(before);
        }
        return bytes.toString(StandardCharsets.UTF_8);
    }

    @Test
    void onlyWhoAskedGetsIt() throws Exception {
        Reload reload = of(() -> {
            happened.add("read");
            return "all";
        });
        reload.tick();
        assertThat(happened).isEmpty();

        reload.ask();
        reload.ask();
        reload.tick();
        reload.tick();

        assertThat(happened).containsExactly("RELOADING=1", "read", "READY=1");
    }

    @Test
    void aFileThatIsNoGoodDoesNotKeepTheOthersWaiting() throws Exception {
        Reload reload = of(
                () -> {
                    throw new MachineException("trust-unreadable", "the anchor is cut", "put it there again", null);
                },
                () -> {
                    happened.add("read");
                    return "keys: 2";
                });
        reload.ask();

        String log = logOf(reload::tick);

        assertThat(happened).containsExactly("RELOADING=1", "read", "READY=1");
        assertThat(log)
                .contains("reloaded: keys: 2; what counted before still counts instead of: the anchor is cut"
                        + " (cure: put it there again)")
                .hasLineCount(1);
    }

    @Test
    void aChangedConfigurationIsSaidNotToBeRead() throws Exception {
        Reload reload = of(() -> "keys: 2");
        reload.ask();
        assertThat(logOf(reload::tick)).doesNotContain("difusor.yaml");

        Files.writeString(folder.resolve("difusor.yaml"), "home: ..\n");
        reload.ask();

        assertThat(logOf(reload::tick)).contains("difusor.yaml, which has changed: it is read at a start only");
    }

    @Test
    void evenABugEndsTheReloadForTheServiceManager() throws Exception {
        Reload reload = of(() -> {
            throw new IllegalStateException("a bug");
        });
        reload.ask();

        org.assertj.core.api.Assertions.assertThatIllegalStateException().isThrownBy(reload::tick);

        assertThat(happened).containsExactly("RELOADING=1", "READY=1");
    }
}
