#!/usr/bin/env bash
# Makes a folder with Debian trixie and its Swift 6.0 once, for swift-chroot.sh: Debian's stable releases before it have no Swift.
#
#     ios/scripts/swift-root.sh            into target/swift-root, or where TRIEN_SWIFT_ROOT says; prints where
#
# Needs mmdebstrap and root, or sudo. About 440 MB are fetched and 2 GB stay.
set -euo pipefail
cd "$(dirname "$0")/../.."

root=${TRIEN_SWIFT_ROOT:-$PWD/target/swift-root}
# Swift, what it compiles against, and what the stories' offices are made with.
packages=swiftlang,libc6-dev,libstdc++-14-dev,libssl-dev,openssl,ca-certificates,faketime,python3-minimal
# Debuggers, editors' helpers and documents are half of the package.
left_out=(
    '/usr/share/doc/*' '/usr/share/man/*' '/usr/share/locale/*'
    '/usr/libexec/swift/bin/*lldb*' '/usr/libexec/swift/lib/*lldb*' '/usr/libexec/swift/bin/clangd'
    '/usr/libexec/swift/lib/swift_static/*' '/usr/libexec/swift/bin/sourcekit-lsp' '/usr/libexec/swift/bin/docc'
)

mkdir -p "$(dirname "$root")"
exec 9>"$root.lock"
flock 9
if [ "$(cat "$root/made-with" 2>/dev/null)" != "$packages" ]; then
    command -v mmdebstrap >/dev/null || { echo "swift-root.sh: mmdebstrap is missing" >&2; exit 1; }
    as_root=()
    [ "$(id -u)" = 0 ] || as_root=(sudo)
    options=()
    for path in "${left_out[@]}"; do options+=("--dpkgopt=path-exclude=$path"); done
    # Debian's releases lie beside each other: where this machine gets its own from, the other one is too.
    mirror=$(apt-get indextargets --format '$(REPO_URI)' 'Identifier: Packages' 'Origin: Debian' 'Component: main' | sed -n 1p)
    [ -n "$mirror" ] || { echo "swift-root.sh: apt names no mirror of Debian; was apt-get update run?" >&2; exit 1; }
    # Beside the one that there is, which others may be in, and whole before it takes its place.
    fresh=$root.new
    ${as_root[@]+"${as_root[@]}"} rm -rf --one-file-system "$fresh"
    # In a namespace of its own: what is mounted there must not outlive an interruption.
    ${as_root[@]+"${as_root[@]}"} unshare --mount mmdebstrap --quiet --variant=apt --mode=root --components=main \
        --aptopt='APT::Install-Recommends "false"' --dpkgopt=force-unsafe-io "${options[@]}" --include="$packages" \
        trixie "$fresh" "$mirror" >&2
    echo "$packages" | ${as_root[@]+"${as_root[@]}"} tee "$fresh/made-with" >/dev/null
    ${as_root[@]+"${as_root[@]}"} rm -rf --one-file-system "$root"
    ${as_root[@]+"${as_root[@]}"} mv "$fresh" "$root"
fi
echo "$root"
