#!/usr/bin/env bash
# Install what is missing on a Debian 12 or 13: scripts/install.sh build|test|arm64 …
#
#   build   GStreamer and its plug-ins, a C compiler, Rust, Node
#   test    Chromium for the browser tests, the tool that makes their clips, and Python for real clients
#   arm64   the cross compiler and an emulator
#
# Runs as root or as a user with sudo. Where there is neither, it lists what is needed and stops.
# When everything is there it asks nobody and takes a moment.
source "$(dirname "$0")/tools.sh"

packages=()
for what in "$@"; do
  case $what in
    build)
      packages+=(ca-certificates curl git make gcc libc6-dev pkg-config mold libclang-dev
        libgstreamer1.0-dev libgstreamer-plugins-base1.0-dev
        gstreamer1.0-plugins-base gstreamer1.0-plugins-good gstreamer1.0-plugins-bad
        gstreamer1.0-plugins-ugly gstreamer1.0-libav)
      # A Node that did not come from Debian brings its own npm.
      command -v node >/dev/null && command -v npm >/dev/null || packages+=(nodejs npm) ;;
    test) packages+=(chromium gstreamer1.0-tools openssl python3-venv) ;;
    arm64) packages+=(gcc-aarch64-linux-gnu mmdebstrap qemu-user-static) ;;
    *) stop "scripts/install.sh knows build, test and arm64, not $what." ;;
  esac
done

missing_packages() {
  local package
  for package in "$@"; do
    [ "$(dpkg-query --show --showformat='${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || echo "$package"
  done
}

# How to become root: not at all, by sudo, or (status 1) by nothing.
as_root=()
can_be_root() {
  [ "$(id -u)" -ne 0 ] || return 0
  command -v sudo >/dev/null || return 1
  as_root=(sudo)
  # Without a terminal sudo cannot ask for a password.
  if [ -t 0 ]; then sudo --validate; else sudo --non-interactive true 2>/dev/null; fi
}

apt_updated=
install_packages() {
  local missing
  mapfile -t missing < <(missing_packages "$@")
  [ ${#missing[@]} -gt 0 ] || return 0
  can_be_root || stop "these Debian packages are missing, and installing them needs root or sudo, which $(id -un) has not. Ask an administrator for:
  apt-get install ${missing[*]}"
  say "installing with apt: ${missing[*]}"
  local apt=("${as_root[@]}" env DEBIAN_FRONTEND=noninteractive apt-get --quiet=2 -o Dpkg::Use-Pty=0 -o Acquire::Retries=3)
  [ -n "$apt_updated" ] || "${apt[@]}" update || stop "apt-get update failed: is the network up, and /etc/apt in order?"
  apt_updated=yes
  "${apt[@]}" install --yes --no-install-recommends "${missing[@]}" >/dev/null ||
    stop "apt-get could not install ${missing[*]}: its own words are above."
}

install_rust() {
  rust_is_new_enough && return 0
  local channel
  channel=$(sed -n 's/^channel = "\(.*\)"/\1/p' rust-toolchain.toml)
  if ! command -v rustup >/dev/null; then
    say "installing rustup, Rust's installer, into ${CARGO_HOME:-$HOME/.cargo}"
    curl --silent --show-error --fail --location --retry 3 --proto '=https' https://static.rust-lang.org/rustup/rustup-init.sh |
      sh -s -- -y --quiet --profile minimal --default-toolchain none --no-modify-path >/dev/null ||
      stop "Rust $channel is missing and its installer could not be fetched. Install Rust $channel or later (https://rustup.rs) and try again."
    PATH="${CARGO_HOME:-$HOME/.cargo}/bin:$PATH"
  fi
  say "installing Rust $channel with rustup"
  rustup --quiet toolchain install "$channel" --profile minimal --component rustfmt --component clippy >/dev/null ||
    stop "rustup could not fetch Rust $channel: its own words are above."
  rust_is_new_enough ||
    stop "$(rustc --version 2>/dev/null || echo 'no rustc') is found first on the PATH, and Rust $channel or later is needed."
}

# Debian 13's Node is new enough. Debian 12's is not, but its npm can fetch one that is, pinned by our lock file.
install_node() {
  node_is_new_enough && return 0
  say "Node $(node --version) is too old for the build; installing a newer one from npm into scripts/node"
  npm ci --prefix scripts/node --ignore-scripts --no-audit --no-fund --loglevel=error ||
    stop "Node 20.19 or later is missing, and npm could not fetch one: its own words are above."
  source scripts/tools.sh
  hash -r
  node_is_new_enough || stop "Node $(node --version) is found first on the PATH, and 20.19 or later is needed."
}

if ! command -v apt-get >/dev/null; then
  stop "this installs packages with apt, which is not here. On another system install the like of: ${packages[*]}; Rust and Node 20.19 or later; then use cargo and npm directly (CONTRIBUTING.md)."
fi
install_packages "${packages[@]}"
case " $* " in *" build "*) install_rust; install_node ;; esac
