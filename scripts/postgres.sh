#!/bin/sh
# A PostgreSQL of one's own for tests: as an unprivileged user, on a port and in a folder of its own.
#   postgres.sh install         the server's programs, by apt when absent
#   postgres.sh start FOLDER    makes and starts a server in FOLDER, prints its address
#   postgres.sh stop FOLDER     stops it and removes FOLDER
set -eu

bin() {
    found=$(ls -d /usr/lib/postgresql/*/bin 2>/dev/null | sort -V | tail -n 1)
    if [ -z "$found" ] && command -v initdb >/dev/null 2>&1; then found=$(dirname "$(command -v initdb)"); fi
    if [ ! -x "$found/initdb" ] || [ ! -x "$found/pg_ctl" ]; then return 1; fi
    echo "$found"
}

# The server refuses to run as root.
as_owner() {
    if [ "$(id -u)" != 0 ]; then "$@"; return; fi
    owner=postgres
    if ! id "$owner" >/dev/null 2>&1; then owner=nobody; fi
    runuser -u "$owner" -- "$@"
}

install_server() {
    if bin >/dev/null; then return; fi
    root=""
    if [ "$(id -u)" != 0 ]; then root="sudo -n"; fi
    if ! command -v apt-get >/dev/null 2>&1 || ! $root true 2>/dev/null; then
        echo "The tests on PostgreSQL need its server. Installing it takes root: apt-get install postgresql" >&2
        exit 1
    fi
    echo "Installing for the tests: postgresql"
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends postgresql >/dev/null
}

start() {
    folder=$1
    programs=$(bin)
    port=$(python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])')
    mkdir -p "$folder"
    if [ "$(id -u)" = 0 ]; then chown "$(as_owner id -un)" "$folder"; fi
    cd "$folder"
    as_owner "$programs/initdb" -D "$folder/data" -U tropa -A trust -E UTF8 --locale=C.UTF-8 >/dev/null
    as_owner "$programs/pg_ctl" -D "$folder/data" -l "$folder/log" -w -t 60 start \
        -o "-c listen_addresses=127.0.0.1 -p $port -c unix_socket_directories=$folder -c max_connections=60" >/dev/null
    echo "postgresql://tropa@127.0.0.1:$port/postgres"
}

stop() {
    cd /
    as_owner "$(bin)/pg_ctl" -D "$1/data" -m immediate -w stop >/dev/null 2>&1 || true
    rm -rf "$1"
}

case ${1:-} in
    install) install_server ;;
    start) start "$2" ;;
    stop) stop "$2" ;;
    *) echo "usage: postgres.sh install | start FOLDER | stop FOLDER" >&2; exit 2 ;;
esac
