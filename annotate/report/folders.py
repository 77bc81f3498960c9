"""Folders of projects under `exports/`: their paths, and which one a title or a claim belongs to."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path

from annotate.errors import BadInput, Conflict
from annotate.report.raw_answers import RAW, read_raw
from annotate.report.sheets import encoded, refuse_link, replace_file
from annotate.studio import is_training

FEEDBACK = "feedback"  # the folder of pages for annotators, in a project's
SAMPLE = 20  # claims of a sheet that are looked for


def project_folder(exports: Path, key: str) -> Path:
    """Return the folder of a project's files; its key comes from Label Studio, where anybody may change it.

    Raises:
        BadInput: where the key is no plain name.
        AnnotateError: where the folder is a link to somewhere else.
    """
    if not re.fullmatch(r"\w[\w-]{0,79}", key):
        raise BadInput(
            f"the key of this project, {key[:40]!r}, cannot be the name of a folder: push the article again"
        )
    return refuse_link(exports / key)


def write_feedback(folder: Path, name: str, page: str) -> Path:
    """Write the page for one annotator into a project's folder, and return its path."""
    pages = refuse_link(folder / FEEDBACK)
    pages.mkdir(exist_ok=True)
    return replace_file(pages / name, encoded(page, pages / name))


def pulled_folders(exports: Path, titles: Sequence[str]) -> list[Path]:
    """Return the folders of projects by title or key; without titles, all that were pulled.

    Raises:
        BadInput: where nothing was pulled, or not one of these.
        Conflict: where a title fits more than one.
    """
    if titles:
        return list(dict.fromkeys(pulled_folder(exports, title) for title in titles))
    return [refuse_link(folder) for folder in all_pulled(exports)]


def pulled_folder(exports: Path, title: str | None = None) -> Path:
    """Return the folder that a project was pulled into, by its title or key; without a title, the only one.

    Raises:
        BadInput: where nothing was pulled, or not this project.
        Conflict: where a title is needed to choose, or fits more than one, or is that of a training round.
    """
    if title is not None and training_folder(exports, title):
        raise Conflict(
            f"“{title}” is a training round, which counts in no figures: `annotate train-annotators "
            "--results` shows how it went"
        )
    folders = all_pulled(exports)
    named = [folder for folder in folders if title is None or title in (folder.name, _title(folder))]
    if len(named) == 1:
        return refuse_link(named[0])
    listed = ", ".join(f"“{_title(folder)}”" for folder in folders)
    if not named:
        raise BadInput(
            f"“{title}” was not pulled into {exports} (there: {listed}): run `annotate pull` first"
        )
    raise Conflict(f"which project? Name one with --project (there: {listed})")


def folder_of_claims(exports: Path, claim_ids: Sequence[str]) -> Path | None:
    """Return a project's folder by ids of its claims; `None` where none or several fit."""
    ids = [f'"{claim_id}"'.encode() for claim_id in claim_ids[:SAMPLE]]
    fitting = []
    for folder in folders_with_answers(exports):
        path = folder / RAW
        content = path.read_bytes() if path.is_file() else b""
        if any(claim_id in content for claim_id in ids):
            fitting.append(folder)
    return refuse_link(fitting[0]) if len(fitting) == 1 else None


def folders_with_answers(exports: Path, *, training: bool = False) -> list[Path]:
    """Return the folders of all projects that were pulled, by name; none where nothing was.

    Training rounds are left out; with `training` their folders alone are returned.
    """
    folders = sorted(path.parent for path in exports.glob(f"*/{RAW}"))
    return [folder for folder in folders if is_training(folder.name) is training]


def training_folder(exports: Path, title: str) -> Path | None:
    """Return the folder of a training round that was pulled, by its title or key."""
    folders = folders_with_answers(exports, training=True)
    match = (folder for folder in folders if title in (folder.name, _title(folder)))
    return next(match, None)


def all_pulled(exports: Path) -> list[Path]:
    """Return the folders of all projects that were pulled, by name.

    Raises:
        BadInput: where nothing was pulled.
    """
    folders = folders_with_answers(exports)
    if not folders:
        raise BadInput(f"nothing was pulled into {exports} yet: run `annotate pull` first")
    return folders


def _title(folder: Path) -> str:
    return str(read_raw(folder)["project"].get("title", folder.name))


def write_model(content: str, path: Path) -> Path:
    """Keep what the suggestions learned. Raises `AnnotateError` where it cannot be written."""
    return replace_file(path, content.encode())


def forget_model(path: Path) -> bool:
    """Put away what the suggestions learned, under another name; return false where there was nothing."""
    if not path.exists() and not path.is_symlink():
        return False
    path.replace(path.with_name(f"{path.name}.forgotten"))
    return True
