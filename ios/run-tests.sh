#!/usr/bin/env bash
# Tests the iOS companion without Xcode: its presenters, what it does for the device, and its stories against a running server are compiled
# and run in Debian's Swift; what needs Apple's SDK is type-checked against our own shims. ios/README.md says what that does not show.
#
# Needs Rust, Python, mmdebstrap, and root or sudo for a folder with Debian trixie. Everything made stays in target.
set -euo pipefail
cd "$(dirname "$0")/.."

# Debian's packages come over the network, and the compiler may wait for nothing else.
mkdir -p target
ios/scripts/swift-root.sh >target/swift-root.log 2>&1 &
root=$!
trap 'wait "$root" || true' EXIT

# A test beside them, so that dependencies have the features of the stages before and are not built again.
cargo build --locked --workspace --all-features --lib --bins --test architecture
TRIEN_BUILT=$(cargo metadata --locked --no-deps --format-version 1 | sed 's/.*"target_directory":"\([^"]*\)".*/\1/')/debug
export TRIEN_BUILT

in_chroot() { ios/scripts/swift-chroot.sh "$@"; }

# The one library that the checks of the project need.
venv=target/ios-venv
if ! cmp -s ios/scripts/requirements.txt "$venv/installed"; then
    rm -rf "$venv"
    python3 -m venv "$venv"
    "$venv/bin/python" -m pip install --quiet --requirement ios/scripts/requirements.txt
    cp ios/scripts/requirements.txt "$venv/installed"
fi

ios/scripts/generate.sh "$TRIEN_BUILT"
ios/scripts/parallel.py
ios/scripts/samples.py
ios/scripts/catalog.py --check
"$venv/bin/python" ios/scripts/check-project.py
"$venv/bin/python" ios/scripts/planted-project.py
ios/scripts/planted-library.py

if ! wait "$root"; then
    cat target/swift-root.log >&2
    exit 1
fi
trap - EXIT

# What is generated is not ours to lay out.
git ls-files -z 'ios/*.swift' | xargs -0 ios/scripts/swift-chroot.sh swift-format lint --strict
echo "1 passed, 0 failed"

log=target/swift/tests.log types=target/swift/types.log
mkdir -p target/swift
package=(--package-path ios/TrienKit --scratch-path target/swift --disable-swift-testing)
# What XCTest's own list of tests says of test cases on the main actor is no news.
in_chroot swift build --build-tests "${package[@]}" 2>&1 | sed '/^<unknown>:0: warning: passing argument of non-sendable type/d'

# Stories wait for their servers more than they compute: meanwhile another core looks at what only Apple's SDK can compile.
(in_chroot ios/scripts/typecheck.sh && in_chroot ios/scripts/planted.py) >"$types" 2>&1 &
looking=$!
code=0
in_chroot swift test --skip-build "${package[@]}" 2>&1 | tee "$log" || code=1
# The last sum is of all; who was skipped did not pass.
awk '/^[ \t]+Executed [0-9]+ tests?, with / { sum = $0 }
    END {
        if (!match(sum, /Executed [0-9]+ test/)) exit
        tests = substr(sum, RSTART + 9) + 0
        skipped = match(sum, /[0-9]+ tests? skipped/) ? substr(sum, RSTART) + 0 : 0
        failed = match(sum, /[0-9]+ failures?/) ? substr(sum, RSTART) + 0 : 0
        bad = skipped + failed
        printf "%d passed, %d failed\n", (tests > bad ? tests - bad : 0), bad
        exit bad > 0
    }' "$log" || code=1
wait "$looking" || code=1
cat "$types"
[ "$code" = 0 ] || exit "$code"
# The list and the sources agree by a test; here it is seen that each story was told, and not only written.
sed -n 's/^\([a-z][a-z-]*\) | .*/\1/p' mobile-ffi/stories.txt | while read -r story; do
    test=$(sed -E 's/(^|-)(.)/\U\2/g' <<<"$story")
    grep -q "Test Case '[A-Za-z]*\.test$test' passed" "$log" || { echo "run-tests.sh: the story $story was not told" >&2; exit 1; }
done
ios/scripts/samples.py "$log"
