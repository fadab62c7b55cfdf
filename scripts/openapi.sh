#!/usr/bin/env bash
# Write docs/api/openapi.json from the code, and from it the types that the web client uses.
source "$(dirname "$0")/tools.sh"
scripts/install.sh build
source scripts/tools.sh

mkdir -p docs/api
cargo run --quiet --locked -- openapi > docs/api/openapi.json.new
mv docs/api/openapi.json.new docs/api/openapi.json
(cd web && npm run --silent openapi)
