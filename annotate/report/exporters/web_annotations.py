"""The labelled claims as W3C Web Annotations (https://www.w3.org/TR/annotation-model/)."""

from __future__ import annotations

from typing import Any

from annotate.labels import SHOWN_AS
from annotate.model import Claim
from annotate.report.exporters.linked_data import safe_json, urn, web_address
from annotate.report.exporters.registry import ReportData, exporter
from annotate.report.frames import Restored

ROW = ["claim_id", "label", "status", "votes", "wanted", "progress"]
AROUND = 32  # characters of the article on either side of a quotation, to find it in a changed text


@exporter("annotations.jsonld", place=8)
def annotations_jsonld(data: ReportData) -> str:
    """Return the labelled claims that stand in an article as an AnnotationCollection of one page.

    Each annotation tags a quotation (`TextQuoteSelector`) at its place (`TextPositionSelector`, code points
    of the article as it was sent) with the label that the claim has; it names no annotator.
    """
    project = data.answers.project
    own = project.key or project.number
    rows = data.claims.loc[data.claims["label"].notna(), ROW]
    labelled = {row.claim_id: row for row in rows.itertuples(index=False)}
    items = [
        {"id": urn(own, "claim", claim.claim_id)} | _annotation(claim, labelled[claim.claim_id], article)
        for article in data.answers.articles
        for claim in article.claims
        if claim.claim_id in labelled
    ]
    collection = {
        "@context": "http://www.w3.org/ns/anno.jsonld",
        "id": urn(own, "claims"),
        "type": "AnnotationCollection",
        "label": project.title,
        "total": len(items),
        "first": {"id": urn(own, "claims", 1), "type": "AnnotationPage", "startIndex": 0, "items": items},
    }
    return safe_json(collection)


def _annotation(claim: Claim, row: Any, article: Restored) -> dict[str, Any]:
    text, start, end = article.text, claim.start, claim.end
    status = "decided by an editor" if row.status == "adjudicated" else f"{row.status}, votes: {row.votes}"
    status += f" of {row.wanted}, more are awaited" if row.progress == "waiting" else ""
    return {
        "type": "Annotation",
        "motivation": "tagging",
        "body": [_body("tagging", SHOWN_AS[row.label]), _body("describing", status)],
        "target": {
            "source": web_address(article) or urn("article", article.article_id),
            "selector": [
                {
                    "type": "TextQuoteSelector",
                    "exact": text[start:end],
                    "prefix": text[max(0, start - AROUND) : start],
                    "suffix": text[end : end + AROUND],
                },
                {"type": "TextPositionSelector", "start": start, "end": end},
            ],
        },
    }


def _body(purpose: str, value: str) -> dict[str, str]:
    return {"type": "TextualBody", "purpose": purpose, "value": value, "format": "text/plain"}
