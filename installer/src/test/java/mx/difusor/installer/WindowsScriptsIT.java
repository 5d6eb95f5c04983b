package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The PowerShell scripts of the .zip: they parse, and keep to rules; docs/windows.md says what that leaves open. */
class WindowsScriptsIT {

    private static final Path WINDOWS = Built.TARGET.resolve("windows");

    static List<Path> scripts() throws Exception {
        try (Stream<Path> files = Files.walk(WINDOWS)) {
            return files.filter(file -> file.toString().endsWith(".ps1"))
                    .sorted()
                    .toList();
        }
    }

    static String read(Path script) throws IOException {
        return Files.readString(script, StandardCharsets.US_ASCII);
    }

    @Test
    void theyAreThere() throws Exception {
        assertThat(scripts())
                .extracting(script -> WINDOWS.relativize(script).toString())
                .containsExactly(
                        "bin/difusor-prepare.ps1", "install.ps1", "uninstall.ps1", "web/iis/configure-iis.ps1");
    }

    /** What a script calls, and what it does with variables; it has to parse. */
    static List<String> findings(String text) {
        PowerShell powerShell = new PowerShell();
        ScriptNode script = root(powerShell, text);
        return Stream.concat(
                        ScriptCallRules.findings(script, path -> root(powerShell, shipped(path))).stream(),
                        ScriptVariableRules.findings(script).stream())
                .toList();
    }

    private static ScriptNode root(PowerShell powerShell, String text) {
        PowerShell.Reading reading = powerShell.read(text);
        if (reading instanceof PowerShell.Script script) {
            return script.root();
        }
        throw new AssertionError(reading);
    }

