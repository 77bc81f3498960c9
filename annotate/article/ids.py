"""Names that stay: of an article while its text is corrected, of a claim while its words are the same."""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import PurePath
from urllib.parse import urlsplit

from annotate.text import fold_spaces

MOST_LETTERS = 40
DIGITS = 10
RESERVED = re.compile(r"con|prn|aux|nul|com\d|lpt\d")  # names that are no files on Windows
PAGE_ENDING = re.compile(r"\.(?:s?html?|php|aspx?|jsp|amp)$", re.IGNORECASE)


def article_id(name: str) -> str:
    """Make a slug of a file's name or a title: `a-z`, digits and dashes, a letter first.

    >>> article_id("2025 Bridge closes!")
    'a-2025-bridge-closes'

    A name that is long, or not in Latin letters, ends in a part that tells it from its like; one that Windows
    keeps for itself begins like one of digits.
    """
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode().lower()
    slug = re.sub(r"[^a-z0-9]+", "-", plain).strip("-")
    if len(slug) > MOST_LETTERS or sum(map(str.isalnum, name)) > sum(map(str.isalnum, slug)):
        digest = _digest(unicodedata.normalize("NFC", name))[:6]
        slug = f"{slug[:MOST_LETTERS].strip('-')}-{digest}".strip("-")
    plain_name = slug[:1].isalpha() and not RESERVED.fullmatch(slug)
    return slug if plain_name else f"a-{slug}".strip("-")


def address_id(address: str) -> str:
    """Make a slug of a web address: its host and the last parts of its path."""
    parts = urlsplit(address)
    path = PAGE_ENDING.sub("", parts.path.rstrip("/"))
    host = (parts.hostname or "").removeprefix("www.")
    query = f"?{parts.query}" if parts.query else ""
    return article_id(f"{host} {' '.join(path.split('/')[-2:]).strip()}{query}".strip())


def path_names(path: str, *, below: str | None = None, least: int = 1) -> Iterator[str]:
    """Yield names of a file or folder, shortest first: how it is reached from a folder, else its last parts.

    Args:
        path: absolute, and normalised.
        below: the folder that a person stands in.
        least: how many parts of the path make a name where it does not lie below that folder.

    >>> list(path_names("/desk/north/report", below="/desk", least=2))
    ['north/report', 'desk/north/report']
    """
    parts = PurePath(path).parts[1:]
    if below is not None and PurePath(path).is_relative_to(below):
        inside = PurePath(path).relative_to(below).parts
        yield "/".join(inside)
        least = max(least, len(inside) + 1)
    for count in range(min(least, len(parts)), len(parts) + 1):
        yield "/".join(parts[-count:])


def claim_ids(article: str, texts: Sequence[str]) -> list[str]:
    """Name the claims of one article, given their words in reading order; all names differ.

    A name depends on the article's id and the claim's own words (NFC, white space folded), so a correction
    elsewhere changes none. Where the same words stand twice, the words before and behind take part, and
    where these are the same too, the count.
    """
    words = [fold_spaces(text) for text in texts]
    often = Counter(words)
    seen: Counter[str] = Counter()
    names = []
    for index, own in enumerate(words):
        parts = [article, own]
        if often[own] > 1:
            around = (words[index - 1] if index else "", words[index + 1] if index + 1 < len(words) else "")
            key = "\0".join((own, *around))
            seen[key] += 1
            parts += [*around, str(seen[key])]
        names.append(f"{article}-{_digest(chr(0).join(parts))[:DIGITS]}")
    return names


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()
