"""The editor's page: one offline file, everything that comes from an article or an annotator escaped.

The only script that runs is `templates/report.js`, named in the page's policy by its hash; it is the same for
every page, and no word of an article or an annotator stands in it.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import accumulate
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from annotate.labels import LABELS, SPECS
from annotate.model import Similar
from annotate.report.frames import Answers, Restored
from annotate.report.page.filters import filters
from annotate.report.page.paragraphs import Paragraph, apart, paragraphs
from annotate.report.page.similar import similar_block
from annotate.report.page.view_models import (
    LETTERS,
    LOOKS,
    STATUS_WORDS,
    Shown,
    annotators,
    disputed,
    is_local,
    moment,
    rows_of,
    shown_claims,
    source_names,
    web_address,
)
from annotate.text import counted

NOT_COUNTED: Mapping[str, str] = {
    "superseded": "replaced by a later one of the same person",
    "skipped": "skipped",
    "draft": "draft, not submitted",
    "unjudged": "left unlabelled",
    "deleted": "claim taken away",
    "merged": "claim merged into another",
    "unknown": "label that the codebook does not have",
}
_WORDS: Mapping[Any, str] = {
    **LOOKS,
    **STATUS_WORDS,
    "decision": "editor’s decision",
    "note": "editor’s note",
}
# In a bar a label is told by its line too: what is drawn over each 8 by 8 tile of its colour.
HATCHINGS: Mapping[str, str] = {
    "wavy": "M-2 2 2 -2M0 8 8 0M6 10 10 6",
    "dashed": "M0 4H5",
    "double": "M2 0V8M5 0V8",
    "dotted": "M1 2H3M5 6H7",
    "solid": "",
}
AT_ONCE = 8  # disputes that the page shows before one asks for the rest


@dataclass(frozen=True)
class ShownArticle:
    """An article as the page shows it."""

    anchor: str
    head: Restored
    address: str
    paragraphs: tuple[Paragraph, ...]
    over_others: tuple[Shown, ...]
    earlier: tuple[Shown, ...]


@dataclass(frozen=True)
class Part:
    """A stretch of a bar of label shares: where it begins and how wide it is, in percent."""

    look: str
    count: int
    x: float
    width: float


@dataclass(frozen=True)
class Mix:
    """The labels of a section's claims; `anchor` is its first claim."""

    article: str
    section: str
    anchor: str
    claims: int
    parts: tuple[Part, ...]


def page(  # noqa: PLR0913 - what it is made of, and for whom
    answers: Answers,
    *,
    claims: pd.DataFrame,
    sources: pd.DataFrame,
    figures: Mapping[str, Any],
    changes: pd.DataFrame | None = None,
    similar: Mapping[str, Sequence[Similar]] | None = None,
    mail: bool = False,
) -> str:
    """Return the report as one HTML file that needs nothing else, and whose one script filters claims.

    Args:
        answers: the pulled project, its articles and judgements.
        claims: as `tables.claims_table` gives them.
        sources: as `tables.sources_table` gives them.
        figures: as `agreement_table` gives them; what is missing there is not shown.
        changes: what changed since an earlier pull, as `changes.changes_table` gives it; `None` where two
            pulls were not compared.
        similar: by claim id what the desk remembers that is like it.
        mail: leave out the links to Label Studio, and say so: they do not work on another computer.
    """
    if mail:
        claims = claims.assign(link=None)
    shown = shown_claims(claims, answers.judgements, sources)
    return _template().render(
        title=answers.project.title or "Untitled project",
        pulled_at=moment(answers.project.pulled_at),
        mail=mail,
        links_are_local=any(is_local(claim.link) for claim in shown.values()),
        figures=figures,
        agreement=agreement_sentence(figures["agreement"]),
        bar=bar(shown.values()),
        mixes=mixes(shown.values()),
        disputes=disputed(shown.values()),
        at_once=AT_ONCE,
        decided=[claim for claim in shown.values() if claim.status == "adjudicated"],
        filters=filters(list(shown.values()), annotators(answers.judgements), source_names(sources).values()),
        articles=[_article(number, head, shown) for number, head in enumerate(answers.articles, 1)],
        sources=rows_of(sources),
        changes=None if changes is None else _by_claim(changes),
        similar=similar or {},
        titles={head.article_id: head.title or head.article_id for head in answers.articles},
        anchors={claim.claim_id: claim.anchor for claim in shown.values()},
        not_counted=[(words, figures["not_counted"][why]) for why, words in NOT_COUNTED.items()],
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
        f"Of {counted(pairs, 'pair')} of answers to the same claim, {agreeing} have the same label "
        f"({figures['percent_agreement']:.0%}), over {counted(figures['claims_judged_twice'], 'claim')}."
    )
    if alpha is None:
        return f"{said} There is no figure for agreement beyond chance: {figures['undefined']}."
    few = " With so few claims these figures are rough." if figures["claims_judged_twice"] < 50 else ""
    return (
        f"{said} Beyond what chance would give, agreement is Krippendorff’s α = {alpha:.2f} "
        f"(1 is perfect, 0 is chance).{few}"
    )


