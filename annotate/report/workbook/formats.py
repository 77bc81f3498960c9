"""What cells of the workbook look like; each look is made once."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from annotate.labels import SPECS

YELLOW, LINE, DARK, GREY, PALE = "#FFF2A8", "#C9CED6", "#22303F", "#5B6470", "#F0F1F4"
TINT = 0.72  # how far a label's colour is lightened, to lie behind dark words

Options = dict[str, Any]


class Look(NamedTuple):
    """What a cell of a claim looks like beside its kind: `open` to typing, `first` below a thick line."""

    colour: str = ""
    bold: bool = False
    open: bool = False
    first: bool = False

    @property
    def options(self) -> Options:
        """The options of the format."""
        wanted = {"bg_color": self.colour, "bold": self.bold, "top": 5 * self.first}
        options: Options = {name: value for name, value in wanted.items() if value}
        return {**options, "locked": False} if self.open else options


PLAIN = Look()
Kind = Literal["text", "number", "link"]
_OF_KIND: Mapping[Kind, Options] = {
    "text": {},
    "number": {"num_format": "General", "align": "center"},
    "link": {"font_color": "#0B5CAD", "underline": 1},
}


class Formats:
    """The looks of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}
        self._of_looks: dict[tuple[Kind, Look], Format] = {}

    def of(self, kind: Kind, look: Look) -> Format:
        """Return the format of a cell of a kind with a look."""
        if (kind, look) not in self._of_looks:
            self._of_looks[kind, look] = self.cell(**_OF_KIND[kind], **look.options)
        return self._of_looks[kind, look]

    def cell(self, **options: Any) -> Format:
        """Return the look of a cell of text: as typed, never a formula or a date; wrapped, at the top."""
        base: Options = {"valign": "top", "text_wrap": True, "num_format": "@", "border": 1}
        return self.words(**{**base, "border_color": LINE, **options})

    def head(self, *, decision: bool = False) -> Format:
        """Return the look of a heading."""
        colours = {"bg_color": YELLOW} if decision else {"bg_color": DARK, "font_color": "#FFFFFF"}
        return self.cell(bold=True, **colours)

    def words(self, **options: Any) -> Format:
        """Return the look of some words in a cell."""
        options = {"font_name": "Calibri", "font_size": 10, **options}
        key = tuple(sorted(options.items()))
        if key not in self._made:
            self._made[key] = self._book.add_format(options)
        return self._made[key]


@cache
def tints() -> dict[str, str]:
    """Return by label its colour, light enough to lie behind dark words."""
    return {spec.name: _lightened(spec.colour) for spec in SPECS}


def _lightened(colour: str) -> str:
    parts = (int(colour[at : at + 2], 16) for at in (1, 3, 5))
    return "#" + "".join(f"{round(part + (255 - part) * TINT):02X}" for part in parts)
