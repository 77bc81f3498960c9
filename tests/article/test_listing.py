"""The articles of folders and lists: named in an order that is always the same, before they are read."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.article import read_articles
from annotate.article.reading import Listed, apart, listed
from annotate.errors import BadInput, UsageError


def test_a_folder_gives_what_reading_it_gives(tmp_path: Path) -> None:
    for name in (
        "b.txt",
        "a/z.md",
        "a.txt",
        "a/b/c.markdown",
        "A.TXT",
        "a-1/x.txt",
        "skipped.csv",
        "2025.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text("The ship came in.")
    (tmp_path / "A.TXT").rename(tmp_path / "capital.TXT")
    found = list(listed([str(tmp_path)]))
    read = list(read_articles([str(tmp_path)]))
    assert [each.article_id for each in found] == [article.article_id for article in read]
    assert len(found) == 7


def test_a_list_names_as_its_folder_does(tmp_path: Path) -> None:
    (tmp_path / "list.txt").write_bytes(
        "\ufeff./2021/index.html\r\n\n  2022/index.html \nhttps://news.example/a?b=1\n".encode()
    )
    found = list(listed([], lists=[str(tmp_path / "list.txt")]))
    assert [each.where for each in found] == [
        "./2021/index.html",
        "2022/index.html",
        "https://news.example/a?b=1",
    ]
    assert [each.article_id for each in found] == ["a-2021-index", "a-2022-index", "news-example-a-b-1"]


def test_one_file_is_named_as_when_it_is_read() -> None:
    assert list(listed(["columns/May.txt"])) == [Listed("columns/May.txt", "columns/May")]


def test_an_absolute_path_is_named_alike_wherever_the_command_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "desk" / "may").mkdir(parents=True)
    for name in ("a.txt", "may/b.txt"):
        (tmp_path / "desk" / name).write_text("The ship came in.")
    for here in (tmp_path, tmp_path / "desk", tmp_path / "desk" / "may"):
        monkeypatch.chdir(here)
        found = list(listed([str(tmp_path / "desk"), str(tmp_path / "desk" / "may" / "b.txt")]))
        assert [each.article_id for each in found] == ["desk-a", "desk-may-b", "may-b"]


@pytest.mark.parametrize("what", ["folder", "list", "no list"])
def test_nothing_to_read_is_said(tmp_path: Path, what: str) -> None:
    (tmp_path / "empty.lst").touch()
    named = {"folder": [str(tmp_path)]}.get(what, [])
    lists = {"list": [str(tmp_path / "empty.lst")], "no list": [str(tmp_path / "none.lst")]}.get(what, [])
    with pytest.raises(BadInput, match=str(tmp_path)):
        list(listed(named, lists=lists))


def test_standard_input_is_no_archive() -> None:
    with pytest.raises(UsageError, match="--list"):
        list(listed(["-"]))


def test_articles_of_one_id_are_told_apart_by_longer_paths() -> None:
    taken: dict[str, str] = {}
    named = [("/a/x/r.txt", "x/r"), ("/b/x/r.txt", "x/r"), ("/a/x/R .md", "x/R "), ("/b/x/r.txt", "x/r")]
    found = [apart(Listed(where, name), taken) for where, name in named]
    assert [each.article_id for each in found[:2]] == ["x-r", "b-x-r"]
    assert [bool(each.refused) for each in found] == [False, False, True, True]
    assert "has the same id as /a/x/r.txt (x-r): rename one" in found[2].refused
