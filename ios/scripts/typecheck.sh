#!/usr/bin/env bash
# Type-checks what only Apple's SDK can compile: the app's views and entry, what iOS does for the presenters, and the extensions. In place of
# the SDK there are our shims; ios/shims/SwiftUI.swift says what that proves and what it does not.
#
#     ios/scripts/typecheck.sh             all of it, every Swift file's syntax, also of what `#if` leaves out here, and the list of states;
#                                          then runs what is pure of the views
#     ios/scripts/typecheck.sh app FOLDER  the app's sources in FOLDER alone, with the modules of the last run; so too `device`
#
# Runs where Swift is: on Debian by ios/scripts/swift-chroot.sh. Takes the kit's modules from its build, `TRIEN_SWIFT_MODULES`, or
# target/swift/debug/Modules.
set -euo pipefail
cd "$(dirname "$0")/../.."

kit=${TRIEN_SWIFT_MODULES:-target/swift/debug/Modules}
made=${TRIEN_TYPES:-target/swift-types}
package=ios/TrienKit
for module in TrienCore TrienKit; do
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
# and their samples are looked at too.
check() {
    local name=$1
    shift
    echo "typecheck: $name, $# files"
    swiftc -wmo -swift-version 6 -parse-as-library -emit-sil -o /dev/null -warnings-as-errors -D DEBUG -module-name "$name" "${seen[@]}" "$@"
}

sources() {
    find "$@" -name '*.swift' | sort
}

check_app() {
    # shellcheck disable=SC2046
    check Trien $(sources "$1")
}

# With the objects of the kit's build, which lie beside its modules.
run_pages() {
    local objects=("$kit"/../TrienKit.build/*.o "$kit"/../TrienCore.build/*.o) built=${TRIEN_BUILT:-target/debug}
    swiftc -swift-version 6 -parse-as-library -warnings-as-errors -module-name PagesTest -I "$kit" -I "$package/Linux/TrienCoreFFI" \
        ios/scripts/PagesTest.swift ios/App/Sources/PagesState.swift "${objects[@]}" \
        -L "$built" -ltrien_ffi -Xlinker -rpath -Xlinker "$built" -Xlinker --allow-shlib-undefined -o "$made/PagesTest"
    "$made/PagesTest"
}

case "${1:-}" in
app)
    check_app "$2"
    exit
    ;;
device)
    # shellcheck disable=SC2046
    check TrienDevice $(sources "$2")
    exit
    ;;
esac

make_shims
for name in TrienGroup TrienDevice; do
    # shellcheck disable=SC2046
    check "$name" $(sources "$package/Sources/$name")
    # shellcheck disable=SC2046
    module "$name" -suppress-warnings $(sources "$package/Sources/$name")
done
check_app ios/App/Sources
for name in NotificationService ShareExtension; do
    # shellcheck disable=SC2046
    check "$name" $(sources "ios/App/$name")
done
files=$(sources ios -not -path '*/.build/*')
echo "parse: $(wc -l <<<"$files") files"
# shellcheck disable=SC2086
xargs -n 40 swiftc -frontend -swift-version 6 -parse <<<"$files"
python3 ios/scripts/samples.py
run_pages
if grep -rnE '\b(Text|Label|Button|Picker|TextField|Section)\("' ios/App/Sources; then
    echo "typecheck.sh: what a person reads comes from core/locales" >&2
    exit 1
fi
