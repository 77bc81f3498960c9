"""The charts of the page: each figure against an example counted by hand."""

from __future__ import annotations

from collections.abc import Iterable

import pandas as pd
import pytest

from annotate.report.frames import agreement_table, claims_table, read_answers
from annotate.report.page.charts import (
    EVERYBODY,
    HEIGHT,
    MOST_BARS,
    Histogram,
    Timeline,
    histogram,
    label_matrix,
    stretches,
    timeline,
)
from tests.report.answers import decide, label, project
from tests.specimen import specimen

LETTERS = {"O": "opinion", "A": "attributed_report", "C": "checkable_fact"}
CLAIMS = [claim.claim_id for claim in specimen()[1]]


def judged(*claims: str, at: str | None = "2031-05-02T10:00:00Z") -> pd.DataFrame:
    """Return judgements: a word a claim, in it a letter for the answer of each annotator, `-` for none."""
    rows = [
        {"claim_id": f"c{n}", "annotator": f"P{who:02}", "label": LETTERS[letter], "answered_at": at}
        for n, letters in enumerate(claims)
        for who, letter in enumerate(letters)
        if letter != "-"
    ]
    return pd.DataFrame(rows, columns=["claim_id", "annotator", "label", "answered_at"]).assign(counted="yes")


def answered(*times: tuple[str, str | None]) -> pd.DataFrame:
    """Return one judgement for each annotator and time."""
    rows = [
        {"claim_id": f"c{n}", "annotator": who, "label": "opinion", "answered_at": at, "counted": "yes"}
        for n, (who, at) in enumerate(times)
    ]
    return pd.DataFrame(rows)


def bars(chart: Histogram) -> dict[str, int]:
    return {bar.words: bar.claims for bar in chart.bars}


def drawn(found: Timeline | None) -> dict[str, list[tuple[str, int]]]:
    """Return by annotator the columns: the period in words, and how many answers it has."""
    assert found
    return {row.who: [(column.words, column.answers) for column in row.columns] for row in found.rows}


def test_a_bar_is_as_long_as_its_claims() -> None:
    parts = stretches({"opinion": 1, "checkable_fact": 0, "tie": 2}, whole=4)
    assert [(part.look, part.x, part.width) for part in parts] == [
        ("opinion", 0.0, 25.0),
        ("checkable_fact", 25.0, 0.0),
        ("tie", 25.0, 50.0),
    ]
    assert [part.width for part in stretches({"opinion": 0}, whole=0)] == [0.0]


# --------------------------------------------------------------------------- how many agree


def test_claims_by_how_many_of_their_annotators_agree() -> None:
    chart = histogram(judged("OOO", "CCC", "CCC", "AAO", "OAC", "OO-", "-CA", "O--"))
    assert bars(chart) == {"3 of 3": 3, "2 of 2": 1, "2 of 3": 1, "1 of 2": 1, "1 of 3": 1}
    assert (chart.claims, chart.left_out) == (7, 1)
    assert [bar.share for bar in chart.bars] == [None] * 5  # of seven claims a share says nothing
    full = chart.bars[0]
    assert {part.look: (part.count, part.width) for part in full.parts if part.count} == {
        "opinion": (1, 33.33),
        "checkable_fact": (2, 66.67),
    }
    for words, look in {"2 of 3": "attributed_report", "1 of 2": "tie", "1 of 3": "tie"}.items():
        bar = next(bar for bar in chart.bars if bar.words == words)
        assert [(part.look, part.width) for part in bar.parts if part.count] == [(look, 33.33)]


def test_half_of_the_answers_is_no_majority() -> None:
    chart = histogram(judged("OOAC", "OOOC"))
    assert bars(chart) == {"4 of 4": 0, "3 of 4": 1, "2 of 4": 1}
    looks = [[part.look for part in bar.parts if part.count] for bar in chart.bars]
    assert looks == [[], ["opinion"], ["tie"]]


def test_shares_are_told_of_enough_claims() -> None:
    chart = histogram(judged(*["OO"] * 15, *["OC"] * 5))
    assert [(bar.words, bar.share) for bar in chart.bars] == [("2 of 2", 0.75), ("1 of 2", 0.25)]


