#!/bin/sh
# A Python environment in a folder: environment.sh PYTHON FOLDER
set -eu
python=$1
folder=$2

if ! command -v "$python" >/dev/null 2>&1; then
    echo "$python is not installed. On Debian: apt-get install python3.11 python3.11-venv" >&2
    echo "Another Python of 3.11 or newer: make PYTHON=python3.12 ..." >&2
    exit 1
fi
if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
    echo "$python is $("$python" --version 2>&1); 3.11 or newer is needed: make PYTHON=python3.11 ..." >&2
    exit 1
fi
# Debian splits ensurepip off: without it `-m venv` leaves a folder that has no pip.
if ! "$python" -c 'import ensurepip, venv' >/dev/null 2>&1; then
    package=$("$python" -c 'import sys; print("python%d.%d-venv" % sys.version_info[:2])')
    echo "$python cannot make environments: its venv module is not complete. On Debian: apt-get install $package" >&2
    exit 1
fi
"$python" -m venv "$folder"
