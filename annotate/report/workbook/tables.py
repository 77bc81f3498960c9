"""What stands in the tables of the workbook: their columns, how wide each is, and the cells; pure."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from math import ceil
from typing import Literal

from annotate.labels import LABELS, SHOWN_AS
from annotate.report.page import Said, addresses_in, web_address
from annotate.report.sheets import CHECK, LABEL, NOTE, TYPED, as_label, column_name
from annotate.report.workbook.cases import Case

MOST_PEOPLE = 6  # annotators who have a column of their own; of more people the answers stand in one
LETTER = 5.9  # pixels of a letter, on average, with what is lost at the ends of lines
FEWEST_LINES, MOST_LINES = 2, 24  # of a row
MOST_LINKS_OF_CLAIM = 5  # addresses in the evidence of a claim that the workbook links to
SHORT = 90  # characters of a note in an annotator's cell

Kind = Literal["text", "number", "label", "answer", "context", "link"]


@dataclass(frozen=True, slots=True)
class Field:
    """A column: its heading, its width in pixels, the kind of its cells, and what the cell of a case holds.

    `typed` names the column of `TYPED` that an editor fills in there.
    """

    heading: str
    width: int
    kind: Kind
    of: Callable[[Case], object]
    typed: str = ""


def heading_of(name: str) -> str:
    """Return the name of a column as a heading; reading it gives the name again.

    >>> heading_of("source_kind")
    'Source kind'
    """
    return name.replace("_", " ").capitalize()


def fields_to_decide(people: Sequence[str]) -> list[Field]:
    """Return the columns of the claims to decide: those up to the note are as wide as a screen together."""
    answers = _answers(people)
    context = 310 - max(0, sum(field.width for field in answers) - 285)
    first = [_field("position", 60, "number"), _field("progress", 66)]
    return [
        *first,
        Field("Context", context, "context", lambda case: case),
        *answers,
        *_decided(140, 170),
        *_rest(("flags", 130), ("notes", 200), ("suggestion", 90), ("section", 150), ("article", 120)),
        _field("claim", 300),
        *_last(),
    ]


def fields_of_all(people: Sequence[str]) -> list[Field]:
    """Return the columns of all claims."""
    return [
        _field("position", 60, "number"),
        _field("claim", 400),
        *_answers(people),
        *_decided(130, 160),
        *_rest(("editor", 90), ("progress", 62), ("status", 90), ("flags", 130), ("notes", 200)),
        *_rest(("suggestion", 90), ("section", 150), ("article", 120)),
        *_last(),
    ]


def fields_to_check(links: int) -> list[Field]:
    """Return the columns of the claims to check: those up to the note are as wide as a screen together.

    Args:
        links: how many columns of links to evidence are wanted.
    """
    return [
        _field("position", 60, "number"),
        Field("Context", 400, "context", lambda case: case),
        _field("priority", 58, "number"),
        _field("reasons", 150),
        _field(CHECK, 84),
        _field("assignee", 110),
        _field("evidence", 240, "link"),
        _field(NOTE, 190),
        *map(_link_to_evidence, range(1, links + 1)),
        _field("label", 84, "label"),
        *map(read_only, _rest(("source", 140), ("source_kind", 90), ("editor", 90), ("progress", 62))),
        *_rest(("section", 150), ("article", 120)),
        _field("claim", 300),
        *_last(),
    ]


def links_to_evidence(cases: Iterable[Case]) -> int:
    """Return how many columns of links evidence needs: none where each cell is one address, itself a link."""
    counts = [len(addresses_in(case.evidence)) for case in cases if not web_address(case.evidence)]
    return min(max(counts, default=0), MOST_LINKS_OF_CLAIM)


def _link_to_evidence(number: int) -> Field:
    """Return a column of links to the addresses of a place in the evidence, from 1: a cell holds one link."""
    return Field(
        f"Evidence {number}",
        72,
        "link",
        lambda case: next(iter(addresses_in(case.evidence)[number - 1 :]), ""),
    )


def text_of(field: Field, value: object, case: Case) -> str:
    """Return the words of a claim's cell with a value; a label is not yet in those that people see."""
    if field.kind == "context":
        return f"{case.before}{case.claim}{case.after}"
    return answer_text(value) if isinstance(value, Said) else str(value or "")


def lines_of(fields: Sequence[Field], texts: Sequence[str]) -> int:
    """Return how many lines the cells up to the note take, as far as one can tell without the font.

    Args:
        fields: the columns.
        texts: the words of a cell in each.
    """
    shown = next(at for at, field in enumerate(fields, 1) if field.typed == NOTE)
    lines = (lines_in(text, field.width) for field, text in zip(fields[:shown], texts, strict=False))
    return max(FEWEST_LINES, min(MOST_LINES, max(lines)))


def lines_in(text: str, width: int) -> int:
    """Return how many lines a text takes in a column of a width in pixels."""
    letters = max(1, int((width - 8) / LETTER))
    if len(text) <= letters and "\n" not in text:
        return 1
    return sum(max(1, ceil(len(line) / letters)) for line in text.split("\n"))


def _field(name: str, width: int, kind: Kind = "text") -> Field:
    typed = name if name in TYPED else ""
    return Field(heading_of(name), width, kind, lambda case: getattr(case, name), typed)


def read_only(field: Field) -> Field:
    """Return a column that nobody types into."""
    return replace(field, typed="")


def _decided(source: int, note: int) -> list[Field]:
    return [
        _field("votes", 42, "number"),
        _field("label", 84, "label"),
        Field(heading_of(LABEL), 104, "label", lambda case: _shown(case.decision), LABEL),
        _field("source", source),
        _field("note", note),
        _field("source_kind", 90),
        _field("evidence", 150, "link"),
    ]


def _rest(*columns: tuple[str, int]) -> list[Field]:
    return [_field(name, width, "label" if name == "suggestion" else "text") for name, width in columns]


def _last() -> list[Field]:
    return [_field("claim_id", 180), _field("link", 60, "link")]


def _answers(people: Sequence[str]) -> list[Field]:
    """Return a column for each annotator; of very many people one column together."""
    if len(people) > MOST_PEOPLE:
        return [_field("answers", 240)]
    width = min(110, max(66, 300 // max(len(people), 1)))
    return [Field(_name(name, people), width, "answer", _said_by(name)) for name in people]


def _name(name: str, people: Sequence[str]) -> str:
    """Return the heading of an annotator's column: one that no other column has."""
    known = {*Case.__dataclass_fields__, "context", *TYPED}
    alike = [each for each in people if column_name(each) == column_name(name)]
    return f"{name} (annotator)" if column_name(name) in known or len(alike) > 1 else name


def _said_by(name: str) -> Callable[[Case], Said | None]:
    return lambda case: next((each for each in case.said if each.who == name), None)


def answer_text(said: Said) -> str:
    """Return in a few lines what an annotator said."""
    note = said.note if len(said.note) <= SHORT else said.note[: SHORT - 1] + "…"
    answer = f"{said.said} ({said.ruling})" if said.ruling else said.said
    lines = [answer, said.source and f"Source: {said.source}", note and f"“{note}”"]
    return "\n".join(line for line in lines if line)


def _shown(label: str) -> str:
    """Return a label as people see it; other words as they were typed."""
    return SHOWN_AS.get(as_label(label), label)


def label_shown(cell: object) -> str:
    """Return a cell with a label in the words that people see."""
    return _shown(str(cell or ""))


def label_in(cell: object) -> str:
    """Return the label that a cell says; empty for none."""
    name = as_label(str(cell or ""))
    return name if name in LABELS else ""