def test_twelve_annotators_who_judged_everything() -> None:
    chart = histogram(judged("O" * 12, "O" * 7 + "C" * 5, "OOOOAAAACCCC"))
    assert list(bars(chart)) == [f"{top} of 12" for top in range(12, 3, -1)]
    assert {words: n for words, n in bars(chart).items() if n} == {"12 of 12": 1, "7 of 12": 1, "4 of 12": 1}


def test_claims_with_many_different_numbers_of_answers_are_put_into_tenths() -> None:
    claims = ("OO", "OOO", "OOOO", "OOOOC", "O" * 9 + "C", "O" * 19 + "C", "OAC", "OCOC")
    chart = histogram(judged(*claims))
    assert bars(chart) == {
        "all": 3,
        "90 to 99%": 2,
        "80 to 89%": 1,
        "70 to 79%": 0,
        "60 to 69%": 0,
        "50 to 59%": 1,
        "40 to 49%": 0,
        "30 to 39%": 1,
    }
    assert len(chart.bars) <= MOST_BARS


def test_without_two_answers_to_a_claim_there_is_no_bar() -> None:
    assert histogram(judged()) == Histogram((), claims=0, left_out=0)
    assert histogram(judged("O", "C")) == Histogram((), claims=0, left_out=2)


# --------------------------------------------------------------------------- label by label


def test_where_one_said_a_label_what_others_said() -> None:
    # OOC: each O meets O and C, C meets O twice. OA: O meets A. CC: each meets the other. O alone meets nobody.
    matrix = label_matrix(judged("OOC", "OA-", "CC-", "O--"))
    assert {row.label: [cell.count for cell in row.cells] for row in matrix} == {
        "opinion": [2, 1, 2],
        "attributed_report": [1, 0, 0],
        "checkable_fact": [2, 0, 2],
    }
    assert {row.label: (row.claims, row.answers) for row in matrix} == {
        "opinion": (2, 5),
        "attributed_report": (1, 1),
        "checkable_fact": (2, 4),
    }
    assert [part.width for part in matrix[0].parts] == [40.0, 20.0, 40.0]
    assert [cell.share for cell in matrix[0].cells] == [None, None, None]
    assert matrix[0].why == "only 2 claims judged twice with this label, fewer than 20"


def test_a_share_is_one_of_its_row() -> None:
    # Opinion meets Opinion 2 × 15 times, and Checkable fact 10 times.
    matrix = label_matrix(judged(*["OO"] * 15, *["OC"] * 10))
    assert {row.label: [cell.share for cell in row.cells] for row in matrix} == {
        "opinion": [0.75, 0.0, 0.25],
        "checkable_fact": [None, None, None],
    }
    assert [row.why for row in matrix] == [None, "only 10 claims judged twice with this label, fewer than 20"]


def test_a_label_that_meets_no_other_answer_has_no_row() -> None:
    assert label_matrix(judged()) == ()
    assert label_matrix(judged("O", "C")) == ()
    assert [row.label for row in label_matrix(judged("OO", "A"))] == ["opinion"]


def test_the_matrix_agrees_with_the_figures_of_agreement() -> None:
    raw = project()
    for n, claim in enumerate(CLAIMS):
        for by in (1, 2, 3):
            label(raw, claim, by=by, as_=list(LETTERS.values())[(n * by) % 3])
    decide(raw, CLAIMS[0], by=4, as_="opinion")  # an editor is no annotator
    answers = read_answers(raw)
    figures = agreement_table(answers, claims_table(answers))["agreement"]
    cells = {(row.label, c.label): c.count for row in label_matrix(answers.judgements) for c in row.cells}
    assert sum(cells.values()) == 2 * figures["pairs"]
    assert sum(n for (one, other), n in cells.items() if one == other) == 2 * figures["pairs_agreeing"]
    mixed_up = {tuple(row["labels"]): row["pairs"] for row in figures["confused"]}
    assert mixed_up
    for (one, other), pairs in mixed_up.items():
        assert cells[one, other] == cells[other, one] == pairs


# --------------------------------------------------------------------------- over time


