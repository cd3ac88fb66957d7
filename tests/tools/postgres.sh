#!/usr/bin/env bash
# A PostgreSQL cluster for tests, thrown away afterwards: fast, not durable, on loopback, with a password of its own.
#   tests/tools/postgres.sh start FOLDER   makes and starts it in FOLDER (an empty one), prints its postgres:// address
#   tests/tools/postgres.sh durable FOLDER the same, but it keeps what it acknowledges: for measurements
#   tests/tools/postgres.sh stop FOLDER    stops it and removes FOLDER
# It never runs as root: started by root, it belongs to the user postgres (or nobody).
set -euo pipefail

fail() { printf 'postgres.sh: %s\n' "$*" >&2; exit 1; }
[ $# = 2 ] || fail "usage: postgres.sh start|durable|stop FOLDER"
folder=$2

programs=$(dirname "$(command -v initdb || compgen -G '/usr/lib/postgresql/*/bin/initdb' | sort -V | tail -n 1)")
[ -x "$programs/pg_ctl" ] || fail "no PostgreSQL server here (initdb and pg_ctl); Debian's package is postgresql"

as_owner() { "$@"; }
if [ "$(id -u)" = 0 ]; then
    owner=$(id -un postgres 2>/dev/null || echo nobody)
    as_owner() { runuser -u "$owner" -- "$@"; }
fi

case $1 in
start | durable)
    [ "$1" = durable ] && kept=on || kept=off
    mkdir -p "$folder"
    password=$(od -An -N16 -tx1 /dev/urandom | tr -d ' \n')
    printf '%s\n' "$password" >"$folder/password"
    [ "$(id -u)" != 0 ] || chown -R "$owner" "$folder"
    cd "$folder"
    as_owner "$programs/initdb" --pgdata="$folder/data" --username=usve --pwfile="$folder/password" --auth=md5 \
        --encoding=UTF8 --locale=C.UTF-8 --no-sync >"$folder/initdb.log" 2>&1 ||
        fail "initdb failed: $(tail -n 3 "$folder/initdb.log")"
    for _ in 1 2 3 4 5 6 7 8 9 10; do
        port=$((20000 + RANDOM % 12000))
        if as_owner "$programs/pg_ctl" start --wait --silent --pgdata="$folder/data" --log="$folder/server.log" \
            --options="-c listen_addresses=127.0.0.1 -c port=$port -c unix_socket_directories=$folder \
            -c max_connections=200 -c fsync=$kept -c synchronous_commit=$kept -c full_page_writes=$kept" >&2; then
            printf 'postgres://usve:%s@127.0.0.1:%s/postgres\n' "$password" "$port"
            exit 0
        fi
    done
    fail "the server did not start: $(tail -n 5 "$folder/server.log")"
    ;;
stop)
    cd "$folder"
    as_owner "$programs/pg_ctl" stop --mode=immediate --silent --pgdata="$folder/data" >&2 || true
    cd /
    rm -rf "$folder"
    ;;
*) fail "usage: postgres.sh start|durable|stop FOLDER" ;;
esac
