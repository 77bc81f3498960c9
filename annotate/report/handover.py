"""What other programs read: claims as JSON lines, as Web Annotations, and as drafts of ClaimReviews; pure.

claims.jsonl        one object a claim, the same keys in every line: datasets, data frames
annotations.jsonld  https://www.w3.org/TR/annotation-model/
claimreview.json    https://schema.org/ClaimReview
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from typing import Any
from urllib.parse import quote, urlsplit

import pandas as pd

from annotate.labels import CHECKABLE, SHOWN_AS
from annotate.model import Claim
from annotate.report.frames import CLAIMS_COLUMNS, FLOATS, INTEGERS, Raw, Restored

JSONL_KEYS: Mapping[str, str] = {
    **CLAIMS_COLUMNS,
    "start": "where the claim begins in its article (code points); null for a claim of an earlier version",
    "end": "where it ends",
}

AROUND = 32  # characters of the article on either side of a quotation, so that it is found in a changed text
NID = "urn:claimdesk"
AUTHORS: Mapping[str, str] = {"person": "Person", "organisation": "Organization"}

_DATE = re.compile(r"\d{4}(-\d\d){0,2}\Z", re.ASCII)
_LINE_ENDS = str.maketrans({char: f"\\u{ord(char):04x}" for char in "\x85\u2028\u2029"})
_MARKUP = str.maketrans({char: f"\\u{ord(char):04x}" for char in "<>&\u2028\u2029"})


def claims_jsonl(claims: pd.DataFrame, articles: Iterable[Restored]) -> str:
    """Return one line of JSON a claim, keys `JSONL_KEYS`.

    Text that is missing is empty, a number that is missing is `null`, so each key has one type throughout.

    Args:
        claims: as `tables.with_tasks` gives them.
        articles: the articles they stand in.
    """
    places = {claim.claim_id: claim.span for article in articles for claim in article.claims}
    spans = [places.get(claim_id, (None, None)) for claim_id in claims["claim_id"]]
    columns = {name: _plain(claims[name], name) for name in CLAIMS_COLUMNS}
    columns |= {"start": [span[0] for span in spans], "end": [span[1] for span in spans]}
    rows = zip(*columns.values(), strict=True)
    lines = (json.dumps(dict(zip(columns, row, strict=True)), ensure_ascii=False) for row in rows)
    return "".join(f"{line.translate(_LINE_ENDS)}\n" for line in lines)


def annotations_jsonld(claims: pd.DataFrame, articles: Iterable[Restored], raw: Raw) -> str:
    """Return the labelled claims that stand in an article as a W3C AnnotationCollection of one page.

    Each annotation tags a quotation (`TextQuoteSelector`) at its place (`TextPositionSelector`, code points
    of the article as it was sent) with the label that the desk came to; it names nobody.

    Args:
        claims: as `tables.with_tasks` gives them.
        articles: the articles they stand in.
        raw: the raw answers, for the project's key and title.
    """
    labelled = {row.claim_id: row for row in claims[claims["label"].notna()].itertuples()}
    desk = f"{NID}:{_part(raw['project'].get('key') or raw['project'].get('id'))}"
    items = [
        _annotation(claim, labelled[claim.claim_id], article, desk=desk)
        for article in articles
        for claim in article.claims
        if claim.claim_id in labelled
    ]
    return _safe_json(
        {
            "@context": "http://www.w3.org/ns/anno.jsonld",
            "id": f"{desk}:claims",
            "type": "AnnotationCollection",
            "label": str(raw["project"].get("title") or ""),
            "total": len(items),
            "first": {"id": f"{desk}:claims:1", "type": "AnnotationPage", "startIndex": 0, "items": items},
        }
    )


def claimreview_json(claims: pd.DataFrame, articles: Iterable[Restored]) -> str:
    """Return drafts of schema.org ClaimReviews, without a rating: no verdict is given here.

    There is one for each claim that an editor settled as a checkable fact and that stands in its article. The
    author of the claim is its source, where it has a name; a document it rests on is `isBasedOn`.

    Args:
        claims: as `tables.with_tasks` gives them.
        articles: the articles they stand in.
    """
    settled = claims[claims["final_label"].isin(CHECKABLE) & claims["position"].notna()]
    by_id = {article.article_id: article for article in articles}
    items = [_review(row, by_id[str(row.article)]) for row in settled.itertuples()]
    return _safe_json({"@context": "https://schema.org", "@graph": items})


def _plain(column: pd.Series[Any], name: str) -> list[Any]:
    """Return a column's cells as JSON has them."""
    if name in INTEGERS | FLOATS:
        kind = int if name in INTEGERS else float
        return [None if pd.isna(cell) else kind(cell) for cell in column]
    return [cell if isinstance(cell, str) else "" for cell in column]


def _annotation(claim: Claim, row: Any, article: Restored, *, desk: str) -> dict[str, Any]:
    text, start, end = article.text, claim.start, claim.end
    said = "decided by an editor" if row.status == "adjudicated" else f"{row.status}, votes: {row.votes}"
    said += f" of {row.wanted}, more are awaited" if row.progress == "waiting" else ""
    return {
        "id": f"{desk}:claim:{_part(claim.claim_id)}",
        "type": "Annotation",
        "motivation": "tagging",
        "body": [
            {
                "type": "TextualBody",
                "purpose": "tagging",
                "value": SHOWN_AS[row.label],
                "format": "text/plain",
            },
            {"type": "TextualBody", "purpose": "describing", "value": said, "format": "text/plain"},
        ],
        "target": {
            "source": _address(article) or f"{NID}:article:{_part(article.article_id)}",
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


def _review(row: Any, article: Restored) -> dict[str, Any]:
    appearance = {
        "@type": "CreativeWork",
        "url": _address(article),
        "headline": article.title,
        "datePublished": article.date if _DATE.match(article.date) else "",
    }
    claim = {"@type": "Claim", "text": row.claim, **_carried_by(row)}
    return {
        "@type": "ClaimReview",
        "@id": f"{NID}:review:{_part(row.claim_id)}",
        "creativeWorkStatus": "Draft",
        "claimReviewed": row.claim,
        "itemReviewed": {**claim, "appearance": {key: told for key, told in appearance.items() if told}},
    }


def _carried_by(row: Any) -> dict[str, Any]:
    """Return the source of a claim in schema.org's words; an unnamed one is nobody's name."""
    source = row.source if isinstance(row.source, str) else ""
    kind = row.source_kind if isinstance(row.source_kind, str) else ""
    if not source or kind == "unnamed":
        return {}
    if kind == "document":
        return {"isBasedOn": {"@type": "CreativeWork", "name": source}}
    return {"author": {**({"@type": AUTHORS[kind]} if kind in AUTHORS else {}), "name": source}}


def _address(article: Restored) -> str:
    """Return the article's address on the web; empty for a file."""
    try:
        address = urlsplit(article.address)
    except ValueError:
        return ""
    return article.address if address.scheme in ("http", "https") and address.netloc else ""


def _part(words: object) -> str:
    """Return a part of a URN."""
    return quote(str(words), safe="")


def _safe_json(told: Mapping[str, Any]) -> str:
    """Return JSON in which nothing ends a script or begins an element, should a page embed it."""
    return json.dumps(told, ensure_ascii=False, allow_nan=False, indent=1).translate(_MARKUP) + "\n"
