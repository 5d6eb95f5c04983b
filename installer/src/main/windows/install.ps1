<#
.SYNOPSIS
Installs the agent as a service of Windows Server 2019 or newer, or a newer version over it.

.DESCRIPTION
Run it as an administrator out of the unpacked .zip. Nothing is fetched. Run again, it does only what is missing: a
configuration, keys and packages that are there stay, and so does what an earlier run was told and this one is not. The
service runs under a virtual account of its own, NT SERVICE\difusor, which has no password. It starts with the system from
the moment its configuration is complete, which "difusor check-config" says; until then it is left stopped.

.PARAMETER InstallFolder
Where the program goes. The default is where the installed service has it, or else %ProgramFiles%\difusor.

.PARAMETER HomeFolder
Where packages, releases, keys and the configuration lie. The default is the installed service's, or else
%ProgramData%\difusor. The commands look for the configuration there; with another folder they need --config.

.PARAMETER JavaHome
A Java 17 or newer; without it the installed service's, or else JAVA_HOME.

.PARAMETER SftpPort
The port that the firewall lets in: 2222, or that of the rule that is there.

.PARAMETER SftpFrom
The Institute's addresses or networks; without it any, or those of the rule that is there.

.PARAMETER WebAccount
The account, or its SID, that the web server reads the releases by. The default is the group IIS_IUSRS.

.EXAMPLE
.\install.ps1 -SftpFrom 203.0.113.0/24 -WhatIf
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [string] $InstallFolder = (Join-Path $env:ProgramFiles 'difusor'),
    [string] $HomeFolder = (Join-Path $env:ProgramData 'difusor'),
    [string] $JavaHome = $env:JAVA_HOME,
    [ValidateRange(1, 65535)] [int] $SftpPort = 2222,
    [string[]] $SftpFrom = @('Any'),
    [string] $WebAccount = 'S-1-5-32-568'
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$service = 'difusor'
$serviceAccount = 'NT SERVICE\difusor'
$system = '*S-1-5-18'
$administrators = '*S-1-5-32-544'
$rule = 'difusor-sftp'
$startLimit = [TimeSpan]::FromMinutes(15)
$stopLimit = [TimeSpan]::FromSeconds(120)
$given = $PSBoundParameters
$parts = 'bin', 'etc', 'lib', 'service', 'training', 'web', 'difusor-agent.jar', 'VERSION', 'LICENSE', 'bom.json',
    'uninstall.ps1'

function Invoke-Native {
    # A program of Windows, whose exit code says whether it worked.
    param([string] $Program, [string[]] $Arguments)
    & $Program @Arguments | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "$Program $($Arguments -join ' ') ended with $LASTEXITCODE"
    }
}

function Get-Setting {
    # What procrun keeps of an earlier run, as it was told to it; nothing where there is none.
    param([string] $Part, [string] $Name)
    $key = "HKLM:\SOFTWARE\WOW6432Node\Apache Software Foundation\Procrun 2.0\$service\Parameters\$Part"
    try {
        return Get-ItemPropertyValue -LiteralPath $key -Name $Name
    } catch {
        return ''
    }
}

function Test-Requirement {
    $principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        throw 'only an administrator can install; cure: open PowerShell with "Run as administrator"'
    }
    if (-not $JavaHome -or -not (Test-Path -LiteralPath (Join-Path $JavaHome 'bin\server\jvm.dll'))) {
        throw "no Java in '$JavaHome'; cure: install a Java 17 or newer for this machine, then: .\install.ps1 -JavaHome FOLDER"
    }
    $release = Get-Content -LiteralPath (Join-Path $JavaHome 'release') | Select-String -Pattern '^JAVA_VERSION="(\d+)'
    if (-not $release -or [int] $release.Matches[0].Groups[1].Value -lt 17) {
        throw "the Java in '$JavaHome' is older than 17; cure: install a newer one, then: .\install.ps1 -JavaHome FOLDER"
    }
    foreach ($folder in $InstallFolder, $HomeFolder) {
        # They go into the service's settings, where a semicolon parts one value from the next.
        if ($folder -match '[;#''"]') {
            throw "the folder $folder has a character that a service's settings cannot hold; cure: choose another"
        }
    }
}

