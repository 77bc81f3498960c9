"""The index: what it finds, what it keeps, and what it does where it is damaged, shared or cut off."""

from __future__ import annotations

import multiprocessing
import os
import signal
import time
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest

from annotate.article.nlp.embeddings import embed
from annotate.memory import Damaged, Index, OtherModel, Record, Search, Store
from annotate.memory import index as files
from annotate.memory.index import with_vectors
from tests.memory.test_differences import rows

TABLES = ("paraphrases", "paraphrases_apart", "near_misses", "near_misses_apart")
SILENT = lambda done, total: None  # noqa: E731


def record(text: str, **fields: str) -> Record:
    return Record(text, fields.pop("source", "k"), fields.pop("title", "T"), "decided", **fields)  # type: ignore[arg-type]


def index_of(*texts: str, **fields: str) -> Index:
    return Index(with_vectors([record(text, **fields) for text in texts], known={}))


@pytest.mark.parametrize("table", ["paraphrases", "paraphrases_apart"])
def test_a_paraphrase_finds_its_claim_first(table: str) -> None:
    everything = [row["earlier"] for name in TABLES for row in rows(name)]
    everything += [row["later"] for name in TABLES[2:] for row in rows(name)]
    search, pairs = Search(index_of(*everything)), rows(table)
    found = search.similar({row["earlier"]: row["later"] for row in pairs})
    right = [
        row for row in pairs if found.get(row["earlier"]) and found[row["earlier"]][0].text == row["earlier"]
    ]
    assert len(right) >= 0.9 * len(pairs), [row["later"] for row in pairs if row not in right]


def test_unlike_claims_are_not_found() -> None:
    search = Search(index_of(*(row["earlier"] for row in rows("paraphrases"))))
    assert search.similar({"x": "Oranges taste best in winter."}) == {}


def test_vectors_lose_less_than_a_hundredth() -> None:
    texts = [row["earlier"] for row in rows("paraphrases")]
    exact = embed(texts) @ embed(texts[:1])[0]
    found = dict(index_of(*texts).search(embed(texts[:1]), most=len(texts), least=-1)[0])
    assert np.abs(exact - [found[number] for number in range(len(texts))]).max() < 0.01


def test_an_article_is_not_similar_to_itself_but_to_its_copy_in_another_project() -> None:
    claims = [
        record("The mill burned down in 1911.", source="one", article="mill"),
        record("The mill burned down in 1911.", source="two", article="mill", title="U"),
    ]
    search = Search(Index(with_vectors(claims, known={})))
    assert search.similar({"c": "The mill burned down in 1911."}, article="mill") == {}
    found = search.similar({"c": "The mill burned down in 1911."}, article="mill", project="one")
    assert [each.fields["source"] for each in found["c"]] == ["two"]
    assert found["c"][0].differs_in == "the same words"


def test_settled_claims_come_before_open_ones() -> None:
    text = "The mill burned down in 1911."
    claims = [Record(text, "a", "A", "open"), Record("The mill burned down in 1911", "b", "B", "decided")]
    found = Search(Index(with_vectors(claims, known={}))).similar({"c": text})
    assert [each.fields["how"] for each in found["c"]] == ["decided", "open"]


# --------------------------------------------------------------------------- the file


def test_an_index_comes_back_as_it_was(tmp_path: Path) -> None:
    store = Store(tmp_path)
    with store.locked():
        assert (
            store.put("k", [record("One.", label="opinion"), record("Two.")], total=2, progress=SILENT) == 2
        )
    index = store.read()
    assert [index.record(row) for row in range(2)] == [record("One.", label="opinion"), record("Two.")]
    assert index.sources == {"k": 2}


