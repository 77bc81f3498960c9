"""Reading: what files become, and the one line that is said where they cannot be read."""

from pathlib import Path

import pytest

from annotate.article.reading import read_article, read_articles
from annotate.article.reading.documents.decoding import decode
from annotate.errors import BadInput

BODY = "The council met on Monday. It voted for the plan."


def test_a_text_file_keeps_its_text(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    file = tmp_path / "Quay plan.txt"
    file.write_bytes(b"\xef\xbb\xbf  One.\r\n\r\nTwo \xe2\x80\x9cx\xe2\x80\x9d.\rThree.\n")
    article = read_article(file)
    assert article.text == "  One.\n\nTwo “x”.\nThree.\n"
    assert article.article_id == "quay-plan"
    assert article.title == "Quay plan"


@pytest.mark.parametrize("encoding", ["utf-16", "utf-16-le", "utf-16-be"])
def test_utf_16_with_a_mark(encoding: str) -> None:
    mark = {"utf-16-le": b"\xff\xfe", "utf-16-be": b"\xfe\xff"}.get(encoding, b"")
    assert decode(mark + "Zoë 港口 🚢".encode(encoding), name="x") == "Zoë 港口 🚢"


def test_the_first_heading_is_the_title(tmp_path: Path) -> None:
    file = tmp_path / "x.txt"
    file.write_text(f"[By Ana Ruiz]\n\nA Plan for the Quay\n\n{BODY}")
    assert read_article(file).title == "A Plan for the Quay"


def test_front_matter_names_title_and_author(tmp_path: Path) -> None:
    file = tmp_path / "x.md"
    file.write_text(f"---\ntitle: The Plan\nauthor: Ana Ruiz\ndate: 2025-05-12\n---\n\n{BODY}")
    article = read_article(file)
    assert (article.title, article.author, article.date) == ("The Plan", "Ana Ruiz", "2025-05-12")


def test_a_folder_gives_its_articles_by_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "may").mkdir()
    for name in ("b.txt", "may/c.md", "a.txt", "notes.rst", "table.csv"):
        (tmp_path / name).write_text(BODY)
    assert [article.article_id for article in read_articles([str(tmp_path)])] == ["a", "b", "may-c"]


BAD = {
    "missing": (None, "no such file"),
    "empty": (b"", "is empty"),
    "white space": (b" \n\t\n", "is empty"),
    "invalid byte": (b"Caf\xe9 is closed.", "byte 0xE9 at offset 3 is not UTF-8"),
    "invalid byte behind a mark": (b"\xef\xbb\xbfCaf\xe9 is closed.", "byte 0xE9 at offset 6 is not UTF-8"),
    "half a UTF-16 character": (b"\xff\xfe\x00\xd8A\x00", "is not UTF-16"),
    "surrogate in UTF-8": (b"A\xed\xa0\x80B", "byte 0xED at offset 1 is not UTF-8"),
    "NUL": (b"One.\0Two.", "NUL character at offset 4"),
    "PDF": (b"%PDF-1.7 ...", "is a PDF"),
    "Word": (b"PK\x03\x04...", "is a Word"),
}


@pytest.mark.parametrize(("content", "message"), BAD.values(), ids=BAD.keys())
def test_bad_files_are_named_with_the_fix(tmp_path: Path, content: bytes | None, message: str) -> None:
    file = tmp_path / "column.txt"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(BadInput, match=message) as raised:
        read_article(file)
    assert str(file) in str(raised.value)
    assert "\n" not in str(raised.value)


def test_a_folder_without_articles(tmp_path: Path) -> None:
    with pytest.raises(BadInput, match="no article in this folder"):
        list(read_articles([str(tmp_path)]))


def test_two_articles_with_one_id(tmp_path: Path) -> None:
    for name in ("The plan.txt", "the-plan.md"):
        (tmp_path / name).write_text(BODY)
    with pytest.raises(BadInput, match="same id"):
        list(read_articles([str(tmp_path)]))


PLACES = {
    "where one stands": (".", ["column.txt"], ["column"]),
    "below": (".", ["north/report.txt", "south/report.txt"], ["north-report", "south-report"]),
    "a folder": (".", ["desk"], ["desk-a", "desk-may-a"]),
    "a file of a folder": (".", ["desk/a.txt"], ["desk-a"]),
    "a file and its folder": (".", ["desk/a.txt", "desk/", "./desk/may/../a.txt"], ["desk-a", "desk-may-a"]),
    "in the folder": ("desk", ["a.txt", "may/a.txt"], ["a", "may-a"]),
    "the folder that one stands in": ("desk", ["."], ["a", "may-a"]),
    "elsewhere": ("desk", ["../north/report.txt", "../column.txt"], ["north-report", "{}-column"]),
    "a folder elsewhere": ("north", ["../desk"], ["desk-a", "desk-may-a"]),
    "one name twice": (
        "desk",
        ["../north/report.txt", "../x/north/report.txt"],
        ["north-report", "x-north-report"],
    ),
    "Windows": (".", ["CON.txt", "Column (2).TXT"], ["a-con", "column-2"]),
}


@pytest.mark.parametrize("absolute", [False, True], ids=["relative", "absolute"])
@pytest.mark.parametrize(("here", "named", "ids"), PLACES.values(), ids=PLACES.keys())
def test_an_article_is_named_by_its_path_as_a_person_sees_it(
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    here: str,
    named: list[str],
    ids: list[str],
    absolute: bool,
) -> None:
    desk = tmp_path / "desks"
    for name in (
        *("column.txt", "north/report.txt", "south/report.txt", "desk/a.txt", "desk/may/a.txt"),
        *("x/north/report.txt", "CON.txt", "Column (2).TXT"),
    ):
        (desk / name).parent.mkdir(parents=True, exist_ok=True)
        (desk / name).write_text(BODY)
    monkeypatch.chdir(desk / here)
    sources = [str(Path.cwd() / name) if absolute else name for name in named]
    found = list(read_articles(sources))
    assert [article.article_id for article in found] == [name.format("desks") for name in ids]
    assert {article.title for article in found} <= {"Column", "Report", "A", "CON", "Column (2)"}
    one = Path(sources[0])
    assert one.is_dir() or read_article(one).article_id == found[0].article_id
