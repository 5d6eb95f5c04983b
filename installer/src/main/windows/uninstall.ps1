<#
.SYNOPSIS
Stops the agent and removes its service, its firewall rule and its program.

.DESCRIPTION
The home with its archive, keys and configuration stays, unless it is asked for by -RemoveHome and confirmed.

.PARAMETER InstallFolder
Where the program is. The default is where the installed service has it, or else %ProgramFiles%\difusor.

.PARAMETER HomeFolder
Where packages, releases, keys and the configuration lie. The default is the installed service's, or else
%ProgramData%\difusor.

.PARAMETER RemoveHome
Deletes the home as well: every package, every receipt, the keys. It asks first; -Confirm:$false answers yes.
#>
[CmdletBinding(SupportsShouldProcess = $true, ConfirmImpact = 'Medium')]
param(
    [string] $InstallFolder = (Join-Path $env:ProgramFiles 'difusor'),
    [string] $HomeFolder = (Join-Path $env:ProgramData 'difusor'),
    [switch] $RemoveHome
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$service = 'difusor'
$rule = 'difusor-sftp'
$stopLimit = [TimeSpan]::FromSeconds(120)

function Invoke-Native {
    # A program of Windows, whose exit code says whether it worked.
    param([string] $Program, [string[]] $Arguments)
    & $Program @Arguments | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Arguments -join ' ') ended with $LASTEXITCODE"
    }
}

function Get-Setting {
    # What procrun keeps of what install.ps1 was told; nothing where there is none.
    param([string] $Part, [string] $Name)
    $key = "HKLM:\SOFTWARE\WOW6432Node\Apache Software Foundation\Procrun 2.0\$service\Parameters\$Part"
    try {
        return Get-ItemPropertyValue -LiteralPath $key -Name $Name
    } catch {
        return ''
    }
}

function Remove-Agent {
    $found = Get-Service -Name $service -ErrorAction SilentlyContinue
    if (-not $found -or -not $PSCmdlet.ShouldProcess($service, 'stop and remove the service')) {
        return
    }
    if ($found.Status -ne 'Stopped') {
        Stop-Service -Name $service -NoWait
        $found.WaitForStatus('Stopped', $stopLimit)
    }
    Invoke-Native (Join-Path $InstallFolder 'service\prunsrv.exe') @("//DS//$service")
}

$principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
    throw 'only an administrator can uninstall; cure: open PowerShell with "Run as administrator"'
}
$classes = Get-Setting -Part 'Java' -Name 'Classpath'
if ($classes -and -not $PSBoundParameters.ContainsKey('InstallFolder')) {
    $InstallFolder = Split-Path -Parent -Path $classes
}
$logFolder = Get-Setting -Part 'Log' -Name 'Path'
if ($logFolder -and -not $PSBoundParameters.ContainsKey('HomeFolder')) {
    $HomeFolder = Split-Path -Parent -Path $logFolder
}
Remove-Agent
if ($PSCmdlet.ShouldProcess($rule, 'remove the firewall rule')) {
    Remove-NetFirewallRule -Name $rule -ErrorAction SilentlyContinue
}
if ((Test-Path -LiteralPath $InstallFolder) -and $PSCmdlet.ShouldProcess($InstallFolder, 'remove the program')) {
    Remove-Item -LiteralPath $InstallFolder -Recurse -Force
}
if (-not $RemoveHome) {
    Write-Output "kept: $HomeFolder, with the archive, the keys and the configuration"
} elseif ((Test-Path -LiteralPath $HomeFolder) -and
    $PSCmdlet.ShouldProcess($HomeFolder, 'delete every package, every receipt and the keys')) {
    if ($PSBoundParameters.ContainsKey('Confirm') -or
        $PSCmdlet.ShouldContinue("Delete $HomeFolder with the whole archive? This cannot be undone.", 'Difusor')) {
        Remove-Item -LiteralPath $HomeFolder -Recurse -Force
    }
}
