"""What cells of the workbook look like; each look is made once."""

from __future__ import annotations

from functools import cache
from typing import Any

from xlsxwriter import Workbook
from xlsxwriter.format import Format

from annotate.labels import SPECS

YELLOW, LINE, DARK, GREY, PALE = "#FFF2A8", "#C9CED6", "#22303F", "#5B6470", "#F0F1F4"
TINT = 0.72  # how far a label's colour is lightened, to lie behind dark words

Options = dict[str, Any]


class Formats:
    """The looks of a workbook's cells."""

    def __init__(self, book: Workbook) -> None:
        self._book = book
        self._made: dict[tuple[tuple[str, Any], ...], Format] = {}

    def cell(self, **options: Any) -> Format:
        """Return the look of a cell of text: as typed, never a formula or a date; wrapped, at the top."""
        base: Options = {"valign": "top", "text_wrap": True, "num_format": "@", "border": 1}
        return self.words(**{**base, "border_color": LINE, **options})

    def number(self, **options: Any) -> Format:
        """Return the look of a cell with a number."""
        return self.cell(**{"num_format": "General", "align": "center", **options})

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
