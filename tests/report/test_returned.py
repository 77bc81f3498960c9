"""Sheets that come back: an editor's decisions are the same in whatever way a program saved them."""

from __future__ import annotations

import csv
import io
import re
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from zipfile import ZipFile

import openpyxl
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from annotate.errors import BadInput
from annotate.labels import LABELS
from annotate.report import read_csv, read_edited_sheet, write_csv, write_tables
from tests.conftest import missing
from tests.report.answers import label, project
from tests.specimen import specimen

Rows = list[list[str]]

ARTICLE = """# Zażółć: the « ferry »

{It costs 4.50 € – “far too much”.|opinion} {1/2 of the crews left, she said; nobody came.|attributed_report|she}
{=1+1 is what the board can count to.|opinion} {007 boats lay in 北港 🚢.|checkable_fact}

{The naïve plan failed, she said, "twice".|attributed_report|she} {1E5 crowns are gone.|checkable_fact}
"""
DECISIONS = ["opinion", "", "checkable_fact", " Opinion ", "fakt", "attributed_report"]
NOTES = ["=see page 4", "", "1/2", 'he said "no",\nthen "yes"', "'t was", "plain"]


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return claims.csv as the program writes it, with an editor's decisions in it."""
    folder = tmp_path_factory.mktemp("desk")
    article, found, skips = specimen(ARTICLE, article_id="ferry")
    claims = [f"c{claim.index}e{claim.index}" for claim in found]
    sent = [replace(claim, claim_id=claim_id) for claim, claim_id in zip(found, claims, strict=True)]
    raw = project(article, sent, skips)
    for by in (1, 2):
        label(raw, claims[0], by=by, as_=LABELS[by], note="–1 “or so”")
    write_tables(raw, folder)
    table = read_csv(folder / "claims.csv")
    return write_csv(
        table.assign(decision=[d or None for d in DECISIONS], note=[n or None for n in NOTES]),
        folder / "claims.csv",
    )


@pytest.fixture(scope="session")
def rows(filled: Path) -> Rows:
    """Return the cells as a spreadsheet has them, guards included."""
    return list(csv.reader(io.StringIO(filled.read_text(encoding="utf-8-sig"), newline=""), strict=True))


def decisions(path: Path) -> list[tuple[str | None, ...]]:
    """Return claim, final label and note of each row of a sheet that came back."""
    frame = read_edited_sheet(path).frame
    wanted = [name for name in ("claim_id", "decision", "note") if name in frame]
    return list(frame[wanted].itertuples(index=False, name=None))


def three(rows: Rows) -> list[int]:
    return [rows[0].index(name) for name in ("claim_id", "decision", "note")]


def text_of(rows: Rows, *, delimiter: str = ",", end: str = "\r\n", quoting: int = csv.QUOTE_MINIMAL) -> str:
    buffer = io.StringIO()
    csv.writer(buffer, delimiter=delimiter, lineterminator=end, quoting=quoting).writerows(rows)  # type: ignore[arg-type]
    return buffer.getvalue()


def question_marks(text: str, encoding: str) -> bytes:
    return text.encode(encoding, "replace")


def mojibake(text: str, encoding: str = "cp1252") -> bytes:
    """Return text whose UTF-8 was read in an 8-bit encoding, as Windows does it, and saved as UTF-8."""
    return "".join(
        chr(byte) if bytes([byte]).decode(encoding, "ignore") == "" else bytes([byte]).decode(encoding)
        for byte in text.encode()
    ).encode()


