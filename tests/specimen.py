"""Articles for tests, written as marked text.

Paragraphs stand apart by an empty line. `# ` begins a heading; `{words}` is a claim, `{words|label}` one with a
suggested label, `{words|label|source}` one with a suggested source too, whose words stand in the claim.
"""

from __future__ import annotations

import re
from typing import Any

from annotate.model import Article, Attribution, Block, Claim, Skip, Span, Suggestion

BRIDGE = """# The bridge at Orrin

By Mara Dell

{The council closed the old bridge over the Orrin in 1998,|checkable_fact} \
{and the mayor, Tove Lund, said it was no longer safe.|attributed_report|the mayor, Tove Lund} \
{It was a cowardly decision.|opinion} {Nobody in the valley was asked.}

{“We had no choice,” Ms Lund told the Orrin Gazette last week.|attributed_report|Ms Lund} \
{A report by the county engineers put the repair at 4.2 million crowns.|attributed_report|A report by the county \
engineers}

# What the ferry costs

{Since then a ferry has crossed four times a day.|checkable_fact} {It should run every hour.|opinion} \
{The ferry company lost 310,000 crowns in 2019.|checkable_fact} {People close to the board say it may stop in \
spring.|attributed_report|People close to the board}

{The valley deserves better than a timetable.|opinion}
"""

_CLAIM = re.compile(r"\{([^{}|]*)(?:\|([^{}|]*))?(?:\|([^{}|]*))?\}")


def specimen(
    marked: str = BRIDGE, *, article_id: str = "bridge-at-orrin"
) -> tuple[Article, list[Claim], list[Skip]]:
    """Give the article, the claims and the skips that marked text stands for."""
    text, blocks, claims, skips, section = "", [], [], [], ""
    for number, paragraph in enumerate(marked.strip().split("\n\n")):
        start, kind, last = len(text), "heading" if paragraph.startswith("# ") else "body", 0
        paragraph = paragraph.removeprefix("# ")
        for found in _CLAIM.finditer(paragraph):
            text += paragraph[last : found.start()]
            claims.append(_claim(found, len(text), len(claims), number, section, article_id))
            text += found[1]
            last = found.end()
        text += paragraph[last:]
        if not last:
            skips.append(Skip("heading" if kind == "heading" else "byline", start, len(text), text[start:]))
            kind = kind if kind == "heading" else "byline"
            section = text[start:] if kind == "heading" else section
        blocks.append(Block(start, len(text), kind))
        text += "\n\n"
    title = next((block.span.of(text) for block in blocks if block.kind == "heading"), "")
    article = Article(
        article_id, text, tuple(blocks), title=title, address="https://orrin-gazette.example/bridge"
    )
    return article, claims, skips


def _claim(found: re.Match[str], start: int, index: int, block: int, section: str, article_id: str) -> Claim:
    words, label, source = found.groups()
    made: dict[str, Any] = {}
    if label:
        made["suggestion"] = Suggestion(label, 0.75, "specimen")
    if source:
        at = start + words.index(source)
        made["attribution"] = Attribution(Span(at, at + len(source)), None, None)
    slug = re.sub(r"\W+", "-", words.lower()).strip("-")[:24]
    return Claim(
        article_id,
        f"{slug}-{index:04d}",
        index,
        start,
        start + len(words),
        words,
        block,
        "body",
        section,
        **made,
    )
