"""Claims as the page shows them: words, marks, who said what, and the tokens that filters look for; pure."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

import pandas as pd

from annotate.labels import LABELS, SHOWN_AS, SPECS
from annotate.report.frames import cells_of
from annotate.report.page.tokens import of_source, vote_tokens
from annotate.text import fold

LOOKS: Mapping[str, str] = {**SHOWN_AS, "tie": "No majority", "unjudged": "Not judged yet"}
LETTERS: Mapping[str, str] = {
    **{spec.name: spec.letter for spec in SPECS},
    "tie": "?",
    "unjudged": "–",
}
STATUS_WORDS: Mapping[str, str] = {
    "unanimous": "all agree",
    "majority": "majority",
    "tie": "no majority",
    "single": "one annotator",
    "unjudged": "not judged yet",
    "adjudicated": "decided by an editor",
    "waiting": "waiting for more answers",
}
SHOWN_ANSWERS = ("yes", "final", "noted", "deleted", "merged", "skipped", "unknown")  # by `counted`

_ANCHOR = re.compile(r"[A-Za-z][\w.-]*\Z", re.ASCII)
_ADDRESS = re.compile(r"(?<!\S)https?://\S+", re.IGNORECASE)
_MOMENT = re.compile(r"(\d{4}-\d\d-\d\d)T(\d\d:\d\d)[\d:.]*(Z|\+00:00)?")


@dataclass(frozen=True)
class Said:
    """What one person said of a claim; `look` is a key of LOOKS, `at` the time in words."""

    who: str
    said: str
    look: str
    source: str
    note: str
    evidence: str
    at: str
    final: bool
    ruling: str = ""  # name of the codebook's question that decided

    @property
    def words(self) -> bool:
        """Whether there is more to read than the label."""
        return bool(self.source or self.note or self.evidence)


@dataclass(frozen=True)
class Shown:
    """A claim as the page shows it; `tokens` are the words that filters look for."""

    anchor: str
    card: str  # the anchor of what the page tells of it
    claim_id: str
    text: str
    article: str
    section: str
    position: int | None
    look: str  # a key of LOOKS
    letter: str
    summary: str  # label and status in words
    status: str
    source: str
    is_source_agreed: bool  # decided by an editor or given by annotators, not only suggested
    source_name: str  # the name that all its spellings go by
    link: str
    answers: tuple[Said, ...]
    tokens: str
    check: str = ""  # the check state, empty where it has none
    assignee: str = ""

    @property
    def final(self) -> Said | None:
        """What the editor decided."""
        return next((answer for answer in self.answers if answer.final), None)

    @property
    def votes(self) -> list[Said]:
        """What annotators said, the editor's decision left out."""
        return [answer for answer in self.answers if not answer.final]

    @property
    def dispute(self) -> str:
        """The anchor of its card among the disputed or decided claims."""
        return f"{self.card}d"

    @property
    def sides(self) -> list[list[Said]]:
        """The answers, those that say the same together; the side with most answers first."""
        sides: dict[tuple[str, str], list[Said]] = {}
        for answer in self.votes:
            sides.setdefault((answer.look, answer.said), []).append(answer)
        return sorted(sides.values(), key=lambda side: -len(side))


def rows_of(frame: pd.DataFrame) -> list[dict[str, Any]]:
    """Return the rows of a frame, `None` for what is missing."""
    names = [str(name) for name in frame.columns]
    columns = [cells_of(column) for _, column in frame.items()]
    return [dict(zip(names, row, strict=True)) for row in zip(*columns, strict=True)]


def web_address(address: object) -> str:
    """Return an address that may be linked to: http or https and no white space in it, else nothing."""
    words = str(address or "")
    try:
        parts = urlsplit(words)
    except ValueError:
        return ""
    whole = parts.scheme in ("http", "https") and parts.netloc and not re.search(r"[\s\x00-\x20]", words)
    return words if whole else ""


def linked(text: str) -> list[tuple[str, str]]:
    """Return the pieces of a text, each with the address to link it to; '' for other words.

    An address has white space or an end of the text on either side; a comma behind it is none of it.

    >>> linked("minutes, https://a.example/1")
    [('minutes, ', ''), ('https://a.example/1', 'https://a.example/1')]
    """
    pieces, last = list[tuple[str, str]](), 0
    for match in _ADDRESS.finditer(text):
        words = match[0].rstrip(",;")
        if address := web_address(words):
            pieces += [(text[last : match.start()], ""), (words, address)]
            last = match.start() + len(words)
    return [(words, address) for words, address in [*pieces, (text[last:], "")] if words]


def addresses_in(text: str) -> list[str]:
    """Return the addresses in a text, in their order."""
    return [address for _, address in linked(text) if address]


def is_local(address: str) -> bool:
    """Return whether an address works on one computer alone.

    >>> is_local("http://127.0.0.1:8080/projects/1"), is_local("https://labels.example/projects/1")
    (True, False)
    """
    return urlsplit(address).hostname in ("127.0.0.1", "localhost", "::1")


def moment(time: object) -> str:
    """Return a time for a person.

    >>> moment("2031-05-04T09:30:12.000000Z")
    '2031-05-04 09:30 UTC'
    """
    chosen = _MOMENT.match(str(time or ""))
    return f"{chosen[1]} {chosen[2]}{' UTC' if chosen[3] else ''}" if chosen else str(time or "")


