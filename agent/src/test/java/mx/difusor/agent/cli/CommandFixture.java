package mx.difusor.agent.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringReader;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Locale;
import mx.difusor.agent.config.Config;
import mx.difusor.agent.disk.Disk;
import mx.difusor.agent.model.MachineException;
import picocli.CommandLine;

/** Runs commands in this process with fakes behind them. */
final class CommandFixture {

    static final Instant NOW = Instant.parse("2024-06-03T03:00:00Z");

    record Outcome(int exitCode, String out, String err) {}

    final FakeService service = new FakeService();
    final FakeArchive archive = new FakeArchive();
    final FakeCheck check = new FakeCheck();
    final RefusingDisk disk = new RefusingDisk();
    final FakeDoctor doctor = new FakeDoctor();

    private final Path folder;
    private Locale locale = Locale.ENGLISH;
    private String answers = "";
    private boolean attended;

    CommandFixture(Path folder) {
        this.folder = folder;
    }

    CommandFixture speaking(String language) {
        locale = new Locale(language);
        return this;
    }

    CommandFixture answering(String typed) {
        attended = true;
        answers = typed;
        return this;
    }

    Outcome run(Object... arguments) {
        StringWriter out = new StringWriter();
        StringWriter err = new StringWriter();
        String[] words = new String[arguments.length];
        for (int i = 0; i < arguments.length; i++) {
            words[i] = arguments[i].toString();
        }
        int exitCode = command(words)
                .setOut(new PrintWriter(out))
                .setErr(new PrintWriter(err))
                .execute(words);
        return new Outcome(exitCode, out.toString(), err.toString());
    }

    /** What is made for these arguments. */
    CommandLine command(String... words) {
        Surroundings surroundings = new Surroundings(
                new Texts(locale),
                Clock.fixed(NOW, ZoneOffset.UTC),
                folder,
                folder.resolve("installed/difusor.yaml"),
                "maria",
                new BufferedReader(new StringReader(answers)),
                attended,
                false);
        Rooms rooms = new Rooms(service, archive, check, this::hostKey, disk.disk(), doctor);
        return Difusor.commandLine(rooms, surroundings, List.of(words));
    }

    private void hostKey(Path keys) throws IOException {
        if (!Files.exists(keys.resolve("host"))) {
            disk.disk().replace(keys.resolve("host"), new byte[] {1}, Disk.Access.PRIVATE);
        }
    }

    /** Remembers what it was started with. */
    static final class FakeService implements Service {
        @org.jspecify.annotations.Nullable
        Config started;

        int exitCode;

        @org.jspecify.annotations.Nullable
        MachineException failure;

        @org.jspecify.annotations.Nullable
        RuntimeException bug;

        @Override
        public int run(Config config) throws MachineException {
            started = config;
            if (bug != null) {
                throw bug;
            }
            if (failure != null) {
                throw failure;
            }
            return exitCode;
        }

        @Override
        public RunningAgent start(Config config) {
            throw new UnsupportedOperationException();
        }

        @Override
        public RunningAgent start(Config config, java.time.Clock clock) {
            throw new UnsupportedOperationException();
        }
    }
}
