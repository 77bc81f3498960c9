"""Which genres of GUM may train weights that ship: its licence differs by genre.

The licences are those of LICENSE.txt in <https://github.com/amir-zeldes/gum>, read on 29 November 2026. It
names none for speeches, which are public addresses and records of parliaments. See docs/models/data.md.
"""

from __future__ import annotations

import argparse
from collections import Counter
from collections.abc import Iterable, Sequence

#: Genres whose texts may be used with credit alone; the annotations of all genres are CC BY 4.0.
MAY_SHIP = {
    "academic": "CC BY 4.0",
    "court": "CC BY 4.0",
    "interview": "CC BY 2.5",
    "news": "CC BY 2.5",
    "speech": "public domain",
}
#: Genres whose licence asks for the same licence again, or forbids commercial use.
MAY_NOT_SHIP = {
    "bio": "CC BY-SA 3.0",
    "essay": "CC BY-NC-SA 4.0",
    "fiction": "CC BY-NC-SA 3.0",
    "letter": "CC BY-NC-SA 4.0",
    "podcast": "CC BY-NC-SA 4.0",
    "reddit": "non-commercial use only",
    "voyage": "CC BY-SA 3.0",
    "whow": "CC BY-NC-SA 3.0",
}


def genre(name: str) -> str:
    """Return a genre that may be used, as the type of an argument.

    Raises:
        argparse.ArgumentTypeError: if weights from it may not ship.
    """
    if name in MAY_SHIP:
        return name
    licence = MAY_NOT_SHIP.get(name, "no licence known")
    raise argparse.ArgumentTypeError(
        f"{name} ({licence}): weights trained on it may not ship; choose among {', '.join(MAY_SHIP)}"
    )


def left_out(genres: Iterable[str], *, among: Sequence[str]) -> str:
    """Return a line that counts the documents of genres that are not among those wanted."""
    counts = Counter(each for each in genres if each not in among)
    named = (f"{count} {name} ({_licence(name)})" for name, count in sorted(counts.items()))
    return ", ".join(named)


def _licence(name: str) -> str:
    return MAY_SHIP.get(name) or MAY_NOT_SHIP.get(name, "no licence known")
