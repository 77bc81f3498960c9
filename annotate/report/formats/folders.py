"""Folders of a report that are replaced whole or not at all; one that somebody changed is kept beside it."""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from annotate.errors import AnnotateError
from annotate.report.sheets import Notify, refuse_link

WRITTEN = ".written.json"  # in a folder: the digest of each file as it was written
NEW, OLD = "new", "old"  # of a folder that is about to be replaced, beside it
LEFT_BEHIND = 3600  # seconds after which an unfinished folder is nobody's


def replace_folder(folder: Path, files: Mapping[str, bytes], *, notify: Notify) -> Path:
    """Put a folder of files in its place whole: written beside it, flushed to the disk, then renamed.

    Where a file in the old folder was changed or added since it was written, the old folder is kept under
    another name, and `notify` is called with a message. A run that was killed between the two renames left
    the old folder beside its place: it is put back first.

    Raises:
        AnnotateError: where that fails, or a link stands there; the old folder stays.
    """
    with _as_our_error(folder):
        refuse_link(folder)
        folder.parent.mkdir(parents=True, exist_ok=True)
        _put_back(folder)
        new = _beside(folder, NEW)
        try:
            _write(new, files)
            _exchange(folder, new, notify)
        finally:
            shutil.rmtree(new, ignore_errors=True)
    return folder


def is_changed(folder: Path) -> bool:
    """Return whether files in a folder are others than those that were written there."""
    try:
        written = json.loads((folder / WRITTEN).read_bytes())
        return bool(written != _digests(dict(_content(folder))))
    except (OSError, ValueError):
        return True


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    listed = {WRITTEN: json.dumps(_digests(files), indent=1).encode()}
    for name, content in {**files, **listed}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        with path.open("xb") as file:
            file.write(content)
            file.flush()
            os.fsync(file.fileno())


def _exchange(folder: Path, new: Path, notify: Notify) -> None:
    """Rename the new folder over the old one, which goes, unless somebody changed it."""
    if not folder.exists():
        new.rename(folder)
        return
    changed = is_changed(folder)
    old = _edited(folder) if changed else _beside(folder, OLD)
    folder.rename(old)
    try:
        new.rename(folder)
    except OSError:
        old.rename(folder)
        raise
    if changed:
        notify(f"{folder.name}/ was changed since it was written: it is kept as {old}.")
    else:
        shutil.rmtree(old, ignore_errors=True)


def _put_back(folder: Path) -> None:
    """Put an old folder back whose successor never came, and remove what else killed runs left."""
    left = {kind: sorted(folder.parent.glob(f".{folder.name}.{kind}-*")) for kind in (OLD, NEW)}
    if left[OLD] and not folder.exists():
        left[OLD].pop().rename(folder)
    for unfinished in [*left[OLD], *left[NEW]]:
        if time.time() - unfinished.stat().st_mtime > LEFT_BEHIND:  # else another run may be at work
            shutil.rmtree(unfinished, ignore_errors=True)


def _beside(folder: Path, kind: str) -> Path:
    return folder.with_name(f".{folder.name}.{kind}-{secrets.token_hex(4)}")


def _edited(folder: Path) -> Path:
    moment = datetime.now(UTC).strftime("%Y%m%dT%H%M%S.%f")
    return folder.with_name(f"{folder.name}.edited-{moment}")


def _content(folder: Path) -> Iterator[tuple[str, bytes]]:
    for path in sorted(folder.rglob("*")):
        name = path.relative_to(folder).as_posix()
        if path.is_file() and name != WRITTEN:
            yield name, path.read_bytes()


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(content).hexdigest() for name, content in sorted(files.items())}


@contextmanager
def _as_our_error(folder: Path) -> Iterator[None]:
    try:
        yield
    except OSError as error:
        why = error.strerror or error
        stays = "The old folder stays as it was: check" if folder.exists() else "Check"
        raise AnnotateError(
            f"{folder} cannot be written: {why}. {stays} free space and permissions, then run the "
            "command again."
        ) from error
