#!/usr/bin/env bash
# Writes what the Swift package has of the core and of its texts: the bindings, their C header, GeneratedTexts.swift, and the licences of all
# that is in the app.
#
#     ios/scripts/generate.sh [FOLDER]     FOLDER holds the built library and uniffi-bindgen; target/debug unless named
set -euo pipefail
cd "$(dirname "$0")/../.."

built=${1:-target/debug}
package=ios/TrienKit
library=$built/libtrien_ffi.so
[ -e "$library" ] || library=$built/libtrien_ffi.dylib

fresh=$(mktemp -d)
trap 'rm -rf "$fresh"' EXIT
"$built/uniffi-bindgen" generate "$library" --language swift --no-format --out-dir "$fresh"
ios/scripts/cancellable.py "$fresh/TrienCore.swift"
mobile-ffi/texts.py swift "$fresh"
mobile-ffi/licences.py ios "$fresh/licences.txt"

# What has not changed keeps its time, so that it is not compiled again.
place() {
    mkdir -p "$(dirname "$2")"
    cmp -s "$fresh/$1" "$2" || cp "$fresh/$1" "$2"
}
place TrienCore.swift "$package/Sources/TrienCore/TrienCore.swift"
place TrienCoreFFI.h "$package/Linux/TrienCoreFFI/TrienCoreFFI.h"
place GeneratedTexts.swift "$package/Sources/TrienKit/GeneratedTexts.swift"
place licences.txt "$package/Sources/TrienKit/licences.txt"
