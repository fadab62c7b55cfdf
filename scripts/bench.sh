#!/usr/bin/env bash
# Measure this machine. Prints figures; nothing is written into docs/measures.md by itself.
source "$(dirname "$0")/tools.sh"
scripts/install.sh build
source scripts/tools.sh
scripts/web.sh
cargo bench --locked "$@"
