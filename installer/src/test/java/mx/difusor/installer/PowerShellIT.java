package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import mx.difusor.installer.PowerShell.Refused;
import mx.difusor.installer.PowerShell.Script;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The parser itself: what it takes, and that it refuses a script that lacks any of its tokens. */
class PowerShellIT {

    private static final Pattern TOKENS = Pattern.compile("[(){}\\[\\]'\",;|&=+]"
            + "|(?<= )-(?!not )[a-z]+(?= )|\\b(?:param|function|if|else|elseif|foreach|in|try|catch|finally)\\b");

    private final PowerShell powerShell = new PowerShell();

    static List<Path> scripts() throws Exception {
        return WindowsScriptsIT.scripts();
    }

    /** Taken out once each; what still parses then, the rules notice. */
    @ParameterizedTest
    @MethodSource("scripts")
    void aScriptThatLacksATokenIsNoticed(Path path) throws Exception {
        String whole = WindowsScriptsIT.read(path).replace("\r\n", "\n");
        Script script = (Script) powerShell.read(whole);
        boolean[] code = code(whole, script.root());
        List<String> unnoticed = new ArrayList<>();
        int tokens = 0;
        for (MatchResult token : TOKENS.matcher(whole).results().toList()) {
            String without = whole.substring(0, token.start()) + whole.substring(token.end());
            if (code[token.start()]) {
                tokens++;
                if (powerShell.takes(without)
                        && WindowsScriptsIT.findings(without).isEmpty()) {
                    int from = whole.lastIndexOf('\n', token.start()) + 1;
                    unnoticed.add(token.group() + " of "
                            + whole.substring(from, whole.indexOf('\n', from)).strip());
                }
            }
        }
        assertThat(tokens).isGreaterThan(100);
        // Without the one of two, the string ends in text, which may hold any bracket.
        assertThat(unnoticed).allMatch(line -> line.startsWith("( of \"--JvmOptions=$(("));
        assertThat(unnoticed).hasSizeLessThanOrEqualTo(1);
    }

    /** Where a character is neither of a comment nor of the text of a string; a string's own quotes count. */
    private static boolean[] code(String text, ScriptNode root) {
        boolean[] code = new boolean[text.length()];
        Arrays.fill(code, true);
        Pattern.compile("(?s)<#.*?#>|(?m)^ *#.*$")
                .matcher(text)
                .results()
                .forEach(comment -> Arrays.fill(code, comment.start(), comment.end(), false));
        root.within(List.of()).forEach(node -> {
            int start = node.start();
            int stop = node.token().getStop();
            if (node.is("literal") || node.is("expandable")) {
                Arrays.fill(code, start + 1, stop - 1, false);
            } else if (node.is("variable") || node.is("pipeline")) {
                Arrays.fill(code, start, stop, true);
            }
        });
        return code;
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "$a = 'one'",
                "$a = 1 # why",
                "$a += 'one' + \"two\"",
                "$a, $b = 'one', 'two'",
                "$a = [int] $b.C[0].D('e', 1).F -lt 17",
                "$a = -not $b -and $c -notmatch '^[a-z]''$'",
                "$a = \"`$b is `\"$($c -join ', ')`\", \"\"${d}: $env:e\"",
                "$a = @('one',\n    # the second\n    'two')",
                "$a = [ordered] @{ b = 1; 'c' = Get-Service\n}",
                "$a = (Get-Content $b |\n    Where-Object { $_ }).Count",
                "Get-Service -Name $a `\n    -ErrorAction Stop",
                "& $a check-config --config @b | Out-Null",
                "if ($a) {\n} elseif ($b -or\n    $c) {\n} else {\n    return\n}",
                "foreach ($a in 'b', 'c') { continue }",
                "try { throw \"$_\" } catch { return $a } finally { Set-It }",
                "function Set-It {\n    # why\n    param(\n        [string] $A = 'b',\n        [int[]] $C\n    )\n}",
                "[CmdletBinding(SupportsShouldProcess = $true)]\nparam([Parameter(Mandatory = $true)] [string] $A)",
            })
    void whatTheScriptsKeepToIsTaken(String text) {
        assertThat(powerShell.read(text + "\n")).as(text).isInstanceOf(Script.class);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                // What does not end.
                "$a = 'b",
                "$a = \"b",
                "$a = \"$(b\"",
                "$a = @'\nb",
                "<# a",
                "$a = ${b",
                "$a = @{b = 1",
                "$a = b(])",
                "$a = (b",
                // The name of a variable would be another one, or none.
                "$a = \"$b: c\"",
                "$a = \"$b?\"",
                "$a = \"$ b\"",
                "$a? = 1",
                "$a = $b:c",
                "$a:b = 1",
                // Operands and operators.
                "$a =",
                "$a = 1 2",
                "$a = 1 -eq",
                "$a = 1 -eqq 2",
                "$a = -eq 2",
                "$a == 1",
                "1 = $a",
                "$a = 'b', ",
                "$a + = 1",
                "$a = 'b' 'c'",
                "$a = $b.",
                "$a = $b[]",
                "$a = $b ()",
                "$a = [int]",
                "$a = [ordered] 1",
                "$a, $b += 1",
                // Tables and parameters.
                "$a = @{b 1}",
                "$a = @{b = 1 c = 2}",
                "$a = @{b = 1; 'B' = 2}",
                "param($a, $A)",
                "param($a $b)",
                "param($a,)",
                "param($env:a)",
                "$a = 1\nparam($b)",
                "[CmdletBinding()]\n$a = 1",
                // Statements.
                "if $a { b }",
                "if ($a) b",
                "if ($a) { b } else",
                "else { b }",
                "If ($a) { b }",
                "foreach ($a $b) { c }",
                "foreach ($a in) { c }",
                "try { a }",
                "catch { a }",
                "function { a }",
                "function Set-It",
                "throw",
                "in",
                "while (1) {}",
                // Commands.
                "a |",
                "| a",
                "a | | b",
                "a | 'b'",
                "a 'b'c",
                "a b\"c\"",
                "a @",
                "&",
                "& | a",
                "a ` \n    b",
                "a > b",
                "a (",
                "a }",
                // What PowerShell reads as more than a comment, or as other signs.
                "#requires -Version 7",
                "# SIG # Begin signature block",
                "$a = \u2018b\u2019",
                "$a = 'b' \u2013eq 'c'",
            })
    void whatIsNoPowerShellIsRefused(String text) {
        assertThat(powerShell.read(text + "\n")).as(text).isInstanceOf(Refused.class);
        // After what is well, too.
        assertThat(powerShell.read("$z = 1\n" + text + "\n")).as(text).isInstanceOf(Refused.class);
    }

    @Test
    void aRefusalSaysTheLine() {
        assertThat(powerShell.read("$a = 1\r\nif ($a) {\r\n    $b = (1\r\n}\r\n"))
                .isInstanceOfSatisfying(
                        Refused.class, refused -> assertThat(refused.line()).isBetween(3, 4));
        assertThat(powerShell.read("$a = 1\n$b = @{\n    c = 1\n    C = 2\n}\n"))
                .isEqualTo(new Refused(4, "C is there twice"));
    }

    /** Even of what nobody wrote by hand. */
    @Test
    void deepNestingDoesNotTakeLong() {
        String deep = "$a = " + "(".repeat(60) + "1" + ")".repeat(60) + "\n";
        assertThat(powerShell.takes(deep)).isTrue();
        assertThat(powerShell.takes(deep.substring(0, deep.length() - 2))).isFalse();
    }
}
