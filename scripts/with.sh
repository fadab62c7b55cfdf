#!/usr/bin/env bash
# Run a command with the tools that this repository uses: scripts/with.sh cargo clippy
source "$(dirname "$0")/tools.sh"
exec "$@"
