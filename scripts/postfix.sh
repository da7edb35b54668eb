#!/bin/sh
# The mail system of the e-mail tests: installed by apt-get where that can be done, without a service, else what to do is said.
set -eu
[ -x /usr/sbin/postfix ] && [ -x /usr/sbin/dovecot ] && exit 0
say() { printf 'postfix: %s\n' "$*" >&2; }
as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}
if command -v apt-get >/dev/null 2>&1 && as_root true >/dev/null 2>&1; then
    say "installing Debian's postfix and dovecot-imapd for the e-mail tests; they are not set up and not started"
    echo 'postfix postfix/main_mailer_type select No configuration' | as_root debconf-set-selections >/dev/null 2>&1 || true
    as_root apt-get update -qq >/dev/null 2>&1 || true
    as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends postfix dovecot-imapd >/dev/null 2>&1 && exit 0
fi
say "there is no Postfix, and it cannot be installed here: the tests through it are skipped.
    Install it and try again (Debian, Ubuntu, as root: apt-get install postfix dovecot-imapd, 'No configuration')."
