"""What the desk remembers, printed."""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from rich.table import Table
from rich.text import Text

from annotate.article import row_of
from annotate.cli import screen_tables
from annotate.cli.screen import data, note, one_line
from annotate.errors import BadInput
from annotate.model import Article, Claim, Similar, Skip
from annotate.text import counted, display_path

if TYPE_CHECKING:
    from annotate.memory import Feed
    from annotate.workflows import MemoryStatus, Recall, Remembered

NEVER = "Similar is not the same: read both, and look at what is marked."
DIFFERS = "bold underline"


def similar_row(similar: Similar) -> dict[str, object]:
    """Return a remembered claim as a field of one line of JSON."""
    return {
        **similar.fields,
        "says": similar.says,
        "score": similar.score,
        "differs": list(similar.differs),
        "different_here": [words for words, kind in similar.ours if kind],
        "different_there": [words for words, kind in similar.theirs if kind],
    }


def json_lines(parts: Iterable[Claim | Skip], article: Article, recall: Recall) -> None:
    """Print claims and skips as JSON lines, with `similar` where something like a claim is remembered."""
    claims = [part for part in parts if isinstance(part, Claim)]
    for row in _rows(parts, article, recall.of_article(article, claims)):
        data(json.dumps(row, ensure_ascii=False) + "\n")


def _rows(
    parts: Iterable[Claim | Skip], article: Article, similar: Mapping[str, Sequence[Similar]]
) -> Iterator[dict[str, Any]]:
    for part in parts:
        row = row_of(part, article)
        if some := similar.get(row.get("claim_id", "")):
            row["similar"] = [similar_row(each) for each in some]
        yield row


def below_table(claims: Iterable[Claim], similar: Mapping[str, Sequence[Similar]]) -> None:
    """Print below a table of claims what is remembered that is like them."""
    rows = [(claim.index + 1, each) for claim in claims for each in similar.get(claim.claim_id, ())]
    if not rows:
        return
    table = _table("#", "similar claim", "what came of it")
    for number, each in rows:
        table.add_row(Text(str(number)), _words(each), _outcome(each))
    data("\n")
    screen_tables.table(table)
    data(f"{NEVER}\n")


def search(found: Sequence[Similar], *, form: str) -> None:
    """Print what was found for some words, as a table or as JSON.

    Raises:
        BadInput: where nothing was.
    """
    if form == "json":
        data(json.dumps([similar_row(each) for each in found], ensure_ascii=False, indent=1) + "\n")
        return
    if not found:
        raise BadInput("nothing like it is remembered: `annotate memory status` shows what there is")
    table = _table("score", "claim", "what came of it")
    for similar in found:
        table.add_row(Text(f"{similar.score:.2f}"), _words(similar), _outcome(similar))
    screen_tables.table(table)
    data(f"{NEVER}\n")


def status(state: MemoryStatus) -> None:
    """Print what is in the memory.

    Raises:
        BadInput: where it cannot be used.
    """
    if state.trouble and not state.sources and state.size:
        raise BadInput(state.trouble)
    for source in state.sources:
        is_feed = source.is_feed
        what = counted(source.claims, "review" if is_feed else "claim")
        kind = "feed" if is_feed else "project"
        name = "" if is_feed or source.title == source.source else f" ({source.source})"
        state_words = f"; {source.state}" if source.state else ""
        data(f"{kind} {one_line(source.title)}{name}: {what}{state_words}\n")
    path = display_path(state.path)
    size = f", {state.size / 1e6:,.1f} MB" if state.size else ""
    data(f"{counted(state.claims, 'claim')} in {path}{size}\n")
    if not state.claims:
        note("Nothing is remembered yet: `annotate pull` keeps the claims of a project.")
    if state.trouble:
        note(f"The memory is {state.trouble}.")


def added(feed: Feed) -> None:
    """Print what a feed brought."""
    undated = f", {feed.undated:,} without a date" if feed.undated else ""
    data(f"{counted(feed.reviews, 'review')} added as {feed.name}{undated}\n")


def removed(source: Remembered) -> None:
    """Print what was removed."""
    is_feed = source.is_feed
    what = counted(source.claims, "review" if is_feed else "claim")
    again = "" if is_feed else "; its next pull, or a rebuild, brings them back"
    data(f"{one_line(source.title)}: {what} removed from the memory{again}\n")


def _table(*heads: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="bold")
    table.add_column(heads[0], justify="right", style="dim")
    table.add_column(heads[1], ratio=1)
    table.add_column(heads[2], ratio=1)
    return table


def _words(similar: Similar) -> Text:
    """Return the words of a remembered claim, what differs between brackets and underlined."""
    parts: list[str | tuple[str, str]] = []
    for words, kind in similar.theirs:
        parts.append((f"[{one_line(words)}]", DIFFERS) if kind else _spaced(words))
    return Text.assemble(*parts)


def _spaced(words: str) -> str:
    """Return words in one line, with the spaces around them."""
    before, after = words[:1].isspace(), words[-1:].isspace()
    return f"{' ' * before}{one_line(words)}{' ' * (after and bool(words.strip()))}"


def _outcome(similar: Similar) -> Text:
    address = similar.fields.get("address", "") if similar.fields["how"] == "review" else ""
    here = ", ".join(f"“{words}”" for words, kind in similar.ours if kind)
    differs = similar.differs_in + (f" (here {here})" if here else "")
    return Text(one_line("; ".join(filter(None, (similar.says, differs, address)))))
