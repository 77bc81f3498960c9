"""One table of the workbook, written cell by cell."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, get_args

from xlsxwriter import Workbook

from annotate.labels import SPECS
from annotate.model import CHECK_STATES, SourceKind
from annotate.report.page import Said, web_address
from annotate.report.sheets import CHECK, LABEL, writable
from annotate.report.workbook.cases import Case
from annotate.report.workbook.formats import GREY, PLAIN, YELLOW, Formats, Look, tints
from annotate.report.workbook.tables import Field, label_in, label_shown, lines_in, lines_of, text_of

LONGEST = 32_767  # UTF-16 units in a cell
MOST_LINKS = 60_000  # in one table; Excel opens no more than 65,530
TEXT_WIDTH = 560  # pixels of a page of text
LONGEST_LINK = 2_000  # characters
LONGEST_LIST = 255  # characters of a drop-down's values
ALLOWED = dict.fromkeys(("sort", "autofilter", "format_cells", "format_columns", "format_rows"), True)


def written_text(text: str) -> str:
    """Return a text as a cell can hold it."""
    text = writable(text)[:LONGEST]
    fits = len(text) <= LONGEST // 2 or len(text.encode("utf-16-le")) <= 2 * LONGEST
    return text if fits else text[: LONGEST // 2]


class Sheet:
    """A table of the workbook."""

    def __init__(self, book: Workbook, name: str, formats: Formats) -> None:
        self.sheet, self.formats, self.links = book.add_worksheet(name), formats, 0

    def begin(self, columns: Sequence[tuple[str, int, bool]], rows: int, *, frozen: int) -> None:
        """Write the headings, which stay in sight as the `frozen` first columns do, and set up the table.

        Args:
            columns: heading, width in pixels, and whether the column takes the decision.
            rows: how many will follow.
            frozen: how many columns stay.
        """
        for at, (heading, width, decision) in enumerate(columns):
            self.sheet.set_column_pixels(at, at, width)
            self.sheet.write_string(0, at, written_text(heading), self.formats.head(decision=decision))
        self.sheet.set_row_pixels(0, 40)
        self.sheet.freeze_panes(1, frozen)
        self.sheet.autofilter(0, 0, max(rows, 1), len(columns) - 1)
        self.sheet.hide_gridlines(2)
        self.sheet.protect("", ALLOWED)

    def set_lines(self, row: int, lines: int) -> None:
        """Make a row high enough for some lines: not every program does that by itself."""
        self.sheet.set_row(row, 13.5 * lines + 3)

    def write_value(self, row: int, at: int, value: object, look: Look = PLAIN) -> None:
        """Write a number or a text; `None` leaves the cell empty."""
        if isinstance(value, int | float):
            self.sheet.write_number(row, at, value, self.formats.of("number", look))
        else:
            self._write_text(row, at, str(value or ""), look)

    def write_case(self, row: int, fields: Sequence[Field], case: Case, row_look: Look) -> None:
        """Write the cells of a claim into a row, which is made high enough for them.

        `row_look` is the look of the row; cells with a colour of their own do not take its colour.
        """
        values = [field.of(case) for field in fields]
        texts = [text_of(field, value, case) for field, value in zip(fields, values, strict=True)]
        self.set_lines(row, lines_of(fields, texts))
        for at, (field, value, text) in enumerate(zip(fields, values, texts, strict=True)):
            look = _look_of(field, value, row_look)
            match field.kind:
                case "context":
                    self._write_context(row, at, case, look)
                case "link":
                    self._write_link(row, at, text, look, words="" if field.typed else "open")
                case "label":
                    self._write_text(row, at, label_shown(value), look)
                case "answer":
                    self._write_text(row, at, text, look)
                case _:
                    self.write_value(row, at, value, look)

    def _write_text(self, row: int, at: int, text: str, look: Look) -> None:
        if text:
            self.sheet.write_string(row, at, written_text(text), self.formats.of("text", look))
        else:
            self.sheet.write_blank(row, at, None, self.formats.of("text", look))

    def _write_link(self, row: int, at: int, address: str, look: Look, *, words: str) -> None:
        if web_address(address) and len(address) <= LONGEST_LINK and self.links < MOST_LINKS:
            self.sheet.write_url(row, at, address, self.formats.of("link", look), words or address)
            self.links += 1
        else:
            self._write_text(row, at, address, look)

    def _write_context(self, row: int, at: int, case: Case, look: Look) -> None:
        """Write a claim, bold, between the words around it."""
        grey, bold = self.formats.words(font_color=GREY), self.formats.words(bold=True)
        words = [(grey, case.before), (bold, case.claim), (grey, case.after)]
        parts = [(look_of, text) for look_of, each in words if (text := written_text(each))]
        if len(parts) < 2 or sum(len(text) for _, text in parts) > LONGEST // 2:
            self._write_text(row, at, case.claim, look._replace(bold=True))
        else:
            flat = (each for part in parts for each in part)
            self.sheet.write_rich_string(row, at, *flat, self.formats.of("text", look))

    def offer_choices(self, fields: Sequence[Field], rows: int) -> None:
        """Offer labels, kinds of sources and check states where they are typed, and colour a chosen label.

        Other words can be typed too: `annotate adjudicate` reads them, or says what is wrong with them.
        """
        for at, field in enumerate(fields):
            values = {
                LABEL: [spec.shown for spec in SPECS],
                "source_kind": list(get_args(SourceKind)),
                CHECK: list(CHECK_STATES),
            }
            if (offered := values.get(field.typed)) and len(",".join(offered)) <= LONGEST_LIST:
                choice = {"validate": "list", "source": offered, "show_error": False}
                self.sheet.data_validation(1, at, max(rows, 1), at, choice)
        for decided in (at for at, field in enumerate(fields) if field.typed == LABEL):
            for spec in SPECS:
                colour = self.formats.words(bg_color=tints()[spec.name])
                rule = {"type": "cell", "criteria": "==", "value": f'"{spec.shown}"', "format": colour}
                self.sheet.conditional_format(1, decided, max(rows, 1), decided, rule)

    def print_columns(self, columns: int, rows: int) -> None:
        """Print these first columns, on pages that lie across, as wide as one page."""
        self.sheet.set_landscape()
        self.sheet.set_paper(9)  # A4
        self.sheet.set_margins(0.4, 0.4, 0.5, 0.6)
        self.sheet.fit_to_pages(1, 0)
        self.sheet.repeat_rows(0)
        self.sheet.print_area(0, 0, rows, columns - 1)
        self.sheet.set_footer("&L&F, &A&RPage &P of &N")

    def write_lines(self, lines: Sequence[tuple[str, str]]) -> None:
        """Write a page of text: a look (head, label or text) and words for each line."""
        self.sheet.set_column_pixels(0, 0, TEXT_WIDTH)
        self.sheet.hide_gridlines(2)
        looks: dict[str, dict[str, Any]] = {"head": {"bold": True, "font_size": 13}, "text": {}}
        looks |= {name: {"bg_color": colour} for name, colour in {**tints(), "typed": YELLOW}.items()}
        for row, (look, words) in enumerate(lines):
            options = {"text_wrap": True, "valign": "top", "font_size": 11, "num_format": "@", **looks[look]}
            self.sheet.write_string(row, 0, written_text(words), self.formats.words(**options))
            self.sheet.set_row(row, 24 if look == "head" else 16 * lines_in(words, TEXT_WIDTH))
        self.sheet.protect()
        self.sheet.set_paper(9)
        self.sheet.fit_to_pages(1, 0)


def _look_of(field: Field, value: object, row_look: Look) -> Look:
    """Return the look of a claim's cell: that of its row, unless it is typed into or has a label's colour."""
    if field.typed in (LABEL, CHECK):
        return Look(YELLOW, bold=True, open=True, first=row_look.first)
    if field.typed:
        return Look(open=True, first=row_look.first)
    if field.kind not in ("answer", "label") or not value:
        return row_look
    label = value.look if isinstance(value, Said) else label_in(value)
    return Look(tints().get(label, row_look.colour), first=row_look.first)
