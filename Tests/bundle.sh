#!/usr/bin/env bash
# Makes one folder, and OUT.tar.gz of it, with the program and its test suite, for an x86-64 Linux machine that has a GPU driver
# and the Vulkan loader and nothing else: no .NET, no compiler, no network, no home.
#
#   bash Tests/bundle.sh OUT [DATA...]      DATA: what goes along of the tests' data, such as imagenet/golden (Tests/README.md)
#
# The program and the suite are published self-contained into one folder, so they share one runtime. The shaders are compiled
# here: glslc or shaderc must be installed. The image libraries are this machine's, so the C library there must not be older than
# what they ask for (the README says it).
# Exit code: 0 made, 1 not (a build failed, a library is missing, or it is larger than 60 MiB), 2 wrong usage.
set -u

most_bytes=$((60 << 20))
image_libraries=(libturbojpeg.so.0 libpng16.so.16)
# What these and .NET link with, and OpenSSL for a test's SHA-256. The system's own go first: a driver may need newer ones.
fallbacks=(libz.so.1 libstdc++.so.6 libgcc_s.so.1 libssl.so.3 libcrypto.so.3)
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/artifacts/bundle    # of its own: another runtime's restore must not disturb the build that ./resnet runs
export DOTNET_CLI_TELEMETRY_OPTOUT=1 DOTNET_NOLOGO=1 MSBUILDDISABLENODEREUSE=1 DOTNET_CLI_USE_MSBUILD_SERVER=0

fail() { printf 'bundle: %s\n' "$*" >&2; rm -rf "${partial:-}"; exit 1; }

# The path of a library of this machine.
library() { PATH=$PATH:/sbin:/usr/sbin ldconfig -p | awk -v name="$1" '$1 == name && /x86-64/ { print $NF; exit }'; }

# The newest version of the C library that one of the files asks for.
c_library_of() { cat "$@" | grep -aoE 'GLIBC_2\.[0-9]+' | sort -uV | tail -n 1 | sed 's/GLIBC_//'; }

publish() {
    mkdir -p "$build"
    dotnet publish "$root/Tests" -c Release -r linux-x64 --self-contained -f net10.0 -p:TargetFrameworks=net10.0 -o "$1" \
        -p:SilkNet=false -p:NuGetAudit=false -p:ArtifactsPath="$build" -v q -nologo '-clp:NoSummary;ErrorsOnly' \
        >"$build/publish.log" 2>&1 </dev/null && return
    tail -n 40 "$build/publish.log" >&2
    fail "The build failed."
}

write_launchers() {
    cat >"$1/resnet" <<'END'
#!/bin/sh
# ResNetVulkan's program, on the runtime beside it.
case $0 in */*) here=$(cd "${0%/*}" && pwd) || exit 1 ;; *) here=$PWD ;; esac
. "$here/app/environment.sh"
exec "$here/app/resnet" "$@"
END
    cat >"$1/test" <<'END'
#!/bin/sh
# Runs the test suite: ./test [FILTER] [further arguments of the test program]
#
# FILTER is a part of a test's full name, as Ops, or an expression, as "TestCategory=Device". Without one everything runs but the
# category Long, and a run that skips more than a fifth fails. Environment: RESNET_DEVICE chooses the device by number or name;
# RESNET_VALIDATION=1 (or sync) runs under the validation layer, where it is installed; RESNETVULKAN_DATA names the data's folder.
# The last line is "N passed, N failed, N skipped". Exit code: 0 all passed, 1 not, 2 wrong usage.
case $0 in */*) here=$(cd "${0%/*}" && pwd) || exit 1 ;; *) here=$PWD ;; esac
. "$here/app/environment.sh"
export TESTINGPLATFORM_TELEMETRY_OPTOUT=1 RESNET_VALIDATION="${RESNET_VALIDATION:-0}"
case ${1:-} in
    '' | -*) filter='TestCategory!=Long'; export RESNET_LEAST_RUN="${RESNET_LEAST_RUN:-80}" ;;
    *[=~]*) filter=$1; shift ;;
    *) filter="TestCategory!=Long&FullyQualifiedName~$1"; shift ;;
esac
[ $# -gt 0 ] && [ -z "$1" ] && shift
# No exec: if a driver takes the whole process down, somebody must be left to say so.
"$here/app/ResNetVulkan.Tests" --ansi off --show-test-results failed --results-directory "${TMPDIR:-/tmp}" \
    --filter "$filter" "$@"
code=$?
case $code in
    0 | 1 | 2) ;;
    *)
        echo "test: The test process died before its report, with code $code (above 128: of signal code - 128)."
        echo '0 passed, 1 failed, 0 skipped'
        code=1 ;;
esac
exit $code
END
    chmod +x "$1/resnet" "$1/test"
    cat >"$1/app/environment.sh" <<'END'
# Read by the launchers, with $here set. A library that the system lacks comes out of app/fallback/NAME.
export DOTNET_EnableDiagnostics=0
for library in "$here"/app/fallback/*; do
    found=
    for folder in /lib /usr/lib /lib64 /usr/lib64 /lib/x86_64-linux-gnu /usr/lib/x86_64-linux-gnu; do
        [ -e "$folder/${library##*/}" ] && found=yes
    done
    [ -n "$found" ] || export LD_LIBRARY_PATH="${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$library"
