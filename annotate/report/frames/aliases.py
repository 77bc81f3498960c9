"""Sources under several names: which spellings an editor joins to one."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from annotate.config import config_text
from annotate.errors import BadInput
from annotate.text import fold

Aliases = Mapping[str, str]  # folded spelling: the name to show


def parse_aliases(text: str, *, place: str = "configs/aliases.txt") -> dict[str, str]:
    """Read lines such as `Tove Lund = Ms Lund; the mayor`; `#` begins a comment.

    Args:
        text: the whole list.
        place: what an error calls it.

    Returns:
        By folded spelling the name to show; the name itself is among the spellings.

    Raises:
        BadInput: where a line joins nothing or a spelling stands for two names; names the line.

    >>> parse_aliases("Tove Lund = Ms Lund; the mayor")
    {'tove lund': 'Tove Lund', 'ms lund': 'Tove Lund', 'the mayor': 'Tove Lund'}
    """
    names: dict[str, str] = {}
    for number, name, spellings in _lines(text, place):
        for spelling in (name, *spellings):
            before = names.setdefault(fold(spelling), name)
            if before != name:
                raise BadInput(
                    f"{place}, line {number}: “{spelling}” stands for “{name}” here, for “{before}” above. "
                    "Keep one of them."
                )
    return names


def our_aliases() -> dict[str, str]:
    """Read the desk's own list, `configs/aliases.txt`; see `parse_aliases`."""
    return parse_aliases(config_text("aliases.txt"))


def _lines(text: str, place: str) -> Iterator[tuple[int, str, list[str]]]:
    """Return line number, name and other spellings of each line that holds some."""
    for number, line in enumerate(text.split("\n"), 1):
        words = " ".join(line.split("#", 1)[0].split())
        if not words:
            continue
        name, joined, rest = (part.strip() for part in words.partition("="))
        spellings = [spelling.strip() for spelling in rest.split(";") if spelling.strip()]
        if not name or not joined or not spellings or "=" in rest:
            raise BadInput(
                f"{place}, line {number}: “{words}” joins nothing. "
                "Write it as “Name = other spelling; other spelling”."
            )
        yield number, name, spellings
