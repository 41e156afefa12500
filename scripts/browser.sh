#!/bin/sh
# What the browser tests need: Chromium and a font with Cyrillic letters; both by apt when absent.
set -eu

missing=""
if ! command -v chromium-headless-shell >/dev/null 2>&1 && ! command -v chromium >/dev/null 2>&1; then
    missing=" chromium-headless-shell"
fi
if [ -z "$(fc-list :lang=ru 2>/dev/null)" ]; then missing="$missing fontconfig fonts-dejavu-core"; fi
if [ -z "$missing" ]; then exit 0; fi

root=""
if [ "$(id -u)" != 0 ]; then root="sudo -n"; fi
if ! command -v apt-get >/dev/null 2>&1 || ! $root true 2>/dev/null; then
    echo "The browser tests need:$missing. Installing them takes root: apt-get install$missing" >&2
    exit 1
fi
echo "Installing for the browser tests:$missing"
# shellcheck disable=SC2086 # both are lists of words
{
    $root apt-get update -qq
    $root env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $missing >/dev/null
}
