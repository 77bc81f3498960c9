"""Earlier pulls, and what changed since."""

from __future__ import annotations

from pathlib import Path

import pytest

from annotate.errors import BadInput
from annotate.report.frames import changes_table, claims_table, read_answers
from annotate.report.sheets import earlier, keep
from annotate.report.sheets.snapshots import KEPT
from tests.report.answers import label, project, send
from tests.specimen import BRIDGE, specimen

FIRST, SECOND = (claim.claim_id for claim in specimen()[1][:2])


def test_the_last_pulls_are_kept_and_found_by_their_moment(tmp_path: Path) -> None:
    for day in range(1, KEPT + 4):
        keep(f"pull {day}".encode(), f"2031-05-{day:02}T09:30:00+00:00", tmp_path)
    assert len(list((tmp_path / "pulls").iterdir())) == KEPT
    assert earlier(tmp_path, "last") == b"pull 13"
    assert earlier(tmp_path, "2031-05-12") == b"pull 11"
    assert earlier(tmp_path, "2031-05-12T09:30:00Z") == b"pull 12"
    with pytest.raises(BadInput, match="kept: 2031-05-04T09:30:00, "):
        earlier(tmp_path, "2031-05-02")
    with pytest.raises(BadInput, match="give a date"):
        earlier(tmp_path, "yesterday")


def test_a_broken_pull_is_named(tmp_path: Path) -> None:
    path = keep(b"pull", "2031-05-01", tmp_path)
    path.write_bytes(path.read_bytes()[:12])
    with pytest.raises(BadInput, match="is broken"):
        earlier(tmp_path, "last")


def test_changes_are_told_claim_by_claim() -> None:
    raw = project()
    label(raw, FIRST, by=1, as_="opinion")
    before = claims_table(read_answers(raw))
    assert changes_table(before, before).empty

    label(raw, FIRST, by=2, as_="checkable_fact", note="See the minutes.")
    send(raw, *specimen(BRIDGE.replace("It was a cowardly decision.", "It was a brave decision.")))
    after = claims_table(read_answers(raw))
    told = changes_table(before, after)
    rows = [tuple(row) for row in told[["claim_id", "what", "before", "after"]].to_numpy()]
    assert (FIRST, "label", "opinion", None) in rows
    assert (FIRST, "status", "single", "tie") in rows
    assert (FIRST, "notes", None, "Bo Marsh: See the minutes.") in rows
    assert ("it-was-a-brave-decision", "new claim", None, None) in rows
    assert not [row for row in rows if row[0] == SECOND]
    gone = changes_table(after, before)
    assert gone.loc[gone["what"] == "claim gone", "claim_id"].tolist() == ["it-was-a-brave-decision"]
