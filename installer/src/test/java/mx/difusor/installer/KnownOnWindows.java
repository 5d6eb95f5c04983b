package mx.difusor.installer;

import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;

/** What Windows Server 2019 has with PowerShell 5.1 and .NET 4.7.2, as far as the scripts may use it. */
final class KnownOnWindows {

    /**
     * What a command takes.
     *
     * @param least how many values it needs; the pipe gives one
     * @param places how many values it takes without a name
     * @param parameters by name; whether a value follows
     */
    record Signature(int least, int places, Map<String, Boolean> parameters) {}

    /** Name, least-places, parameters: those with = take a value, the others are switches. */
    private static final String CMDLETS = """
            Copy-Item 2-2 Path= LiteralPath= Destination= Filter= Include= Exclude= Container Force Recurse PassThru
            Get-Content 1-1 Path= LiteralPath= ReadCount= TotalCount= Tail= Encoding= Delimiter= Force Raw Wait
            Get-ItemPropertyValue 2-2 Path= LiteralPath= Name= Filter= Include= Exclude=
            Get-NetFirewallRule 1-0 Name= DisplayName= Group= All PolicyStore=
            Get-Service 1-1 Name= DisplayName= InputObject= ComputerName= Include= Exclude= DependentServices RequiredServices
            Join-Path 2-2 Path= ChildPath= Resolve
            Move-Item 2-2 Path= LiteralPath= Destination= Filter= Include= Exclude= Force PassThru
            New-Item 1-1 Path= Name= ItemType= Value= Force
            New-NetFirewallRule 2-0 Name= DisplayName= Description= Group= Enabled= Profile= Direction= Action= Protocol= \
            LocalAddress= RemoteAddress= LocalPort= RemotePort= Program= Service= InterfaceAlias= InterfaceType=
            New-Object 1-2 TypeName= ArgumentList= Property= ComObject= Strict
            Out-Null 1-0 InputObject=
            Remove-Item 1-1 Path= LiteralPath= Filter= Include= Exclude= Recurse Force
            Remove-NetFirewallRule 1-0 Name= DisplayName= Group= InputObject= All PassThru
            Select-String 2-2 Pattern= Path= LiteralPath= InputObject= Encoding= Context= SimpleMatch CaseSensitive Quiet List \
            NotMatch AllMatches
            Set-NetFirewallRule 2-0 Name= DisplayName= Group= NewDisplayName= Description= Enabled= Profile= Direction= Action= \
            Protocol= LocalAddress= RemoteAddress= LocalPort= RemotePort= Program= Service= PassThru
            Set-StrictMode 1-0 Version= Off
            Split-Path 1-1 Path= LiteralPath= Qualifier NoQualifier Parent Leaf Resolve IsAbsolute
            Start-Service 1-1 Name= DisplayName= InputObject= Include= Exclude= PassThru
            Stop-Service 1-1 Name= DisplayName= InputObject= Include= Exclude= Force NoWait PassThru
            Test-Path 1-1 Path= LiteralPath= PathType= Filter= Include= Exclude= IsValid
            Where-Object 2-1 FilterScript= InputObject=
            Write-Output 1-1 InputObject= NoEnumerate
            Write-Warning 1-1 Message=
            """;

    private static final String COMMON = " ErrorAction= WarningAction= ErrorVariable= WarningVariable= Verbose Debug";

    static final Map<String, Signature> COMMANDS = CMDLETS.lines()
            .map(line -> line.split("[ -]", 5))
            .collect(Collectors.toMap(
                    words -> words[0] + "-" + words[1],
                    words -> new Signature(
                            Integer.parseInt(words[2]), Integer.parseInt(words[3]), parameters(words[4] + COMMON))));

    /** Words without quotes that stand for one of a few values, by the parameter that they are given to. */
    static final Map<String, Set<String>> VALUES = Map.of(
            "Action", Set.of("Allow", "Block"),
            "Direction", Set.of("Inbound", "Outbound"),
            "ErrorAction", Set.of("Stop", "Continue", "SilentlyContinue"),
            "ItemType", Set.of("Directory", "File"),
            "Protocol", Set.of("TCP", "UDP"),
            "Version", Set.of("3.0"));

    /** Programs of Windows and of the agent, with what they may be told without quotes. */
    static final Map<String, Set<String>> PROGRAMS = Map.of(
            "cmd.exe", words("/d /c"),
            "difusor.cmd", words("check-config --config"),
            "icacls.exe", words("/grant /Q"),
            "netsh.exe", words("http add delete show sslcert"),
            "sc.exe", Set.of());

    /** Of Microsoft's list of approved verbs, those in use. */
    static final Set<String> VERBS =
            words("Copy Get Initialize Invoke Move Register Remove Reset Restore Set Start Stop Test");

    static final Set<String> TYPES = words(
            "bool int string switch regex Guid IO.Path TimeSpan"
                    + " Security.Principal.WindowsBuiltInRole Security.Principal.WindowsIdentity Security.Principal.WindowsPrincipal");

    /** With the number of arguments of a method. */
    static final Set<String> MEMBERS = words("ContainsKey/1 Count Groups IsInRole/1 Keys Matches ShouldContinue/2"
            + " ShouldProcess/2 StartsWith/1 Status TotalSeconds Trim/0 Value WaitForStatus/2");

    static final Set<String> STATICS = words("Guid::NewGuid/0 IO.Path::GetTempPath/0 TimeSpan::FromMinutes/1"
            + " TimeSpan::FromSeconds/1 regex::Escape/1 Security.Principal.WindowsBuiltInRole::Administrator"
            + " Security.Principal.WindowsIdentity::GetCurrent/0");

    /** The attributes, and after a colon what they may be told by name. */
    static final Set<String> ATTRIBUTES =
            words("CmdletBinding CmdletBinding:SupportsShouldProcess CmdletBinding:ConfirmImpact"
                    + " Parameter Parameter:Mandatory ValidatePattern ValidateRange ValidateSet");

    /** In lower case. PowerShell sets them, and nobody else may. */
    static final Set<String> AUTOMATIC = words(
            "_ args error false home host input lastexitcode matches myinvocation null pid"
                    + " psboundparameters pscmdlet pscommandpath pshome psitem psscriptroot psversiontable pwd this true");

    /** In lower case. PowerShell looks at them. */
    static final Set<String> PREFERENCES = words("erroractionpreference");

    /** Of the environment, in lower case. */
    static final Set<String> ENVIRONMENT = words("env:java_home env:programdata env:programfiles env:systemroot");

    private KnownOnWindows() {}

    static Map<String, Boolean> parameters(String words) {
        return Arrays.stream(words.split(" ", -1))
                .collect(Collectors.toMap(
                        word -> word.replace("=", ""),
                        word -> word.endsWith("="),
                        (one, same) -> one,
                        LinkedHashMap::new));
    }

    private static Set<String> words(String words) {
        return Arrays.stream(words.split(" ", -1))
                .collect(Collectors.toMap(Function.identity(), word -> true))
                .keySet();
    }
}
