#!/bin/sh
# Sees to it that there is a Chromium for the browser tests: an installed one, else Debian's package where we
# are root. Elsewhere it says what to install; the tests then skip (and fail where CI=true).
set -eu
for name in chromium chromium-browser google-chrome google-chrome-stable; do
    if command -v "$name" >/dev/null 2>&1; then exit 0; fi
done
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing Chromium for the browser tests ..." >&2
    log=$(mktemp)
    if apt-get update -qq >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq chromium fonts-noto-core fonts-noto-cjk >>"$log" 2>&1
    then rm -f "$log"; exit 0; fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "No Chromium: install the package 'chromium' (or Google Chrome) to run the browser tests." >&2
