#!/usr/bin/env bash
# Write again what is made from the code: docs/api/openapi.json, from it the types that the web client
# uses, and docs/configuration.md.
source "$(dirname "$0")/tools.sh"
scripts/install.sh build
source scripts/tools.sh

mkdir -p docs/api
cargo build --quiet --locked
"$target/debug/kiosque" config-reference > docs/configuration.md.new
mv docs/configuration.md.new docs/configuration.md
"$target/debug/kiosque" openapi > docs/api/openapi.json.new
mv docs/api/openapi.json.new docs/api/openapi.json
(cd web && npm run --silent openapi)
