#!/bin/sh
# Make .venv hold exactly what uv.lock says. Needs Python 3.11 or newer and nothing else; quick when nothing changed.
# PYTHON=/path/to/python3 chooses the interpreter for a new environment.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
venv=$root/.venv
stamp=$venv/.sojourn-stamp
place=$venv/.sojourn-place

say() { printf 'bootstrap: %s\n' "$*" >&2; }
die() { say "$*"; exit 1; }

# What another project's environment says must not steer this one. Of uv's settings only those about the network,
# the cache and the screen are kept.
forget_foreign_settings() {
    unset VIRTUAL_ENV CONDA_PREFIX PYTHONHOME PYTHONPATH PYTHONSTARTUP
    unset PIP_USER PIP_TARGET PIP_PREFIX PIP_ROOT PIP_PYTHON PIP_REQUIRE_VIRTUALENV PIP_REQUIRE_HASHES
    for name in $(env | sed -n 's/^\(UV_[A-Z_]*\)=.*/\1/p'); do
        case $name in
            UV_CACHE_DIR | UV_NO_CACHE | UV_LINK_MODE | UV_OFFLINE | UV_NO_PROGRESS | UV_CONCURRENT_* | UV_HTTP_* | \
            UV_SYSTEM_CERTS | UV_NATIVE_TLS | UV_INSECURE_HOST | UV_KEYRING_PROVIDER | UV_INDEX* | UV_DEFAULT_INDEX) ;;
            *) unset "$name" ;;
        esac
    done
}

is_new_enough() { "$1" -c 'import sys; sys.exit(sys.version_info < (3, 11))' >/dev/null 2>&1; }

find_python() {
    for candidate in ${PYTHON:-} python3 python3.11 python3.12 python3.13 python3.14; do
        if is_new_enough "$candidate"; then command -v "$candidate"; return; fi
    done
    die "no Python 3.11 or newer found. Install it (Debian, Ubuntu: apt-get install python3), or name it: PYTHON=/path/to/python3 make …"
}

# `import` alone would take an empty folder for a module.
has_module() { "$1" -c "import $2; $2.__file__.strip" >/dev/null 2>&1; }

as_root() {
    if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# Debian keeps `ensurepip` in a package of its own. Returns 1 where there is no apt or no right to use it.
install_debian_venv() {
    command -v apt-get >/dev/null 2>&1 || return 1
    [ "$(id -u)" = 0 ] || sudo -n true >/dev/null 2>&1 || return 1
    say "installing Debian's python3-venv"
    as_root apt-get update -qq >&2 || return 1
    versioned=python$("$1" -c 'import sys; print("%d.%d" % sys.version_info[:2])')-venv
    for package in "$versioned" python3-venv; do
        as_root env DEBIAN_FRONTEND=noninteractive apt-get install -qq -y --no-install-recommends "$package" >&2 && return 0
    done
    return 1
}

create_venv() {
    python=$1
    say "creating .venv with $("$python" --version)"
    has_module "$python" ensurepip || install_debian_venv "$python" || true
    trap 'rm -rf "$venv"' EXIT
    if has_module "$python" ensurepip && has_module "$python" venv; then
        "$python" -m venv --clear "$venv"
    elif has_module "$python" pip && has_module "$python" venv; then
        "$python" -m venv --clear --without-pip "$venv"
    elif has_module "$python" virtualenv; then
        "$python" -m virtualenv --quiet --clear "$venv"
    else
        die "$python can make no virtual environment: it has neither ensurepip nor pip, and apt-get cannot be used here.
    Install one of them and try again (Debian, Ubuntu, as root: apt-get install python3-venv)."
    fi
    trap - EXIT
}

locked_version() { sed -n "/^name = \"$1\"\$/{n;s/^version = \"\(.*\)\"\$/\1/p;}" uv.lock; }

# Where the environment has no pip of its own, the interpreter's pip (22.3 or newer) installs into it.
install_uv() {
    [ -x "$venv/bin/uv" ] && return
    wanted="uv==$(locked_version uv)"
    say "installing $wanted"
    has_module "$venv/bin/python" pip || "$venv/bin/python" -m ensurepip >/dev/null 2>&1 || true
    if has_module "$venv/bin/python" pip; then
        "$venv/bin/python" -m pip install --quiet --disable-pip-version-check "$wanted"
    else
        "$(find_python)" -m pip --python "$venv/bin/python" install --quiet --disable-pip-version-check "$wanted"
    fi || die "uv could not be installed from the package index. Check the network (and PIP_INDEX_URL, PIP_CERT, if set), then try again."
}

sync() {
    UV_PROJECT_ENVIRONMENT=$venv UV_PYTHON_DOWNLOADS=never \
        "$venv/bin/uv" sync --frozen --python "$venv/bin/python" "$@"
}

# Behind a proxy with a certificate of its own only the system's store knows it: a second try uses that.
install_locked() {
    say "installing what uv.lock names"
    first=$(sync --quiet "$@" 2>&1) && return
    sync --quiet --system-certs "$@" && return
    say "the first try had said: $first"
    die "uv could not install the locked packages. Check the network, then try again."
}

fingerprint() {
    { cat uv.lock pyproject.toml scripts/bootstrap.sh; printf '%s' "$root"; "$venv/bin/python" --version; } | cksum
}

# Installed commands name the folder they were made in: in a moved or copied tree all of them are made again.
is_moved() { [ -f "$place" ] && [ "$(cat "$place")" != "$root" ]; }

forget_foreign_settings
if is_new_enough "$venv/bin/python"; then
    [ "$(cat "$stamp" 2>/dev/null)" = "$(fingerprint)" ] && exit 0
else
    create_venv "$(find_python)"
fi
rm -f "$stamp"
install_uv
if is_moved; then install_locked --reinstall; else install_locked; fi
printf '%s' "$root" >"$place"
fingerprint >"$stamp"
say "ready"