WAYS: dict[str, Callable[[Rows], bytes]] = {
    "as it was": lambda r: text_of(r, quoting=csv.QUOTE_ALL).encode("utf-8-sig"),
    "LF, no last end of line": lambda r: text_of(r, end="\n").rstrip("\n").encode(),
    "LibreOffice: no mark, LF": lambda r: text_of(r, end="\n").encode(),
    "Excel CSV UTF-8": lambda r: text_of(r).encode("utf-8-sig"),
    "Excel CSV UTF-8, semicolons": lambda r: text_of(r, delimiter=";").encode("utf-8-sig"),
    "Google Sheets: no mark, no last end of line": lambda r: text_of(r).rstrip("\r\n").encode(),
    "tabs": lambda r: text_of(r, delimiter="\t").encode(),
    "sep=; as a first line": lambda r: b"sep=;\r\n" + text_of(r, delimiter=";").encode(),
    "a mark, then sep=;": lambda r: ("\ufeffsep=;\r\n" + text_of(r, delimiter=";")).encode(),
    "a wrong sep=": lambda r: b"sep=;\r\n" + text_of(r).encode(),
    "Unicode text: UTF-16 with tabs": lambda r: text_of(r, delimiter="\t").encode("utf-16"),
    "UTF-16, the other way round": lambda r: ("\ufeff" + text_of(r, delimiter="\t")).encode("utf-16-be"),
    "UTF-16 without a mark": lambda r: text_of(r, delimiter="\t").encode("utf-16-le"),
    "two marks": lambda r: b"\xef\xbb\xbf\xef\xbb\xbf" + text_of(r).encode(),
    "a mark that was read as cp1252": lambda r: "ï»¿".encode() + text_of(r, quoting=csv.QUOTE_ALL).encode(),
    "cp1252 with semicolons": lambda r: question_marks(text_of(r, delimiter=";"), "cp1252"),
    "cp1252": lambda r: question_marks(text_of(r), "cp1252"),
    "ASCII": lambda r: question_marks(text_of(r), "ascii"),
    "MacRoman with CR": lambda r: question_marks(
        text_of(r, delimiter=";", end="\r", quoting=csv.QUOTE_ALL), "mac_roman"
    ),
    "mojibake": lambda r: mojibake(text_of(r)),
    "mojibake with its mark": lambda r: mojibake("\ufeff" + text_of(r)),
    "mojibake of a Mac": lambda r: mojibake(text_of(r), "mac_roman"),
    "empty columns and rows at the end": lambda r: text_of(
        [*([*row, "", ""] for row in r), *[[""] * (len(r[0]) + 2)] * 5]
    ).encode(),
    "empty lines at the end": lambda r: (text_of(r) + "\r\n\r\n").encode(),
    "no empty cells at the end of a row": lambda r: text_of(
        [r[0], *(list("\t".join(row).rstrip("\t").split("\t")) for row in r[1:])]
    ).encode(),
    "lines of title above": lambda r: text_of([["Decisions, May"], [], ["Tove; Mara", "final"], *r]).encode(),
    "a title in every column": lambda r: text_of([["Decisions", *[""] * (len(r[0]) - 1)], *r]).encode(),
    "columns the other way round": lambda r: text_of([row[::-1] for row in r]).encode(),
    "three columns alone": lambda r: text_of([[row[at] for at in three(r)] for row in r]).encode(),
    "other names: case and spaces": lambda r: text_of(
        [[f" {name.upper().replace('_', ' ')} " for name in r[0]], *r[1:]]
    ).encode(),
    "a column added": lambda r: text_of([["who", *r[0]], *(["TRUE", *row] for row in r[1:])]).encode(),
    "a guard eaten": lambda r: text_of([[re.sub("^'=", "=", cell) for cell in row] for row in r]).encode(),
}


