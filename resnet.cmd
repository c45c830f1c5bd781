@echo off
rem ResNetVulkan's one entry on Windows: builds the program once and runs it. ./resnet is the twin for Linux and macOS.
rem   resnet test [arguments of the test program]     VK_DRIVER_FILES chooses a driver
rem   set RESNET_RETRY=1                              asks the package feed for Silk.NET again
setlocal
set "root=%~dp0"
set "notes=%root%artifacts\launcher"
set DOTNET_CLI_TELEMETRY_OPTOUT=1
set TESTINGPLATFORM_TELEMETRY_OPTOUT=1
set DOTNET_NOLOGO=1
set MSBUILDDISABLENODEREUSE=1

where dotnet >nul 2>nul
if errorlevel 1 (
    echo resnet: The .NET SDK is missing: install version 10 from https://dot.net. 1>&2
    exit /b 1
)
if not exist "%notes%" mkdir "%notes%"

rem Silk.NET: the packages, or the stand-in in Runtime\Bindings. The feed is asked once.
set "mode="
if exist "%notes%\bindings" if not "%RESNET_RETRY%"=="1" set /p mode=<"%notes%\bindings"
if /i "%SilkNet%"=="true" set "mode=silk"
if /i "%SilkNet%"=="false" set "mode=stand-in"
if not defined mode (
    dotnet restore "%root%Demo" -p:SilkNet=true -p:NuGetAudit=false -v q -nologo >"%notes%\restore.log" 2>&1
    if errorlevel 1 (set "mode=stand-in") else (set "mode=silk")
    call :remember
)
set "silk=false"
if "%mode%"=="silk" set "silk=true"

set "project=Demo"
set "program=%root%artifacts\%mode%\bin\ResNetVulkan.Demo\release\resnet.dll"
if /i "%~1"=="test" (
    set "project=Tests"
    set "program=%root%artifacts\%mode%\bin\ResNetVulkan.Tests\release\ResNetVulkan.Tests.dll"
)

rem A source newer than the last build, or no build: PowerShell compares the times.
set "stamp=%notes%\built-%project%-%mode%"
set "stale=1"
if exist "%stamp%" if exist "%program%" (
    powershell -NoProfile -Command "$t = (Get-Item '%stamp%').LastWriteTimeUtc; foreach ($f in 'Runtime', 'Shaders', 'Plugin', 'Demo', 'Tests') { if ($f -ne 'Tests' -or '%project%' -eq 'Tests') { if (Get-ChildItem (Join-Path '%root%' $f) -Recurse | Where-Object { $_.LastWriteTimeUtc -gt $t } | Select-Object -First 1) { exit 1 } } }; exit 0"
    if not errorlevel 1 set "stale=0"
)
if "%stale%"=="1" (
    echo Building %project% ^(Release, Silk.NET %mode%^). 1>&2
    type nul >"%stamp%.new"
    dotnet build "%root%%project%" -c Release -p:SilkNet=%silk% -p:NuGetAudit=false -v q -nologo "-clp:NoSummary;ErrorsOnly" >"%notes%\build.log" 2>&1
    if errorlevel 1 (
        type "%notes%\build.log" 1>&2
        echo resnet: The build failed. 1>&2
        exit /b 1
    )
    move /y "%stamp%.new" "%stamp%" >nul
)

if /i not "%~1"=="test" (
    dotnet "%program%" %*
    exit /b
)
set "rest="
for /f "tokens=1*" %%a in ("%*") do set "rest=%%b"
dotnet "%program%" %rest%
exit /b

:remember
>"%notes%\bindings" echo %mode%
echo Silk.NET: %mode% 1>&2
goto :eof