function Stop-Agent {
    # Waits for it: Windows replaces no file that is in use. Answers whether it ran.
    $found = Get-Service -Name $service -ErrorAction SilentlyContinue
    if (-not $found -or $found.Status -eq 'Stopped') {
        return $false
    }
    if ($PSCmdlet.ShouldProcess($service, 'stop the service')) {
        Stop-Service -Name $service -NoWait
        $found.WaitForStatus('Stopped', $stopLimit)
    }
    return $true
}

function Move-Program {
    # Each part in one step, which fails as a whole while anything in it is in use.
    param([string] $From, [string] $To)
    foreach ($part in $parts) {
        $path = Join-Path $From $part
        if (Test-Path -LiteralPath $path) {
            Move-Item -LiteralPath $path -Destination (Join-Path $To $part)
        }
    }
}

function Restore-Program {
    # What was laid goes and what was moved aside comes back, part by part: one that cannot keeps no other.
    param([string] $Aside, [bool] $Laid)
    $whole = $true
    foreach ($part in $parts) {
        $path = Join-Path $InstallFolder $part
        $former = Join-Path $Aside $part
        try {
            if ($Laid -and (Test-Path -LiteralPath $path)) {
                Remove-Item -LiteralPath $path -Recurse -Force
            }
            if (Test-Path -LiteralPath $former) {
                Move-Item -LiteralPath $former -Destination $path
            }
        } catch {
            $whole = $false
            Write-Warning "$part of the version before may still be in ${Aside}: $_"
        }
    }
    if ($whole) {
        Remove-Item -LiteralPath $Aside -Recurse -Force -ErrorAction SilentlyContinue
    }
}

function Copy-Program {
    # Libraries of the version before must not stay beside the new ones: it is moved aside, as a whole or not at all, and
    # comes back where the new one cannot be laid.
    param([bool] $Ran)
    if (-not $PSCmdlet.ShouldProcess($InstallFolder, 'lay the program')) {
        return
    }
    $null = New-Item -ItemType Directory -Force -Path $InstallFolder
    if ((Join-Path $PSScriptRoot 'bin') -ne (Join-Path $InstallFolder 'bin')) {
        $aside = Join-Path $InstallFolder "before-$([Guid]::NewGuid())"
        $laid = $false
        try {
            $null = New-Item -ItemType Directory -Path $aside
            Move-Program -From $InstallFolder -To $aside
            $laid = $true
            foreach ($part in $parts) {
                $from = Join-Path $PSScriptRoot $part
                if (Test-Path -LiteralPath $from) {
                    Copy-Item -LiteralPath $from -Destination (Join-Path $InstallFolder $part) -Recurse -Force
                }
            }
        } catch {
            $why = "$_"
            try {
                Restore-Program -Aside $aside -Laid $laid
            } finally {
                if ($Ran) {
                    Start-Service -Name $service -ErrorAction Continue
                }
            }
            $what = 'a file is in use'
            $cure = 'end difusor commands'
            if ($laid) {
                $what = 'the new program cannot be laid'
                $cure = 'look at the space of the disk and at the virus scanner'
            }
            throw "${InstallFolder}: $what, and the version before stays: $why; cure: $cure, run this again"
        }
        Remove-Item -LiteralPath $aside -Recurse -Force -ErrorAction SilentlyContinue
    }
    Invoke-Native icacls.exe @($InstallFolder, '/inheritance:r', '/grant:r', "${system}:(OI)(CI)F",
        "${administrators}:(OI)(CI)F", '*S-1-5-32-545:(OI)(CI)RX', '/Q')
}

