"""The files that the package reads: those of `configs/` (in the checkout, or inside the package once it is
installed), and the weights of its models.
"""

from __future__ import annotations

import hashlib
import re
from functools import cache
from pathlib import Path
from typing import NamedTuple

from annotate.errors import AnnotateError

PACKAGE = Path(__file__).resolve().parents[1]
PLACES = (PACKAGE.parent / "configs", PACKAGE / "config" / "defaults")
WEIGHTS = PACKAGE / "article" / "weights"


def config_file(name: str) -> Path:
    """Return the path of a file in `configs/`, such as `article.xml`.

    Raises:
        AnnotateError: where the file is in neither place.
    """
    for place in PLACES:
        if (place / name).is_file():
            return place / name
    raise AnnotateError(f"configs/{name} is missing: restore it with `git checkout configs/{name}`")


def config_text(name: str) -> str:
    """Return the words of a file in `configs/`. Raises as `config_file`."""
    return config_file(name).read_text(encoding="utf-8")


def weights_text(name: str) -> str:
    """Return the words of a file in `annotate/article/weights/`.

    Raises:
        AnnotateError: where it is missing.
    """
    path = WEIGHTS / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise AnnotateError(f"{path} cannot be read ({error.strerror}): install claimdesk anew") from error


def file_bytes(path: Path) -> bytes:
    """Return the content of a file that another package brought. Raises `OSError`."""
    return path.read_bytes()


#: Raise it with every change of code that changes what a text comes to; tests/quality holds it.
RULES_VERSION = 1


@cache
def made_from() -> str:
    """Return twelve hex digits that change with what a text comes to: `RULES_VERSION`, weights, word lists.

    Where modules stand and what their comments say makes no difference.
    """
    whole = hashlib.sha256(f"rules {RULES_VERSION}".encode())
    for path in sorted(WEIGHTS.iterdir(), key=lambda each: each.name):
        whole.update(f"\0{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    words = config_file("words/cue_verbs.txt").parent
    for name in sorted(path.stem for path in words.glob("*.txt")):
        whole.update("\0".join(("", name, *sorted(word_list(name)))).encode())
    return whole.hexdigest()[:12]


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the entries of `configs/words/<name>.txt`: one a line, `#` begins a comment."""
    lines = config_text(f"words/{name}.txt").splitlines()
    return frozenset(entry for line in lines if (entry := line.split("#", 1)[0].strip()))


class Codebook(NamedTuple):
    """The rules for annotators: the version they state, their text (Markdown), and its digest."""

    version: str
    text: str

    @property
    def digest(self) -> str:
        """Eight hex digits that change with the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]


def codebook() -> Codebook:
    """Read `configs/codebook.md`; its version stands near its head: `Version: 1`.

    Raises:
        AnnotateError: where it states none.
    """
    text = config_text("codebook.md")
    stated = re.search(r"^Version:\s*([\w.-]+)\s*$", text, re.MULTILINE)
    if not stated:
        raise AnnotateError(
            "configs/codebook.md states no version: put a line such as 'Version: 1' under its title"
        )
    return Codebook(stated[1], text)
