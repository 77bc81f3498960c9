"""Which claims come first, and why: no server needed."""

from __future__ import annotations

import csv
import io
import json
from pathlib import Path

import pytest

from annotate import cli
from annotate.errors import UsageError
from annotate.order import SIGNS, Candidate, Order, disagreement_by_suggestion
from annotate.studio import Terms
from annotate.studio.format import claim_tasks, claims_of
from annotate.text import fold
from annotate.workflows import claims, ordered_claims, push
from tests.specimen import specimen

WEIGHTS = {"figure": 3.0, "named_source": 2.0, "disputed": 2.0, "lead": 2.0, "headline": 1.0, "repeated": 2.0}
FIGURES = [
    ("The port lost 1,400 jobs in 2021.", "has 2 figures"),
    ("It cost 4.2 million crowns.", "has a figure"),
    ("Twenty-three of them left at 7:30.", "has 2 figures"),
    ("Prices rose by 12 % in 1998, 300 people left.", "has 3 figures"),
    ("Rents rose by 12 per cent.", "has a figure"),
    ("One of them left.", ""),
]


@pytest.mark.parametrize(("words", "said"), FIGURES)
def test_figures_are_counted(words: str, said: str) -> None:
    (figure,) = (sign for sign in SIGNS if sign.name == "figure")
    assert figure.said_of(Candidate(words, (), "", "", (), None, 0)) == said


def test_no_suggestion_is_the_least_sure_and_sure_ones_come_last() -> None:
    article, claims, _ = specimen("{It rains.} {It snows.|opinion} {It thaws.|checkable_fact}")
    placed = Order("uncertain").placed([(article, claims, claims)])
    sure = {claim.text: claim.suggestion and claim.suggestion.score for claim in claims}
    assert placed[0].claim.text == "It rains."
    assert placed[0].priority.reason == "no suggestion"
    scores = [sure[each.claim.text] for each in placed[1:]]
    assert scores == sorted(scores)  # type: ignore[type-var]


def test_disagreement_raises_claims_with_the_same_suggestion() -> None:
    article, claims, _ = specimen("{It rains.|opinion} {It snows.|checkable_fact}")
    known = disagreement_by_suggestion([("checkable_fact", [1, 1]), ("opinion", [2, 0]), ("opinion", [3, 0])])
    assert 0 < known["opinion"] < known["checkable_fact"] < 1
    first, second = Order("uncertain", disagreement=known).placed([(article, claims, claims)])
    assert (first.claim.text, second.claim.text) == ("It snows.", "It rains.")
    assert first.priority.reason.endswith(
        f"annotators differ in {known['checkable_fact']:.0%} on such claims".replace("%", " %")
    )
    assert not any(label in first.priority.reason for label in ("fact", "opinion", "report"))


@pytest.mark.parametrize("judged", [[], [("opinion", [1, 0])], [("opinion", [0, 0, 0])]])
def test_without_two_answers_to_a_claim_nothing_is_known(judged: list[tuple[str, list[int]]]) -> None:
    assert disagreement_by_suggestion(judged) == {}


def test_what_is_known_of_the_same_words_counts() -> None:
    article, claims, _ = specimen("{It rains.} {It snows.} {It thaws.} {It hails.} {It pours.}")
    order = Order(
        "check-worthy", WEIGHTS, votes={fold("it hails."): (1, 1, 0)}, repeated=frozenset([fold("It pours.")])
    )
    found = {each.claim.text: each.priority.reason for each in order.placed([(article, claims, claims)])}
    assert (found["It hails."], found["It pours."]) == ("disputed", "similar to an earlier claim")
    without = Order("check-worthy", dict.fromkeys(WEIGHTS, 0.0)).placed([(article, claims, claims)])
    assert [each.claim for each in without] == claims
    assert {each.priority.words for each in without} == {"0.000"}


def test_priorities_are_text_that_sorts_like_the_numbers() -> None:
    article, claims, _ = specimen()
    for order in (Order("uncertain"), Order("check-worthy", WEIGHTS)):
        words = [each.priority.words for each in order.placed([(article, claims, claims)])]
        assert words == sorted(words, reverse=True)
        assert all(0 <= float(each) <= 1 for each in words)


