#!/usr/bin/env bash
# Makes the Vulkan drivers that the suite must pass on available side by side, without touching what the machine has installed.
#
#   bash Tests/drivers.sh [NAME...]      all three without a name; prints the path of each one's manifest, for VK_DRIVER_FILES
#
#   lavapipe-22.3   Mesa's CPU driver in Debian 12. Only that release can have it, and has it installed (mesa-vulkan-drivers).
#   lavapipe-25.0   the one in Debian 13, installed there; on Debian 12 taken from bookworm-backports.
#   swiftshader     Google's CPU driver, out of Debian's chromium-common.
#
# They lie in $RESNET_DRIVER_FOLDER, by default ~/.cache/resnetvulkan/drivers. apt runs with sources, lists and a cache of its
# own in there, as any user, on the mirror that the machine's sources name.
# Exit code: 0 all could be had, 1 not, 2 an unknown name.
set -u

folder=${RESNET_DRIVER_FOLDER:-${XDG_CACHE_HOME:-$HOME/.cache}/resnetvulkan/drivers}
apt_folder=$folder/apt
sources_folder=${RESNET_APT_SOURCES:-/etc/apt}    # another one only in the tests of this script

say() { printf 'drivers: %s\n' "$*" >&2; }

# The machine's package sources, one "signed-by|uri|suites" a line, out of both formats that apt knows.
machine_sources() {
    cat "$sources_folder"/sources.list "$sources_folder"/sources.list.d/*.list 2>/dev/null | awk '
        $1 == "deb" {
            signed = ""; at = 2
            if ($2 ~ /^\[/) {
                for (at = 2; at <= NF; at++) {
                    word = $at; gsub(/[][]/, "", word)
                    if (word ~ /^signed-by=/) signed = substr(word, 11)
                    if ($at ~ /\]$/) { at++; break }
                }
            }
            print signed "|" $at "|" $(at + 1)
        }'
    for file in "$sources_folder"/sources.list.d/*.sources; do
        [ -e "$file" ] && awk '
            function flush() {
                if (types ~ /(^| )deb( |$)/ && enabled != "no") print signed "|" uri "|" suites
                types = uri = suites = signed = enabled = ""
            }
            /^#/ { next }
            /^[[:space:]]*$/ { flush(); next }
            { key = tolower($1); value = $0; sub(/^[^:]*:[[:space:]]*/, "", value) }
            key == "types:"     { types = value }
            key == "uris:"      { uri = $2 }
            key == "suites:"    { suites = value }
            key == "signed-by:" { signed = $2 }
            key == "enabled:"   { enabled = tolower($2) }
            END { flush() }' "$file"
    done
}

codename() { (. /etc/os-release && printf '%s' "${VERSION_CODENAME:-}"); }

# The source that serves suite $1, its suite changed to $2, as a line of sources.list.
source_line() {
    machine_sources | awk -F'|' -v want="$1" -v suite="$2" '
        {
            count = split($3, names, " ")
            for (i = 1; i <= count; i++) if (names[i] == want) {
                print "deb " ($1 == "" ? "" : "[signed-by=" $1 "] ") $2 " " suite " main"
                exit
            }
        }'
}

private_apt() {
    apt-get -o Dir::Etc::SourceList="$apt_folder/sources.list" -o Dir::Etc::SourceParts=- \
        -o Dir::State::Lists="$apt_folder/lists" -o Dir::Cache="$apt_folder/cache" \
        -o APT::Get::List-Cleanup=0 -o APT::Sandbox::User= -o Acquire::Retries=2 -q "$@"
}

# Unpacks package $2 of the source line $1 (and $3, further lines) into folder $4.
fetch() {
    local log=$folder/apt.log
    mkdir -p "$apt_folder/lists/partial" "$apt_folder/cache/archives/partial" "$4"
    printf '%s\n' "$1" "$3" >"$apt_folder/sources.list"
    rm -f "$apt_folder"/*.deb
    if private_apt update >"$log" 2>&1 </dev/null && (cd "$apt_folder" && private_apt download "$2" >>"$log" 2>&1 </dev/null) &&
        dpkg-deb -x "$apt_folder"/*.deb "$4" >>"$log" 2>&1; then
        rm -f "$apt_folder"/*.deb
        return 0
    fi
    grep -E '^(E|W|dpkg)' "$log" | tail -n 3 >&2
    return 1
}

# Writes the manifest of driver $1 for library $2, which speaks Vulkan $3.
manifest() {
    printf '{ "file_format_version": "1.0.0", "ICD": { "library_path": "%s", "api_version": "%s" } }\n' "$2" "$3" \
        >"$folder/$1/icd.json"
}

system_mesa() { dpkg-query -W -f '${Version}' mesa-vulkan-drivers 2>/dev/null; }

system_lavapipe() {
    local library
    for library in /usr/lib/*/libvulkan_lvp.so; do
        [ -e "$library" ] && { printf '%s' "$library"; return; }
    done
}

