#!/bin/sh
# Make sure that PostgreSQL is installed, for `annotate studio start --postgres`. Root gets Debian's package; others are
# told what to install, and the tests that need it are skipped (or fail if CI=true).
set -eu
if command -v initdb >/dev/null 2>&1; then exit 0; fi
for program in /usr/lib/postgresql/*/bin/initdb; do
    if [ -x "$program" ]; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing PostgreSQL ..." >&2
    log=$(mktemp)
    if apt-get update -qq >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq postgresql >>"$log" 2>&1
    then rm -f "$log"; exit 0; fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "No PostgreSQL: install the package 'postgresql'." >&2