def bar(claims: Iterable[Shown]) -> tuple[Part, ...]:
    """Return the stretches of the bar of label shares, one a look, also those without a claim."""
    looks = [claim.look for claim in claims]
    counts = {look: looks.count(look) for look in LOOKS}
    widths = [100 * count / max(len(looks), 1) for count in counts.values()]
    starts = accumulate([0.0, *widths])
    return tuple(
        Part(look, count, round(x, 2), round(width, 2))
        for (look, count), x, width in zip(counts.items(), starts, widths, strict=False)
    )


def mixes(claims: Iterable[Shown]) -> list[Mix]:
    """Return the label mix of each section in reading order; claims of earlier versions stand in none."""
    sections: dict[tuple[str, str], list[Shown]] = {}
    for claim in claims:
        if claim.position is not None:
            sections.setdefault((claim.article, claim.section), []).append(claim)
    return [Mix(*section, group[0].anchor, len(group), bar(group)) for section, group in sections.items()]


def _article(number: int, head: Restored, shown: Mapping[str, Shown]) -> ShownArticle:
    placed, over = apart(head.claims)
    return ShownArticle(
        anchor=f"_article-{number}",
        head=head,
        address=web_address(head.address),
        paragraphs=tuple(paragraphs(head.text, placed, head.skips, shown)),
        over_others=tuple(shown[claim.claim_id] for claim in over),
        earlier=tuple(shown[claim.claim_id] for claim in head.earlier),
    )


def _by_claim(changes: pd.DataFrame) -> list[list[dict[str, Any]]]:
    """Return the changes of each claim together, in the words of the page."""
    rows: dict[str, list[dict[str, Any]]] = {}
    for row in rows_of(changes):
        words = {name: _WORDS.get(row[name], row[name]) for name in ("what", "before", "after")}
        rows.setdefault(row["claim_id"], []).append(row | words)
    return list(rows.values())


# --------------------------------------------------------------------------- the template


@cache
def _template() -> jinja2.Template:
    environment = jinja2.Environment(
        autoescape=True, undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True
    )
    environment.filters |= {"web": web_address, "many": counted, "percent": _percent, "decimal": _decimal}
    environment.filters |= {"figure": _figure, "similar_block": similar_block}
    script = _part("report.js")
    style = environment.from_string(_part("report.css")).render(specs=SPECS) + "\n"  # which Jinja drops
    environment.globals |= {
        "style": Markup(style),  # noqa: S704 - our own files, the same for every page
        "script": Markup(script),  # noqa: S704
        "policy": _policy(style, script),
        "labels": LABELS,
        "specs": SPECS,
        "hatchings": HATCHINGS,
        "shown_as": LOOKS,
        "letters": LETTERS,
    }
    return environment.from_string(_part("report.html.j2"))


def _part(name: str) -> str:
    return files("annotate.report.page").joinpath("templates", name).read_text(encoding="utf-8")


def _policy(style: str, script: str) -> str:
    """Return the page's Content-Security-Policy: this style, this script, and nothing else, from nowhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{_hash(style)}'",
            f"script-src '{_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _hash(source: str) -> str:
    return f"sha256-{base64.b64encode(hashlib.sha256(source.encode()).digest()).decode()}"


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _decimal(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.2f}"


def _figure(value: float | None, shape: str) -> str:
    return _percent(value) if shape == "percent" else _decimal(value)
