"""Drafts of schema.org ClaimReviews (https://schema.org/ClaimReview), without a rating."""

from __future__ import annotations

import re
from typing import Any

from annotate.labels import CHECKABLE
from annotate.report.exporters.linked_data import safe_json, urn, web_address
from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.frames import Restored

AUTHORS = {"person": "Person", "organisation": "Organization"}  # schema.org's types, by kind of source

_DATE = re.compile(r"\d{4}(-\d\d){0,2}\Z", re.ASCII)


@exporter("claimreview.json", place=9)
def claimreview_json(data: ReportData) -> str:
    """Return a draft for each claim in an article that an editor settled as a checkable fact.

    The author of the claim is its source, where it has a name; a document it rests on is `isBasedOn`. There
    is no rating: the program states checkability, never truth.
    """
    claims = data.claims
    settled = claims[claims["decision"].isin(CHECKABLE) & claims["position"].notna()]
    articles = {article.article_id: article for article in data.answers.articles}
    drafts = [_draft(row, articles[str(row.article)]) for row in settled.itertuples()]
    return safe_json({"@context": "https://schema.org", "@graph": drafts})


def _draft(row: Any, article: Restored) -> dict[str, Any]:
    appearance = {
        "@type": "CreativeWork",
        "url": web_address(article),
        "headline": article.title,
        "datePublished": article.date if _DATE.match(article.date) else "",
    }
    claim = {"@type": "Claim", "text": row.claim, **_carried_by(row)}
    return {
        "@type": "ClaimReview",
        "@id": urn("review", row.claim_id),
        "creativeWorkStatus": "Draft",
        "claimReviewed": row.claim,
        "itemReviewed": {**claim, "appearance": {key: words for key, words in appearance.items() if words}},
    }


def _carried_by(row: Any) -> dict[str, Any]:
    """Return the source of a claim in schema.org's words; an unnamed one is nobody's name."""
    source, kind = (words if isinstance(words, str) else "" for words in (row.source, row.source_kind))
    if not source or kind == "unnamed":
        return {}
    if kind == "document":
        return {"isBasedOn": {"@type": "CreativeWork", "name": source}}
    return {"author": {**({"@type": AUTHORS[kind]} if kind in AUTHORS else {}), "name": source}}
