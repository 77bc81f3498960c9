"""Where the files of `configs/` stand: in the checkout, or beside the package once it is installed."""

from __future__ import annotations

from functools import cache
from pathlib import Path

from annotate.errors import AnnotateError

PACKAGE = Path(__file__).resolve().parent
PLACES = (PACKAGE.parent / "configs", PACKAGE / "configs")


def config_file(name: str) -> Path:
    """Give the path of a file in `configs/`, such as `article.xml`.

    Raises:
        AnnotateError: where the file is in neither place.
    """
    for place in PLACES:
        if (place / name).is_file():
            return place / name
    raise AnnotateError(f"configs/{name} is missing: restore it with `git checkout configs/{name}`")


@cache
def word_list(name: str) -> frozenset[str]:
    """Give the entries of `configs/words/<name>.txt`: one a line, `#` begins a comment."""
    lines = config_file(f"words/{name}.txt").read_text(encoding="utf-8").splitlines()
    return frozenset(entry for line in lines if (entry := line.split("#", 1)[0].strip()))
