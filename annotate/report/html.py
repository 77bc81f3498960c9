"""The editor's page: one offline file, everything that comes from an article or an annotator escaped."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any
from urllib.parse import urlsplit

import jinja2
import pandas as pd

from annotate.model import LABELS, Claim, Skip
from annotate.report.articles import Restored
from annotate.report.judgements import Answers, Raw
from annotate.studio import SHOWN_AS

LOOKS: Mapping[str, str] = {**SHOWN_AS, "tie": "No majority", "unjudged": "Not judged yet"}
LETTERS: Mapping[str, str] = {
    "opinion": "O",
    "attributed_report": "A",
    "checkable_fact": "C",
    "tie": "?",
    "unjudged": "–",
}
STATUS_WORDS: Mapping[str, str] = {
    "unanimous": "all agree",
    "majority": "majority",
    "tie": "no majority",
    "single": "one annotator",
    "unjudged": "not judged yet",
    "adjudicated": "decided by an editor",
}
NOT_COUNTED: Mapping[str, str] = {
    "superseded": "replaced by a later one of the same person",
    "skipped": "skipped",
    "draft": "draft, not submitted",
    "unjudged": "left unlabelled",
    "deleted": "claim taken away",
    "unknown": "label that the codebook does not have",
}
# A skip of these kinds stands in a block of its own; all others run along in the text.
BLOCK_SKIPS: Mapping[str, str] = {
    "heading": "heading",
    "byline": "byline",
    "caption": "caption",
    "credit": "caption",
    "boilerplate": "notice",
}

_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_ANCHOR = re.compile(r"[A-Za-z][\w.-]*\Z", re.ASCII)


@dataclass(frozen=True)
class Shown:
    """A claim as the page shows it."""

    anchor: str
    claim_id: str
    text: str
    article: str
    section: str
    look: str  # a key of LOOKS
    letter: str
    told: str  # label, status and votes in words
    status: str
    votes: int
    share: float
    source: str
    link: str
    answers: tuple[Mapping[str, str], ...]


@dataclass(frozen=True)
class Piece:
    """A stretch of a paragraph: a claim, or words that are none."""

    text: str
    claim: Shown | None = None


@dataclass(frozen=True)
class Paragraph:
    """A paragraph of an article as the page shows it; `kind` is a block's kind, or `notice`."""

    kind: str
    pieces: tuple[Piece, ...]


@dataclass(frozen=True)
class ShownArticle:
    """An article as the page shows it."""

    anchor: str
    head: Restored
    address: str
    paragraphs: tuple[Paragraph, ...]
    over_others: tuple[Shown, ...]
    earlier: tuple[Shown, ...]


def page(
    raw: Raw, answers: Answers, *, claims: pd.DataFrame, sources: pd.DataFrame, figures: Mapping[str, Any]
) -> str:
    """Give the report as one HTML file that needs nothing else and runs nothing.

    Args:
        raw: raw answers, for the project's title and the time of the pull.
        answers: articles and judgements.
        claims: as `tables.claims_table` gives them, with `link`.
        sources: as `tables.sources_table` gives them.
        figures: as `tables.agreement_table` gives them.
    """
    shown = _shown(claims, answers.judgements)
    return _template().render(
        title=raw["project"].get("title") or "Untitled project",
        pulled_at=_moment(raw.get("pulled_at")),
        figures=figures,
        agreement=agreement_sentence(figures["agreement"]),
        bar=_bar(shown.values()),
        disputes=_disputes(shown.values()),
        articles=[_article(number, head, shown) for number, head in enumerate(answers.articles, 1)],
        sources=_rows(sources),
        anchors={claim.claim_id: claim.anchor for claim in shown.values()},
        not_counted=[(words, figures["not_counted"][why]) for why, words in NOT_COUNTED.items()],
        labels=LABELS,
        shown_as=LOOKS,
        letters=LETTERS,
    )


