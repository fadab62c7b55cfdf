#!/usr/bin/env bash
# Try real clients, yt-dlp, curl and peertube-cli, on the real program: scripts/clients.sh [NAME OF A TEST …]
#
# The clients are pinned in tests/clients and installed below target/, where nothing else sees them.
source "$(dirname "$0")/tools.sh"

pinned=$top/tests/clients
place=$target/clients
mkdir -p "$place"

# An installation is made anew when its list changes, and counts when it is whole.
installed() { [ -e "$2" ] && cmp --silent "$1" "$2"; }

if ! installed "$pinned/requirements.txt" "$place/venv/installed"; then
  say "installing yt-dlp from PyPI into $place/venv"
  rm -rf "$place/venv"
  python3 -m venv "$place/venv" &&
    "$place/venv/bin/pip" install --quiet --disable-pip-version-check --require-hashes --no-deps --only-binary :all: \
      --retries 2 --requirement "$pinned/requirements.txt" ||
    stop "yt-dlp could not be installed from PyPI (pip's own words are above), so real clients are NOT tried. Is the network up?"
  cp "$pinned/requirements.txt" "$place/venv/installed"
fi
if ! installed "$pinned/package-lock.json" "$place/npm/installed"; then
  say "installing peertube-cli from npm into $place/npm"
  rm -rf "$place/npm"
  mkdir "$place/npm"
  cp "$pinned/package.json" "$pinned/package-lock.json" "$place/npm"
  npm ci --prefix "$place/npm" --ignore-scripts --no-audit --no-fund --loglevel=error ||
    stop "peertube-cli could not be installed from npm (its own words are above), so real clients are NOT tried. Is the network up?"
  cp "$pinned/package-lock.json" "$place/npm/installed"
fi

# Nothing of the machine's own settings may reach the clients: its proxies know nothing of our names.
unset -v http_proxy https_proxy all_proxy no_proxy HTTP_PROXY HTTPS_PROXY ALL_PROXY NO_PROXY
export KIOSQUE_BIN=${KIOSQUE_BIN:-$target/debug/kiosque}
export PEERTUBE_CLI=$place/npm/node_modules/@peertube/peertube-cli/dist/peertube.js
export PYTHONDONTWRITEBYTECODE=1
cd "$pinned"
if [ $# -eq 0 ]; then set -- discover; fi
exec "$place/venv/bin/python" -m unittest "$@"
