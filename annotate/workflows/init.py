"""Write a desk's own copies of the files that it may change: settings, labels, codebook, aliases, words."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from annotate.config import shipped_names, write_own_file
from annotate.errors import UsageError

GROUPS = ("settings", "labels", "codebook", "training", "aliases", "words")
GROUP_OF = {
    "annotate.toml": "settings",
    "codebook.md": "codebook",
    "training.toml": "training",
    "aliases.txt": "aliases",
    "words": "words",
}


@dataclass(frozen=True, slots=True)
class OwnFiles:
    """The names of the files in `./configs`: those that were written, and those that existed."""

    written: list[str]
    kept: list[str]


def group_of(name: str) -> str:
    """Return the group of a shipped file; labeling configs and the table of labels are `labels`.

    >>> group_of("words/times.txt"), group_of("article.xml")
    ('words', 'labels')
    """
    return GROUP_OF.get(name.split("/", maxsplit=1)[0], "labels")


def write_own_files(*, only: Collection[str] = ()) -> OwnFiles:
    """Copy the shipped files, or some groups of them, into `./configs`; never replace one.

    Raises:
        UsageError: if there is no such group.
        OSError: if a file cannot be written.
    """
    if unknown := sorted(set(only) - set(GROUPS)):
        raise UsageError(f"--only {unknown[0]}: there is no such group of files; choose {', '.join(GROUPS)}")
    names = [name for name in shipped_names() if not only or group_of(name) in only]
    written = [name for name in names if write_own_file(name)]
    return OwnFiles(written, [name for name in names if name not in written])