def test_answers_by_day_of_each_annotator_and_of_all() -> None:
    found = timeline(
        answered(
            ("Bo", "2031-05-02T09:00:00.000000Z"),
            ("Ada", "2031-05-02T08:00:00Z"),
            ("Ada", "2031-05-02T23:59:59Z"),
            ("Ada", "2031-05-05T00:00:00Z"),
            ("Bo", "2031-05-06T01:30:00+02:00"),  # the evening before in UTC
            ("Bo", None),
            ("Bo", "yesterday"),
        )
    )
    assert drawn(found) == {
        EVERYBODY: [("2031-05-02", 3), ("2031-05-05", 2)],
        "Ada": [("2031-05-02", 2), ("2031-05-05", 1)],
        "Bo": [("2031-05-02", 1), ("2031-05-05", 1)],
    }
    assert found
    assert (found.unit, found.periods, found.first, found.last) == ("day", 4, "2031-05-02", "2031-05-05")
    assert found.untimed == 2
    everybody, ada, bo = found.rows
    assert (ada.answers, ada.first, ada.last, ada.busiest, ada.most) == (
        3,
        *("2031-05-02", "2031-05-05"),
        "2031-05-02",
        2,
    )
    assert [(column.x, column.height) for column in everybody.columns] == [(0, HEIGHT), (3, HEIGHT * 2 / 3)]
    assert [column.height for column in ada.columns] == [HEIGHT, HEIGHT / 2]
    assert [column.height for column in bo.columns] == [HEIGHT / 2, HEIGHT / 2]  # on the scale of Ada's


def spread(days: Iterable[int]) -> pd.DataFrame:
    start = pd.Timestamp("2031-01-06T10:30:00Z")  # a Monday
    return answered(*(("Ada", (start + pd.Timedelta(days=day)).isoformat()) for day in days))


@pytest.mark.parametrize(
    ("days", "unit", "periods", "first", "last"),
    [
        ([0], "hour", 1, "2031-01-06 10:00", "2031-01-06 10:00"),
        ([0, 1], "hour", 25, "2031-01-06 10:00", "2031-01-07 10:00"),
        ([0, 2], "day", 3, "2031-01-06", "2031-01-08"),
        (range(91), "day", 91, "2031-01-06", "2031-04-06"),
        (range(200), "week", 29, "2031-01-06", "2031-07-21"),
        ([0, 7305], "month", 241, "2031-01", "2051-01"),
    ],
)
def test_the_period_follows_the_time_that_the_answers_took(
    days: Iterable[int], unit: str, periods: int, first: str, last: str
) -> None:
    found = timeline(spread(days))
    assert found
    assert (found.unit, found.periods, found.first, found.last) == (unit, periods, first, last)
    assert [row.who for row in found.rows] == ["Ada"]  # one annotator is all annotators


def test_a_week_begins_on_monday() -> None:
    assert drawn(timeline(spread([0, 6, 7, 199])))["Ada"] == [
        *(("2031-01-06", 2), ("2031-01-13", 1), ("2031-07-21", 1))
    ]


def test_twelve_annotators_have_a_row_each() -> None:
    times = [(f"P{who:02}", f"2031-05-{2 + day:02}T10:00:00Z") for who in range(12) for day in range(who + 1)]
    found = timeline(answered(*times))
    assert found
    assert [row.who for row in found.rows] == [EVERYBODY, *(f"P{who:02}" for who in range(12))]
    assert [row.answers for row in found.rows] == [78, *range(1, 13)]


def test_a_column_can_be_seen_also_where_it_is_one_of_many() -> None:
    times = [("Ada", "2031-05-02T10:00:00Z")] * 500 + [("Bo", "2031-05-09T10:00:00Z")]
    found = timeline(answered(*times))
    assert found
    assert found.rows[2].columns[0].height == 1


def test_without_an_answer_that_counts_there_is_no_timeline() -> None:
    assert timeline(judged()) is None
    assert timeline(judged("OO").assign(counted="superseded")) is None
    assert timeline(judged("OO", at=None)) is None


def test_a_project_without_answers_has_no_chart() -> None:
    judgements = read_answers(project()).judgements
    assert histogram(judgements).bars == ()
    assert label_matrix(judgements) == ()
    assert timeline(judgements) is None
