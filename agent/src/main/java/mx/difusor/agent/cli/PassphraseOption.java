package mx.difusor.agent.cli;

import java.io.Console;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import mx.difusor.agent.institute.SigningKey;
import mx.difusor.agent.model.MachineException;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** Where the passphrase of an encrypted private key comes from: a file, or the person at the terminal. */
final class PassphraseOption implements SigningKey.Passphrase {

    static final int MAX_BYTES = 4_096;

    private final Surroundings surroundings;

    @Option(names = "--passphrase-file", paramLabel = "FILE", descriptionKey = "passphrase-file")
    private @Nullable Path file;

    PassphraseOption(Surroundings surroundings) {
        this.surroundings = surroundings;
    }

    @Override
    @SuppressWarnings("SystemConsoleNull") // where there is none, nobody is asked
    public char[] of(Path what) throws MachineException {
        if (file != null) {
            return firstLine(surroundings.workingFolder().resolve(file));
        }
        Console console = surroundings.attended() ? System.console() : null;
        char[] typed = console == null
                ? null
                : console.readPassword("%s ", surroundings.texts().of("msg.passphrase", what));
        return typed == null ? new char[0] : typed;
    }

    private static char[] firstLine(Path file) throws MachineException {
        try (var in = Files.newInputStream(file)) {
            String text = new String(in.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
            return text.lines().findFirst().orElse("").toCharArray();
        } catch (IOException e) {
            throw new MachineException(
                    "key-unreadable", "cannot read the passphrase file " + file, "give a file that can be read", e);
        }
    }
}
