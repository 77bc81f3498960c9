"""The rules for annotators: `codebook.md`, its version, the questions in its first table, and its cases."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Collection, Iterator
from typing import NamedTuple

from annotate.config.resources import config_file, config_text
from annotate.errors import AnnotateError

_TABLE = re.compile(r"^\|.*(?:\n\|.*)*", re.MULTILINE)
_STRONG = re.compile(r"\*\*|`")
_CELL_END = re.compile(r"(?<!\\)\|")
_RULE = re.compile(r":?-+:?")  # under the head of a table
_NAME = re.compile(r"[^\W_]{1,4}")  # of a question that can be ticked: a letter, a number, “Q12”


#: What to say where annotators could tick rulings, and the codebook has none to tick.
NO_RULINGS = (
    "configs/codebook.md: its first table does not name each question by a letter (columns: name, question, "
    "label), so pages offer no rulings: add the letters, or set rulings = false in configs/annotate.toml"
)


class Question(NamedTuple):
    """A question of the codebook: its name, the question, and what it leads to."""

    name: str
    words: str
    leads_to: str


class Case(NamedTuple):
    """A case that the codebook decides: its words, the label it leads to in words, and an example."""

    words: str
    label: str
    example: str


class Codebook(NamedTuple):
    """The rules for annotators: the version they state, and their text (Markdown)."""

    version: str
    text: str

    @property
    def digest(self) -> str:
        """Eight hex digits that change with the text."""
        return hashlib.sha256(self.text.encode()).hexdigest()[:8]

    @property
    def rulings(self) -> tuple[Question, ...]:
        """The questions that an annotator can tick; see `rulings_in`."""
        return rulings_in(self.text)


def codebook() -> Codebook:
    """Read `codebook.md`; its version is a line near the top: `Version: 1`.

    Raises:
        AnnotateError: if it states no version.
    """
    text = config_text("codebook.md")
    stated = re.search(r"^Version:\s*([\w.-]+)\s*$", text, re.MULTILINE)
    if not stated:
        raise AnnotateError(
            f"{config_file('codebook.md')} states no version: add a line such as 'Version: 1' under its title"
        )
    return Codebook(stated[1], text)


def questions_of(codebook: str) -> list[Question]:
    """Return the rows of the first table of a codebook (Markdown), if it has three columns.

    The columns are the name of a question, the question, and the label or flag that it leads to. The head of
    the table and the rule under it are left out.
    """
    _, rows = next(_tables(codebook), ([], []))
    return [Question(*row) for row in rows if len(row) == 3]


def cases_in(codebook: str) -> list[Case]:
    """Return the rows of the codebook's table of cases, the first whose first column is named `case`."""
    rows = next((rows for head, rows in _tables(codebook) if head[:1] == ["case"]), [])
    return [Case(*row) for row in rows if len(row) == 3]


def questions_about(codebook: str, sought: Collection[str]) -> list[Question]:
    """Return the questions of a codebook that lead to one of these: labels as they are shown, and flags."""
    questions = questions_of(codebook)
    return [each for each in questions if any(words in each.leads_to for words in sought)]


def rulings_in(codebook: str) -> tuple[Question, ...]:
    """Return the questions of a codebook if each can be ticked by its name, else none.

    A name is up to four letters or digits, and no other question has it, in capitals or not.
    """
    questions = questions_of(codebook)
    names = [question.name.casefold() for question in questions]
    fit = len(set(names)) == len(names) and all(_NAME.fullmatch(question.name) for question in questions)
    return tuple(questions) if fit else ()


def _tables(markdown: str) -> Iterator[tuple[list[str], list[list[str]]]]:
    """Yield the tables of a text, each as the cells of its first line and of the rows under the rule."""
    for table in _TABLE.findall(markdown):
        rows = [_cells(line) for line in table.splitlines()]
        ruled = next((at for at, row in enumerate(rows) if row and all(map(_RULE.fullmatch, row))), -1)
        yield rows[0], rows[ruled + 1 :]


def _cells(line: str) -> list[str]:
    """Return the cells of a line of a table, without what stands before its first bar and after its last."""
    return [_STRONG.sub("", cell).replace(r"\|", "|").strip() for cell in _CELL_END.split(line)[1:-1]]
