"""Articles as outlets write them, judged by hand: a live page, a transcript, a wire story, and short texts of
many kinds, from the report of a trial to a column that was translated.

The right answers were written down before the program read the articles. They stand beside each article, a
claim a line: words | label | source. A label is a letter as in `articles.txt`. A source is the longest noun
phrase that names it; behind a slash stands whom a pronoun or a speaker label means, where any form of that
name is right. A line "OSEI = IMAN OSEI / OSEI" lists the names of a speaker. `python -m tests.quality.judged`
prints the figures, with `-v` every miss.
"""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass, field, fields
from pathlib import Path

from annotate.article import extract_claims, read_article
from annotate.model import Claim, Span
from tests.quality.gold import LABELS

FOLDER = Path(__file__).parent / "judged"
ARTICLES = ("live_page.html", "transcript.txt", "wire_story.txt")
#: Short texts of many kinds; most rules for what was missed in them were made afterwards.
KINDS = (
    "ally_column.txt",
    "bank_inquiry.txt",
    "climate.txt",
    "column_translated.txt",
    "column_two.txt",
    "communique.txt",
    "court.txt",
    "election.txt",
    "farm_protest.txt",
    "hospital.txt",
    "interview_prose.txt",
    "interview_turns.txt",
    "live_blog.txt",
    "local_anonymous.txt",
    "officials.txt",
    "science.txt",
    "summit_talks.txt",
    "wire.txt",
)


@dataclass(frozen=True)
class Wanted:
    """A claim as it should be: its words, its label, and the names that are right for its source."""

    words: str
    label: str
    sources: tuple[str, ...]


@dataclass
class Figures:
    """What one article comes to: counts, and a line for every miss."""

    wanted: int = 0
    given: int = 0
    exact: int = 0
    labels: int = 0
    sourced: int = 0
    sources_given: int = 0
    sources_right: int = 0
    sources_reached: int = 0
    misses: list[str] = field(default_factory=list)

    def __add__(self, other: Figures) -> Figures:
        """Return the counts of both."""
        return Figures(*(getattr(self, f.name) + getattr(other, f.name) for f in fields(self)))

    def percent(self) -> dict[str, float]:
        """Return the figures in per cent, with one decimal."""
        shares = {
            "claims": (self.exact, self.wanted),
            "claims_given": (self.exact, self.given),
            "sources": (self.sources_reached, self.sourced),
            "sources_given": (self.sources_right, self.sources_given),
            "labels": (self.labels, self.exact),
        }
        return {name: round(100 * part / max(whole, 1), 1) for name, (part, whole) in shares.items()}


def wanted_claims(article: str) -> list[Wanted]:
    """Read the right answers beside an article."""
    speakers: dict[str, tuple[str, ...]] = {}
    claims = []
    for line in (FOLDER / article).with_suffix(".gold").read_text(encoding="utf-8").splitlines():
        if "|" not in line:
            speaker, _, forms = line.partition(" = ")
            speakers[speaker] = tuple(forms.split(" / "))
            continue
        words, label, source = ([*line.split(" | "), ""])[:3]
        names = [name for part in source.split(" / ") if part for name in speakers.get(part, (part,))]
        first = () if source in speakers else tuple(names[:1])
        claims.append(Wanted(words, LABELS[label], (*first, *(f"={name}" for name in names[len(first) :]))))
    return claims


def measure(article: str) -> Figures:
    """Compare what the program makes of an article with the right answers."""
    read = read_article(FOLDER / article)
    have = extract_claims(read)
    want = _places(read.text, wanted_claims(article))
    figures = Figures(wanted=len(want), given=len(have))
    spans = {span: claim for span, claim in want if span}
    exact = {claim.span: claim for claim in have}
    for span, claim in want:
        _judge_claim(figures, claim, _nearest(span, have), exact=span in exact)
    for claim_given in have:
        nearest = max(spans, key=claim_given.span.common)
        about = spans[nearest] if nearest.overlaps(claim_given.span) else None
        _judge_given(figures, claim_given, about, read.text)
    for span, claim in want:
        nearest_given = _nearest(span, have)
        reached = nearest_given is not None and _right(_source(nearest_given, read.text), claim.sources)
        figures.sourced += bool(claim.sources)
        figures.sources_reached += bool(claim.sources) and reached
        if claim.sources and not reached:
            shown = _source(nearest_given, read.text) if nearest_given else ""
            _miss(figures, "source", claim.words, f"{shown!r} for {claim.sources[0]!r}")
    return figures


def _judge_claim(figures: Figures, claim: Wanted, nearest: Claim | None, *, exact: bool) -> None:
    """Count one right answer: is it cut so, and labelled so?"""
    if not exact:
        _miss(figures, "cut", claim.words, repr(nearest.text) if nearest else "in no claim")
        return
    figures.exact += 1
    label = nearest.suggestion.label if nearest and nearest.suggestion else ""
    figures.labels += label == claim.label
    if label != claim.label:
        _miss(figures, "label", claim.words, f"{label} for {claim.label}")


def _judge_given(figures: Figures, given: Claim, about: Wanted | None, text: str) -> None:
    """Count one claim of the program: is its source right, and is it a claim at all?"""
    if about is None:
        _miss(figures, "stray", given.text, "")
    source = _source(given, text)
    if not source:
        return
    right = about is not None and _right(source, about.sources)
    figures.sources_given += 1
    figures.sources_right += right
    if not right:
        _miss(figures, "given", given.text, repr(source))


def _places(text: str, claims: list[Wanted]) -> list[tuple[Span | None, Wanted]]:
    """Return where each right answer stands in a text, in order; white space counts as one space."""
    at, places = 0, []
    for claim in claims:
        pattern = re.compile(r"\s+".join(re.escape(word) for word in claim.words.split()))
        match = pattern.search(text, at)
        places.append((Span(*match.span()) if match else None, claim))
        at = match.end() if match else at
    return places


def _nearest(span: Span | None, claims: list[Claim]) -> Claim | None:
    """Return the claim that shares most with a span."""
    if span is None:
        return None
    nearest = max(claims, key=lambda claim: claim.span.common(span))
    return nearest if nearest.span.overlaps(span) else None


def _source(claim: Claim, text: str) -> str:
    """Return the source as a table shows it: the name that a pronoun stands for, where one is given."""
    attribution = claim.attribution
    span = attribution and (attribution.named or attribution.source)
    return span.of(text) if span else ""


def _right(source: str, names: tuple[str, ...]) -> bool:
    """Return whether a source is one of these names; behind "=" any part of the name is right."""
    words = _folded(source)
    for name in names:
        folded = _folded(name.removeprefix("="))
        if words == folded or words.startswith(f"{folded},"):
            return True
        if words and name.startswith("=") and (words in folded or folded in words):
            return True
    return False


def _folded(name: str) -> str:
    return " ".join(name.split()).lower().removeprefix("the ").strip(" ,")


def _miss(figures: Figures, kind: str, words: str, what: str) -> None:
    figures.misses.append(f"{kind:7}{words[:90]}  <- {what[:110]}")


def main() -> None:
    """Print a row of figures for each article, and one for all."""
    measured = {article: measure(article) for article in (*ARTICLES, *KINDS)}
    for article, figures in {**measured, "all": sum(measured.values(), Figures())}.items():
        row = "  ".join(f"{name} {value:5.1f}" for name, value in figures.percent().items())
        print(f"{article:16} {figures.wanted:3} claims, {figures.given:3} given  {row}")
        if "-v" in sys.argv and article in measured:
            print(*(f"    {miss}" for miss in figures.misses), sep="\n")


if __name__ == "__main__":
    main()
