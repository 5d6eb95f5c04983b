package mx.difusor.agent.cli;

import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.util.Locale;
import java.util.Map;

/**
 * Where a command runs and for whom.
 *
 * @param installedConfig where installed packages keep {@code difusor.yaml}
 * @param user who asks, for records
 * @param answers what the person types
 * @param attended a person can be asked
 * @param errorsSeen standard error is a terminal
 */
public record Surroundings(
        Texts texts,
        Clock clock,
        Path workingFolder,
        Path installedConfig,
        String user,
        BufferedReader answers,
        boolean attended,
        boolean errorsSeen) {

    private static final Path ON_POSIX = Path.of("/etc/difusor/difusor.yaml");
    /** What is not of the base system lies there (hier(7)). */
    private static final Path ON_FREEBSD = Path.of("/usr/local/etc/difusor/difusor.yaml");

    /** Those of this process. */
    public static Surroundings ofProcess() {
        Map<String, String> environment = System.getenv();
        return new Surroundings(
                Texts.of(environment, Locale.getDefault()),
                Clock.systemUTC(),
                Path.of("").toAbsolutePath(),
                installedConfig(System.getProperty("os.name", ""), environment),
                user(System.getProperty("user.name", "?"), environment),
                new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8)),
                Terminal.of(Terminal.INPUT) && Terminal.of(Terminal.ERRORS),
                Terminal.of(Terminal.ERRORS));
    }

    static Path installedConfig(String system, Map<String, String> environment) {
        String programData = environment.get("ProgramData");
        if (system.startsWith("Windows") && programData != null) {
            return Path.of(programData, "difusor", "difusor.yaml");
        }
        return system.equals("FreeBSD") ? ON_FREEBSD : ON_POSIX;
    }

    /** Behind sudo, the person as well as the account: {@code maria (difusor)}. */
    static String user(String account, Map<String, String> environment) {
        String person = environment.getOrDefault("SUDO_USER", "");
        return person.isEmpty() || person.equals(account) ? account : person + " (" + account + ")";
    }
}