def agreement_sentence(figures: Mapping[str, Any]) -> str:
    """Say in a sentence or two how far annotators agree.

    Args:
        figures: as `agreement.agreement` gives them.
    """
    pairs, agreeing, alpha = figures["pairs"], figures["pairs_agreeing"], figures["krippendorff_alpha"]
    if not pairs:
        return "No claim was judged by two annotators yet, so nothing can be said about agreement."
    said = (
        f"Of {_many(pairs, 'pair')} of answers to the same claim, {agreeing} have the same label "
        f"({figures['percent_agreement']:.0%}), over {_many(figures['claims_judged_twice'], 'claim')}."
    )
    if alpha is None:
        return f"{said} Agreement beyond chance is not defined: {figures['undefined']}."
    few = " With so few claims these figures are rough." if figures["claims_judged_twice"] < 50 else ""
    return (
        f"{said} Beyond what chance would give, agreement is Krippendorff’s α = {alpha:.2f} "
        f"(1 is perfect, 0 is chance).{few}"
    )


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"web": web_address, "many": _many, "percent": _percent}
    source = files("annotate.report").joinpath("templates/report.html.j2").read_text(encoding="utf-8")
    return environment.from_string(source)


def web_address(address: object) -> str:
    """Give an address that may be linked to: http or https, else nothing."""
    try:
        parts = urlsplit(str(address or ""))
    except ValueError:
        return ""
    return str(address) if parts.scheme in ("http", "https") and parts.netloc else ""