def test_only_new_words_are_embedded(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    store, read = Store(tmp_path), list[str]()

    def counting(texts: Sequence[str]) -> np.ndarray:
        read.extend(texts)
        return embed(texts)

    monkeypatch.setattr(with_vectors, "__kwdefaults__", {**with_vectors.__kwdefaults__, "embed": counting})
    with store.locked():
        store.put("k", [record("One."), record("Two.")], total=2, progress=SILENT)
        store.put("other", [record("Three.", source="other")], total=1, progress=SILENT)
        written = store.path.stat().st_mtime_ns
        assert store.put("k", [record("One."), record("Two.")], total=2, progress=SILENT) == 0
        assert store.path.stat().st_mtime_ns == written  # nothing changed, so nothing is written
        store.put("k", [record("One.", label="opinion"), record("Four.")], total=2, progress=SILENT)
    assert read == ["One.", "Two.", "Three.", "Four."]
    index = store.read()
    assert {(index.record(row).text, index.record(row).label) for row in range(len(index))} == {
        ("One.", "opinion"),
        ("Four.", ""),
        ("Three.", ""),
    }


DAMAGE = {
    "cut off": lambda content: content[: len(content) // 2],
    "a byte changed": lambda content: content[:-40] + bytes([content[-40] ^ 1]) + content[-39:],
    "empty": lambda content: b"",
    "something else": lambda content: b"PK\x03\x04" + b"x" * 200,
    "head alone": lambda content: content[: files.HEAD],
}


@pytest.mark.parametrize("damage", DAMAGE)
def test_a_damaged_index_is_told(tmp_path: Path, damage: str) -> None:
    store = Store(tmp_path)
    with store.locked():
        store.put("k", [record("One.")], total=1, progress=SILENT)
    store.path.write_bytes(DAMAGE[damage](store.path.read_bytes()))
    with pytest.raises(Damaged):
        store.read()


def test_an_index_of_another_model_is_read_anew_and_loses_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = Store(tmp_path)
    with monkeypatch.context() as other:
        other.setattr(files, "MODEL", "all-MiniLM-L6-v2 another")
        with store.locked():
            store.put("gone", [record("One.", source="gone")], total=1, progress=SILENT)
    with pytest.raises(OtherModel):
        store.read()
    with store.locked():
        assert store.rebuild({"k": (1, lambda: [record("Two.")])}, progress=SILENT) == 2
    assert store.read().sources == {"gone": 1, "k": 1}


def _put(exports: Path, source: str, texts: list[str]) -> None:
    store = Store(exports)
    with store.locked():
        store.put(source, [record(text, source=source) for text in texts], total=len(texts), progress=SILENT)


def test_processes_that_write_at_once_lose_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    processes = [
        context.Process(
            target=_put, args=(tmp_path, f"p{number}", [f"Claim {number} of {each}." for each in range(5)])
        )
        for number in range(3)
    ]
    for process in processes:
        process.start()
    for process in processes:
        process.join(240)
    assert [process.exitcode for process in processes] == [0, 0, 0]
    assert Store(tmp_path).read().sources == {"p0": 5, "p1": 5, "p2": 5}


def _put_for_ever(exports: Path) -> None:
    number = 0
    while True:
        number += 1
        _put(exports, f"p{number % 3}", [f"Claim {number}."])


def test_a_kill_at_any_moment_leaves_a_whole_index_and_no_lock(tmp_path: Path) -> None:
    context = multiprocessing.get_context("spawn")
    for wait in (0.0, 0.013, 0.05):
        process = context.Process(target=_put_for_ever, args=(tmp_path,))
        before = Store(tmp_path).path.stat().st_mtime_ns if Store(tmp_path).path.exists() else 0
        process.start()
        until = time.monotonic() + 120
        while time.monotonic() < until:
            if Store(tmp_path).path.exists() and Store(tmp_path).path.stat().st_mtime_ns != before:
                break
            time.sleep(0.005)
        time.sleep(wait)
        assert process.pid
        os.kill(process.pid, signal.SIGKILL)
        process.join()
        assert len(Store(tmp_path).read()) >= 1
    _put(tmp_path, "after", ["The lock is free."])
    assert Store(tmp_path).read().sources["after"] == 1


def test_a_newer_index_does_not_change_one_that_is_read(tmp_path: Path) -> None:
    _put(tmp_path, "a", ["One."])
    index = Store(tmp_path).read()
    _put(tmp_path, "b", ["Two."])
    assert len(index) == 1
    assert index.record(0).text == "One."
    assert len(Store(tmp_path).read()) == 2


def test_half_characters_are_kept_out_of_the_way(tmp_path: Path) -> None:
    _put(tmp_path, "a", ["One \ud800 two."])
    assert len(Store(tmp_path).read()) == 1


def test_many_blocks_are_searched_as_one() -> None:
    table = index_of("The mill burned down in 1911.", "Oranges taste best in winter.").table
    whole = Index(
        pa.concat_tables([table.slice(1)] * (files.BLOCK + 5) + [table.slice(0, 1)]).combine_chunks()
    )
    found = whole.search(embed(["The mill burned down in 1911."]), most=1)
    assert found[0][0][0] == files.BLOCK + 5
