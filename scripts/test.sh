#!/usr/bin/env bash
# Run the tests: scripts/test.sh all|lint
#
# Every step runs even when an earlier one failed, so that one run tells everything; the last lines
# say which failed, and the exit status is theirs.
source "$(dirname "$0")/tools.sh"

case $1 in
  all) scripts/install.sh build test ;;
  lint) scripts/install.sh build ;;
esac
source scripts/tools.sh

passed=0
failures=()
step() {
  local name=$1 started=$SECONDS
  shift
  say "$name"
  if "$@" </dev/null; then
    passed=$((passed + 1))
    say "$name: done in $((SECONDS - started)) s"
  else
    failures+=("$name")
    say "$name: FAILED after $((SECONDS - started)) s"
  fi
}
web() { (cd web && "$@"); }

# Tests over recordings of real servers and real media run where those are; the repository needs none of them.
if [ -z "${KIOSQUE_FIXTURES-}" ] && [ -d ../shared/fixtures ]; then
  KIOSQUE_FIXTURES=$(cd ../shared/fixtures && pwd)
  export KIOSQUE_FIXTURES
fi

# The binary embeds the web client, so that comes first.
step "web client" scripts/web.sh
step "web: types and components" web npm run --silent check
step "rust: formatting" cargo fmt --all --check
step "rust: clippy" cargo clippy --quiet --locked --all-targets -- -D warnings
if command -v cargo-deny >/dev/null; then
  # `advisories` is left out: it downloads a database.
  step "rust: licences and banned crates" cargo deny --log-level error check bans licenses sources
else
  say "rust: licences and banned crates: skipped, cargo-deny is not installed (cargo install --locked cargo-deny)"
fi

if [ "$1" = all ]; then
  if [ -n "${KIOSQUE_FIXTURES-}" ]; then
    say "tests over real files use $KIOSQUE_FIXTURES"
  else
    say "tests over real files do NOT run: set KIOSQUE_FIXTURES to their folder"
  fi
  step "web: unit tests" web npm test --silent
  if command -v cargo-nextest >/dev/null; then
    step "rust: tests" cargo nextest run --locked --no-fail-fast
  else
    step "rust: tests" cargo test --locked --no-fail-fast
  fi
  step "rust: binary for browsers and clients" cargo build --quiet --locked
  step "browser tests" web env KIOSQUE_BIN="$target/debug/kiosque" npm run --silent test:browser
  step "real clients: yt-dlp, curl, peertube-cli" env KIOSQUE_BIN="$target/debug/kiosque" scripts/clients.sh
fi

if [ ${#failures[@]} -gt 0 ]; then
  printf 'kiosque: failed: %s\n' "${failures[@]}"
fi
echo "steps: $passed passed, ${#failures[@]} failed"
[ ${#failures[@]} -eq 0 ]
