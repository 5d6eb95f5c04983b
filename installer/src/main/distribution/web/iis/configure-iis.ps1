<#
.SYNOPSIS
Configures an IIS site for what the agent publishes.

.DESCRIPTION
Everything goes into applicationHost.config under the site's location, and nothing into a web.config: releases are not
altered, and packages that bring a web.config are refused. Run again, it leaves the same configuration. What must stay:
output caching and kernel caching are off, or visitors get an old cut.

It needs the IIS roles Web-Static-Content, Web-Default-Doc, Web-Http-Errors, Web-Stat-Compression, Web-Filtering, and
Web-IP-Security for -InstituteAddress; that one also needs URL Rewrite 2.1 and Application Request Routing 3.0.

.PARAMETER Site
The site's name, as "appcmd list site" says it. It must be there.

.PARAMETER HomeFolder
The agent's home.

.PARAMETER Junction
Serves the junction HomeFolder\live. Without it the agent moves the site's physical path itself (publish.iisSite), and its
account gets the right to change the configuration of IIS, all of it.

.PARAMETER HostName
The site's name for visitors; with -CertificateThumbprint it gets a binding on port 443.

.PARAMETER CertificateThumbprint
Of a certificate in the machine's store My.

.PARAMETER InstituteAddress
Addresses (203.0.113.7) and networks (203.0.113.0/255.255.255.0) that reach the agent's status under /difusor/.

.PARAMETER StatusUrl
Where the agent's status is.

.EXAMPLE
.\configure-iis.ps1 -Site prep -HostName prep.radio.example -CertificateThumbprint 0123456789ABCDEF0123456789ABCDEF01234567
#>
[CmdletBinding(SupportsShouldProcess = $true)]
param(
    [Parameter(Mandatory = $true)] [ValidatePattern('^[^/"]+$')] [string] $Site,
    [string] $HomeFolder = (Join-Path $env:ProgramData 'difusor'),
    [switch] $Junction,
    [ValidatePattern('^[A-Za-z0-9.-]*$')] [string] $HostName = '',
    [ValidatePattern('^([0-9A-Fa-f]{40})?$')] [string] $CertificateThumbprint = '',
    [string[]] $InstituteAddress = @(),
    [ValidatePattern('^https?://[A-Za-z0-9.:-]+$')] [string] $StatusUrl = 'http://127.0.0.1:8480'
)
Set-StrictMode -Version 3.0
$ErrorActionPreference = 'Stop'

$appcmd = Join-Path $env:SystemRoot 'System32\inetsrv\appcmd.exe'
$serviceAccount = 'NT SERVICE\difusor'
$applicationId = '{6d1f5a0e-6f0c-4c77-9a53-0d3b1f0f3c52}'

# Every type that a package may bring. CSV and text come in the encoding that the Institute chose: none is said.
$types = [ordered] @{
    '.html' = 'text/html; charset=utf-8'
    '.htm' = 'text/html; charset=utf-8'
    '.css' = 'text/css; charset=utf-8'
    '.js' = 'text/javascript; charset=utf-8'
    '.mjs' = 'text/javascript; charset=utf-8'
    '.json' = 'application/json; charset=utf-8'
    '.map' = 'application/json; charset=utf-8'
    '.webmanifest' = 'application/manifest+json; charset=utf-8'
    '.csv' = 'text/csv'
    '.txt' = 'text/plain'
    '.zip' = 'application/zip'
    '.svg' = 'image/svg+xml; charset=utf-8'
    '.png' = 'image/png'
    '.jpg' = 'image/jpeg'
    '.jpeg' = 'image/jpeg'
    '.gif' = 'image/gif'
    '.webp' = 'image/webp'
    '.avif' = 'image/avif'
    '.ico' = 'image/x-icon'
    '.bmp' = 'image/bmp'
    '.woff' = 'font/woff'
    '.woff2' = 'font/woff2'
    '.ttf' = 'font/ttf'
    '.otf' = 'font/otf'
    '.eot' = 'application/vnd.ms-fontobject'
}

# Every answer may be kept, and none may be used without asking: 304 where nothing changed. Portals embed the page. Other
# sites may read it by script: it is the same for everybody, with no login, and IIS says headers for a site as a whole.
$headers = [ordered] @{
    'Cache-Control' = 'no-cache'
    'Content-Security-Policy' = 'frame-ancestors *'
    'X-Content-Type-Options' = 'nosniff'
    'Referrer-Policy' = 'strict-origin-when-cross-origin'
    'Access-Control-Allow-Origin' = '*'
}