done
END
}

write_readme() {
    cat >"$1/README.txt" <<END
ResNetVulkan $2: the program and its test suite, for x86-64 Linux

It needs a Vulkan 1.2 driver, the Vulkan loader (libvulkan.so.1) and the C library $3 or later. It brings its .NET runtime, its
image libraries and compiled shaders; it needs no compiler, no network and no home.

    ./resnet devices                 lists the devices, with what one lacks
    ./resnet bench resnet18          measures; --help says what else there is
    ./test                           the whole suite but the category Long; the last line is "N passed, N failed, N skipped"
    ./test Gpu                       only tests with Gpu in their full name; "TestCategory=Device" and such are taken too

A driver that the loader does not find by itself is named by its manifest: VK_DRIVER_FILES=/path/of/icd.json ./test.
RESNET_DEVICE=1 (or a part of a name) chooses among devices. RESNET_VALIDATION=1 tests under the validation layer.

Tests that need a compiler, PyTorch or data that did not come along are skipped; the reasons are listed at the end. ./test fails
when less than 80 % ran (RESNET_LEAST_RUN).

app/        the program, the suite and the runtime; app/shaders holds the compiled shaders,
            app/source the sources, which tests read
data/       data for tests, if any came along; RESNETVULKAN_DATA names another folder

Of $4, under their own licences: app/libturbojpeg.so.0 (libjpeg-turbo),
app/libpng16.so.16 (libpng), and in app/fallback, for a system that lacks them, libz, libstdc++, libgcc and OpenSSL, which ask for
the C library $5.
END
}

[ $# -ge 1 ] && [ "${1#-}" = "$1" ] || { sed -n '2,11s/^# \{0,1\}//p' "$0"; exit 2; }
[ "$(uname -sm)" = "Linux x86_64" ] || fail "The image libraries come from this machine, so it must be x86-64 Linux."
case $1 in /*) out=$1 ;; *) out=$PWD/$1 ;; esac
shift
[ ! -e "$out" ] || [ -e "$out/app/resnet" ] || fail "'$out' exists and is no bundle."
data=${RESNETVULKAN_DATA:-$root/../shared/data}
for entry in "$@"; do
    [ -e "$data/$entry" ] || fail "There is no '$entry' under '$data'."
done

partial=$out.partial
rm -rf "$partial"
mkdir -p "$partial/app"
publish "$partial/app"

# The build leaves the compiled shaders beside its own output; whatever it lacks, the program compiles now.
cp -r "$build"/bin/ResNetVulkan.Demo/release_net10.0_linux-x64/shaders "$partial/app/" 2>/dev/null
"$partial/app/resnet" compile-shaders "$partial/app/shaders" || fail "The shaders could not be compiled."
rm -f "$partial/app/shaders/compiled.stamp"
[ -n "$(find "$partial/app/shaders" -name '*.spirv' -print -quit)" ] || fail "There is no shader compiler here: install glslc."

for name in "${image_libraries[@]}" "${fallbacks[@]}"; do
    path=$(library "$name")
    [ -n "$path" ] || fail "This machine lacks $name."
    case " ${fallbacks[*]} " in *" $name "*) folder=$partial/app/fallback/$name ;; *) folder=$partial/app ;; esac
    mkdir -p "$folder"
    cp -L "$path" "$folder/$name"
done
# The sources that tests read, and the scripts that run where PyTorch is.
mkdir -p "$partial/app/source"
(cd "$root" && git ls-files -co --exclude-standard -z | xargs -0 cp --parents -t "$partial/app/source") ||
    fail "The sources could not be copied: this needs a git checkout."
cp "$root/LICENSE" "$partial/"
for entry in "$@"; do
    mkdir -p "$partial/data/$(dirname "$entry")"
    cp -rL "$data/$entry" "$partial/data/$entry"
done
write_launchers "$partial"
write_readme "$partial" "$(sed -n 's/.*<Version>\(.*\)<\/Version>.*/\1/p' "$root/Directory.Build.props")" \
    "$(c_library_of "$partial"/app/*.so*)" "$(. /etc/os-release && printf '%s' "$PRETTY_NAME")" \
    "$(c_library_of "$partial"/app/fallback/*/*)"

rm -rf "$out"
mv "$partial" "$out" || fail "'$out' could not be written."
tar -C "$(dirname "$out")" --owner=0 --group=0 -cf - "$(basename "$out")" | gzip -6 >"$out.tar.gz" ||
    fail "'$out.tar.gz' could not be written."
bytes=$(stat -c %s "$out.tar.gz")
printf '%s  %s MiB in %s files; packed %s MiB\n' \
    "$out" "$(du -sm "$out" | cut -f 1)" "$(find "$out" -type f | wc -l)" $((bytes >> 20))
[ "$bytes" -le $most_bytes ] || fail "$out.tar.gz has $bytes bytes; $most_bytes are the most."
