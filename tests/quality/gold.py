"""Our own articles with the claims, labels and sources that the codebook gives them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from annotate.model import Span

MARKED = Path(__file__).parent / "articles.txt"
LABELS = {"O": "opinion", "A": "attributed_report", "F": "checkable_fact"}
LINE = re.compile(r"(?P<further>\+?)(?P<kind>[OAF=-])(?P<inherits>=?) (?P<words>.+)")
MARK = re.compile(r"<(?P<source>[^<>]+)>|_(?P<cue>[^_]+)_")


@dataclass(frozen=True)
class GoldClaim:
    """A claim as it should be cut, with its label, source and cue."""

    span: Span
    label: str
    source: Span | None
    cue: Span | None


@dataclass(frozen=True)
class Gold:
    """A text with its sentences, claims, and the stretches that hold none."""

    text: str
    openers: frozenset[int]  # where blocks begin: no boundary is found there
    sentences: tuple[Span, ...]
    claims: tuple[GoldClaim, ...]
    empty: tuple[Span, ...]


def gold() -> Gold:
    """Read the marked articles."""
    text, source = "", None
    openers: set[int] = set()
    sentences: list[Span] = []
    claims: list[GoldClaim] = []
    empty: list[Span] = []
    for line in MARKED.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            continue
        if not line:
            text = text.rstrip() + "\n\n" if text.strip() else ""
            continue
        found = LINE.fullmatch(line)
        assert found, f"what is this line? {line}"
        start = len(text)
        if text.endswith("\n\n") or not text:
            openers.add(start)
        plain, places = _plain(found["words"], start)
        text += plain
        span = Span(start, len(text))
        if found["further"]:
            sentences[-1] = Span(sentences[-1].start, span.end)
        elif found["kind"] != "=":
            sentences.append(span)
        if found["kind"] in LABELS:
            source = source if found["inherits"] else places.get("source")
            claims.append(GoldClaim(span, LABELS[found["kind"]], source, places.get("cue")))
        else:
            empty.append(span)
        text += " "
    return Gold(text.rstrip() + "\n", frozenset(openers), tuple(sentences), tuple(claims), tuple(empty))


def _plain(marked: str, start: int) -> tuple[str, dict[str, Span]]:
    """Take the marks out, and give where the marked words stand."""
    words, last, places = "", 0, {}
    for mark in MARK.finditer(marked):
        words += marked[last : mark.start()]
        name = str(mark.lastgroup)
        places.setdefault(name, Span(start + len(words), start + len(words) + len(mark[name])))
        words += mark[name]
        last = mark.end()
    return words + marked[last:], places