function Invoke-AppCmd {
    param([string[]] $Arguments)
    $output = & $appcmd @Arguments
    if ($LASTEXITCODE -ne 0) {
        throw "appcmd $($Arguments -join ' ') ended with ${LASTEXITCODE}: $output"
    }
    return $output
}

function Set-Section {
    # Under the site's location in applicationHost.config.
    param([string] $Location, [string] $Section, [string[]] $Settings)
    $null = Invoke-AppCmd (@('set', 'config', $Location, "/section:$Section") + $Settings + '/commit:apphost')
}

function Reset-Section {
    # What an earlier run, or somebody else, left in that location.
    param([string] $Location, [string] $Section)
    $null = Invoke-AppCmd @('clear', 'config', $Location, "/section:$Section", '/commit:apphost')
}

function Test-Requirement {
    $principal = New-Object Security.Principal.WindowsPrincipal ([Security.Principal.WindowsIdentity]::GetCurrent())
    if (-not $principal.IsInRole([Security.Principal.WindowsBuiltInRole]::Administrator)) {
        throw 'only an administrator can configure IIS; cure: open PowerShell with "Run as administrator"'
    }
    if (-not (Test-Path -LiteralPath $appcmd)) {
        throw 'IIS is not installed; cure: Install-WindowsFeature Web-Server, Web-Filtering, Web-Stat-Compression'
    }
    $names = Invoke-AppCmd @('list', 'site', '/text:name')
    if ($Site -notin $names) {
        throw "IIS has no site $Site; cure: make it, or give one of: $($names -join ', ')"
    }
    if ($CertificateThumbprint -and -not $HostName) {
        throw 'a certificate needs a name; cure: add -HostName'
    }
    if ($InstituteAddress.Count -gt 0) {
        $modules = Invoke-AppCmd @('list', 'modules', '/text:name')
        foreach ($module in 'RewriteModule', 'ApplicationRequestRouting', 'IpRestrictionModule') {
            if ($module -notin $modules) {
                throw "IIS has no $module, which -InstituteAddress needs; cure: install URL Rewrite, ARR and Web-IP-Security"
            }
        }
    }
}

function Set-StaticSite {
    # No cache in between: a file of a release is read when it is asked for.
    Set-Section $Site 'system.webServer/caching' @('/enabled:false', '/enableKernelCache:false')

    Reset-Section $Site 'system.webServer/staticContent'
    $settings = @('/clientCache.cacheControlMode:NoControl', '/clientCache.setEtag:true')
    $known = Invoke-AppCmd @('list', 'config', $Site, '/section:system.webServer/staticContent')
    foreach ($extension in $types.Keys) {
        if ($known -match [regex]::Escape("fileExtension=`"$extension`"")) {
            $settings += "/-[fileExtension='$extension']"
        }
        $settings += "/+[fileExtension='$extension',mimeType='$($types[$extension])']"
    }
    Set-Section $Site 'system.webServer/staticContent' $settings

    Reset-Section $Site 'system.webServer/httpProtocol'
    $settings = @("/-customHeaders.[name='X-Powered-By']")
    foreach ($header in $headers.Keys) {
        $settings += "/+customHeaders.[name='$header',value='$($headers[$header])']"
    }
    Set-Section $Site 'system.webServer/httpProtocol' $settings

    Reset-Section $Site 'system.webServer/defaultDocument'
    Set-Section $Site 'system.webServer/defaultDocument' @('/enabled:true', '/~files', "/+files.[value='index.html']")
    Set-Section $Site 'system.webServer/directoryBrowse' @('/enabled:false')
    # Files are files, whatever else this server runs.
    Set-Section $Site 'system.webServer/handlers' @('/accessPolicy:Read')
    # Packages' files are compressed once each and then served compressed.
    Set-Section $Site 'system.webServer/urlCompression' @('/doStaticCompression:true', '/doDynamicCompression:false')
    Set-Section $Site 'system.webServer/serverRuntime' @('/frequentHitThreshold:1')
}

function Set-Compression {
    # The one section that is the whole server's.
    $known = Invoke-AppCmd @('list', 'config', '/section:system.webServer/httpCompression')
    foreach ($type in 'application/json; charset=utf-8', 'application/manifest+json; charset=utf-8',
        'image/svg+xml; charset=utf-8') {
        if (-not ($known -match [regex]::Escape("mimeType=`"$type`""))) {
            $null = Invoke-AppCmd @('set', 'config', '/section:system.webServer/httpCompression',
                "/+staticTypes.[mimeType='$type',enabled='true']", '/commit:apphost')
        }
    }
}

function Set-Limit {
    Reset-Section $Site 'system.webServer/security/requestFiltering'
    Set-Section $Site 'system.webServer/security/requestFiltering' @(
        '/requestLimits.maxAllowedContentLength:1024', '/requestLimits.maxUrl:4096', '/requestLimits.maxQueryString:2048',
        '/verbs.allowUnlisted:false', "/+verbs.[verb='GET',allowed='true']", "/+verbs.[verb='HEAD',allowed='true']",
        '/removeServerHeader:true')
    $null = Invoke-AppCmd @('set', 'site', $Site, '/limits.connectionTimeout:00:00:30')
    $modules = Invoke-AppCmd @('list', 'modules', '/text:name')
    if ('DynamicIpRestrictionModule' -in $modules) {
        # For floods, not for readers: a whole campus may stand behind one address.
        Set-Section $Site 'system.webServer/security/dynamicIpSecurity' @(
            '/denyByConcurrentRequests.enabled:true', '/denyByConcurrentRequests.maxConcurrentRequests:200',
            '/denyByRequestRate.enabled:true', '/denyByRequestRate.maxRequests:2000',
            '/denyByRequestRate.requestIntervalInMilliseconds:10000')
    }
}

function Set-LiveRoot {
    if ($Junction) {
        $null = Invoke-AppCmd @('set', 'vdir', "$Site/", "/physicalPath:$(Join-Path $HomeFolder 'live')")
        return
    }
    $folder = Join-Path $env:SystemRoot 'System32\inetsrv\config'
    & icacls.exe $folder /grant "${serviceAccount}:(OI)(CI)M" /Q | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "icacls $folder ended with $LASTEXITCODE; cure: run install.ps1 first, which makes the account"
    }
}

