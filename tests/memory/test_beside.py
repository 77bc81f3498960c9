"""Vectors that are made beside a pull: the same as those made after it, and never in its way."""

from __future__ import annotations

import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from annotate.article.nlp import embeddings
from annotate.config import Settings
from annotate.memory import Store
from annotate.report import write_pull
from annotate.report.raw_answers import LastPull
from annotate.studio import Layout
from annotate.workflows.memory import beside as module
from annotate.workflows.memory.beside import VectorsBeside
from annotate.workflows.memory.keeping import remember
from tests.memory.desks import HARBOUR, Notes, desk_project, ferry, settings_of
from tests.pulls import InMemory
from tests.report.answers import Raw
from tests.report.gold import MILL_CLAIMS, decided_bridge, host, with_gold

KEY = "harbour-11111111"
WORDS = "The pier of Orrin was mended in {} days by {} men."


def harbour() -> Raw:
    raw = desk_project(HARBOUR, title="Harbour talks", article_id="harbour", decided={0: "opinion"})
    raw["project"]["key"] = KEY
    return raw


def long_one(count: int) -> Raw:
    """Return a project of many claims, of which the second has answers."""
    marked = "# Pier\n\n" + "\n\n".join(f"{{{WORDS.format(n, n * 7)}}}" for n in range(count))
    raw = desk_project(marked, title="Pier", article_id="pier")
    raw["project"]["key"] = KEY
    return raw


def pulled(raw: Raw, exports: Path, *, beside: bool) -> list[str]:
    """Pull and remember with or without vectors made meanwhile; return the notes."""
    folder, notes, settings = exports / KEY, Notes(), settings_of(exports)
    folder.mkdir(parents=True, exist_ok=True)
    with VectorsBeside(settings, folder) as vectors:
        written = write_pull(InMemory(raw), folder, see=vectors.see if beside else lambda task: None)  # type: ignore[arg-type]
        remember(written, folder, "T", settings, notes, beside=vectors if beside else None)
    return notes.notes


@pytest.mark.parametrize("cores", [1, 2, 5])
def test_the_memory_is_the_same_to_the_byte(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cores: int
) -> None:
    monkeypatch.setattr(module, "cores", lambda: cores)
    raw, before = long_one(200), set(threading.enumerate())
    ferry(tmp_path / "after")
    ferry(tmp_path / "beside")
    notes = [pulled(raw, tmp_path / name, beside=name == "beside") for name in ("after", "beside")]
    assert notes[0] == notes[1] == ["200 claims remembered: `annotate memory search` finds them."]
    after, beside = (Store(tmp_path / name).path.read_bytes() for name in ("after", "beside"))
    assert after == beside
    assert not set(threading.enumerate()) - before


@pytest.fixture
def embedded(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Return a list that gets each text whose vector is made."""
    read, embed = list[str](), embeddings.embed

    def noting(texts: Sequence[str]) -> Any:
        read.extend(filter(None, texts))
        return embed(texts)

    monkeypatch.setattr(embeddings, "embed", noting)
    return read


def test_known_words_are_not_embedded_again(tmp_path: Path, embedded: list[str]) -> None:
    pulled(harbour(), tmp_path, beside=True)
    embedded.clear()
    assert pulled(harbour(), tmp_path, beside=True) == []
    assert embedded == []


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_no_vectors_of_gold_are_made(tmp_path: Path, embedded: list[str], layout: Layout) -> None:
    raw = host(layout=layout)
    with_gold(raw, decided_bridge())
    assert pulled(raw, tmp_path, beside=True) == [
        f"{len(MILL_CLAIMS)} claims remembered: `annotate memory search` finds them."
    ]
    assert sorted(embedded) == sorted(claim.text for claim in MILL_CLAIMS)


def test_tasks_of_the_last_pull_are_not_looked_at(tmp_path: Path) -> None:
    pulled(harbour(), tmp_path, beside=False)
    last, seen = LastPull(tmp_path / KEY), list[Any]()
    write_pull(last_as_reading(last), tmp_path / KEY, see=seen.append)  # type: ignore[arg-type]
    assert seen == []


def last_as_reading(last: LastPull) -> InMemory:
    class Again(InMemory):
        def tasks(self):  # type: ignore[no-untyped-def]
            return last.tasks()

    return Again(last.frame)


def test_a_memory_that_is_off_makes_none(tmp_path: Path) -> None:
    with VectorsBeside(settings_of(tmp_path, memory="false"), tmp_path / KEY) as vectors:
        for task in long_one(200)["tasks"]:
            vectors.see(task)
        assert vectors.finish(lambda done, total: None) == {}
    assert not Store(tmp_path).folder.exists()


def test_a_damaged_memory_is_mended_and_said_as_before(tmp_path: Path) -> None:
    pulled(harbour(), tmp_path, beside=True)
    Store(tmp_path).path.write_bytes(b"x" * 500)
    (note,) = pulled(long_one(200), tmp_path, beside=True)
    assert "it is made anew" in note
    assert len(Store(tmp_path).read()) == 200


def interrupted(settings: Settings, folder: Path) -> None:
    with VectorsBeside(settings, folder) as vectors:
        for task in long_one(200)["tasks"]:
            vectors.see(task)
        raise KeyboardInterrupt


def test_a_pull_that_fails_leaves_no_thread(tmp_path: Path) -> None:
    before = set(threading.enumerate())
    with pytest.raises(KeyboardInterrupt):
        interrupted(settings_of(tmp_path), tmp_path / KEY)
    assert not set(threading.enumerate()) - before
    assert not Store(tmp_path).folder.exists()
