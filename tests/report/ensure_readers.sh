#!/bin/sh
# Sees to it that there are the programs that read what a report writes: LibreOffice (an installed one, else
# Debian's package where we are root), and Hugging Face datasets and mlcroissant in an environment of their own,
# .setup/datasets, because both are large. What is missing afterwards is named; its tests then skip (and fail
# where CI=true).
set -eu
cd "$(dirname "$0")/../.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT

if ! command -v soffice >/dev/null 2>&1 && [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
    echo "Installing LibreOffice for the tests of sheets ..." >&2
    { apt-get update -qq &&
        DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends libreoffice-calc-nogui
    } >"$log" 2>&1 || tail -n 5 "$log" >&2
fi
command -v soffice >/dev/null 2>&1 ||
    echo "No LibreOffice: install the package 'libreoffice-calc' to run the tests of sheets." >&2

if ! .setup/datasets/bin/python -c 'import datasets, mlcroissant' 2>/dev/null; then
    echo "Setting up Hugging Face datasets and mlcroissant in .setup/datasets (once, 400 MB) ..." >&2
    { "${PYTHON:-python3}" -m venv --clear .setup/datasets &&
        .setup/datasets/bin/python -m pip install -qq --disable-pip-version-check 'datasets>=3.2' 'mlcroissant[parquet]>=1.0'
    } >"$log" 2>&1 || { tail -n 5 "$log" >&2; echo "No Hugging Face datasets: its tests are left out." >&2; }
fi
