#!/usr/bin/env bash
# Runs a command in the folder that swift-root.sh made, with this repository at /repo and the built core at /built.
#
#     ios/scripts/swift-chroot.sh swift test --package-path ios/TrienKit --scratch-path target/swift
#
# Mounts are made in a namespace of their own and end with the command. Needs root, or sudo.
set -euo pipefail
repository=$(cd "$(dirname "$0")/../.." && pwd)
root=${TRIEN_SWIFT_ROOT:-$repository/target/swift-root}
built=${TRIEN_BUILT:-$repository/target/debug}
[ -e "$root/made-with" ] || { echo "swift-chroot.sh: run ios/scripts/swift-root.sh first" >&2; exit 1; }

as_root=()
[ "$(id -u)" = 0 ] || as_root=(sudo)
# shellcheck disable=SC2016
exec ${as_root[@]+"${as_root[@]}"} unshare --mount -- bash -euc '
    root=$1 repository=$2 built=$3
    shift 3
    mkdir -p "$root/repo" "$root/built" "$built"
    mount --bind "$repository" "$root/repo"
    mount --bind "$built" "$root/built"
    mount -t proc proc "$root/proc"
    mount --rbind /dev "$root/dev"
    # What libfaketime left there of a process that was killed stops the next one of that number.
    mount -t tmpfs tmpfs "$root/dev/shm"
    mount -t tmpfs tmpfs "$root/tmp"
    # A disk that a story fills.
    mkdir "$root/tmp/small-disk"
    mount -t tmpfs -o size=8m tmpfs "$root/tmp/small-disk"
    exec chroot "$root" env -i HOME=/root PATH=/usr/bin:/bin:/usr/libexec/swift/bin LC_ALL=C.UTF-8 TRIEN_BUILT=/built \
        TRIEN_SMALL_DISK=/tmp/small-disk sh -c "cd /repo && exec \"\$@\"" sh "$@"
' swift-chroot "$root" "$repository" "$built" "$@"
