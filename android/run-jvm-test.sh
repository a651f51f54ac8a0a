#!/usr/bin/env bash
# Drives the core's Kotlin bindings on the JVM against a real server, with keys from java.security.
#
# Needs Rust, a JDK ≥ 17 and Maven; no Android SDK. Everything made stays in the target folders.
set -euo pipefail
cd "$(dirname "$0")/.."

cargo build --locked --workspace --all-features --lib --bins
built=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug
bindings=$PWD/android/jvm-test/target/bindings

library=$built/libtrien_ffi.so
[ -e "$library" ] || library=$built/libtrien_ffi.dylib
rm -rf "$bindings"
"$built/uniffi-bindgen" generate "$library" --language kotlin --no-format --out-dir "$bindings"

mvn --quiet --batch-mode --file android/jvm-test/pom.xml test \
    -Dtrien.bindings="$bindings" -Dtrien.library="$built" -Dtrien.binary="$built/trien"

counts=$(cat android/jvm-test/target/surefire-reports/TEST-*.xml | sed -n 's/.*<testsuite .* tests="\([0-9]*\)" errors="\([0-9]*\)" skipped="\([0-9]*\)" failures="\([0-9]*\)".*/\1 \2 \3 \4/p')
awk '{ tests += $1; bad += $2 + $3 + $4 } END { printf "%d passed, %d failed\n", tests - bad, bad; exit bad > 0 }' <<<"$counts"
