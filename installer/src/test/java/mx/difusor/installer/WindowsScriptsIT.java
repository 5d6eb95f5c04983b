package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import mx.difusor.installer.PowerShellText.Token;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The PowerShell scripts of the .zip, as far as they can be judged without PowerShell. */
class WindowsScriptsIT {

    private static final Path WINDOWS = Built.TARGET.resolve("windows");

    /** Those of Windows Server 2019's PowerShell 5.1 that the scripts may use, and only by these names. */
    private static final Set<String> COMMANDS = Set.of(
            "Copy-Item",
            "Get-Content",
            "Get-Service",
            "Join-Path",
            "New-Item",
            "New-NetFirewallRule",
            "New-Object",
            "Out-Null",
            "Remove-Item",
            "Remove-NetFirewallRule",
            "Select-String",
            "Set-StrictMode",
            "Split-Path",
            "Start-Service",
            "Stop-Service",
            "Test-Path",
            "Where-Object",
            "Write-Output",
            "Write-Warning");

    private static final Set<String> KEYWORDS = Set.of(
            "param",
            "function",
            "if",
            "else",
            "elseif",
            "foreach",
            "try",
            "catch",
            "finally",
            "throw",
            "return",
            "continue");

    /** Of Microsoft's list of approved verbs, those in use. */
    private static final Set<String> VERBS = Set.of(
            "Copy", "Get", "Initialize", "Invoke", "Register", "Remove", "Reset", "Set", "Start", "Stop", "Test");

    private static final Pattern FUNCTION = Pattern.compile("(?m)^function (\\S+) \\{$");

    static List<Path> scripts() throws Exception {
        try (Stream<Path> files = Files.walk(WINDOWS)) {
            return files.filter(file -> file.toString().endsWith(".ps1"))
                    .sorted()
                    .toList();
        }
    }

    private static String read(Path script) throws Exception {
        return Files.readString(script, StandardCharsets.US_ASCII);
    }

    @Test
    void theyAreThere() throws Exception {
        assertThat(scripts())
                .extracting(script -> WINDOWS.relativize(script).toString())
                .containsExactly(
                        "bin/difusor-prepare.ps1", "install.ps1", "uninstall.ps1", "web/iis/configure-iis.ps1");
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void stringsAndBracketsAreWhole(Path script) throws Exception {
        assertThat(PowerShellText.read(read(script)).problems()).isEmpty();
    }

    /** The check itself: each bracket and quote is taken out once, and each time it is noticed. */
    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptThatLacksOneIsRefused(Path script) throws Exception {
        String whole = read(script);
        String code = whole.replaceAll("(?s)<#.*?#>", "").replaceAll("(?m)^\\s*#.*$", "");
        List<String> unnoticed = new ArrayList<>();
        for (int i = 0; i < code.length(); i++) {
            if ("(){}".indexOf(code.charAt(i)) >= 0
                    && PowerShellText.read(code.substring(0, i) + code.substring(i + 1))
                            .problems()
                            .isEmpty()) {
                int from = code.lastIndexOf('\n', i) + 1;
                unnoticed.add(code.substring(from, code.indexOf('\n', i)).strip());
            }
        }
        // Brackets inside strings are text.
        assertThat(unnoticed).allMatch(line -> line.contains("'") || line.contains("\""));
        for (String broken : List.of("'a", "\"a", "\"$(b\"", "@'\na", "<# a", "${a", "@{a = 1", "f(])")) {
            assertThat(PowerShellText.read(code + broken + "\n").problems())
                    .as(broken)
                    .isNotEmpty();
        }
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
        for (String parameter : parameters(text)) {
            assertThat(text).as("help for %s", parameter).contains("\r\n.PARAMETER " + parameter + "\r\n");
        }
    }

    private static List<String> parameters(String text) {
        String head = text.substring(text.indexOf("param("), text.indexOf("\r\n)"));
        Matcher matcher = Pattern.compile("(?m)^ {4}(?:\\[.*\\] )\\$(\\w+)").matcher(head);
        return matcher.results().map(one -> one.group(1)).toList();
    }

    @ParameterizedTest
    @MethodSource("scripts")
    void onlyFullNamesOfKnownCommandsAreCalled(Path script) throws Exception {
        String text = read(script).replace("\r\n", "\n");
        Set<String> own =
                FUNCTION.matcher(text).results().map(one -> one.group(1)).collect(Collectors.toSet());
        assertThat(own).allMatch(name -> VERBS.contains(name.substring(0, name.indexOf('-'))));
        Set<String> unknown = new TreeSet<>();
        List<Token> tokens = PowerShellText.read(text).tokens();
        for (int i = 0; i < tokens.size(); i++) {
            String word = tokens.get(i).text();
            boolean called = i > 0 && tokens.get(i - 1).text().equals("&");
            if (tokens.get(i).command() && !called && word.matches("[A-Za-z%?][\\w.-]*")) {
                boolean key = i + 1 < tokens.size() && tokens.get(i + 1).text().equals("=");
                if (!key && !own.contains(word) && !COMMANDS.contains(word) && !KEYWORDS.contains(word)) {
                    unknown.add(tokens.get(i).line() + ": " + word);
                }
            }
        }
        assertThat(unknown).isEmpty();
    }

    /** PowerShell goes on after a program that failed, unless somebody looks. */
    @ParameterizedTest
    @MethodSource("scripts")
    void theExitCodeOfEveryProgramIsLookedAt(Path script) throws Exception {
        List<String> lines = read(script).lines().toList();
        for (int i = 0; i < lines.size(); i++) {
            if (lines.get(i).matches(".*(^|[=(] ?|\\s)& .*") && !lines.get(i).contains(".ps1'")) {
                String after = String.join("\n", lines.subList(i + 1, Math.min(lines.size(), i + 4)));
                assertThat(after).as("after %s", lines.get(i)).contains("$LASTEXITCODE");
            }
        }
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
