#!/usr/bin/env bash
# Runs a command beside a PostgreSQL of its own and ends it afterwards.
#
#     tests/postgres.sh cargo test -p trien-server --test story
#
# The command finds the address in TRIEN_TEST_POSTGRES: a superuser of a cluster that is empty, so each
# test makes its own database. Nothing outside a temporary folder is touched, no running server is used.
set -euo pipefail

fail() { echo "postgres: $*" >&2; exit 1; }

tools=$(find /usr/lib/postgresql -maxdepth 2 -name bin 2>/dev/null | sort -V | tail -n 1)
[ -n "$tools" ] || tools=$(dirname "$(command -v initdb || true)")
[ -x "$tools/initdb" ] || fail "initdb is missing (Debian: postgresql)"

# PostgreSQL refuses to run as root.
as_owner=()
folder=$(mktemp -d "${TMPDIR:-/tmp}/trien-postgres.XXXXXX")
if [ "$(id -u)" = 0 ]; then
    owner=postgres
    id "$owner" >/dev/null 2>&1 || owner=nobody
    chown "$owner" "$folder"
    as_owner=(runuser -u "$owner" --)
fi
cd "$folder"

stop() {
    "${as_owner[@]}" "$tools/pg_ctl" --pgdata "$folder/data" --mode immediate --silent stop >/dev/null 2>&1 || true
    rm -rf "$folder"
}
trap stop EXIT

password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
(umask 077; echo "$password" >"$folder/password")
[ "${#as_owner[@]}" = 0 ] || chown "$owner" "$folder/password"
"${as_owner[@]}" "$tools/initdb" --pgdata "$folder/data" --username trien --pwfile "$folder/password" \
    --auth scram-sha-256 --no-sync --encoding UTF8 --locale C --no-instructions >"$folder/initdb.log" 2>&1 ||
    { cat "$folder/initdb.log" >&2; fail "initdb failed"; }

# No power cut is tested here, so nothing waits for the disk. A free port may be taken by somebody else before the server has it, so try a few.
for _ in 1 2 3 4 5; do
    port=$((20000 + RANDOM % 12000))
    if "${as_owner[@]}" "$tools/pg_ctl" --pgdata "$folder/data" --log "$folder/server.log" --wait --timeout 30 --silent \
        --options "-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder -c max_connections=300 -c fsync=off" \
        start >/dev/null 2>&1; then
        started=yes
        break
    fi
done
[ "${started:-}" = yes ] || { cat "$folder/server.log" >&2; fail "the server does not start"; }

cd "$OLDPWD"
export TRIEN_TEST_POSTGRES="postgres://trien:$password@127.0.0.1:$port/postgres"
"$@"
