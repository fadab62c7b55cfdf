# Sourced by the other scripts: where this repository is, and where its tools are found.
# Nothing here installs anything.

set -euo pipefail
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$top"

# Rust's installer puts cargo here; a shell opened before that does not know it yet.
if ! command -v cargo >/dev/null && [ -x "${CARGO_HOME:-$HOME/.cargo}/bin/cargo" ]; then
  PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
fi
# Node and npm of our own, where the machine's were too old (scripts/install.sh). Debian 12's npm does
# not link the former into .bin, so its folder is named.
for own in "$top"/scripts/node/node_modules/node-linux-*/bin; do
  [ ! -x "$own/node" ] || PATH="$own:$top/scripts/node/node_modules/.bin:$PATH"
done
export PATH

target=${CARGO_TARGET_DIR:-$top/target}

# In a file, escape codes are noise.
[ -t 1 ] || export NO_COLOR=1

# One plain line about what happens now.
say() { printf '%s\n' "kiosque: $*"; }

# A sentence about what is missing and what to do, then the end.
stop() { printf '%s\n' "kiosque: $*" >&2; exit 1; }

# Vite needs Node 20.19 or later, and of 22 at least 22.12.
node_is_new_enough() {
  local version major minor
  command -v npm >/dev/null && version=$(node --version 2>/dev/null) || return 1
  version=${version#v} major=${version%%.*} minor=${version#*.} minor=${minor%%.*}
  case $major in
    20) [ "$minor" -ge 19 ] ;;
    22) [ "$minor" -ge 12 ] ;;
    *) [ "$major" -ge 23 ] ;;
  esac
}

# The Rust that Cargo.toml asks for, or a later one.
rust_is_new_enough() {
  local needed have
  needed=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)
  have=$(rustc --version 2>/dev/null | cut -d' ' -f2) || return 1
  [ -n "$have" ] && cargo --version >/dev/null 2>&1 &&
    [ "$(printf '%s\n' "$needed" "$have" | sort --version-sort | head -1)" = "$needed" ]
}
