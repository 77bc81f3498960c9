#!/bin/sh
# Make sure that nginx is installed, for the tests of deploy/. Root gets Debian's package, without its service; others
# are told what to install, and the tests that need it are skipped (or fail if CI=true).
set -eu
if command -v nginx >/dev/null 2>&1; then exit 0; fi
policy=/usr/sbin/policy-rc.d  # while it says 101, a package that is installed starts no service
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing nginx ..." >&2
    log=$(mktemp)
    if [ ! -e $policy ]; then
        trap 'rm -f $policy' EXIT
        printf '#!/bin/sh\nexit 101\n' >$policy
        chmod +x $policy
    fi
    if apt-get update -qq >"$log" 2>&1 &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends nginx-light >>"$log" 2>&1
    then rm -f "$log"; exit 0; fi
    tail -n 5 "$log" >&2
    rm -f "$log"
fi
echo "No nginx: install the package 'nginx-light'." >&2
