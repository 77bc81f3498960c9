"""What a desk remembers: kept by a pull, found by commands and on pages, and mended where it is broken."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from annotate.memory import Store
from annotate.memory import index as files
from annotate.workflows import memory_status, rebuild_memory, report
from tests.command import annotate
from tests.memory.desks import HARBOUR, Notes, desk_project, ferry, harbour, pull, settings_of
from tests.report.answers import decide, send
from tests.specimen import specimen

NEWS = "News\n\nIn June, 14,000 people travelled on the Skarholm ferry. The bridge was never closed for repairs.\n"


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """Return the exports of a desk that remembers two projects."""
    folder = tmp_path / "exports"
    harbour(folder)
    ferry(folder)
    return folder


def test_a_pull_remembers_and_says_what_is_new(tmp_path: Path) -> None:
    assert harbour(tmp_path) == ["3 claims remembered: `annotate memory search` finds them."]
    assert harbour(tmp_path) == []
    index = Store(tmp_path).read()
    first = next(index.record(row) for row in range(3) if "ferry" in index.record(row).text)
    assert (first.how, first.label, first.date) == ("decided", "checkable_fact", "2031-05-03")
    assert (first.title, first.source, first.article) == ("Harbour talks", "harbour-11111111", "harbour")
    second = next(index.record(row) for row in range(3) if "Falk" in index.record(row).text)
    assert (second.how, second.label) == ("agreed", "attributed_report")
    third = next(index.record(row) for row in range(3) if "bridge" in index.record(row).text)
    assert (third.how, third.label, third.date) == ("open", "", "")


def test_a_later_decision_replaces_what_was_remembered(tmp_path: Path) -> None:
    harbour(tmp_path)
    raw = desk_project(HARBOUR, title="Harbour talks", article_id="harbour", decided={0: "opinion"})
    pull(raw, tmp_path, key="harbour-11111111")
    index = Store(tmp_path).read()
    assert len(index) == 3
    assert [index.record(row).label for row in range(3) if "ferry" in index.record(row).text] == ["opinion"]


def test_it_can_be_switched_off(tmp_path: Path) -> None:
    raw = desk_project(HARBOUR, title="Harbour talks", article_id="harbour")
    key = "harbour-11111111"
    assert pull(raw, tmp_path, key=key, **{"memory": "false"}) == []
    assert not Store(tmp_path).folder.exists()
    harbour(tmp_path)
    (tmp_path / "new.txt").write_text(NEWS, encoding="utf-8")
    done = annotate(
        "claims", str(tmp_path / "new.txt"), ANNOTATE_EXPORTS=str(tmp_path), ANNOTATE_MEMORY="off"
    )
    assert (done.returncode, "similar" in done.stdout) == (0, False)
    status = annotate("memory", "status", ANNOTATE_EXPORTS=str(tmp_path), ANNOTATE_MEMORY="off")
    assert "off in configs/annotate.toml" in status.stderr


def test_a_corrected_claim_is_remembered_as_that(tmp_path: Path) -> None:
    raw = desk_project(HARBOUR, title="Harbour talks", article_id="harbour", decided={0: "checkable_fact"})
    send(raw, *specimen(HARBOUR.replace("41,000", "42,000"), article_id="harbour"))
    pull(raw, tmp_path, key="harbour-11111111")
    done = annotate(
        "memory",
        "search",
        "The ferry to Skarholm carried 41,000 passengers in June.",
        ANNOTATE_EXPORTS=str(tmp_path),
    )
    assert "in words that a correction of the article has removed" in " ".join(done.stdout.split())


def test_two_projects_of_one_title_are_told_apart(tmp_path: Path) -> None:
    harbour(tmp_path)
    raw = desk_project(HARBOUR, title="Harbour talks", article_id="other-harbour")
    pull(raw, tmp_path, key="harbour-99999999")
    desk = {"ANNOTATE_EXPORTS": str(tmp_path)}
    found = " ".join(
        annotate(
            "memory", "search", "The ferry to Skarholm carried 41,000 passengers in June.", **desk
        ).stdout.split()
    )
    assert "“Harbour talks” (harbour-11111111)" in found
    refused = annotate("memory", "remove", "Harbour talks", **desk)
    assert (refused.returncode, "harbour-11111111, harbour-99999999" in refused.stderr) == (6, True)
    assert "3 claims removed" in annotate("memory", "remove", "harbour-99999999", **desk).stdout
    assert Store(tmp_path).read().sources == {"harbour-11111111": 3}


def test_a_project_whose_folder_is_gone_stays_remembered_and_is_told(exports: Path) -> None:
    shutil.rmtree(exports / "harbour-11111111")
    state = {each.source: each.state for each in memory_status(settings_of(exports)).sources}
    assert state == {
        "ferry-22222222": "",
        "harbour-11111111": "its folder is gone; its claims stay until it is removed",
    }
    rebuild_memory(settings_of(exports))
    assert Store(exports).read().sources == {"ferry-22222222": 3, "harbour-11111111": 3}


@pytest.mark.parametrize("content", [b"", b"x" * 500])
def test_a_damaged_memory_is_made_anew_by_the_next_pull(exports: Path, content: bytes) -> None:
    Store(exports).path.write_bytes(content)
    told = annotate("claims", "-", stdin=NEWS.encode(), ANNOTATE_EXPORTS=str(exports))
    assert told.returncode == 0
    assert "`annotate memory rebuild` makes it anew" in told.stderr
    notes = ferry(exports)
    assert len(notes) == 1
    assert "damaged: it is made anew" in notes[0]
    assert Store(exports).read().sources == {"ferry-22222222": 3, "harbour-11111111": 3}


def test_a_memory_of_another_model_is_made_anew_and_said(
    exports: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as other:
        other.setattr(files, "MODEL", "all-MiniLM-L6-v2 of old")
        rebuild_memory(settings_of(exports))
    status = annotate("memory", "status", ANNOTATE_EXPORTS=str(exports))
    assert (status.returncode, "another model (all-MiniLM-L6-v2 of old)" in status.stderr) == (5, True)
    found = annotate(
        "memory", "search", "The ferry carried 41,000 passengers.", ANNOTATE_EXPORTS=str(exports)
    )
    assert found.returncode == 0
    assert "another model (all-MiniLM-L6-v2 of old): it is made anew" in found.stderr
    assert Store(exports).read().sources == {"ferry-22222222": 3, "harbour-11111111": 3}


def test_a_project_that_cannot_be_read_is_left_out_of_a_rebuild(exports: Path) -> None:
    (exports / "ferry-22222222" / "raw.json").write_text("{", encoding="utf-8")
    notes = Notes()
    rebuild_memory(settings_of(exports), progress=notes)
    assert any("left out" in note and "ferry-22222222" in note for note in notes.notes)
    assert Store(exports).read().sources == {
        "harbour-11111111": 3,
        "ferry-22222222": 3,
    }  # as it was remembered


def test_a_memory_that_cannot_be_written_does_not_fail_the_pull(tmp_path: Path) -> None:
    (tmp_path / "desk.memory").write_text("a file", encoding="utf-8")
    (note,) = harbour(tmp_path)
    assert "The answers are saved, but not remembered" in note


# --------------------------------------------------------------------------- commands


def test_claims_names_similar_ones_below_the_table(exports: Path) -> None:
    done = annotate("claims", "-", stdin=NEWS.encode(), ANNOTATE_EXPORTS=str(exports))
    folded = " ".join(done.stdout.split())
    assert "The ferry to Skarholm carried [41,000] passengers in June." in folded
    assert (
        "decided as Checkable fact on 3 May 2031, “Harbour talks”; differs in figures (here “14,000”)"
        in folded
    )
    assert "(here “never”)" in folded
    assert "Similar is not the same" in folded
    assert "already" not in folded


def test_claims_as_json_lines_have_what_is_similar_with_its_sources(exports: Path) -> None:
    done = annotate("claims", "--format", "jsonl", "-", stdin=NEWS.encode(), ANNOTATE_EXPORTS=str(exports))
    first = json.loads(done.stdout.splitlines()[0])
    similar = next(each for each in first["similar"] if each["source"] == "harbour-11111111")
    assert {name: similar[name] for name in ("title", "how", "label", "date", "article", "differs")} == {
        "title": "Harbour talks",
        "how": "decided",
        "label": "checkable_fact",
        "date": "2031-05-03",
        "article": "harbour",
        "differs": ["figures"],
    }
    assert (similar["different_there"], similar["different_here"]) == (["41,000"], ["14,000"])
    assert similar["claim_id"]


def test_claims_without_a_memory_are_as_before(tmp_path: Path) -> None:
    done = annotate("claims", "--format", "jsonl", "-", stdin=NEWS.encode(), ANNOTATE_EXPORTS=str(tmp_path))
    assert all("similar" not in json.loads(line) for line in done.stdout.splitlines())
    assert not list(tmp_path.iterdir())


def test_search_as_json_and_without_words(exports: Path) -> None:
    desk = {"ANNOTATE_EXPORTS": str(exports)}
    found = json.loads(
        annotate("memory", "search", "--format", "json", "Skarholm ferry passengers", **desk).stdout
    )
    assert {each["source"] for each in found} == {"harbour-11111111", "ferry-22222222"}
    assert annotate("memory", "search", " ", **desk).returncode == 2
    assert annotate("memory", "search", "zebra quantum", **desk).returncode == 5
    missing = annotate("memory", "remove", "No such", **desk)
    assert (missing.returncode, "“No such” is not in the memory" in missing.stderr) == (5, True)


# --------------------------------------------------------------------------- pages


def test_the_report_page_marks_what_differs_on_both_sides(exports: Path) -> None:
    report("Ferry figures", settings=settings_of(exports))
    page = (exports / "ferry-22222222" / "report.html").read_text(encoding="utf-8")
    assert "carried <strong class=differs>41,000</strong> passengers" in page
    assert "In June, <strong class=differs>14,000</strong> people" in page
    assert "Decided as Checkable fact on 3 May 2031, “Harbour talks”; differs in figures" in page
    assert "<strong class=differs>not</strong> closed" in page
    assert page.count("class=similar") == 2


def test_the_report_page_without_similar_claims_has_no_block(tmp_path: Path) -> None:
    harbour(tmp_path)
    report("Harbour talks", settings=settings_of(tmp_path))
    page = (tmp_path / "harbour-11111111" / "report.html").read_text(encoding="utf-8")
    assert "class=similar" not in page


def test_words_of_strangers_are_escaped_on_the_page(tmp_path: Path) -> None:
    hostile = HARBOUR.replace("The ferry to Skarholm", "The ferry to <u>Skarholm</u>")
    raw = desk_project(hostile, title="<img src=x>", article_id="hostile")
    pull(raw, tmp_path, key="hostile-33333333")
    ferry(tmp_path)
    report("Ferry figures", settings=settings_of(tmp_path))
    page = (tmp_path / "ferry-22222222" / "report.html").read_text(encoding="utf-8")
    assert "to &lt;u&gt;Skarholm&lt;/u&gt; carried" in page
    assert "<u>" not in page
    assert "“&lt;img src=x&gt;”" in page
    assert "<img src=x>" not in page


def test_check_state_and_evidence_of_a_remembered_claim_are_named(tmp_path: Path) -> None:
    raw = desk_project(HARBOUR, title="Harbour talks", article_id="harbour")
    claim_id = raw["tasks"][0]["data"]["claims"][0]["claim_id"]
    fields = {"check": "in hand", "evidence": "https://port.example/figures"}
    decide(raw, claim_id, by=3, as_="checkable_fact", fields=fields)
    pull(raw, tmp_path, key="harbour-11111111")
    ferry(tmp_path)
    report("Ferry figures", settings=settings_of(tmp_path))
    page = (tmp_path / "ferry-22222222" / "report.html").read_text(encoding="utf-8")
    assert "“Harbour talks”, check: in hand; differs in figures" in page
    assert 'cites <a href="https://port.example/figures"' in page
    desk = {"ANNOTATE_EXPORTS": str(tmp_path)}
    done = annotate("memory", "search", "--format", "json", "The ferry carried 41,000 passengers.", **desk)
    first = json.loads(done.stdout)[0]
    assert (first["check"], first["evidence"]) == ("in hand", "https://port.example/figures")
