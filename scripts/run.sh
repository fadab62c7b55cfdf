#!/usr/bin/env bash
# Build Kiosque and start it: scripts/run.sh serve|doctor
source "$(dirname "$0")/tools.sh"

scripts/install.sh build
source scripts/tools.sh
scripts/web.sh
if [ ! -x "$target/release/kiosque" ]; then
  say "building the server; the first time takes some minutes"
fi
cargo build --release --locked
data=${KIOSQUE_DATA_DIR:-$top/data}
case $1 in
  serve) say "starting; the data are in $data, Ctrl+C stops it. The first start prints the link to set it up." ;;
esac
exec "$target/release/kiosque" "$1" --data-dir "$data"