function Get-ServiceOption {
    # Those of etc\jvm.options, which bin\difusor.cmd reads too, and what a service needs besides.
    $options = @('-XX:+IgnoreUnrecognizedVMOptions', '-Xlog:disable', '-Xlog:all=error:stderr', '-Xrs')
    $options += @(Get-Content -LiteralPath (Join-Path $PSScriptRoot 'etc\jvm.options') |
        Where-Object { $_.Trim() -and -not $_.StartsWith('#') })
    $archive = Join-Path $InstallFolder 'archive'
    if (Test-Path -LiteralPath (Join-Path $archive 'difusor.aot')) {
        $options += '-XX:AOTCache=' + (Join-Path $archive 'difusor.aot')
    } elseif (Test-Path -LiteralPath (Join-Path $archive 'difusor.jsa')) {
        $options += '-XX:SharedArchiveFile=' + (Join-Path $archive 'difusor.jsa')
    }
    return $options
}

function Register-Agent {
    if (-not $PSCmdlet.ShouldProcess($service, 'register the service')) {
        return
    }
    $logs = Join-Path $HomeFolder 'logs'
    $config = Join-Path $HomeFolder 'difusor.yaml'
    $class = 'mx.difusor.agent.app.WindowsService'
    $verb = '//IS//'
    if (Get-Service -Name $service -ErrorAction SilentlyContinue) {
        $verb = '//US//'
    }
    Invoke-Native (Join-Path $InstallFolder 'service\prunsrv.exe') @(
        "$verb$service",
        '--DisplayName=Difusor',
        '--Description=Receives, verifies and publishes preliminary election results',
        '--Startup=manual',
        "--Jvm=$(Join-Path $JavaHome 'bin\server\jvm.dll')",
        "--JavaHome=$JavaHome",
        "--Classpath=$(Join-Path $InstallFolder 'difusor-agent.jar')",
        "--JvmOptions=$((Get-ServiceOption) -join ';')",
        '--StartMode=jvm',
        "--StartClass=$class",
        '--StartMethod=start',
        "--StartParams=$logs;run;--config;$config",
        "--StartPath=$HomeFolder",
        '--StopMode=jvm',
        "--StopClass=$class",
        '--StopMethod=stop',
        "--StopTimeout=$([int] $stopLimit.TotalSeconds)",
        "--LogPath=$logs",
        '--LogPrefix=service',
        '--LogLevel=Info',
        '--StdOutput=auto',
        '--StdError=auto')
    # The virtual account: no password to keep, and nobody else's rights.
    Invoke-Native sc.exe @('config', $service, 'obj=', $serviceAccount)
    Invoke-Native sc.exe @('sidtype', $service, 'unrestricted')
    # After an end that nobody asked for: 3 s, 10 s, then every minute; forgotten after an hour.
    Invoke-Native sc.exe @('failure', $service, 'reset=', '3600', 'actions=', 'restart/3000/restart/10000/restart/60000')
    Invoke-Native sc.exe @('failureflag', $service, '1')
}

function Initialize-Home {
    if (-not $PSCmdlet.ShouldProcess($HomeFolder, 'make the home, readable by the service, administrators and the web server')) {
        return
    }
    $null = New-Item -ItemType Directory -Force -Path $HomeFolder
    Invoke-Native icacls.exe @($HomeFolder, '/inheritance:r', '/grant:r', "${system}:(OI)(CI)F",
        "${administrators}:(OI)(CI)F", "${serviceAccount}:(OI)(CI)M", '/Q')
    foreach ($folder in 'logs', 'work', 'releases') {
        $null = New-Item -ItemType Directory -Force -Path (Join-Path $HomeFolder $folder)
    }
    $web = $WebAccount
    if ($web -like 'S-1-*') {
        $web = "*$web"
    }
    # It passes through the home, and reads the releases. A file keeps the list of the folder that it was made in, and a
    # release is linked out of work: what is made there has to be readable too, while work itself is not.
    Invoke-Native icacls.exe @($HomeFolder, '/grant', "${web}:(X,RA,RC,S)", '/Q')
    Invoke-Native icacls.exe @((Join-Path $HomeFolder 'releases'), '/grant', "${web}:(OI)(CI)RX", '/Q')
    Invoke-Native icacls.exe @((Join-Path $HomeFolder 'work'), '/grant', "${web}:(OI)(CI)(IO)RX", '/Q')
    if (-not (Test-Path -LiteralPath (Join-Path $HomeFolder 'difusor.yaml'))) {
        $env:JAVA_HOME = $JavaHome
        Invoke-Native (Join-Path $InstallFolder 'bin\difusor.cmd') @('init', $HomeFolder)
    }
}

