#!/usr/bin/env bash
# Tells the app's stories on the JVM, its own presenters over the core's bindings, against a real server.
#
# Needs Rust, a JDK ≥ 17, Maven, Python, OpenSSL and libfaketime; no Android SDK. Everything made stays in the target folders.
set -euo pipefail
cd "$(dirname "$0")/.."

# A test beside them, so that dependencies have the features of the stages before and are not built again.
cargo build --locked --workspace --all-features --lib --bins --test architecture
built=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug
bindings=$PWD/android/jvm-test/target/bindings
texts=$PWD/android/jvm-test/target/texts

library=$built/libtrien_ffi.so
[ -e "$library" ] || library=$built/libtrien_ffi.dylib
reports=android/jvm-test/target/surefire-reports
rm -rf "$bindings" "$texts" "$reports"
"$built/uniffi-bindgen" generate "$library" --language kotlin --no-format --out-dir "$bindings"
mobile-ffi/texts.py kotlin "$texts"

code=0
mvn --quiet --batch-mode -Dstyle.color=never --file android/jvm-test/pom.xml test \
    -Dtrien.bindings="$bindings" -Dtrien.texts="$texts" -Dtrien.library="$built" -Dtrien.binary="$built/trien" |
    sed $'s/\x1b\\[[0-9;]*m//g' || code=1

cat "$reports"/TEST-*.xml | grep -o '<testsuite .*>' | tr ' ' '\n' | awk -F'"' '
    /^tests=/ { tests += $2 }
    /^(errors|failures|skipped)=/ { bad += $2 }
    END { printf "%d passed, %d failed\n", tests - bad, bad }'
exit "$code"
