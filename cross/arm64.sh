#!/usr/bin/env bash
# Build the release binary for 64-bit ARM (Raspberry Pi 3 and later) on an x86-64 Debian, and try it under emulation as
# far as its version, the doctor and the first answer. So nothing enters that cannot go to the Pi.
#
# The libraries to link with are Debian 12's, unpacked and never run: one binary for Debian 12, 13 and Raspberry Pi OS.
source "$(dirname "$0")/../scripts/tools.sh"

rust_target=aarch64-unknown-linux-gnu
triple=aarch64-linux-gnu
release=bookworm
tree=$top/cross/build/$triple

[ "$(uname -m)" = x86_64 ] || stop "this cross-compiles from x86-64; on $(uname -m) build with: make run"
scripts/install.sh build arm64
source scripts/tools.sh
if ! rustc --print target-libdir --target $rust_target 2>/dev/null | xargs test -d; then
  command -v rustup >/dev/null || stop "this Rust did not come from rustup and has no standard library for $rust_target; install Rust with rustup (https://rustup.rs)."
  say "fetching Rust's standard library for $rust_target"
  rustup --quiet target add $rust_target || stop "rustup could not fetch the standard library for $rust_target: its own words are above."
fi

# What is linked with, and the plug-ins for the trial.
packages=libc6-dev,libgcc-12-dev,linux-libc-dev,libgstreamer1.0-dev,libgstreamer-plugins-base1.0-dev
packages+=,gstreamer1.0-plugins-base,gstreamer1.0-plugins-good,gstreamer1.0-plugins-bad,gstreamer1.0-plugins-ugly,gstreamer1.0-libav
if [ "$(cat "$tree.packages" 2>/dev/null)" != "$packages" ]; then
  say "unpacking Debian's arm64 libraries into $tree"
  rm -rf "$tree" && mkdir -p "$tree"
  mmdebstrap --quiet --architectures=arm64 --variant=extract --include="$packages" $release "$tree"
  # On an installed system these are reached by an alternative, which only a configured package has.
  for library in "$tree/usr/lib/$triple"/{blas/libblas,lapack/liblapack}.so.3; do
    [ ! -e "$library" ] || ln -sf "$library" "$tree/usr/lib/$triple/"
  done
  echo "$packages" > "$tree.packages"
fi

say "building for $rust_target; the first time takes a while"
name=${rust_target//-/_}
export PKG_CONFIG_ALLOW_CROSS=1
export PKG_CONFIG_SYSROOT_DIR_$name="$tree"
export PKG_CONFIG_LIBDIR_$name="$tree/usr/lib/$triple/pkgconfig:$tree/usr/share/pkgconfig"
export CC_$name=$triple-gcc CFLAGS_$name="--sysroot=$tree"
export BINDGEN_EXTRA_CLANG_ARGS_$name="--sysroot=$tree"
export CARGO_TARGET_${name^^}_LINKER=$triple-gcc
export CARGO_TARGET_${name^^}_RUSTFLAGS="-C link-arg=--sysroot=$tree"
scripts/web.sh
cargo build --release --locked --target $rust_target
binary=$target/$rust_target/release/kiosque
say "built $binary, $(($(stat --format=%s "$binary") / 1000)) kB"

say "trying it under emulation"
data=$(mktemp -d)
server=
finish() {
  [ -z "$server" ] || kill "$server" 2>/dev/null || true
  rm -rf "$data"
}
trap finish EXIT
# Plug-ins are looked at in the same process: their own scanner cannot be started in an unpacked tree.
emulated() { GST_REGISTRY="$data/registry" GST_REGISTRY_FORK=no qemu-aarch64-static -L "$tree" "$binary" "$@"; }

emulated --version
# What the doctor finds wrong with this PC is no fault of the binary: only that it gives its findings counts here.
emulated doctor --data-dir "$data/data" | tee "$data/findings" || true
[ -s "$data/findings" ] || stop "the doctor said nothing."
emulated serve --data-dir "$data/data" --listen 127.0.0.1:18480 > "$data/log" 2>&1 &
server=$!
for ((tries = 0; ; tries++)); do
  answer=$(curl --silent --fail http://127.0.0.1:18480/api/v1/ping) && break
  kill -0 "$server" 2>/dev/null && [ $tries -lt 300 ] || { cat "$data/log"; stop "the arm64 server did not answer."; }
  sleep 0.2
done
say "it answers /api/v1/ping with: $answer"