def source_names(sources: pd.DataFrame) -> dict[str, str]:
    """Return by folded spelling the name that a source goes by.

    Args:
        sources: as `tables.sources_table` gives them; its column `spellings` may be missing.
    """
    names: dict[str, str] = {}
    for row in rows_of(sources):
        spellings = row.get("spellings")
        for spelling in (row["source"], *(spellings.split("; ") if spellings else ())):
            names.setdefault(fold(spelling), row["source"])
    return names


def shown_claims(claims: pd.DataFrame, judgements: pd.DataFrame, sources: pd.DataFrame) -> dict[str, Shown]:
    """Return the claims by id, in reading order.

    Args:
        claims: as `tables.claims_table` gives them, with `link`.
        judgements: as `judgements.judgements_frame` gives them.
        sources: as `tables.sources_table` gives them.
    """
    answers = said_of_claims(judgements)
    people, names = annotators(judgements), source_names(sources)
    numbers = {name: number for number, name in enumerate(dict.fromkeys(names.values()))}
    shown: dict[str, Shown] = {}
    for number, row in enumerate(rows_of(claims), 1):
        name = names.get(fold(row["source"] or ""), "")
        given = tuple(answers.get(row["claim_id"], ()))
        tokens = _tokens(row, given, people, source=numbers.get(name))
        shown[row["claim_id"]] = _claim(number, row, given, source_name=name, tokens=" ".join(tokens))
    return shown


def said_of_claims(judgements: pd.DataFrame) -> dict[str, list[Said]]:
    """Return by claim id what each person said of it, an editor's decision included.

    Args:
        judgements: as `judgements.judgements_frame` gives them.
    """
    answers: dict[str, list[Said]] = {}
    for row in rows_of(judgements):
        if row["counted"] in SHOWN_ANSWERS:
            answers.setdefault(row["claim_id"], []).append(said_of(row))
    return answers


def annotators(judgements: pd.DataFrame) -> list[str]:
    """Return the names of those who gave a label that counts, in alphabetical order."""
    return sorted(judgements.loc[judgements["counted"] == "yes", "annotator"].dropna().unique())


def _claim(
    number: int, row: Mapping[str, Any], answers: tuple[Said, ...], *, source_name: str, tokens: str
) -> Shown:
    look, status = _look(row), _status(row)
    split = f" {_split(row)}" if status in ("majority", "tie") else ""
    return Shown(
        # Ids of the page's own begin with an underscore, those of claims with a letter.
        anchor=row["claim_id"] if _ANCHOR.match(row["claim_id"]) else f"_claim-{number}",
        card=f"_{number}",
        claim_id=row["claim_id"],
        text=row["claim"] or "",
        article=row["article"],
        section=row["section"] or "",
        position=row["position"],
        look=look,
        letter=LETTERS[look] + (f" {row['votes']}/{row['wanted']}" if status == "waiting" else split),
        summary=_summary(row, look),
        status=status,
        source=row["source"] or "",
        is_source_agreed=bool(row["decided_source"] or row["voted_source"]),
        source_name=source_name,
        link=web_address(row["link"]),
        check=row["check"] or "",
        assignee=row["assignee"] or "",
        answers=answers,
        tokens=tokens,
    )


def _look(row: Mapping[str, Any]) -> str:
    if row["label"] in LABELS:
        return str(row["label"])
    return "tie" if row["status"] == "tie" else "unjudged"


def _status(row: Mapping[str, Any]) -> str:
    """Return the status; what looks settled while answers are missing only waits for them."""
    waiting = row["progress"] == "waiting" and row["status"] in ("unanimous", "single")
    return "waiting" if waiting else str(row["status"])


def _tokens(
    row: Mapping[str, Any], answers: Sequence[Said], people: Sequence[str], *, source: int | None
) -> Iterator[str]:
    """Return what filters look for: label, status, progress, source, and who gave which label."""
    look = _look(row)
    yield from dict.fromkeys((look, _status(row), row["progress"]))
    if source is not None:
        yield of_source(source)
    given = [(answer.who, answer.look) for answer in answers if answer.look in LABELS and not answer.final]
    yield from vote_tokens([(people.index(who), label) for who, label in given], label=look)


def _split(row: Mapping[str, Any]) -> str:
    """Return the votes as a ratio, strongest first: 2:1."""
    return ":".join(str(n) for n in sorted((row[label] for label in LABELS), reverse=True) if n)


def _summary(row: Mapping[str, Any], look: str) -> str:
    """Say label and status: "Opinion, majority 2:1", or "2 of 3, so far Opinion"."""
    status, few = _status(row), f"{row['votes']} of {row['wanted']}"
    if status == "waiting":
        return f"{few}, so far {LOOKS[look]}"
    words = LOOKS[look] if look in ("tie", "unjudged") else f"{LOOKS[look]}, {STATUS_WORDS[status]}"
    if status not in ("majority", "tie"):
        return words
    return f"{words} {_split(row)}" + (f", {few} so far" if row["votes"] < (row["wanted"] or 0) else "")


def said_of(row: Mapping[str, Any]) -> Said:
    """Return what one person said."""
    plain = {
        "skipped": "skipped",
        "deleted": "took the claim away",
        "merged": "merged the claim into another",
        "unknown": f"unknown label “{row['given']}”",
        "noted": "no label",
    }
    look = row["label"] or "unjudged"
    return Said(
        who=row["annotator"],
        said=plain.get(row["counted"]) or LOOKS[look],
        look=look,
        **{name: row[name] or "" for name in ("source", "note", "evidence", "ruling")},
        at=moment(row["answered_at"]),
        final=row["counted"] in ("final", "noted"),
    )
