#!/bin/sh
# The browser of the studio's tests: installed by apt-get where that can be done, else what to do is said.
set -eu
for name in chromium chromium-browser google-chrome; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
say() { printf 'chromium: %s\n' "$*" >&2; }
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
if command -v apt-get >/dev/null 2>&1 && as_root true >/dev/null 2>&1; then
    say "installing Debian's chromium for the studio's tests"
    as_root apt-get update -qq >/dev/null 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends chromium >/dev/null 2>&1 && exit 0
fi
say "there is no Chromium, and it cannot be installed here: the studio's tests in a browser are skipped.
    Install it and try again (Debian, Ubuntu, as root: apt-get install chromium)."
