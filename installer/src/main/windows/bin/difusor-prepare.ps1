<#
.SYNOPSIS
Makes the archive of classes with which the agent starts in a fraction of the time.

.DESCRIPTION
Once, when it is installed, and again after every update of Java or of the agent; install.ps1 does so by itself. It runs a
small election in a temporary folder for that. Java 17 to 23 make a class-data archive (JEP 350), newer ones an
ahead-of-time cache (JEP 483, JEP 514).

.PARAMETER Archive
The folder where the archive is kept; without it, the folder "archive" of this installation.

.PARAMETER JavaHome
The Java; without it JAVA_HOME, then the java.exe on the path.
#>
[CmdletBinding()]
param(
    [string] $Archive = '',
    [string] $JavaHome = $env:JAVA_HOME
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$installation = Split-Path -Parent $PSScriptRoot
if (-not $Archive) {
    $Archive = Join-Path $installation 'archive'
}
$java = 'java.exe'
if ($JavaHome) {
    $java = Join-Path $JavaHome 'bin\java.exe'
}
$properties = & cmd.exe /d /c "`"`"$java`" -XshowSettings:properties -version 2>&1`""
if ($LASTEXITCODE -ne 0) {
    throw "no Java at $java; cure: install a Java 17 or newer, or set JAVA_HOME"
}
$specification = @($properties | Select-String -Pattern 'java\.specification\.version = (\d+)$')
if ($specification.Count -eq 0) {
    throw "$java is older than Java 17; cure: install a newer one, or set JAVA_HOME"
}
$version = [int] $specification[0].Matches[0].Groups[1].Value

$work = Join-Path ([IO.Path]::GetTempPath()) ('difusor-prepare-' + [Guid]::NewGuid())
$null = New-Item -ItemType Directory -Path $work
try {
    if ($version -ge 25) {
        $name = 'difusor.aot'
        $option = '-XX:AOTCacheOutput=' + (Join-Path $work $name)
    } else {
        $name = 'difusor.jsa'
        $option = '-XX:ArchiveClassesAtExit=' + (Join-Path $work $name)
    }
    $log = Join-Path $work 'log.txt'
    $options = '@' + (Join-Path $installation 'etc\jvm.options')
    $jar = Join-Path $installation 'difusor-agent.jar'
    $training = Join-Path $installation 'training'
    $homeFolder = Join-Path $work 'home'
    # By cmd.exe: PowerShell 5.1 takes each line on standard error for a failure.
    $run = "`"$java`" `"$options`" `"$option`" -Xlog:disable -Xlog:all=error:stderr -jar `"$jar`""
    $run += " demo --once --from `"$training`" --dir `"$homeFolder`" >`"$log`" 2>&1"
    & cmd.exe /d /c "`"$run`""
    if ($LASTEXITCODE -ne 0 -or -not (Test-Path -LiteralPath (Join-Path $work $name))) {
        Get-Content -LiteralPath $log | Write-Warning
        throw 'no archive was made; the agent runs without one, only its start is slower'
    }
    $null = New-Item -ItemType Directory -Force -Path $Archive
    foreach ($old in 'difusor.aot', 'difusor.jsa') {
        Remove-Item -LiteralPath (Join-Path $Archive $old) -Force -ErrorAction SilentlyContinue
    }
    Copy-Item -LiteralPath (Join-Path $work $name) -Destination (Join-Path $Archive $name)
    Write-Output (Join-Path $Archive $name)
} finally {
    Remove-Item -LiteralPath $work -Recurse -Force -ErrorAction SilentlyContinue
}