function Set-Firewall {
    # Of a rule that is there only what this run was told.
    if (Get-NetFirewallRule -Name $rule -ErrorAction SilentlyContinue) {
        if ($given.ContainsKey('SftpPort') -and $PSCmdlet.ShouldProcess("TCP $SftpPort", 'let the firewall pass SFTP')) {
            Set-NetFirewallRule -Name $rule -Protocol TCP -LocalPort $SftpPort
        }
        if ($given.ContainsKey('SftpFrom') -and $PSCmdlet.ShouldProcess("$($SftpFrom -join ', ')", 'let the firewall pass SFTP from')) {
            Set-NetFirewallRule -Name $rule -RemoteAddress $SftpFrom
        }
        return
    }
    if (-not $PSCmdlet.ShouldProcess("TCP $SftpPort from $($SftpFrom -join ', ')", 'let the firewall pass SFTP')) {
        return
    }
    $null = New-NetFirewallRule -Name $rule -DisplayName 'Difusor (SFTP)' -Direction Inbound -Action Allow `
        -Protocol TCP -LocalPort $SftpPort -RemoteAddress $SftpFrom -Service $service
}

function Start-Agent {
    # With the system only from the moment it can: a service that fails at each start of the machine helps nobody.
    param([bool] $Ran)
    if (-not $PSCmdlet.ShouldProcess($service, 'start the service if its configuration is complete')) {
        return
    }
    $config = Join-Path $HomeFolder 'difusor.yaml'
    $env:JAVA_HOME = $JavaHome
    & (Join-Path $InstallFolder 'bin\difusor.cmd') check-config --config $config
    if ($LASTEXITCODE -ne 0) {
        Write-Warning "not started: fill in $config and the files that it names, then run install.ps1 again"
        return
    }
    Invoke-Native sc.exe @('config', $service, 'start=', 'delayed-auto')
    Start-Service -Name $service
    (Get-Service -Name $service).WaitForStatus('Running', $startLimit)
    if ($Ran) {
        Write-Output 'the agent runs again, in its new version'
    } else {
        Write-Output "the agent runs; its log is $(Join-Path $HomeFolder 'logs\difusor.log')"
    }
}

$classes = Get-Setting -Part 'Java' -Name 'Classpath'
if ($classes -and -not $given.ContainsKey('InstallFolder')) {
    $InstallFolder = Split-Path -Parent -Path $classes
}
$logFolder = Get-Setting -Part 'Log' -Name 'Path'
if ($logFolder -and -not $given.ContainsKey('HomeFolder')) {
    $HomeFolder = Split-Path -Parent -Path $logFolder
}
$java = Get-Setting -Part 'Java' -Name 'JavaHome'
if ($java -and -not $given.ContainsKey('JavaHome') -and (Test-Path -LiteralPath (Join-Path $java 'bin\server\jvm.dll'))) {
    $JavaHome = $java
}
Test-Requirement
$ran = Stop-Agent
Copy-Program -Ran $ran
if ($PSCmdlet.ShouldProcess($InstallFolder, 'make the archive of classes')) {
    try {
        $null = & (Join-Path $InstallFolder 'bin\difusor-prepare.ps1') -JavaHome $JavaHome
    } catch {
        Write-Warning "each start takes longer: $_"
    }
}
Register-Agent
Initialize-Home
Set-Firewall
Start-Agent -Ran $ran
