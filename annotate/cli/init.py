"""The command `annotate init`."""

from typing import Annotated

import typer

from annotate.cli import screen
from annotate.cli.command import command
from annotate.text import counted

Groups = Annotated[
    list[str] | None,
    typer.Option(
        "--only",
        metavar="[settings|labels|codebook|training|aliases|words]",
        help="Write only these files; may be given several times.",
    ),
]
#: What a desk edits first, and what each file is.
FIRST = {
    "codebook.md": "the rules that annotators follow (change its Version with them)",
    "annotate.toml": "settings: annotators for each claim, layout, suggestions",
    "aliases.txt": "names that are one and the same source",
    "words": "one list of words for each rule, such as cue_verbs.txt",
    "training.toml": "answers to the sample article, with which new annotators practise",
}


@command()
def init(only: Groups = None) -> None:
    """Write the desk's own copies of settings, labels, codebook, aliases and word lists into ./configs.

    A file that exists is never replaced. Delete one to use the shipped file again.

    \b
    annotate init
    annotate init --only codebook --only settings
    """
    from annotate.workflows import write_own_files

    files = write_own_files(only=only or ())
    screen.note(f"configs/: {counted(len(files.written), 'file')} written{_listed(files.written)}")
    if files.kept:
        screen.note(f"Already there and kept: {counted(len(files.kept), 'file')}{_listed(files.kept)}")
    names = {name.split("/")[0] for name in files.written}
    if first := [f"  configs/{name}: {meaning}" for name, meaning in FIRST.items() if name in names]:
        screen.note("\n".join(["Edit first:", *first]))


def _listed(names: list[str]) -> str:
    """Return the names in parentheses, word lists only counted."""
    words = [name for name in names if name.startswith("words/")]
    shown = [name for name in names if name not in words]
    shown += [counted(len(words), "word list")] if words else []
    return f" ({', '.join(shown)})" if shown else ""