    /** Another script, called by its path below the program's folder. */
    private static String shipped(String path) {
        try {
            return read(WINDOWS.resolve(path.replace('\\', '/')));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void theyArePowerShell(Path script) throws Exception {
        assertThat(new PowerShell().read(read(script))).isInstanceOf(PowerShell.Script.class);
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void theyCallWhatIsThereAndReadWhatTheySet(Path script) throws Exception {
        assertThat(findings(read(script))).isEmpty();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void theyAreStrictAndSayWhatTheyAreFor(Path script) throws Exception {
        String text = read(script);
        assertThat(text).startsWith("<#\r\n.SYNOPSIS\r\n").contains("[CmdletBinding(");
        assertThat(text).contains("Set-StrictMode -Version 3.0", "$ErrorActionPreference = 'Stop'");
        for (String line : text.split("\r\n", -1)) {
            assertThat(line).doesNotContain("\n", "\t").doesNotEndWith(" ");
            assertThat(line.length()).as(line).isLessThanOrEqualTo(150);
            assertThat(line.chars()).as(line).allMatch(one -> one < 0x80);
        }
        for (String parameter : parameters(root(new PowerShell(), text))) {
            assertThat(text).as("help for %s", parameter).contains("\r\n.PARAMETER " + parameter + "\r\n");
        }
    }

    private static List<String> parameters(ScriptNode script) {
        return script.child("param")
                .all("declared")
                .map(declared -> declared.child("target").text().substring(1))
                .toList();
    }

    /** What the manual tells people to type: with parameters that the script has. */
    @ParameterizedTest
    @ValueSource(strings = {"docs/windows.md", "docs/es/instalar-windows.md"})
    void thePagesNameParametersThatTheScriptsHave(String page) throws Exception {
        Map<String, List<String>> declared = new HashMap<>();
        for (Path script : scripts()) {
            declared.put(script.getFileName().toString(), parameters(root(new PowerShell(), read(script))));
        }
        int named = 0;
        for (MatchResult call : Pattern.compile("([\\w-]+\\.ps1)'?((?: -\\w+(?: '[^']*'| [^-`\\s]\\S*)?)*)")
                .matcher(Files.readString(Path.of("..").resolve(page)))
                .results()
                .toList()) {
            assertThat(declared).as(page).containsKey(call.group(1));
            for (MatchResult parameter :
                    Pattern.compile(" -(\\w+)").matcher(call.group(2)).results().toList()) {
                named++;
                assertThat(parameter.group(1))
                        .as(call.group())
                        .satisfiesAnyOf(
                                name -> assertThat(declared.get(call.group(1))).contains(name),
                                name -> assertThat(name).isEqualTo("WhatIf"));
            }
        }
        assertThat(named).isGreaterThan(1);
    }

    @Test
    void whatChangesTheHostCanBeTriedWithWhatIf() throws Exception {
        for (String script : List.of("install.ps1", "uninstall.ps1", "web/iis/configure-iis.ps1")) {
            assertThat(read(WINDOWS.resolve(script)))
                    .contains("SupportsShouldProcess = $true", "$PSCmdlet.ShouldProcess(");
        }
    }

    @Test
    void nothingIsFetched() throws Exception {
        for (Path script : scripts()) {
            assertThat(read(script))
                    .doesNotContainIgnoringCase("Invoke-WebRequest")
                    .doesNotContainIgnoringCase("Net.WebClient")
                    .doesNotContainIgnoringCase("Invoke-Expression")
                    .doesNotContainIgnoringCase("Start-BitsTransfer");
        }
    }

    /** The manual's steps run it again without the options of the first time. */
    @Test
    void whatIsNotGivenAgainStaysAsItWas() throws Exception {
        String install = read(WINDOWS.resolve("install.ps1"));
        ScriptNode script = root(new PowerShell(), install);
        List<String> keepsByItself = List.of("WebAccount"); // a grant is added, and none taken away
        List<String> ofTheRule = List.of("SftpPort", "SftpFrom");
        for (String parameter : parameters(script)) {
            if (ofTheRule.contains(parameter)) {
                assertThat(asked(script, "$given", parameter, false)).contains("Set-NetFirewallRule", "$" + parameter);
            } else if (!keepsByItself.contains(parameter)) {
                assertThat(asked(script, "$given", parameter, true)).contains("$" + parameter + " = ");
            }
        }
        assertThat(install).doesNotContain("Remove-NetFirewallRule");
        assertThat(install).contains("$given = $PSBoundParameters\r\n");
    }

    @Test
    void theRemovalFindsTheFoldersThatTheInstallationWasGiven() throws Exception {
        ScriptNode script = root(new PowerShell(), read(WINDOWS.resolve("uninstall.ps1")));
        for (String parameter : List.of("InstallFolder", "HomeFolder")) {
            assertThat(asked(script, "$PSBoundParameters", parameter, true)).contains("$" + parameter + " = ");
        }
        String text = script.text();
        assertThat(text.indexOf("$classes = Get-Setting"))
                .as("its settings go with the service")
                .isBetween(0, text.indexOf("\nRemove-Agent"));
    }

    /** @return what is done where a parameter was given, or was not */
    private static String asked(ScriptNode script, String given, String parameter, boolean not) {
        String question = given + ".ContainsKey('" + parameter + "')";
        List<ScriptNode> asking = script.all("if")
                .filter(one -> one.children().get(0).text().contains(question))
                .toList();
        assertThat(asking).as(parameter).hasSize(1);
        String condition = asking.get(0).children().get(0).text();
        assertThat(condition.contains("-not " + question)).as(condition).isEqualTo(not);
        return asking.get(0).child("statements").text();
    }

    /** A disk that is full, or a file that is held open, leaves the version before as it was, and running. */
    @Test
    void whatCannotBeLaidGivesWayToTheVersionBefore() throws Exception {
        ScriptNode script = root(new PowerShell(), read(WINDOWS.resolve("install.ps1")));
        ScriptNode attempt = function(script, "Copy-Program")
                .child("statements")
                .all("try")
                .findFirst()
                .orElseThrow();
        assertThat(commands(attempt.child("statements"))).containsSubsequence("New-Item", "Move-Program", "Copy-Item");
        assertThat(commands(script)).containsOnlyOnce("Copy-Item");

        ScriptNode caught = attempt.child("catch").child("statements");
        ScriptNode rescue = caught.child("try");
        assertThat(commands(rescue.child("statements"))).containsExactly("Restore-Program");
        ScriptNode last = rescue.children().get(rescue.children().size() - 1);
        assertThat(commands(last)).as("finally").containsExactly("Start-Service");
        assertThat(caught.children()).last().matches(one -> one.is("throw"));

        ScriptNode back =
                function(script, "Restore-Program").child("statements").child("foreach");
        ScriptNode part = back.child("statements").child("try");
        assertThat(commands(part.child("statements"))).containsSubsequence("Remove-Item", "Move-Item");
        assertThat(commands(part.child("catch"))).containsExactly("Write-Warning");
    }

    private static ScriptNode function(ScriptNode script, String name) {
        return script.all("function")
                .filter(one -> one.child("name").text().equals(name))
                .findFirst()
                .orElseThrow();
    }

    private static List<String> commands(ScriptNode node) {
        return node.all("command").map(call -> call.child("name").text()).toList();
    }

    /** The names that the service is registered with are those of the agent's class. */
    @Test
    void theServiceCallsWhatTheAgentHas() throws Exception {
        String install = read(WINDOWS.resolve("install.ps1"));
        Matcher name = Pattern.compile("\\$class = '([\\w.]+)'").matcher(install);
        assertThat(name.find()).isTrue();
        Class<?> service = Class.forName(name.group(1));
        for (String method : List.of("start", "stop")) {
            assertThat(install).contains("Method=" + method + "'");
            assertThat(service.getMethod(method, String[].class).getModifiers())
                    .isEqualTo(java.lang.reflect.Modifier.PUBLIC | java.lang.reflect.Modifier.STATIC);
        }
    }

    /** nginx, Apache and IIS say the same of every file. */
    @Test
    void iisSaysTheTypesThatNginxSays() throws Exception {
        Path nginx = Built.DISTRIBUTION.resolve("web/nginx/difusor.conf");
        if (!Files.exists(nginx)) {
            return;
        }
        String iis = read(WINDOWS.resolve("web/iis/configure-iis.ps1"));
        String types = Files.readString(nginx);
        types = types.substring(types.indexOf("types {") + 7);
        for (String line : types.substring(0, types.indexOf('}')).strip().split("\n", -1)) {
            String[] words = line.strip().replace(";", "").split("\\s+", -1);
            for (int i = 1; i < words.length; i++) {
                assertThat(iis).containsPattern("'\\." + words[i] + "' = '" + Pattern.quote(words[0]) + "[;']");
            }
        }
    }
}