# The release's own Mesa, where its version is the wanted one. $1: lavapipe-x.y
of_the_system() {
    local library
    case $(system_mesa) in "${1#lavapipe-}".*) ;; *) return 1 ;; esac
    library=$(system_lavapipe)
    [ -n "$library" ] || return 1
    mkdir -p "$folder/$1"
    manifest "$1" "$library" 1.3.0
}

make_lavapipe_22_3() {
    of_the_system lavapipe-22.3 && return
    say "lavapipe-22.3 is Debian 12's mesa-vulkan-drivers; this is '$(codename)' with $(system_mesa | grep . || printf none)."
    return 1
}

make_lavapipe_25_0() {
    of_the_system lavapipe-25.0 && return
    local release line library
    release=$(codename)
    line=$(source_line "$release" "$release-backports")
    if [ "$release" != bookworm ]; then
        say "lavapipe-25.0 comes from Debian 13 or from Debian 12's backports; this is '$release' with Mesa $(system_mesa)."
        return 1
    fi
    if [ -z "$line" ] || ! fetch "$line" mesa-vulkan-drivers "" "$folder/lavapipe-25.0"; then
        say "lavapipe-25.0 could not be fetched. It needs a mirror with this line:"
        say "  ${line:-deb http://MIRROR/debian bookworm-backports main}"
        return 1
    fi
    for library in "$folder"/lavapipe-25.0/usr/lib/*/libvulkan_lvp.so; do
        manifest lavapipe-25.0 "$library" 1.4.305
    done
    # 60 MB of drivers for hardware lie beside it.
    find "$folder/lavapipe-25.0/usr/lib" -name 'libvulkan_*.so' ! -name libvulkan_lvp.so -delete
}

make_swiftshader() {
    local release line security
    release=$(codename)
    line=$(source_line "$release" "$release")
    security=$(source_line "$release-security" "$release-security")
    if [ -z "$line" ] || ! fetch "$line" chromium-common "$security" "$folder/swiftshader/package"; then
        say "swiftshader could not be fetched: it is in Debian's chromium-common. It needs a mirror with this line:"
        say "  ${line:-deb http://MIRROR/debian bookworm main}"
        return 1
    fi
    mv "$folder/swiftshader/package/usr/lib/chromium/libvk_swiftshader.so" "$folder/swiftshader/" || return 1
    rm -rf "$folder/swiftshader/package"
    manifest swiftshader "$folder/swiftshader/libvk_swiftshader.so" 1.3.0
}

# Asks the driver itself, where a program to ask with is there: the name and version that belong to $1.
verify() {
    command -v vulkaninfo >/dev/null || return 0
    local told wanted
    case $1 in
        lavapipe-*) wanted="Mesa ${1#lavapipe-}" ;;
        swiftshader) wanted=SwiftShader ;;
    esac
    told=$(VK_DRIVER_FILES=$folder/$1/icd.json VK_ICD_FILENAMES=$folder/$1/icd.json vulkaninfo --summary 2>&1 </dev/null)
    case $told in *"$wanted"*) return 0 ;; esac
    say "$1 does not answer as '$wanted':"
    printf '%s\n' "$told" | grep -iE 'error|failed|driverInfo|deviceName' | head -n 3 >&2
    return 1
}

# A manifest may have outlived its library: the system's Mesa gets upgraded.
is_there() {
    local library
    library=$(sed -n 's/.*"library_path": "\([^"]*\)".*/\1/p' "$folder/$1/icd.json" 2>/dev/null)
    [ -n "$library" ] && [ -e "$library" ] || return 1
    case $library in "$folder"/*) return 0 ;; esac
    case $(system_mesa) in "${1#lavapipe-}".*) return 0 ;; esac
    return 1
}

[ $# -gt 0 ] || set -- lavapipe-22.3 lavapipe-25.0 swiftshader
mkdir -p "$folder" || exit 1
code=0
for name in "$@"; do
    case $name in
        lavapipe-22.3) make=make_lavapipe_22_3 ;;
        lavapipe-25.0) make=make_lavapipe_25_0 ;;
        swiftshader) make=make_swiftshader ;;
        *) say "There is no '$name': known are lavapipe-22.3, lavapipe-25.0 and swiftshader."; exit 2 ;;
    esac
    if ! is_there "$name"; then
        rm -rf "${folder:?}/$name"
        $make && verify "$name" || { rm -rf "${folder:?}/$name"; code=1; continue; }
    fi
    printf '%s\n' "$folder/$name/icd.json"
done
rm -rf "$apt_folder"    # lists of packages that nobody needs again
exit $code