function Set-Tls {
    $bindings = Invoke-AppCmd @('list', 'site', $Site, '/text:bindings')
    if (-not ("$bindings" -like "*https/*:443:$HostName*")) {
        $null = Invoke-AppCmd @('set', 'site', $Site,
            "/+bindings.[protocol='https',bindingInformation='*:443:$HostName',sslFlags='1']")
    }
    # A renewed certificate takes the place of the old one.
    & netsh.exe http show sslcert "hostnameport=${HostName}:443" | Out-Null
    if ($LASTEXITCODE -eq 0) {
        & netsh.exe http delete sslcert "hostnameport=${HostName}:443" | Out-Null
        if ($LASTEXITCODE -ne 0) {
            throw "netsh http delete sslcert ended with $LASTEXITCODE"
        }
    }
    & netsh.exe http add sslcert "hostnameport=${HostName}:443" "certhash=$CertificateThumbprint" `
        "appid=$applicationId" 'certstorename=MY' | Out-Null
    if ($LASTEXITCODE -ne 0) {
        throw "netsh http add sslcert ended with $LASTEXITCODE; cure: see that the certificate with its key is in the machine's store My"
    }
}

function Set-StatusProxy {
    # ARR tells the agent the visitor's address; with its port the agent would not know it for one.
    $null = Invoke-AppCmd @('set', 'config', '/section:system.webServer/proxy', '/enabled:true',
        '/includePortInXForwardedFor:false', '/timeout:00:00:30', '/commit:apphost')
    Reset-Section $Site 'system.webServer/rewrite/rules'
    Set-Section $Site 'system.webServer/rewrite/rules' @(
        "/+[name='difusor status',stopProcessing='True']",
        "/[name='difusor status'].match.url:^difusor/(.*)",
        "/[name='difusor status'].action.type:Rewrite",
        "/[name='difusor status'].action.url:$StatusUrl/{R:1}")
    $location = "$Site/difusor"
    Reset-Section $location 'system.webServer/security/ipSecurity'
    $settings = @('/allowUnlisted:false', '/denyAction:NotFound')
    foreach ($address in $InstituteAddress) {
        $ip, $mask = $address -split '/', 2
        if ($mask) {
            $settings += "/+[ipAddress='$ip',subnetMask='$mask',allowed='true']"
        } else {
            $settings += "/+[ipAddress='$ip',allowed='true']"
        }
    }
    Set-Section $location 'system.webServer/security/ipSecurity' $settings
}

Test-Requirement
if (-not $PSCmdlet.ShouldProcess("the IIS site $Site", 'configure')) {
    return
}
Set-StaticSite
Set-Compression
Set-Limit
Set-LiveRoot
if ($CertificateThumbprint) {
    Set-Tls
}
if ($InstituteAddress.Count -gt 0) {
    Set-StatusProxy
}
if ($Junction) {
    Write-Output "the site $Site serves $(Join-Path $HomeFolder 'live')"
} else {
    Write-Output "the site $Site is ready; now say in $(Join-Path $HomeFolder 'difusor.yaml'): publish: {iisSite: `"$Site/`"}"
}
