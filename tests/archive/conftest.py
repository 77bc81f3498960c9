"""One archive for the tests of this folder, and what it comes to with one worker."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from annotate.article import choose
from tests.archive.stock import Run, digests, stock


@dataclass(frozen=True)
class Stock:
    folder: Path
    digests: dict[str, str]
    out: Path


@pytest.fixture(autouse=True)
def by_rules() -> Iterator[None]:
    """Suggest by rules, and afterwards as ever."""
    choose("rules")
    yield
    choose()


@pytest.fixture(scope="session")
def laid(tmp_path_factory: pytest.TempPathFactory) -> Stock:
    """Return an archive and what one worker makes of it."""
    place = tmp_path_factory.mktemp("archive")
    folder = stock(place / "articles")
    Run((str(folder),), place / "out").done("--workers", "1")
    return Stock(folder, digests(place / "out"), place / "out")
