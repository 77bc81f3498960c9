"""CoNLL-U Plus (https://universaldependencies.org/ext-format.html) with a column of BIO tags for each mark.

Columns: `ID FORM MISC CLAIMDESK:SOURCE CLAIMDESK:CUE CLAIMDESK:CLAIM`. A tag is `B-` or `I-` and the label
(`claim` where it has none), `source` or `cue`, and `O` elsewhere. `MISC` has the offsets of the token in the
article (`start_char`, `end_char`: code points), `SpaceAfter=No`, and at the first token of a claim its id.
"""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import pairwise

from annotate.model import Span
from annotate.report.exporters import ReportData
from annotate.report.formats import (
    CUE,
    NO_LABEL,
    SOURCE,
    Content,
    Files,
    MarkedArticle,
    MarkedClaim,
    marked_articles,
    sentences_of,
    tokens_of,
)

COLUMNS = ("ID", "FORM", "MISC", "CLAIMDESK:SOURCE", "CLAIMDESK:CUE", "CLAIMDESK:CLAIM")

Marks = Sequence[tuple[Span, str]]  # apart from each other, in order, each with its name


def load() -> Content:
    """Return the function that makes the files."""
    return conll_files


def conll_files(data: ReportData) -> Files:
    """Return a file for each article."""
    return {
        f"{marked.name}.conllup": "".join(f"{line}\n" for line in conll_lines(marked))
        for marked in marked_articles(data)
    }


def conll_lines(marked: MarkedArticle) -> Iterator[str]:
    """Yield the lines of an article. One that overlaps an earlier claim has no tags; a comment names it."""
    text = marked.article.text
    claims, overlapping = _apart(marked.claims)
    columns: list[Marks] = [
        _marks(((claim.source_span, SOURCE) for claim in marked.claims), text),
        _marks(((claim.cue_span, CUE) for claim in marked.claims), text),
        [(claim.span, claim.label or NO_LABEL) for claim in claims],
    ]
    yield f"# global.columns = {' '.join(COLUMNS)}"
    yield f"# newdoc id = {marked.name}"
    yield from (f"# overlapping claim = {_one_line(claim.claim_id)}" for claim in overlapping)
    spans = [span for marks in columns for span, _ in marks]
    edges = {edge for span in spans for edge in span}
    ids = {claim.span.start: _one_line(claim.claim_id) for claim in claims}
    for number, sentence in enumerate(sentences_of(text, whole=spans), 1):
        yield f"# sent_id = {marked.name}-{number}"
        yield f"# text = {_one_line(sentence.of(text))}"
        tokens = tokens_of(text, sentence, edges=edges)
        tags = [bio_tags(tokens, marks) for marks in columns]
        adjoining = [first.end == second.start for first, second in pairwise(tokens)]
        for place, (token, adjoins) in enumerate(zip(tokens, [*adjoining, False], strict=True), 1):
            misc = _misc(token, ids.get(token.start, ""), adjoins=adjoins)
            row = (str(place), token.of(text), misc, *(column[place - 1] for column in tags))
            yield "\t".join(row)
        yield ""


def bio_tags(tokens: Sequence[Span], marks: Marks) -> list[str]:
    """Return a BIO tag for each token, where no token goes across the edge of a mark.

    >>> bio_tags([Span(0, 2), Span(3, 5), Span(5, 6)], [(Span(0, 5), "opinion")])
    ['B-opinion', 'I-opinion', 'O']
    """
    starts, before, tags = [span.start for span, _ in marks], -1, []
    for token in tokens:
        at = bisect_right(starts, token.start) - 1
        inside = at >= 0 and token.start < marks[at][0].end
        tags.append(f"{'I' if at == before else 'B'}-{marks[at][1]}" if inside else "O")
        before = at if inside else -1
    return tags


def _apart(claims: Iterable[MarkedClaim]) -> tuple[list[MarkedClaim], list[MarkedClaim]]:
    """Return the claims that do not overlap an earlier one, and the others."""
    apart: list[MarkedClaim] = []
    overlapping: list[MarkedClaim] = []
    for claim in claims:
        (overlapping if apart and claim.span.overlaps(apart[-1].span) else apart).append(claim)
    return apart, overlapping


def _marks(marks: Iterable[tuple[Span | None, str]], text: str) -> Marks:
    """Return marks in order, each span once, without those that overlap an earlier one or have no words."""
    apart: list[tuple[Span, str]] = []
    for span, name in sorted({(span, name) for span, name in marks if span and span.of(text).strip()}):
        if not apart or not span.overlaps(apart[-1][0]):
            apart.append((span, name))
    return apart


def _misc(token: Span, claim_id: str, *, adjoins: bool) -> str:
    parts = [f"start_char={token.start}", f"end_char={token.end}"]
    parts += ["SpaceAfter=No"] if adjoins else []
    parts += [f"claim_id={claim_id.replace('|', '-')}"] if claim_id else []
    return "|".join(parts)


def _one_line(words: str) -> str:
    return " ".join(words.split())