def _many(number: int, word: str) -> str:
    return f"{number:,} {word}" if number == 1 else f"{number:,} {word}s"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _moment(pulled_at: object) -> str:
    """Give the time of the pull for a person: 2031-05-04 09:30 UTC."""
    found = re.match(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*(Z|\+00:00)?", str(pulled_at or ""))
    return f"{found[1]} {found[2]}{' UTC' if found[3] else ''}" if found else str(pulled_at or "")


def _rows(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Give the rows of a frame, `None` for what is missing."""
    return [
        {str(name): None if pd.isna(value) else value for name, value in row.items()}
        for row in frame.to_dict("records")
    ]


# --------------------------------------------------------------------------- claims


def _shown(claims: pd.DataFrame, judgements: pd.DataFrame) -> dict[str, Shown]:
    """Give the claims by id, in reading order."""
    answers: dict[str, list[Mapping[str, str]]] = {}
    for answer in _rows(judgements):
        if answer["counted"] in ("yes", "final", "deleted", "skipped", "unknown"):
            answers.setdefault(answer["claim_id"], []).append(_answer(answer))
    return {
        row["claim_id"]: _claim(number, row, tuple(answers.get(row["claim_id"], ())))
        for number, row in enumerate(_rows(claims), 1)
    }


def _claim(number: int, row: Mapping[str, Any], answers: tuple[Mapping[str, str], ...]) -> Shown:
    look = row["label"] or ("tie" if row["status"] == "tie" else "unjudged")
    return Shown(
        anchor=row["claim_id"] if _ANCHOR.match(row["claim_id"]) else f"claim-{number}",
        claim_id=row["claim_id"],
        text=row["claim"] or "",
        article=row["article"],
        section=row["section"] or "",
        look=look,
        letter=LETTERS[look] + (f" {_split(row)}" if row["status"] in ("majority", "tie") else ""),
        told=_told(row, look),
        status=row["status"],
        votes=row["votes"],
        share=row["share"] or 0.0,
        source=row["source"] or "",
        link=web_address(row["link"]),
        answers=answers,
    )


def _split(row: Mapping[str, Any]) -> str:
    """Give the votes as a ratio, strongest first: 2:1."""
    return ":".join(str(n) for n in sorted((row[label] for label in LABELS), reverse=True) if n)


def _told(row: Mapping[str, Any], look: str) -> str:
    """Say label, status and votes: "Opinion: majority, 2 of 3 votes"."""
    votes = ", ".join(f"{SHOWN_AS[label]} {row[label]}" for label in LABELS if row[label])
    status = STATUS_WORDS[row["status"]]
    words = LOOKS[look] if look in ("tie", "unjudged") else f"{LOOKS[look]}, {status}"
    return f"{words} ({votes})" if votes else words


def _answer(row: Mapping[str, Any]) -> Mapping[str, str]:
    """Give what one annotator said, for the list of disputes."""
    texts = {name: row[name] or "" for name in ("source", "note", "evidence")}
    plain = {
        "skipped": "skipped",
        "deleted": "took the claim away",
        "unknown": f"unknown label “{row['given']}”",
    }
    said = plain.get(row["counted"]) or SHOWN_AS[row["label"]] + (
        " (final)" if row["counted"] == "final" else ""
    )
    look = row["label"] or "unjudged"
    return texts | {"annotator": row["annotator"], "said": said, "look": look, "letter": LETTERS[look]}


def _disputes(claims: Iterable[Shown]) -> list[Shown]:
    """Give claims without a majority, then those with a minority, the closest first."""
    disputed = [claim for claim in claims if claim.status in ("tie", "majority")]
    return sorted(disputed, key=lambda claim: (claim.status != "tie", claim.share))


def _bar(claims: Iterable[Shown]) -> list[dict[str, Any]]:
    """Give the stretches of the bar of label shares: look, count, share, and where it begins (0..100)."""
    looks = [claim.look for claim in claims]
    counts = {look: looks.count(look) for look in LOOKS}
    width = [100 * count / max(len(looks), 1) for count in counts.values()]
    starts = accumulate([0.0, *width])
    return [
        {"look": look, "count": count, "x": round(x, 3), "width": round(w, 3), "share": w / 100}
        for (look, count), x, w in zip(counts.items(), starts, width, strict=False)
    ]


# --------------------------------------------------------------------------- articles


def _article(number: int, head: Restored, shown: Mapping[str, Shown]) -> ShownArticle:
    placed, over = _apart(head.claims)
    return ShownArticle(
        anchor=f"article-{number}",
        head=head,
        address=web_address(head.address),
        paragraphs=tuple(_paragraphs(head.text, placed, head.skips, shown)),
        over_others=tuple(shown[claim.claim_id] for claim in over),
        earlier=tuple(shown[claim.claim_id] for claim in head.earlier),
    )


def _apart(claims: Sequence[Claim]) -> tuple[list[Claim], list[Claim]]:
    """Tell claims that the text can show from those drawn over another."""
    placed: list[Claim] = []
    over: list[Claim] = []
    for claim in sorted(claims, key=lambda claim: (claim.start, claim.index < 0, -claim.end)):
        (over if placed and claim.start < placed[-1].end else placed).append(claim)
    return placed, over


def _paragraphs(
    text: str, claims: Sequence[Claim], skips: Sequence[Skip], shown: Mapping[str, Shown]
) -> Iterator[Paragraph]:
    """Cut the text into paragraphs: at blank lines, and at single line breaks between blocks."""
    pieces: list[Piece] = []
    spans: list[Claim | Skip] = []
    broken = False
    for span, words in _stretches(text, claims, skips):
        if span is None:
            *closed, rest = _BLANK_LINE.split(words)
            for run in closed:
                yield from _paragraph([*pieces, Piece(run)], spans)
                pieces, spans = [], []
            broken = "\n" in rest
            pieces.append(Piece(rest))
            continue
        if broken and spans and _apart_from(spans[-1], span):
            yield from _paragraph(pieces, spans)
            pieces, spans = [], []
        pieces.append(Piece(words, shown[span.claim_id] if isinstance(span, Claim) else None))
        spans.append(span)
        broken = False
    yield from _paragraph(pieces, spans)


def _paragraph(pieces: Sequence[Piece], spans: Iterable[Claim | Skip]) -> Iterator[Paragraph]:
    """Give a paragraph of the kind that its first span tells; none for white space."""
    kind = next((found for span in spans if (found := _kind(span))), "body")
    if any(piece.text.strip() for piece in pieces):
        yield Paragraph(kind, tuple(piece for piece in pieces if piece.text))


def _kind(span: Claim | Skip) -> str:
    return span.kind if isinstance(span, Claim) else BLOCK_SKIPS.get(span.kind, "")


def _apart_from(left: Claim | Skip, right: Claim | Skip) -> bool:
    """Tell whether a line break between the two parts blocks; where that is not known, it does not."""
    if isinstance(left, Claim) and isinstance(right, Claim):
        return left.block >= 0 and right.block >= 0 and left.block != right.block
    return any(isinstance(span, Skip) and span.kind in BLOCK_SKIPS for span in (left, right))


def _stretches(
    text: str, claims: Sequence[Claim], skips: Sequence[Skip]
) -> Iterator[tuple[Claim | Skip | None, str]]:
    """Cut the text into claims, skips and what lies between, in order; a claim goes before a skip."""
    spans: list[Claim | Skip] = sorted([*claims, *skips], key=lambda s: (s.start, isinstance(s, Skip)))
    at = 0
    for span in spans:
        if span.start < at:
            continue
        if span.start > at:
            yield None, text[at : span.start]
        yield span, text[span.start : span.end]
        at = span.end
    if at < len(text):
        yield None, text[at:]