def test_tasks_and_the_list_before_have_one_order() -> None:
    article, claims, skips = specimen()
    order = Order("check-worthy", WEIGHTS)
    tasks = claim_tasks(article, claims, skips, terms=Terms(order=order, blind=0.5))
    placed = order.placed([(article, claims, claims)])
    assert [claims_of(task)[0] for task in tasks] == [each.claim for each in placed]
    assert [task["data"]["order_reason"] for task in tasks] == [each.priority.reason for each in placed]
    in_article = claim_tasks(article, claims, skips)
    assert [claims_of(task)[0] for task in in_article] == claims
    assert not any("priority" in task["data"] for task in in_article)


# --------------------------------------------------------------------------- the command

LOCK = """The lock at Selm

The port lost 1,400 jobs in 2021. It was a foolish thing to build. The lock cost 96 million crowns, said Jan Korb.

Nobody else believes it. Ships wait nine hours. The council should act. The old channel was closed in 1974.
"""


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ANNOTATE_EXPORTS", str(tmp_path / "exports"))
    (tmp_path / "lock.txt").write_text(LOCK, encoding="utf-8")
    (tmp_path / "configs").mkdir()
    return tmp_path


def test_claims_are_printed_in_an_order_with_reasons(
    folder: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert cli.run(["claims", "--order", "check-worthy", "--format", "jsonl", "lock.txt"]) == 0
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    assert [row["order"] for row in rows] == list(range(1, len(rows) + 1))
    assert rows[0]["order_reason"].startswith("has a figure, has a named source, in the lead")
    assert sorted(row["index"] for row in rows) == list(range(len(rows)))
    assert cli.run(["claims", "--order", "check-worthy", "--format", "csv", "lock.txt"]) == 0
    table = list(csv.DictReader(io.StringIO(capsys.readouterr().out.removeprefix("\ufeff"))))
    assert [row["claim_id"] for row in table] == [row["claim_id"] for row in rows]
    assert [row["order_reason"] for row in table] == [row["order_reason"] for row in rows]
    assert cli.run(["claims", "--order", "uncertain", "lock.txt"]) == 0
    assert " % sure" in capsys.readouterr().out


def test_the_list_needs_no_server_and_follows_the_weights(folder: Path) -> None:
    (folder / "configs/annotate.toml").write_text(
        '[push]\norder = "check-worthy"\n[check_worthiness]\nfigure = 0\n'
    )
    placed = ordered_claims(claims(folder / "lock.txt"))
    assert not any("figure" in each.priority.reason for each in placed)


@pytest.mark.parametrize(
    ("settings", "said"),
    [
        (
            "[check_worthiness]\nrepeated = -1\n",
            "check_worthiness.repeated is -1: it must be a number, 0 or more",
        ),
        (
            '[check_worthiness]\nlead = "much"\n',
            "check_worthiness.lead is 'much': it must be a number, 0 or more",
        ),
        ("[check_worthiness]\nnamed = 1\n", "unknown settings check_worthiness.named"),
        (
            '[push]\norder = "hardest"\n',
            "push.order is 'hardest': it must be one of article, uncertain, check-worthy",
        ),
    ],
)
def test_a_bad_setting_is_one_line(
    folder: Path, capsys: pytest.CaptureFixture[str], settings: str, said: str
) -> None:
    (folder / "configs/annotate.toml").write_text(settings)
    assert cli.run(["claims", "--order", "check-worthy", "lock.txt"]) == 2
    lines = capsys.readouterr().err.splitlines()
    assert len(lines) == 1
    assert said in lines[0]


def test_sections_have_no_order(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert cli.run(["push", "--order", "uncertain", "lock.txt"]) == 2
    assert (
        "push with --layout claim for the order uncertain, or with --order article" in capsys.readouterr().err
    )
    (folder / "configs/annotate.toml").write_text('[push]\norder = "uncertain"\n')
    with pytest.raises(UsageError, match="--layout claim"):
        push(folder / "lock.txt")


@pytest.mark.parametrize("more", [["--all"], ["--out", "there"]])
def test_what_does_not_go_with_an_order(folder: Path, more: list[str]) -> None:
    assert cli.run(["claims", "--order", "uncertain", *more, "lock.txt"]) == 2
    assert not (folder / "there").exists()
