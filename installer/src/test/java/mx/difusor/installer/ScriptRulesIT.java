package mx.difusor.installer;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Each rule that the scripts are held to finds what it is for. */
class ScriptRulesIT {

    static List<Arguments> wrong() {
        return List.of(
                // What is called.
                arguments("gci -Path 'a'", "1: gci is not among the known, or not written like them"),
                arguments("get-content 'a'", "1: get-content is not among the known, or not written like them"),
                arguments("& nets.exe\nif ($LASTEXITCODE) {}", "1: nets.exe is not among the known"),
                arguments("& icacls.exe /grat\nif ($LASTEXITCODE) {}", "1: /grat is not among the known"),
                arguments("& sc.exe -q\nif ($LASTEXITCODE) {}", "1: -q is not among the known"),
                arguments("& sc.exe\nWrite-Output 'a'", "1: nobody looks at the exit code"),
                arguments("if ($true) {\n    & sc.exe\n}\nif ($LASTEXITCODE) {}", "2: nobody looks at the exit code"),
                // What it is given.
                arguments("Test-Path -LitralPath 'a'", "1: Test-Path has no -LitralPath"),
                arguments("Remove-Item 'a' -Resolve", "1: Remove-Item has no -Resolve"),
                arguments("Get-Service -Name -ErrorAction Stop", "1: -Name wants a value"),
                arguments("Get-Service -Name", "1: -Name wants a value"),
                arguments("Get-Service 'a' -ErrorAction Silently", "1: Silently is no value of -ErrorAction"),
                arguments("Join-Path 'a' 'b' 'c'", "1: Join-Path takes fewer values without a name"),
                arguments("Join-Path 'a'", "1: Join-Path wants more"),
                arguments("Copy-Item 'a' -ErrorAction Stop", "1: Copy-Item wants more"),
                arguments("Test-Path a", "1: a wants quotes, or is not among the known"),
                arguments("& 'b\\other.ps1' -Away 'a'", "1: b\\other.ps1 has no -Away"),
                arguments("& 'b\\other.ps1' -There", "1: -There wants a value"),
                arguments("function Set-It {\n    param($A)\n    return $A\n}\nSet-It -B 1", "5: Set-It has no -B"),
                arguments("function Set-It {\n    param($A)\n    return $A\n}\nSet-It", "5: Set-It wants more"),
                arguments(
                        "function Set-It {\n    param($A)\n    return $A\n}\nSet-It 1 2",
                        "5: Set-It takes fewer values without a name"),
                arguments("function Set-It {\n}", "1: Set-It is never called"),
                arguments("function Make-It {\n}\nMake-It", "1: Make is not among the known"),
                // Types, members, attributes.
                arguments("Write-Output ([Uri] 'a')", "1: Uri is not among the known"),
                arguments("$null = [Guid]::NewUid()", "1: Guid::NewUid/0 is not among the known"),
                arguments("Write-Output $PSScriptRoot.Lenght", "1: Lenght is not among the known"),
                arguments("Write-Output $PSScriptRoot.Trim('a', 'b')", "1: Trim/2 is not among the known"),
                arguments("[CmdletBindin()]\nparam()", "1: CmdletBindin is not among the known"),
                arguments("[CmdletBinding(Suport = $true)]\nparam()", "1: CmdletBinding:Suport is not among the known"),
                // Variables.
                arguments("Write-Output $a", "1: $a is read, and was not set before"),
                arguments("Write-Output \"b ${a}\"", "1: ${a} is read, and was not set before"),
                arguments("$a = $a + 1\nWrite-Output $a", "1: $a is read, and was not set before"),
                arguments("$a += 1\nWrite-Output $a", "1: $a is read, and was not set before"),
                arguments("foreach ($a in $a) { Write-Output $a }", "1: $a is read, and was not set before"),
                arguments("& sc.exe @a\nif ($LASTEXITCODE) {}", "1: @a is read, and was not set before"),
                arguments("Write-Output $env:HOMEDIR", "1: $env:HOMEDIR is read, and was not set before"),
                arguments("$env:HOMEDIR = 'a'", "1: $env:HOMEDIR is not among the known"),
                arguments(
                        "function Set-It {\n    $a = 1\n    Write-Output $a\n}\nSet-It\nWrite-Output $a",
                        "6: $a is read, and was not set before"),
                arguments(
                        "function Set-It {\n    $a = 2\n    Write-Output $a\n}\n$a = 1\nSet-It\nWrite-Output $a",
                        "2: $a is the script's, and a function sets only a copy"),
                arguments("$a = 1", "1: $a is set and never read"),
                arguments("param($A)", "1: $A is set and never read"),
                arguments("$Host = 1", "1: $Host is PowerShell's to set"),
                arguments("foreach ($args in 1, 2) { Write-Output $args }", "1: $args is PowerShell's to set"),
                arguments("Write-Output $_", "1: $_ stands for nothing here"),
                // Blocks and values.
                arguments("try { Write-Output 1 } catch { }", "1: an error is caught and nothing done"),
                arguments("if ($PSScriptRoot -eq $null) {}", "1: $null belongs on the left"),
                arguments("if (1 -and $PSScriptRoot -ne $null) {}", "1: $null belongs on the left"),
                arguments("$PSScriptRoot + 'a'", "1: nobody takes this value"),
                arguments("'a'", "1: nobody takes this value"));
    }

    @ParameterizedTest
    @MethodSource("wrong")
    void eachFindsWhatItIsFor(String text, String finding) {
        assertThat(findings(text)).containsExactly(finding);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "Get-Content 'a' | Select-String -Pattern 'b' | Out-Null",
                "$null = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())",
                "$a, $b = 1, 2\n$a += $b\nWrite-Output $A",
                "& 'b\\other.ps1' -There 'a'",
                "try { Write-Output 1 } catch { Write-Warning \"$_\" }",
                "Get-Content 'a' | Where-Object { $_.Trim() }",
                "if ($null -eq $PSScriptRoot) { $PSScriptRoot.Trim() }",
                "function Set-It {\n    param($A, [switch] $B)\n    Write-Output $A -NoEnumerate\n    return $B\n}\nSet-It 1\nSet-It -A 1 -B",
            })
    void noneFindsAnythingInWhatIsWell(String text) {
        assertThat(findings(text)).isEmpty();
    }

    private static List<String> findings(String text) {
        ScriptNode script = root(text);
        ScriptNode other = root("param([string] $There)\nWrite-Output $There");
        return Stream.concat(
                        ScriptCallRules.findings(script, path -> other).stream(),
                        ScriptVariableRules.findings(script).stream())
                .toList();
    }

    private static ScriptNode root(String text) {
        return ((PowerShell.Script) new PowerShell().read(text + "\n")).root();
    }
}
