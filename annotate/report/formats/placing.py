"""Where a text of another tool stands in the articles of a project; pure."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from annotate.model import Claim, Span
from annotate.report.frames import Answers


@dataclass(frozen=True, slots=True)
class Passage:
    """A text of the project, with its claims by the place of their first to their last letter or digit."""

    text: str
    claims: Mapping[Span, Claim]


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch `within` a text, which stands in a passage `shift` characters further on."""

    within: Span
    passage: Passage
    shift: int


@dataclass(frozen=True, slots=True)
class Passages:
    """The texts of a project: its articles as they read now, and all parts that were ever sent."""

    articles: Sequence[Passage]
    parts: Sequence[Passage]

    @classmethod
    def of(cls, answers: Answers) -> Passages:
        """Return the texts of a project, with the claims that its articles have now, but for drawn ones."""
        now = {claim.claim_id for a in answers.articles for claim in a.claims if claim.index >= 0}
        parts = (
            _passage(task.text, (sent.claim for sent in task.claims), now, by=-task.offset)
            for task in answers.project.tasks
        )
        return cls(
            [_passage(a.text, a.claims, now) for a in answers.articles], [p for p in parts if p.claims]
        )


def placed(own: str, spans: Sequence[Span], passages: Passages) -> tuple[list[Placed], str]:
    """Return where a text stands, or why that cannot be said.

    A text that is an article, or that stands in one place of all articles, is there as a whole. Otherwise,
    such as after a correction, its stretches count that were sent to annotators as they are, and last the
    article that has the words of the `spans` at the same offsets.
    """
    stripped = own.strip()
    lead, whole = own.index(stripped), Span(0, len(own))
    stands = [
        Placed(whole, passage, at - lead)
        for passage in passages.articles
        for at in _occurrences(stripped, passage.text)
    ]
    same = [place for place in stands if place.passage.text.strip() == stripped]
    if len(places := same if len(same) == 1 else stands) == 1:
        return places, ""
    if places:
        return [], f"its text stands at {len(places)} places of the project, so it is nobody's"
    found = [*_sent(own, passages.parts), *_at_the_same_offsets(own, spans, passages.articles)]
    return found, "" if found else "no article of the project has its text"


def core(text: str, span: Span) -> Span:
    """Return a span from its first to its last letter or digit; without any, without white space."""
    for belongs in (str.isalnum, lambda char: not char.isspace()):
        inside = [at for at in range(span.start, min(span.end, len(text))) if belongs(text[at])]
        if inside:
            return Span(inside[0], inside[-1] + 1)
    return span


def core_words(text: str, span: Span) -> str:
    """Return the words of a span's core; none where it begins before the text."""
    return core(text, span).of(text) if span.start >= 0 else ""


def _passage(text: str, claims: Iterable[Claim], now: Collection[str], *, by: int = 0) -> Passage:
    kept = (claim for claim in claims if claim.claim_id in now)
    return Passage(text, {core(text, claim.span.shift(by)): claim for claim in kept})


def _sent(own: str, parts: Iterable[Passage]) -> Iterator[Placed]:
    """Yield the parts that stand in a text once."""
    for part in parts:
        words = part.text.strip()
        at = own.find(words)
        if at >= 0 and own.find(words, at + 1) < 0:
            yield Placed(Span(at, at + len(words)), part, part.text.index(words) - at)


def _at_the_same_offsets(own: str, spans: Sequence[Span], articles: Sequence[Passage]) -> Iterator[Placed]:
    """Yield the article that has the words of most spans where they are in a text, if it is one alone."""
    hits = [
        sum(core_words(own, span) == core_words(article.text, span) for span in spans) for article in articles
    ]
    most = max(hits, default=0)
    if most and hits.count(most) == 1:
        yield Placed(Span(0, len(own)), articles[hits.index(most)], 0)


def _occurrences(words: str, text: str) -> Iterator[int]:
    at = text.find(words) if words else -1
    while at >= 0:
        yield at
        at = text.find(words, at + 1)
