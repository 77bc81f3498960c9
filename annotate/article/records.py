"""One article as it goes into an archive: what it is, its claims as rows, or why it is set aside.

This is the one function that every worker runs, on this machine and on a cluster.
"""

from __future__ import annotations

import hashlib
import re
from typing import Any, NamedTuple

from annotate.article.pipeline import extract
from annotate.article.reading import Listed, contents_of, read_listed
from annotate.article.rows import Row, row_of
from annotate.errors import AnnotateError

#: Half of a surrogate pair, which no file can keep.
HALF = re.compile("[\ud800-\udfff]")
FACTS = (
    "article_id", "source", "bytes", "sha256", "revision", "title", "author", "date", "address",
    "characters", "claims", "skips", "set_aside",
)  # fmt: skip


class Record(NamedTuple):
    """An article's row (see `FACTS`; `set_aside` is empty where all went well) and those of its claims."""

    article: Row
    claims: list[Row]


def record(listed: Listed, *, allow_private: bool = False) -> Record:
    """Read an article and break it into claims; whatever is wrong with it becomes its reason."""
    facts: Row = {}
    try:
        if listed.refused:
            return aside(listed, listed.refused)
        if (content := contents_of(listed.where)) is not None:
            facts = {"bytes": len(content), "sha256": hashlib.sha256(content).hexdigest()}
        article = read_listed(listed.where, name=listed.name, content=content, allow_private=allow_private)
        claims, skips = extract(article)
    except AnnotateError as error:
        return aside(listed, str(error), **facts)
    except Exception as error:  # whatever an article does, the others go on
        return aside(listed, f"{type(error).__name__}: {error} (a fault of claimdesk)", **facts)
    facts |= {"revision": article.revision, "title": article.title, "author": article.author}
    facts |= {"date": article.date, "address": article.address, "characters": len(article.text)}
    facts |= {"claims": len(claims), "skips": len(skips)}
    return Record(_facts(listed, facts), [_whole(row_of(claim, article)) for claim in claims])


def aside(listed: Listed, why: str, **facts: Any) -> Record:
    """Set an article aside, with its reason."""
    return Record(_facts(listed, {**facts, "set_aside": why}), [])


def _facts(listed: Listed, known: Row) -> Row:
    own = {"article_id": listed.article_id, "source": listed.where, "set_aside": "", "claims": 0}
    return {name: _whole(value) for name, value in (dict.fromkeys(FACTS) | own | known).items()}


def _whole(value: Any) -> Any:
    """Replace each half of a surrogate pair in a row by one character, so that every offset stays."""
    if isinstance(value, str):
        return HALF.sub("\ufffd", value)
    if isinstance(value, dict):
        return {name: _whole(each) for name, each in value.items()}
    return [_whole(each) for each in value] if isinstance(value, list) else value
