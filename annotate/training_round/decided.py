"""Claims that the desk has decided, and why: of a pulled project, or of the sample article; pure."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from annotate.article import under_id
from annotate.config import Case
from annotate.errors import UsageError
from annotate.labels import LABELS
from annotate.model import Article, Block, Claim, Skip
from annotate.report import Answers, claims_table
from annotate.text import fold, fold_spaces

SAMPLE_ID = "training-sample"  # id of the sample article in a training round, wherever its file is
FIELDS = {"text", "label", "source", "ruling", "why"}

_PARAGRAPH = re.compile(r"\S(?:.*?\S)??(?=\s*\n\s*\n|\s*\Z)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class DecidedClaim:
    """A claim with the label that the desk decided, `by` whom; `note` says why.

    `ruling` is what decided it: a case of the codebook, or a question of it that annotators ticked, or empty.
    `group` tells claims of one label apart that are decided for different reasons.
    """

    claim_id: str
    label: str
    source: str = ""
    by: str = ""
    note: str = ""
    ruling: str = ""
    group: str = ""


@dataclass(frozen=True, slots=True)
class Stock:
    """Claims to choose from: articles with their claims and skips, and by claim id what was decided.

    Only decided claims are listed, in reading order, without the program's suggestion.
    """

    articles: tuple[tuple[Article, tuple[Claim, ...], tuple[Skip, ...]], ...]
    decided: Mapping[str, DecidedClaim]


# --------------------------------------------------------------------------- a project


def decided_claims(answers: Answers, cases: Sequence[Case], *, method: Any = "majority") -> Stock:
    """Return the claims of a project that an editor decided and that its articles still have.

    Claims that an annotator drew are left out: nobody else is asked about them.

    Args:
        answers: the pulled project.
        cases: the rulings of the codebook.
        method: how votes become labels.
    """
    table = claims_table(answers, method=method)
    kinds = dict(zip(answers.claims["claim_id"], answers.claims["kind"], strict=True))
    drawn = set(answers.claims.loc[answers.claims["added"] == 1, "claim_id"])
    rulings = dict(_rulings_given(answers))
    decided = {
        row["claim_id"]: _decided(row, kinds[row["claim_id"]], rulings, cases)
        for row in table.astype(object).where(table.notna(), None).to_dict("records")
        if row["status"] == "adjudicated" and row["label"] in LABELS and row["claim_id"] not in drawn
    }
    newest = answers.project.newest_claims()
    articles = []
    for restored in answers.articles:
        claims = tuple(
            _plain(claim, kept=restored.revision == newest[claim.claim_id][1].revision)
            for claim in restored.claims
            if claim.claim_id in decided
        )
        blocks = tuple(_blocks(restored.text, restored.skips))
        names = ("article_id", "title", "author", "date", "address")
        head = {name: getattr(restored, name) for name in names}
        article = Article(text=restored.text, blocks=blocks, **head)
        articles += [(article, claims, restored.skips)] if claims else []
    there = {claim.claim_id for _, claims, _ in articles for claim in claims}
    return Stock(tuple(articles), {name: each for name, each in decided.items() if name in there})


def _decided(
    row: Mapping[Any, Any], kind: str, rulings: Mapping[tuple[str, str], str], cases: Iterable[Case]
) -> DecidedClaim:
    note = str(row["note"] or "")
    named = next((each.words for each in cases if fold(each.words) in fold(note)), "")
    ruling = named or rulings.get((row["claim_id"], row["label"]), "")
    return DecidedClaim(
        claim_id=row["claim_id"],
        label=row["label"],
        source=row["decided_source"] or "",
        by=row["editor"] or "",
        note=note,
        ruling=ruling,
        group=ruling or f"{kind} {row['source_kind'] or ''}".strip(),
    )


def _rulings_given(answers: Answers) -> Iterator[tuple[tuple[str, str], str]]:
    """Return by claim and label the ruling that annotators ticked most often with this label."""
    votes = answers.judgements[answers.judgements["counted"] == "yes"]
    for (claim_id, label), rows in votes.dropna(subset=["ruling"]).groupby(["claim_id", "label"]):
        counts = Counter(rows["ruling"])
        yield (str(claim_id), str(label)), min(counts, key=lambda ruling: (-counts[ruling], ruling))


def _plain(claim: Claim, *, kept: bool) -> Claim:
    """Return a claim without suggestion; its attribution counts in the text that it was sent with alone."""
    return replace(claim, suggestion=None, attribution=claim.attribution if kept else None)


def _blocks(text: str, skips: Iterable[Skip]) -> Iterator[Block]:
    """Return the paragraphs of a text as blocks, which a pull does not keep; headings are known as skips."""
    headings = {skip.start for skip in skips if skip.kind == "heading"}
    for match in _PARAGRAPH.finditer(text):
        yield Block(match.start(), match.end(), "heading" if match.start() in headings else "body")


# --------------------------------------------------------------------------- the sample article


def sample_stock(article: Article, claims: Sequence[Claim], skips: Sequence[Skip], answers: str) -> Stock:
    """Return the claims of the sample article that `training.toml` has an answer to.

    Args:
        article: the sample article, with its claims and skips.
        claims: its claims.
        skips: what is no claim in it.
        answers: the text of `training.toml`.

    Raises:
        UsageError: where an answer cannot be used.
    """
    article, claims = under_id(article, claims, SAMPLE_ID)
    given = _sample_answers(answers)
    chosen = [claim for claim in claims if fold_spaces(claim.text) in given]
    decided = {
        claim.claim_id: replace(given[fold_spaces(claim.text)], claim_id=claim.claim_id) for claim in chosen
    }
    return Stock(((article, tuple(_plain(claim, kept=True) for claim in chosen), tuple(skips)),), decided)


def _sample_answers(text: str) -> dict[str, DecidedClaim]:
    """Return the answers of `training.toml` by the words of their claims."""
    try:
        rows = tomllib.loads(text).get("claim", [])
        return {fold_spaces(row["text"]): _sample_answer(row) for row in rows}
    except (KeyError, TypeError, ValueError) as error:  # a TOMLDecodeError is a ValueError
        raise UsageError(
            f"configs/training.toml: {error}: correct it, or delete it to use the shipped one"
        ) from error


def _sample_answer(row: Mapping[str, str]) -> DecidedClaim:
    where = f"the claim “{row['text'][:40]}…”"
    if unknown := sorted(row.keys() - FIELDS):
        raise ValueError(f"{where} has unknown fields ({', '.join(unknown)})")
    if row["label"] not in LABELS:
        raise ValueError(f"{where} has the label {row['label']!r}, and labels.toml does not")
    ruling = row.get("ruling", "")
    return DecidedClaim("", row["label"], row.get("source", ""), "", row["why"], ruling, group=ruling)
