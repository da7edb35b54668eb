#!/bin/sh
# Tools of the studio and the browser SDK: `web.sh build` builds both when their sources changed, `web.sh npm ARGS…` runs npm in web/.
# Takes the machine's Node where it is new enough (20.19), else the one of the index of Python packages.
set -eu
cd "$(dirname "$0")/.."
root=$(pwd)
out=$root/src/sojourn/studio
node_env=$root/.cache/node

say() { printf 'web: %s\n' "$*" >&2; }

has_new_node() {
    command -v npm >/dev/null 2>&1 && node -e '
        const [major, minor] = process.versions.node.split(".").map(Number);
        process.exit(major > 22 || (major === 22 && minor >= 12) || (major === 20 && minor >= 19) ? 0 : 1)' 2>/dev/null
}

find_node() {
    has_new_node && return
    [ -x "$node_env/bin/npm" ] || {
        say "this machine has no Node 20.19 or newer: installing one into .cache/node"
        export UV_PROJECT_ENVIRONMENT="$node_env"
        set -- sync --frozen --quiet --only-group node --python .venv/bin/python
        .venv/bin/uv "$@" 2>/dev/null || .venv/bin/uv "$@" --system-certs
        unset UV_PROJECT_ENVIRONMENT
    }
    PATH=$node_env/bin:$PATH
    export PATH
}

install() {
    stamp=web/node_modules/.sojourn-stamp
    locked=$({ cat web/package-lock.json web/package.json; node --version; } | cksum)
    [ "$(cat "$stamp" 2>/dev/null)" = "$locked" ] && return
    say "installing what web/package-lock.json names"
    (cd web && npm ci --no-audit --no-fund --loglevel=error >/dev/null)
    printf '%s\n' "$locked" >"$stamp"
}

sources() {
    find web web-sdk -name node_modules -prune -o -type f ! -path 'web/test/*' ! -path 'web-sdk/test/*' ! -path 'web-sdk/dist/*' -print | LC_ALL=C sort | xargs cat | cksum
}

# The guide is made apart from the studio, which is emptied at each build, and laid beside it.
guide() {
    made=$root/.cache/guide
    wanted=$({ find docs -type f -print | LC_ALL=C sort | xargs cat; cat mkdocs.yml; } | cksum)
    if [ "$(cat "$made/.stamp" 2>/dev/null)" != "$wanted" ]; then
        say "building the guide"
        NO_MKDOCS_2_WARNING=1 .venv/bin/python -m mkdocs build --quiet --site-dir "$made"
        find "$made" -name '*.map' -delete
        printf '%s\n' "$wanted" >"$made/.stamp"
    fi
    [ "$(cat "$out/docs/.stamp" 2>/dev/null)" = "$wanted" ] && return
    rm -rf "$out/docs"
    cp -R "$made" "$out/docs"
}

build() {
    wanted=$(sources)
    [ "$(cat "$out/.stamp" 2>/dev/null)" = "$wanted" ] && return
    find_node
    install
    say "building the studio"
    (cd web && npm run --silent build)
    say "building the browser SDK"
    node web-sdk/build.mjs
    printf '%s\n' "$wanted" >"$out/.stamp"
}

case ${1:-} in
    build)
        build
        guide
        ;;
    npm)
        shift
        find_node
        install
        cd web
        exec npm "$@"
        ;;
    *)
        say "usage: web.sh build | web.sh npm ARGS…"
        exit 2
        ;;
esac
