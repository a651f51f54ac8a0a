#!/usr/bin/env bash
# Type-checks what only Apple's SDK can compile: the app's views and entry, what iOS does for the presenters, and the extensions. In place of
# the SDK there are our shims; ios/shims/SwiftUI.swift says what that proves and what it does not.
#
#     ios/scripts/typecheck.sh             all of it, and every Swift file's syntax, also of what `#if` leaves out here
#     ios/scripts/typecheck.sh app FOLDER  the app's sources in FOLDER alone, with the modules of the last run; so too `device`
#
# Runs where Swift is: on Debian by ios/scripts/swift-chroot.sh. Takes the kit's modules from its build, `TRIEN_SWIFT_MODULES`, or
# target/swift/debug/Modules.
set -euo pipefail
cd "$(dirname "$0")/../.."

kit=${TRIEN_SWIFT_MODULES:-target/swift/debug/Modules}
made=${TRIEN_TYPES:-target/swift-types}
package=ios/TrienKit
for module in TrienCore TrienKit TrienScreens; do
    [ -e "$kit/$module.swiftmodule" ] || { echo "typecheck.sh: $kit has no $module; build the kit first" >&2; exit 1; }
done
seen=(-I "$made" -I "$kit" -I "$package/Linux/TrienCoreFFI")

# Each after those that it imports.
shims=(QuartzCore UniformTypeIdentifiers UIKit Security LocalAuthentication CryptoKit DeviceCheck UserNotifications BackgroundTasks AVFoundation SwiftUI)

module() {
    local name=$1
    shift
    swiftc -wmo -swift-version 6 -parse-as-library -emit-module -module-name "$name" "${seen[@]}" -emit-module-path "$made/$name.swiftmodule" "$@"
}

# A shim's bodies do nothing, so what the compiler says of them is no news.
make_shims() {
    mkdir -p "$made"
    for name in "${shims[@]}"; do
        module "$name" -suppress-warnings ios/shims/"$name".swift $(compgen -G "ios/shims/$name+*.swift" || true)
    done
}

# As far as SIL: what crosses isolation, and what is not set or not returned, the compiler looks at after the types. DEBUG, so that previews
# are looked at too. The module goes into a folder, for whoever imports it.
check() {
    local name=$1 into=$2
    shift 2
    echo "typecheck: $name, $# files"
    swiftc -wmo -swift-version 6 -parse-as-library -emit-sil -o "$into/$name.sil" -emit-module -emit-module-path "$into/$name.swiftmodule" \
        -warnings-as-errors -D DEBUG -module-name "$name" "${seen[@]}" "$@"
}

sources() {
    find "$@" -name '*.swift' | sort
}

# shellcheck disable=SC2046
case "${1:-}" in
app)
    check Trien "$2" $(sources "$2")
    exit
    ;;
device)
    check TrienDevice "$2" $(sources "$2")
    exit
    ;;
esac

make_shims
# shellcheck disable=SC2046
for name in TrienGroup TrienDevice; do
    check "$name" "$made" $(sources "$package/Sources/$name")
done
# shellcheck disable=SC2046
check Trien "$made" $(sources ios/App/Sources)
# shellcheck disable=SC2046
for name in NotificationService ShareExtension; do
    check "$name" "$made" $(sources "ios/App/$name")
done
files=$(sources ios -not -path '*/.build/*')
echo "parse: $(wc -l <<<"$files") files"
# shellcheck disable=SC2086
xargs -n 40 swiftc -frontend -swift-version 6 -parse <<<"$files"
if grep -rnE '\b(Text|Label|Button|Picker|TextField|Section)\("' ios/App/Sources; then
    echo "typecheck.sh: what a person reads comes from core/locales" >&2
    exit 1
fi
