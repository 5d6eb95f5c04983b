@echo off
rem Starts the agent, or one of its commands, with the options in etc\jvm.options. See difusor --help.
rem
rem JAVA_HOME chooses the Java (17 or newer); without it, the java.exe on the path. DIFUSOR_ARCHIVE names the folder of the
rem class archive that difusor-prepare.ps1 made; without it, the folder "archive" of this installation. DIFUSOR_JAVA_OPTIONS
rem holds further options of the Java virtual machine, with spaces between them.
setlocal EnableExtensions DisableDelayedExpansion

set "installation=%~dp0.."
set "java=java.exe"
if defined JAVA_HOME set "java=%JAVA_HOME%\bin\java.exe"
where /q "%java%" 2>nul || if not exist "%java%" (
  echo difusor: no Java at %java% 1>&2
  echo   cure: install a Java 17 or newer, or set JAVA_HOME 1>&2
  exit /b 1
)

set "archive=%installation%\archive"
if defined DIFUSOR_ARCHIVE set "archive=%DIFUSOR_ARCHIVE%"
set "classes=-Xshare:auto"
if exist "%archive%\difusor.jsa" set "classes=-XX:SharedArchiveFile=%archive%\difusor.jsa"
if exist "%archive%\difusor.aot" set "classes=-XX:AOTCache=%archive%\difusor.aot"

rem What it says is UTF-8; the console gets its own code page back.
set "page="
for /f "tokens=2 delims=:." %%p in ('chcp') do set "page=%%p"
chcp 65001 >nul

"%java%" -XX:+IgnoreUnrecognizedVMOptions -Xlog:disable -Xlog:all=error:stderr "@%installation%\etc\jvm.options" %DIFUSOR_JAVA_OPTIONS% "%classes%" -jar "%installation%\difusor-agent.jar" %*
set "code=%ERRORLEVEL%"

if defined page chcp %page% >nul
exit /b %code%