@pytest.mark.parametrize("way", WAYS)
def test_decisions_come_back(way: str, filled: Path, rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(WAYS[way](rows))
    assert decisions(path) == decisions(filled)


def test_the_specimen_is_hard_enough(filled: Path, rows: Rows) -> None:
    assert [row[1:] for row in decisions(filled)] == [
        (decision or None, note or None) for decision, note in zip(DECISIONS, NOTES, strict=True)
    ]
    assert "'=1+1 is what the board can count to." in [row[rows[0].index("claim")] for row in rows]
    assert "🚢" in text_of(rows)


@pytest.mark.parametrize("way", WAYS)
def test_read_csv_reads_what_adjudicate_reads(way: str, filled: Path, rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(WAYS[way](rows))
    frame = read_csv(path)
    assert frame["claim_id"].tolist() == read_csv(filled)["claim_id"].tolist()
    if "votes" in frame:
        assert frame["votes"].tolist() == read_csv(filled)["votes"].tolist()
        assert frame["votes"].dtype == "int64"


def test_read_csv_refuses_what_has_no_claims_and_was_not_written_here(filled: Path, tmp_path: Path) -> None:
    frame = read_csv(filled)
    path = tmp_path / "claims.csv"
    frame.drop(columns="claim_id").to_csv(path, index=False)
    with pytest.raises(BadInput, match="has no column claim_id"):
        read_csv(path)
    frame.rename(columns=str.upper).to_csv(path, index=False, quoting=csv.QUOTE_ALL, lineterminator="\r\n")
    assert "claim_id" in read_csv(path)
    sources = write_csv(pd.DataFrame({"source": ["Tove"], "claims": [2]}), tmp_path / "sources.csv")
    assert read_csv(sources)["claims"].tolist() == [2]


LOSSY = {"cp1252 with semicolons", "cp1252", "ASCII", "MacRoman with CR"}
MENDED = {"mojibake", "mojibake with its mark", "mojibake of a Mac"}


@pytest.mark.parametrize("way", WAYS)
def test_the_words_are_those_that_were_written_or_said_to_be_lossy(
    way: str, filled: Path, rows: Rows, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(WAYS[way](rows))
    told = read_edited_sheet(path)
    assert told.lossy == (way in LOSSY | MENDED)
    if way not in LOSSY and "claim" in told.frame:
        assert told.frame["claim"].tolist() == read_csv(filled)["claim"].tolist()


@pytest.mark.parametrize(("above", "first"), [([], 2), ([["Decisions"]], 3), ([["two\nlines"], [], [""]], 5)])
def test_rows_have_the_numbers_that_a_spreadsheet_shows(
    above: Rows, first: int, rows: Rows, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(text_of([*above, rows[0], rows[4], [], *rows[5:6]]), encoding="utf-8", newline="")
    frame = read_edited_sheet(path).frame
    assert frame.index.name == "row"
    assert frame.index.tolist() == [first, first + 2]


def test_all_cells_are_text_or_none_as_they_stand(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("claim_id,votes,done,decision\nc1,3, WAHR ,'\nc2,,,\n", encoding="utf-8")
    frame = read_edited_sheet(path).frame
    assert frame.values.tolist() == [["c1", "3", " WAHR ", ""], ["c2", None, None, None]]


def test_rows_that_stand_twice_come_twice(rows: Rows, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text(text_of([rows[0], rows[3], rows[1], rows[3]]), encoding="utf-8", newline="")
    key = rows[0].index("claim_id")
    assert [told[0] for told in decisions(path)] == [rows[at][key] for at in (3, 1, 3)]


def test_of_two_columns_with_one_name_the_first_that_says_something_counts(tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_text("claim_id,remark,Remark\nc1,,b\nc2,a,c\nc3,,\n", encoding="utf-8")
    assert read_edited_sheet(path).frame["remark"].tolist() == ["b", "a", None]


def html(rows: Rows) -> bytes:
    return f"<html><table><tr><td>{'<td>'.join(rows[0])}</table></html>".encode()


def packed(name: str) -> bytes:
    buffer = io.BytesIO()
    with ZipFile(buffer, "w") as file:
        file.writestr(name, b"application/vnd.oasis.opendocument.spreadsheet")
    return buffer.getvalue()


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf\r\n", "is empty"),
        (b"\xff\xfe", "is empty"),
        (b"%PDF-1.7 claim_id", "is a PDF, no table"),
        (b"\x89PNG\r\n\x1a\n\0\0", "is a picture"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1", "broken workbook"),
        (html([["claim_id", "decision"]]), "markup"),
        (b"\xef\xbb\xbf <?xml version='1.0'?>", "markup"),
        (bytes(range(256)) * 20, "is no table"),
        (b"\0\1\2\3" * 50, "is no table"),
        (packed("mimetype"), "broken workbook"),
        (packed("xl/workbook.xml"), "broken workbook"),
        (b"PK\3\4 cut off", "cut off"),
        (
            b"claim,label,decision\r\nx,y,z\r\n",
            r"no column claim_id \(it has: claim, label, decision\)",
        ),
        (b"Dear Tove,\nplease take opinion for all.\n", "no column claim_id"),
        (b"claim_id,decision,Final label\nc1,opinion,opinion\n", "2 columns decision"),
        (b"claim_id,Claim_ID,decision\nc1,c1,opinion\n", "2 columns claim_id"),
        (b"claim_id,decision\nc1,opinion\nc2,it was, in short, bad\n", "row 3 has more cells"),
        (b'claim_id,claim,decision\nc1,"a\nb",opinion\nc2,"cut o', "row 3 is broken"),
        (b"claim_id,claim,decision\nc1,x,opinion\nc2,opi", "row 3 has no end"),
        (b'claim_id,decision\nc1,opinion\nc2,"opi', "row 3 is broken"),
        ("claim_id,decision\nć1,opinion\nć2,ć".encode()[:-1], "ends inside a character"),
        (b'claim_id,decision\nc1,"opi"nion\n', "row 2 is broken"),
        ("claim_id\tfinal_label\nc1\topinion\n".encode("utf-16")[:-1], "cut off"),
    ],
)
def test_what_is_no_whole_sheet_is_refused(content: bytes, told: str, tmp_path: Path) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(content)
    with pytest.raises(BadInput, match=rf"(?s)claims\.csv.*{told}") as raised:
        read_edited_sheet(path)
    assert "\n" not in str(raised.value)


def test_a_missing_file_is_refused_by_name(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match=r"gone\.csv cannot be read"):
        read_edited_sheet(tmp_path / "gone.csv")


@settings(deadline=None, max_examples=1000)
@given(st.sampled_from(sorted(WAYS)), st.floats(0, 1, exclude_max=True))
@pytest.mark.slow
def test_no_half_row_of_a_file_that_was_cut_off_is_accepted(
    filled: Path, rows: Rows, tmp_path_factory: pytest.TempPathFactory, way: str, share: float
) -> None:
    """What is left are whole rows, from the top; where a last row has no end, all but its last cell."""
    content = WAYS[way](rows)
    path = tmp_path_factory.mktemp("cut") / "claims.csv"
    path.write_bytes(content[: int(len(content) * share)])
    whole = decisions(filled)
    try:
        left = decisions(path)
    except BadInput:
        return
    if left and left[-1] != whole[len(left) - 1]:
        last = whole[len(left) - 1]
        assert all((cell or "").startswith(part or "") for part, cell in zip(left[-1], last, strict=True))
        assert sum(part != cell for part, cell in zip(left[-1], last, strict=True)) <= 1
        left[-1] = last
    assert left == whole[: len(left)]


@settings(deadline=None)
@given(st.binary(max_size=200))
def test_any_bytes_are_read_or_refused(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    path = tmp_path_factory.mktemp("any") / "claims.csv"
    for begins in (b"", b"claim_id,decision\r\n", b"PK\3\4", "claim_id\t".encode("utf-16")):
        path.write_bytes(begins + content)
        try:
            frame = read_edited_sheet(path).frame
        except BadInput:
            continue
        assert all(cell is None or isinstance(cell, str) for cell in frame.to_numpy().ravel())


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)


@settings(deadline=None)
@given(st.lists(st.tuples(st.one_of(st.none(), TEXT), st.one_of(st.none(), TEXT)), max_size=4))
def test_what_was_written_and_not_touched_comes_back(
    tmp_path_factory: pytest.TempPathFactory, cells: list[tuple[str | None, str | None]]
) -> None:
    frame = pd.DataFrame(
        [(f"c{at}", *row) for at, row in enumerate(cells)],
        columns=["claim_id", "claim", "note"],
        dtype=object,
    )
    told = read_edited_sheet(write_csv(frame, tmp_path_factory.mktemp("same") / "claims.csv")).frame
    assert told.values.tolist() == frame.values.tolist()


# --------------------------------------------------------------------------- workbooks


def workbook(path: Path, rows: Rows, *, above: Rows | None = None) -> Path:
    book = openpyxl.Workbook()
    book.active.title = "Read me"  # type: ignore[union-attr]
    book.active.append(["Decide on the second sheet"])  # type: ignore[union-attr]
    sheet = book.create_sheet("claims")
    for row in [*(above or []), *rows]:
        sheet.append(row)
        for cell in sheet[sheet.max_row]:
            if isinstance(cell.value, str):
                cell.data_type = "s"
    book.save(path)
    return path


def test_decisions_in_a_workbook(filled: Path, rows: Rows, tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", rows, above=[["Decisions"], []])
    assert decisions(path) == decisions(filled)
    told = read_edited_sheet(path)
    assert told.frame["claim"].tolist() == read_csv(filled)["claim"].tolist()
    assert (told.frame.index[0], told.lossy) == (4, False)


def test_typed_cells_of_a_workbook_are_text(tmp_path: Path) -> None:
    book = openpyxl.Workbook()
    sheet = book.active
    assert sheet is not None
    sheet.append(["claim_id", "votes", "share", "done", "day", "formula", "decision"])
    day = pd.Timestamp("2031-05-04").to_pydatetime()
    sheet.append(["c1", 3.0, 0.5, True, day, "=1+1", None])
    book.save(tmp_path / "claims.xlsx")
    told = read_edited_sheet(tmp_path / "claims.xlsx").frame.values.tolist()
    assert told == [
        ["c1", "3", "0.5", "TRUE", "2031-05-04", None, None]
    ]  # no value was saved with the formula


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_workbook_that_was_cut_off_is_refused(share: float, rows: Rows, tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", rows)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * share)])
    with pytest.raises(BadInput, match="cut off or is broken"):
        read_edited_sheet(path)


def test_a_workbook_without_our_column_is_refused(tmp_path: Path) -> None:
    path = workbook(tmp_path / "claims.xlsx", [["claim", "decision"], ["x", "opinion"]])
    with pytest.raises(BadInput, match=r"no column claim_id \(it has: Decide on the second sheet\)"):
        read_edited_sheet(path)


def test_a_workbook_that_unpacks_to_gigabytes_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "claims.xlsx"
    with ZipFile(path, "w", compression=8) as file:
        file.writestr("xl/workbook.xml", bytes(310_000_000))
    with pytest.raises(BadInput, match="310,000,000 bytes"):
        read_edited_sheet(path)


# --------------------------------------------------------------------------- LibreOffice itself

CSV = "Text - txt - csv (StarCalc)"
OPENED = {
    "quoted fields are text": "44,34,76,1,,0,true,false",
    "cells are guessed": "44,34,76,1,,0,false,true",
}
SAVED = {
    "csv": f"csv:{CSV}:44,34,76,1,,0,false,true",
    "csv, semicolons, cp1252": f"csv:{CSV}:59,34,1,1,,0,false,true",
    "csv, tabs, UTF-16": f"csv:{CSV}:9,34,65535,1,,0,false,true",
    "csv, all text quoted": f"csv:{CSV}:44,34,76,1,,0,true,false",
    "xlsx": "xlsx",
    "ods": "ods",
    "xls": "xls",
}


@pytest.fixture(scope="session")
def office(tmp_path_factory: pytest.TempPathFactory) -> Callable[[Path, str, str], Path]:
    """Return a way to open a file in LibreOffice and save it in another format."""
    program = shutil.which("soffice") or missing("no LibreOffice: run tests/report/ensure_readers.sh")
    profile = tmp_path_factory.mktemp("office").as_uri()

    def save(path: Path, opened: str, saved: str) -> Path:
        folder = path.parent / "saved"
        subprocess.run(
            [
                *(program, f"-env:UserInstallation={profile}", "--headless", f"--infilter={CSV}:{opened}"),
                *("--convert-to", saved, "--outdir", folder, path),
            ],
            check=True,
            capture_output=True,
            timeout=120,
        )
        return folder / f"{path.stem}.{saved.partition(':')[0]}"

    return save


@pytest.mark.parametrize("saved", SAVED)
@pytest.mark.parametrize("opened", OPENED)
@pytest.mark.slow
def test_libreoffice_opens_and_saves_the_sheet(
    office: Callable[[Path, str, str], Path], opened: str, saved: str, filled: Path, tmp_path: Path
) -> None:
    path = tmp_path / "claims.csv"
    path.write_bytes(filled.read_bytes())
    told = read_edited_sheet(office(path, OPENED[opened], SAVED[saved]))
    whole = read_edited_sheet(filled).frame
    assert told.frame["claim_id"].tolist() == whole["claim_id"].tolist()
    assert told.frame["decision"].tolist() == whole["decision"].tolist()
    if opened == "quoted fields are text" and not told.lossy:
        assert told.frame["claim"].tolist() == whole["claim"].tolist()
        assert told.frame["note"].tolist() == whole["note"].tolist()
