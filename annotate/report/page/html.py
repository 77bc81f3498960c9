"""The editor's page: one offline file, everything that comes from an article or an annotator escaped.

The only script that runs is `templates/report.js`, named in the page's policy by its hash; it is the same for
every page, and no word of an article or an annotator stands in it.
"""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

import jinja2
import pandas as pd
from markupsafe import Markup

from annotate.labels import LABELS, SPECS
from annotate.model import Similar
from annotate.report.frames import Answers, Restored, answers_given, disputes_table
from annotate.report.gold import GoldFigures
from annotate.report.page.charts import Part, histogram, label_matrix, stretches, timeline
from annotate.report.page.filters import Finder, filters
from annotate.report.page.next_steps import next_steps
from annotate.report.page.paragraphs import Paragraph, apart, paragraphs
from annotate.report.page.review_list import questions_at_issue, reviewed_claims
from annotate.report.page.rulings import shown_rulings
from annotate.report.page.similar import similar_block
from annotate.report.page.templating import page_environment, page_part, source_hash
from annotate.report.page.view_models import (
    LETTERS,
    LOOKS,
    STATUS_WORDS,
    Shown,
    annotators,
    is_local,
    linked,
    moment,
    rows_of,
    shown_claims,
    source_names,
    web_address,
)
from annotate.studio import plain_reason
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
STYLES = (
    "report.css",
    "charts.css",
    "similar.css",
    "phone.css",
    "print.css",
)  # later ones have the last word
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
class Mix:
    """The labels of a section's claims; `anchor` is its first claim."""

    article: str
    section: str
    anchor: str
    claims: int
    parts: tuple[Part, ...]


@dataclass(frozen=True)
class PageData:
    """What the page is made from.

    `answers` are the pulled project; `claims`, `sources` and `figures` as `claims_table`, `sources_table` and
    `agreement_table` return them. `changes` is what changed since an earlier pull (`changes_table`), `None`
    where two pulls were not compared, `rulings` as `rulings_table` returns. The first table of `codebook`
    (Markdown) has its questions, as for `questions_at_issue`. `unwritten` holds the claims of decisions that
    Label Studio does not have yet, one for each decision. `gold` are the figures of decided claims that were
    mixed in. `similar` has by claim id what the desk remembers that is like it. With `mail` the links to
    Label Studio are left out, and the page says so: they do not work on another computer.
    """

    answers: Answers
    claims: pd.DataFrame
    sources: pd.DataFrame
    figures: Mapping[str, Any]
    changes: pd.DataFrame | None = None
    rulings: pd.DataFrame | None = None
    codebook: str = ""
    unwritten: Sequence[str] = ()
    gold: GoldFigures | None = None
    similar: Mapping[str, Sequence[Similar]] = field(default_factory=dict)
    mail: bool = False


def page(data: PageData) -> str:
    """Return the report as one HTML file that needs nothing else, and whose one script filters claims."""
    answers, figures, judgements = data.answers, data.figures, data.answers.judgements
    table = data.claims.assign(link=None) if data.mail else data.claims
    shown = shown_claims(table, judgements, data.sources)
    claims = list(shown.values())
    offered = filters(claims, annotators(judgements), source_names(data.sources).values())
    split = disputes_table(data.claims)
    reviewed = reviewed_claims(answers, split[split["progress"] == "disputed"])
    return _template().render(
        project=answers.project.title,
        title=answers.project.title or "Untitled project",
        pulled_at=moment(answers.project.pulled_at),
        mail=data.mail,
        links_are_local=any(is_local(claim.link) for claim in claims),
        figures=figures,
        agreement=agreement_sentence(figures["agreement"]),
        bar=bar(claims),
        mixes=mixes(claims),
        histogram=histogram(judgements),
        matrix=label_matrix(judgements),
        timeline=timeline(judgements),
        steps=next_steps(claims, figures, given=answers_given(judgements), unwritten=data.unwritten),
        unwritten=frozenset(data.unwritten),
        gold=data.gold,
        disputes=[shown[claim_id] for claim_id in reviewed],
        reviewed=reviewed,
        questions={key: questions_at_issue(data.codebook, claim) for key, claim in reviewed.items()},
        at_once=AT_ONCE,
        decided=[claim for claim in claims if claim.status == "adjudicated"],
        filters=offered,
        find=Finder(offered, claims),
        articles=[_article(number, head, shown) for number, head in enumerate(answers.articles, 1)],
        sources=rows_of(data.sources),
        rulings=shown_rulings(data.rulings, shown),
        changes=None if data.changes is None else _by_claim(data.changes),
        similar=data.similar,
        titles={head.article_id: head.title or head.article_id for head in answers.articles},
        anchors={claim.claim_id: claim.anchor for claim in claims},
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
    return stretches(counts, whole=len(looks))


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
    environment = page_environment("annotate.report.page")
    environment.filters |= {"linked": linked, "many": counted, "percent": _percent, "decimal": _decimal}
    environment.filters |= {"figure": _figure, "shell": shlex.quote, "reason": plain_reason}
    environment.filters["similar_block"] = similar_block
    script = page_part("annotate.report.page", "report.js")
    style = _compact("".join(environment.get_template(name).render(specs=SPECS) for name in STYLES))
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
    return environment.get_template("report.html.j2")


def _compact(style: str) -> str:
    """Return a style sheet without comments and without white space around braces and semicolons.

    >>> _compact("/* Links */ a { color: red; } p:hover { margin: 0 auto }")
    'a{color: red;}p:hover{margin: 0 auto}'
    """
    return re.sub(
        r"\s*([{};])\s*", r"\1", re.sub(r"/\*.*?\*/\s*|\s*\n\s*", " ", style, flags=re.DOTALL)
    ).strip()


def _policy(style: str, script: str) -> str:
    """Return the page's Content-Security-Policy: this style, this script, and nothing else, from nowhere."""
    return "; ".join(
        (
            "default-src 'none'",
            f"style-src '{source_hash(style)}'",
            f"script-src '{source_hash(script)}'",
            "base-uri 'none'",
            "form-action 'none'",
            "require-trusted-types-for 'script'",
            "trusted-types 'none'",
        )
    )


def _percent(share: float | None) -> str:
    return "–" if share is None else f"{share:.0%}"


def _decimal(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.2f}"


def _figure(value: float | None, shape: str) -> str:
    return _percent(value) if shape == "percent" else _decimal(value)
