"""The files that the package reads: a desk's own or the shipped ones, and the weights of its models.

Settings, labeling configs, codebook, aliases and word lists are looked up one by one: in `./configs`, then in
the folder that `ANNOTATE_CONFIGS` names, then in the package. Only names that the package ships are read.
"""

from __future__ import annotations

import hashlib
import os
from functools import cache
from pathlib import Path

from annotate.errors import AnnotateError, UsageError

PACKAGE = Path(__file__).resolve().parents[1]
WEIGHTS = PACKAGE / "article" / "weights"
OWN = Path("configs")
VARIABLE = "ANNOTATE_CONFIGS"
SAMPLE = "harbour_talks.txt"


@cache
def shipped_folder() -> Path:
    """Return the folder of the shipped files: in an installed package, else `configs/` of the checkout."""
    installed = PACKAGE / "config" / "defaults"
    return installed if installed.is_dir() else PACKAGE.parent / "configs"


def shipped_names(under: str = "") -> list[str]:
    """Return the names of all shipped files, such as `words/times.txt`; with `under`, of one folder."""
    shipped = shipped_folder()
    return sorted(
        path.relative_to(shipped).as_posix()
        for path in (shipped / under).rglob("[!.]*")
        if path.is_file() and path.suffix != ".pyc"
    )


def own_folders() -> list[Path]:
    """Return the folders in which a desk's own files are looked for, the first one first.

    Raises:
        UsageError: if `ANNOTATE_CONFIGS` names no folder.
    """
    named = os.environ.get(VARIABLE, "").strip()
    if named and not Path(named).expanduser().is_dir():
        raise UsageError(f"{VARIABLE} is {named!r}, which is not a folder: correct it or unset it")
    return [OWN, Path(named).expanduser()] if named else [OWN]


def config_file(name: str) -> Path:
    """Return the path of a config file, such as `article.xml`: a desk's own one or the shipped one.

    Raises:
        AnnotateError: if it is in none of the folders.
        UsageError: if `ANNOTATE_CONFIGS` names no folder.
    """
    for folder in [*own_folders(), shipped_folder()]:
        if (folder / name).is_file():
            return folder / name
    raise AnnotateError(
        f"{shipped_folder() / name} is missing: install claimdesk again (in a checkout: git checkout configs)"
    )


def sample_article() -> Path:
    """Return the path of the sample article: in an installed package, else in `examples/` of the checkout."""
    installed = PACKAGE / "config" / "sample" / SAMPLE
    return installed if installed.is_file() else PACKAGE.parent / "examples" / SAMPLE


def config_text(name: str) -> str:
    """Return the text of a config file.

    Raises:
        UsageError: if it is not UTF-8.
        AnnotateError: as `config_file`.
    """
    path = config_file(name)
    try:
        return path.read_text(encoding="utf-8-sig")
    except UnicodeDecodeError as error:
        raise UsageError(f"{path} is not UTF-8 ({error}): save it as UTF-8") from error


def own_files() -> list[Path]:
    """Return the config files in use that are the desk's own, in the order of their names."""
    shipped = shipped_folder().resolve()
    files = [config_file(name) for name in shipped_names()]
    return [path for path in files if not path.resolve().is_relative_to(shipped)]


def write_own_file(name: str) -> bool:
    """Copy a shipped file into `./configs` unless it exists there; return whether it was written.

    Raises:
        OSError: if it cannot be written; no part of it is left.
    """
    target = OWN / name
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        file = target.open("xb")
    except FileExistsError:
        return False
    try:
        with file:
            file.write((shipped_folder() / name).read_bytes())
    except OSError:
        target.unlink(missing_ok=True)
        raise
    return True


def weights_text(name: str) -> str:
    """Return the text of a file in `annotate/article/weights/`.

    Raises:
        AnnotateError: if it is missing.
    """
    path = WEIGHTS / name
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise AnnotateError(f"{path} cannot be read ({error.strerror}): install claimdesk again") from error


def file_bytes(path: Path) -> bytes:
    """Return the content of a file of another package. Raises `OSError`."""
    return path.read_bytes()


#: Raise it with every change of code that changes what a text comes to; tests/quality holds it.
RULES_VERSION = 6


@cache
def made_from() -> str:
    """Return twelve hex digits that change with what a text comes to: `RULES_VERSION`, weights, word lists.

    Where modules stand and what their comments say makes no difference.
    """
    whole = hashlib.sha256(f"rules {RULES_VERSION}".encode())
    for path in sorted(WEIGHTS.iterdir(), key=lambda each: each.name):
        whole.update(f"\0{path.name}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    for name in sorted(Path(shipped).stem for shipped in shipped_names("words")):
        whole.update("\0".join(("", name, *sorted(word_list(name)))).encode())
    return whole.hexdigest()[:12]


@cache
def word_list(name: str) -> frozenset[str]:
    """Return the entries of `words/<name>.txt`: one on each line; `#` begins a comment."""
    lines = config_text(f"words/{name}.txt").splitlines()
    return frozenset(entry for line in lines if (entry := line.split("#", 1)[0].strip()))
