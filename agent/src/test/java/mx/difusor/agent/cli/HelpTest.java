package mx.difusor.agent.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.ResourceBundle;
import java.util.Set;
import java.util.TreeSet;
import mx.difusor.agent.model.LiveState;
import mx.difusor.agent.model.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine;

class HelpTest {

    @TempDir
    private Path folder;

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "demo",
                "drill",
                "pack",
                "send",
                "init",
                "verify",
                "status",
                "doctor",
                "adopt",
                "check-config",
                "archive",
                "archive list",
                "archive show",
                "archive extract",
                "archive check",
                "archive export",
                "archive import",
                "archive retire",
                "archive reindex",
                "publish",
                "publish status",
                "publish hold",
                "publish resume",
                "publish rollback",
                "publish notice",
                "publish notice on",
                "publish notice off",
                "event",
                "event activate",
                "trust",
                "trust list",
                "trust allow-expired",
                "trust withdraw",
                "alert",
                "alert test"
            })
    void everyCommandHasHelpInBothLanguages(String command) {
        String[] words = (command + " --help").split(" ");

        CommandFixture.Outcome english = new CommandFixture(folder).run((Object[]) words);
        CommandFixture.Outcome spanish =
                new CommandFixture(folder).speaking("es").run((Object[]) words);

        assertThat(english.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(english.out()).doesNotContain("Exit codes");
        assertThat(english.out()).contains("Usage: difusor " + command).contains("Show this help and end.");
        assertThat(spanish.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(spanish.out()).contains("Uso: difusor " + command).contains("Muestra esta ayuda y termina.");
        assertThat(english.out().lines().findFirst())
                .isNotEqualTo(spanish.out().lines().findFirst());
    }

    @Test
    void onlyTheSubcommandThatIsCalledIsMade() {
        CommandFixture fixture = new CommandFixture(folder);
        assertThat(fixture.command("run", "--help").getSubcommands()).containsOnlyKeys("run");
        assertThat(fixture.command("publish", "notice", "on").getSubcommands()).containsOnlyKeys("publish");
        assertThat(fixture.command().getSubcommands()).hasSize(16);
        assertThat(fixture.command("--help").getSubcommands()).hasSize(16);
        assertThat(fixture.command("rnu").getSubcommands()).hasSize(16);
    }

    /** An option without a description stands alone in its line. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run",
                "demo",
                "drill",
                "pack",
                "send",
                "init",
                "verify",
                "status",
                "doctor",
                "adopt",
                "check-config",
                "archive list",
                "archive show",
                "archive extract",
                "archive check",
                "archive export",
                "archive import",
                "archive retire",
                "archive reindex",
                "publish status",
                "publish hold",
                "publish resume",
                "publish rollback",
                "publish notice on",
                "publish notice off",
                "event activate",
                "trust list",
                "trust allow-expired",
                "trust withdraw",
                "alert",
                "alert test"
            })
    void everyOptionAndParameterIsDescribed(String command) {
        for (String language : List.of("en", "es")) {
            String help = new CommandFixture(folder)
                    .speaking(language)
                    .run((Object[]) (command + " --help").split(" "))
                    .out();
            List<String> lines = help.lines().toList();
            for (int i = lines.indexOf(""); i < lines.size(); i++) {
                String next = i + 1 < lines.size() ? lines.get(i + 1) : "";
                boolean alone = lines.get(i).strip().matches("(-\\w, )?--[a-z-]+(=\\S+)?(\\.\\.\\.)?|[A-Z]+");
                assertThat(alone && !next.startsWith("             "))
                        .as(language + " " + command + ": " + lines.get(i))
                        .isFalse();
            }
        }
    }

    /** The contract: output meant for programs comes with {@code --json}. */
    @Test
    void everyCommandWithAResultTellsItToProgramsToo() {
        Map<String, String> others = Map.of(
                "difusor run", "its output is the log",
                "difusor demo", "a show for people; programs have the agent's own /status",
                "difusor init", "what it made is always the same");
        Set<String> without = new TreeSet<>();
        expectJson(new CommandFixture(folder).command("--help"), without);

        assertThat(without).isEqualTo(others.keySet());
    }

    private static void expectJson(CommandLine command, Set<String> without) {
        if (command.getSubcommands().isEmpty() && command.getCommandSpec().findOption("--json") == null) {
            without.add(command.getCommandSpec().qualifiedName());
        }
        command.getSubcommands().values().forEach(inner -> expectJson(inner, without));
    }

    @Test
    void theRootListsCommandsAndExitCodes() {
        String help = new CommandFixture(folder).run("--help").out();

        assertThat(help)
                .contains("Commands:", "check-config", "publish", "Exit codes:")
                .contains("5   the agent cannot be reached");
    }

    @Test
    void theVersionIsOneLine() {
        CommandFixture.Outcome outcome = new CommandFixture(folder).run("--version");

        assertThat(outcome.exitCode()).isEqualTo(ExitCode.DONE);
        assertThat(outcome.out().strip()).startsWith("difusor ");
        assertThat(new CommandFixture(folder)
                        .run("archive", "list", "--version")
                        .out())
                .isEqualTo(outcome.out());
    }

    @Test
    void usageErrorsExitWith2AndSayWhereHelpIs() {
        CommandFixture fixture = new CommandFixture(folder);

        assertThat(fixture.run())
                .isEqualTo(
                        new CommandFixture.Outcome(2, "", lines("a command is missing", "  cure: see difusor --help")));
        assertThat(fixture.run("archive"))
                .isEqualTo(new CommandFixture.Outcome(
                        2, "", lines("a command is missing", "  cure: see difusor archive --help")));
        assertThat(fixture.run("run", "--confg", "x"))
                .isEqualTo(new CommandFixture.Outcome(
                        2,
                        "",
                        lines("unknown option: --confg x", "  cure: did you mean --config? see difusor run --help")));
        assertThat(fixture.run("publish", "rollback"))
                .isEqualTo(new CommandFixture.Outcome(
                        2, "", lines("missing: SEQ", "  cure: see difusor publish rollback --help")));
        assertThat(fixture.run("publish", "rollback", "seven"))
                .isEqualTo(new CommandFixture.Outcome(
                        2, "", lines("SEQ cannot be \"seven\"", "  cure: see difusor publish rollback --help")));
        assertThat(fixture.run("status", "now"))
                .isEqualTo(new CommandFixture.Outcome(
                        2, "", lines("this does not belong here: now", "  cure: see difusor status --help")));
        assertThat(fixture.speaking("es").run("run", "--config"))
                .isEqualTo(new CommandFixture.Outcome(
                        2, "", lines("falta: --config", "  remedio: vea difusor run --help")));
    }

    @Test
    void bothLanguagesHaveTheSameTextsWithTheSameArguments() {
        ResourceBundle english = new Texts(Locale.ENGLISH).bundle();
        ResourceBundle spanish = new Texts(new Locale("es")).bundle();

        assertThat(spanish.keySet()).isEqualTo(english.keySet());
        for (String key : english.keySet()) {
            assertThat(arguments(spanish.getString(key))).as(key).isEqualTo(arguments(english.getString(key)));
        }
    }

    private static List<String> arguments(String format) {
        return java.util.regex.Pattern.compile("%[a-z]")
                .matcher(format)
                .results()
                .map(java.util.regex.MatchResult::group)
                .toList();
    }

    @Test
    void everyReasonHasACureAndEveryStateAWord() {
        for (Locale locale : List.of(Locale.ENGLISH, new Locale("es"))) {
            Texts texts = new Texts(locale);
            assertThat(Arrays.stream(Reason.values()).map(one -> texts.of("reason." + one.code() + ".cure")))
                    .allMatch(cure -> !cure.isBlank());
            assertThat(Arrays.stream(LiveState.values()).map(one -> texts.of("msg.state-" + one.code())))
                    .allMatch(word -> !word.isBlank());
        }
    }

    static String lines(String... lines) {
        return String.join(System.lineSeparator(), lines) + System.lineSeparator();
    }
}
