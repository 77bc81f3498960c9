"""Drafts of schema.org ClaimReviews (https://schema.org/ClaimReview), without a rating."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

import pandas as pd

from annotate.model import DROPPED
from annotate.report.exporters.linked_data import safe_json, urn, web_address
from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.frames import Restored
from annotate.report.page import addresses_in
from annotate.text import fold

AUTHORS = {"person": "Person", "organisation": "Organization"}  # schema.org's types, by kind of source

AGREED = 2  # annotators who name the same source

_DATE = re.compile(r"\d{4}(-\d\d){0,2}\Z", re.ASCII)


@exporter("claimreview.json", place=9)
def claimreview_json(data: ReportData) -> str:
    """Return a draft for each checkable fact in an article that is not dropped.

    A checker fills in `url`, `author` and `datePublished`, which are empty. The author of the claim is its
    source, where that is decided or agreed and has a name; a document it rests on is `isBasedOn`. There is
    no rating: the program states checkability, never truth.
    """
    claims = data.claims
    listed = claims[claims["check"].notna() & (claims["check"] != DROPPED) & claims["position"].notna()]
    articles = {article.article_id: article for article in data.answers.articles}
    named = _named_sources(data.answers.judgements)
    drafts = [_draft(row, articles[str(row.article)], named) for row in listed.itertuples()]
    return safe_json({"@context": "https://schema.org", "@graph": drafts})


def _named_sources(judgements: pd.DataFrame) -> Counter[tuple[str, str, str]]:
    """Return how many annotators gave a claim a label and a source, by claim, label and folded source."""
    voted = judgements[(judgements["counted"] == "yes") & judgements["source"].notna()]
    rows = zip(voted["claim_id"], voted["label"], voted["source"].map(fold), strict=True)
    return Counter(rows)


def _draft(row: Any, article: Restored, named: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    appearance = {
        "@type": "CreativeWork",
        "url": web_address(article),
        "headline": article.title,
        "datePublished": article.date if _DATE.match(article.date) else "",
    }
    claim = {"@type": "Claim", "text": row.claim, **_carried_by(row, named)}
    evidence = addresses_in(_text(row.evidence))
    return {
        "@type": "ClaimReview",
        "@id": urn("review", row.claim_id),
        "creativeWorkStatus": f"Draft: {row.check}",
        "url": "",
        "author": {"@type": "Organization", "name": ""},
        "datePublished": "",
        "claimReviewed": row.claim,
        **({"citation": evidence} if evidence else {}),
        "itemReviewed": {**claim, "appearance": {key: words for key, words in appearance.items() if words}},
    }


def _carried_by(row: Any, named: Counter[tuple[str, str, str]]) -> dict[str, Any]:
    """Return the source of a claim in schema.org's words; an unnamed one is nobody's name.

    It counts where an editor decided it, or where several annotators name it who gave the claim's label.
    """
    source, kind = _text(row.source), _text(row.source_kind)
    is_agreed = named[row.claim_id, row.label, fold(source)] >= AGREED
    if not source or kind == "unnamed" or not (_text(row.decided_source) or is_agreed):
        return {}
    if kind == "document":
        return {"isBasedOn": {"@type": "CreativeWork", "name": source}}
    return {"author": {**({"@type": AUTHORS[kind]} if kind in AUTHORS else {}), "name": source}}


def _text(cell: object) -> str:
    return cell if isinstance(cell, str) else ""
