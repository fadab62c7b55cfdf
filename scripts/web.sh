#!/usr/bin/env bash
# Build the web client into web/dist if its sources changed since it was built.
source "$(dirname "$0")/tools.sh"
node_is_new_enough || scripts/install.sh build
source "$(dirname "$0")/tools.sh"

cd web
if [ ! -e node_modules/.package-lock.json ] || [ package-lock.json -nt node_modules/.package-lock.json ]; then
  say "installing the web client's npm packages"
  npm ci --no-audit --no-fund --loglevel=error
fi
if [ ! -e dist/index.html ] || [ "${1-}" = always ] ||
  [ -n "$(find . -mindepth 1 \( -path ./node_modules -o -path ./dist \) -prune -o -newer dist/index.html -print -quit)" ]; then
  say "building the web client"
  npm run --silent build -- --logLevel warn
else
  say "the web client is built and its sources have not changed"
fi
