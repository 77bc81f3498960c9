"""Tasks of gold: the paragraph of a decided claim, or the claim with its passage; pure.

A task looks like the others of its project: title, address and article id are those of the project's article,
and claims have ids of the same form. In the article layout all claims of a paragraph are marked, decided or
not, for a paragraph with one claim marked of three would stand out. A heading that is the title of the other
article is left out.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace

from annotate.model import Article, Claim, Skip, Span
from annotate.studio.format import Layout, Task, Terms, claim_tasks, digest_of, stretch_task
from annotate.studio.gold.seal import DecidedClaim, Origin, sealed
from annotate.text import fold

DIGITS = 10  # of a claim's id, as of those that the article's own claims have


@dataclass(frozen=True, slots=True)
class GoldArticle:
    """An article of a pulled project with claims that an editor decided.

    `claims` are those that stand in its newest `text`, in reading order, and none that an annotator added;
    `decided` has some of them, by id.
    """

    project: str
    article_id: str
    title: str
    text: str
    claims: tuple[Claim, ...]
    skips: tuple[Skip, ...]
    decided: Mapping[str, DecidedClaim]


def claims_shown(article: GoldArticle, claim_id: str, layout: Layout) -> list[Claim]:
    """Return the claims that a task shows together with a claim, itself included."""
    own = next(claim for claim in article.claims if claim.claim_id == claim_id)
    if layout == "claim":
        return [own]
    return [claim for claim in article.claims if claim.block == own.block]


def gold_tasks(
    host: Article,
    article: GoldArticle,
    chosen: Collection[str],
    *,
    layout: Layout,
    terms: Terms,
) -> list[Task]:
    """Return the tasks that show chosen claims of an article among those of another one, the host.

    Every decided claim that a task shows counts, also where only another one of its paragraph was chosen.
    """
    shown = Article(host.article_id, article.text, (), host.title, host.author, host.date, host.address)
    ids = {claim.claim_id: _id(host.article_id, claim.claim_id) for claim in article.claims}
    own = {
        claim.claim_id: replace(
            claim,
            article_id=host.article_id,
            claim_id=ids[claim.claim_id],
            section="" if fold(claim.section) == fold(article.title) else claim.section,
        )
        for claim in article.claims
    }
    if layout == "claim":
        only = {ids[claim_id] for claim_id in chosen}
        tasks = claim_tasks(shown, list(own.values()), article.skips, only=only, terms=terms)
    else:
        tasks = [
            stretch_task(shown, [own[c.claim_id] for c in part], article.skips, span, terms=terms)
            for part, span in _paragraphs(article, chosen)
        ]
    names = {ids[claim_id]: decided for claim_id, decided in article.decided.items()}
    return [_disguised(task, host) | {"meta": sealed(_origin(task, article, names))} for task in tasks]


def _disguised(task: Task, host: Article) -> Task:
    """Return a task with the revision that the other tasks of its project have."""
    data = {**task["data"], "revision": host.revision}
    return {**task, "data": data | {"digest": digest_of(data)}}


def _origin(task: Task, article: GoldArticle, names: Mapping[str, DecidedClaim]) -> Origin:
    shown = [claim["claim_id"] for claim in task["data"]["claims"]]
    return Origin(article.project, article.article_id, {name: names[name] for name in shown if name in names})


def _id(host: str, claim_id: str) -> str:
    """Return the id of a claim among those of another article, of the form that `article.ids` gives."""
    return f"{host}-{hashlib.sha256(f'{host} {claim_id}'.encode()).hexdigest()[:DIGITS]}"


def _paragraphs(article: GoldArticle, chosen: Collection[str]) -> Iterator[tuple[Sequence[Claim], Span]]:
    """Yield the claims of each paragraph that has a chosen one, and where the paragraph stands."""
    blocks: dict[int, list[Claim]] = {}
    for claim in article.claims:
        blocks.setdefault(claim.block, []).append(claim)
    for part in blocks.values():
        if any(claim.claim_id in chosen for claim in part):
            yield part, _paragraph(article, part)


def _paragraph(article: GoldArticle, part: Sequence[Claim]) -> Span:
    """Return the lines of some claims, as far as no other claim stands in them."""
    first, last = part[0].start, max(claim.end for claim in part)
    others = [claim for claim in article.claims if claim not in part]
    low = max((claim.end for claim in others if claim.end <= first), default=0)
    high = min((claim.start for claim in others if claim.start >= last), default=len(article.text))
    line = article.text.rfind("\n", low, first) + 1 or low
    end = article.text.find("\n", last, high)
    before, after = article.text[line:first], article.text[last : high if end < 0 else end]
    return Span(first - len(before.lstrip()), last + len(after.rstrip()))
