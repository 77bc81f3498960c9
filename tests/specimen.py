"""Articles for tests, written as marked text.

Paragraphs stand apart by an empty line. `# ` begins a heading; `{words}` is a claim, `{words|label}` one with
a suggested label, `{words|label|source|cue|kind}` one with a suggested source and cue too, whose words stand in
the claim, and the kind of source; cue and kind may be left out.
"""

from __future__ import annotations

import re
from typing import Any

from annotate.model import Article, Attribution, Block, BlockKind, Claim, Skip, Span, Suggestion

BRIDGE = """# The bridge at Orrin

By Mara Dell

{The council closed the old bridge over the Orrin in 1998,|checkable_fact}
{and the mayor, Tove Lund, said it was no longer safe.|attributed_report|the mayor, Tove Lund}
{It was a cowardly decision.|opinion} {Nobody in the valley was asked.}

{“We had no choice,” Ms Lund told the Orrin Gazette last week.|attributed_report|Ms Lund}
{A report by the county engineers put the repair at 4.2 million crowns.|attributed_report|A report}

# What the ferry costs

{Since then a ferry has crossed four times a day.|checkable_fact} {It should run every hour.|opinion}
{The ferry company lost 310,000 crowns in 2019.|checkable_fact}
{People close to the board say it may stop in spring.|attributed_report|People close to the board}

{The valley deserves better than a timetable.|opinion}
"""

_CLAIM = re.compile(r"\{([^{}|]*)(?:\|([^{}|]*))?(?:\|([^{}|]*))?(?:\|([^{}|]*))?(?:\|([^{}|]*))?\}")


def specimen(
    marked: str = BRIDGE, *, article_id: str = "bridge-at-orrin"
) -> tuple[Article, list[Claim], list[Skip]]:
    """Return the article, the claims and the skips that marked text stands for."""
    text, section = "", ""
    blocks: list[Block] = []
    claims: list[Claim] = []
    skips: list[Skip] = []
    for number, paragraph in enumerate(marked.strip().split("\n\n")):
        start, last, words = len(text), 0, paragraph.removeprefix("# ")
        for found in _CLAIM.finditer(words):
            text += words[last : found.start()]
            place = {"index": len(claims), "start": len(text), "block": number, "section": section}
            claims.append(_claim(found, article_id, place))
            text += found[1]
            last = found.end()
        text += words[last:]
        kind: BlockKind = "heading" if paragraph.startswith("# ") else "body" if last else "byline"
        if kind in {"heading", "byline"}:
            skips.append(Skip("heading" if kind == "heading" else "byline", start, len(text), text[start:]))
            section = text[start:] if kind == "heading" else section
        blocks.append(Block(start, len(text), kind))
        text += "\n\n"
    title = next((block.span.of(text) for block in blocks if block.kind == "heading"), "")
    address = "https://orrin-gazette.example/bridge"
    return Article(article_id, text, tuple(blocks), title=title, address=address), claims, skips


def _claim(found: re.Match[str], article_id: str, place: dict[str, Any]) -> Claim:
    words, label, *attributed, kind = found.groups()
    made: dict[str, Any] = {}
    if label:
        made["suggestion"] = Suggestion(label, 0.75, "specimen")
    if any(attributed):
        places = [place["start"] + words.index(part) if part else -1 for part in attributed]
        pairs = zip(attributed, places, strict=True)
        source, cue = (Span(at, at + len(part)) if part else None for part, at in pairs)
        made["attribution"] = Attribution(source, cue, None, kind=kind or None)
    slug = re.sub(r"\W+", "-", words.lower()).strip("-")[:40]
    end = place["start"] + len(words)
    return Claim(article_id=article_id, claim_id=slug, end=end, text=words, kind="body", **place, **made)
