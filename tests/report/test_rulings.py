"""Disputes by ruling and codebook version: the table, the ruling that needs a sentence, and where rulings show."""

from __future__ import annotations

from pathlib import Path

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser

from annotate.config import Codebook, codebook, questions_about, rulings_in
from annotate.report import read_answers, write_tables
from annotate.report.page import rows_of, said_of_claims
from annotate.report.rulings import rulings_table
from annotate.report.stats import difference_interval
from annotate.report.workbook.tables import answer_text
from tests.report.answers import Raw, annotation, decide, label, project, task_of
from tests.specimen import specimen

TWENTY = "\n\n".join(
    " ".join(f"{{Pump {n} of dike {k} ran all night.|checkable_fact}}" for n in range(1, 6))
    for k in range(1, 5)
)
RULES = Codebook("1.0", codebook().text)
OTHER = "checkable_fact"


def twenty() -> tuple[Raw, list[str]]:
    """Return a project of twenty claims, each of which Ada calls an opinion.

    She ticks D on the first eight, on six of which Bo differs, and E on the others, on two of which he differs.
    On two of the disputes under D he ticks E.
    """
    article, claims, skips = specimen(TWENTY)
    raw = project(article, claims, skips)
    for at, claim in enumerate(claims):
        label(raw, claim.claim_id, by=1, as_="opinion", ruling="D" if at < 8 else "E")
        said = OTHER if at < 6 or at in (8, 9) else "opinion"
        label(raw, claim.claim_id, by=2, as_=said, **({"ruling": "E"} if at < 2 else {}))
    return raw, [claim.claim_id for claim in claims]


def rows(raw: Raw, rules: Codebook = RULES) -> dict[tuple[str | None, str], dict[str, object]]:
    table = rulings_table(read_answers(raw).judgements, rules)
    return {(row["codebook"], row["ruling"]): row for row in rows_of(table)}


def test_an_example_computed_by_hand() -> None:
    raw, claims = twenty()
    found = rows(raw)
    assert list(found) == [("1.0", "D"), ("1.0", "E")]
    question = next(each for each in codebook().rulings if each.name == "D")
    # Wilson: 6 of 8 are 0.4093 to 0.9285, 2 of 12 are 0.0470 to 0.4480. Newcombe: 0.75 - 0.1667 = 0.5833;
    # 0.5833 - sqrt((0.75 - 0.4093)² + (0.4480 - 0.1667)²) = 0.1414,
    # 0.5833 + sqrt((0.9285 - 0.75)² + (0.1667 - 0.0470)²) = 0.7983.
    assert found["1.0", "D"] == {
        "codebook": "1.0",
        "ruling": "D",
        "needs_sentence": "yes",
        "claims": 8,
        "judged_twice": 8,
        "disputes": 6,
        "share": 0.75,
        "other_judged_twice": 12,
        "other_disputes": 2,
        "other_share": 0.167,
        "low": 0.141,
        "high": 0.798,
        "different_rulings": 2,
        "judgements": 8,
        "opinion": 8,
        "attributed_report": 0,
        "checkable_fact": 0,
        "not_a_claim": 0,
        "question": question.words,
        "leads_to": "Opinion",
        "disputed_claims": "; ".join(claims[:6]),
    }
    # E: Ada on twelve claims, Bo on two: four of fourteen are disputed, four of the six others.
    e = found["1.0", "E"]
    assert (e["claims"], e["disputes"], e["other_disputes"], e["other_judged_twice"]) == (14, 4, 4, 6)
    assert (e["judgements"], e["opinion"], e["checkable_fact"]) == (14, 12, 2)
    assert (e["needs_sentence"], e["different_rulings"]) == ("no", 2)


@pytest.mark.parametrize(
    ("one", "other", "low", "high"),
    [
        ((56, 70), (48, 80), 0.0524, 0.3339),
        ((9, 10), (3, 10), 0.1705, 0.8090),
        ((6, 7), (2, 7), 0.0582, 0.8062),
        ((5, 56), (0, 29), -0.0381, 0.1926),
        ((0, 10), (0, 20), -0.1611, 0.2775),
        ((10, 10), (0, 20), 0.6791, 1.0),
    ],
)
def test_intervals_as_newcombe_published_them(
    one: tuple[int, int], other: tuple[int, int], low: float, high: float
) -> None:
    assert difference_interval(one, other) == pytest.approx((low, high), abs=0.00006)


def test_answers_under_different_versions_are_not_compared() -> None:
    raw, _ = twenty()
    for task in raw["tasks"]:
        for answer in task["annotations"]:  # Bo answered after the new version came
            answer["updated_at"] = f"2031-05-0{2 if answer['completed_by'] == 1 else 4}T09:00:00Z"
    raw["project"]["codebooks"] = [("2031-05-03T00:00:00Z", "2.0")]
    found = rows(raw)
    assert list(found) == [("2.0", "E"), ("1.0", "D"), ("1.0", "E")]  # the newest first
    assert {(row["judged_twice"], row["disputes"], row["share"]) for row in found.values()} == {(0, 0, None)}
    assert {row["needs_sentence"] for row in found.values()} == {None}
    assert [row["claims"] for row in found.values()] == [2, 8, 12]
    assert found["2.0", "E"]["question"] is None  # the words in force are those of version 1.0
    assert found["2.0", "E"]["disputed_claims"] is None


@pytest.mark.parametrize(("claims", "needs"), [(4, None), (5, "yes")])
def test_few_claims_say_nothing(claims: int, needs: str | None) -> None:
    article, parts, skips = specimen(TWENTY)
    raw = project(article, parts, skips)
    for at, part in enumerate(parts):
        label(raw, part.claim_id, by=1, as_="opinion", ruling="D" if at < claims else "E")
        label(raw, part.claim_id, by=2, as_=OTHER if at < claims else "opinion")
    assert rows(raw)["1.0", "D"]["needs_sentence"] == needs


def test_what_counts_as_ticked() -> None:
    """No claim counts with its ruling; drafts, skipped, superseded and unlabelled answers do not."""
    article, claims, skips = specimen()
    raw = project(article, claims, skips)
    ids = [claim.claim_id for claim in claims]
    label(raw, ids[0], by=1, as_=None, flags=["not_a_claim"], ruling="A")
    label(raw, ids[1], by=1, as_=None, ruling="B")
    label(raw, ids[2], by=1, as_="opinion", ruling="F")
    label(raw, ids[2], by=1, as_="opinion", ruling="D", at="2031-05-05T09:00:00Z")
    section = task_of(raw, ids[-1])
    annotation(section, by=2, was_cancelled=True)
    label(raw, ids[-1], by=2, as_="opinion", ruling="C")
    found = rows(raw)
    assert {
        name: (row["claims"], row["not_a_claim"], row["judgements"]) for (_, name), row in found.items()
    } == {
        "A": (1, 1, 1),
        "D": (1, 0, 1),
    }


def test_a_decision_leaves_the_dispute_among_the_disputes() -> None:
    raw, claims = twenty()
    before = rows(raw)
    decide(raw, claims[0], by=3, as_="opinion")
    assert rows(raw) == before


def test_letters_that_the_codebook_no_longer_has_come_last() -> None:
    raw, claims = twenty()
    label(raw, claims[0], by=3, as_="opinion", ruling="B2")
    table = "| | Ask | If yes |\n|---|---|---|\n| E | Is it on record? | fact |\n| D | Is it a wish? | opinion |\n"
    found = rows(raw, Codebook("1.0", table))
    assert [(name, row["question"]) for (_, name), row in found.items()] == [
        ("E", "Is it on record?"),
        ("D", "Is it a wish?"),
        ("B2", None),
    ]


def test_without_a_ruling_there_is_no_file_and_no_part_of_the_page(tmp_path: Path) -> None:
    article, claims, skips = specimen()
    raw = project(article, claims, skips)
    label(raw, claims[0].claim_id, by=1, as_="opinion")
    (tmp_path / "rulings.csv").write_text("of an earlier report", encoding="utf-8")
    written = write_tables(raw, tmp_path)
    assert "rulings.csv" not in {path.name for path in written}
    assert not (tmp_path / "rulings.csv").exists()
    assert "_rulings" not in (tmp_path / "report.html").read_text(encoding="utf-8")
    assert set(read_answers(raw).judgements["ruling"]) == {None}


def test_page_and_sheets_show_who_ticked_what(browser: Browser, tmp_path: Path) -> None:
    raw, claims = twenty()
    label(raw, claims[0], by=3, as_="opinion", ruling="<b>")
    write_tables(raw, tmp_path)
    for mode, width in (("light", 1366), ("dark", 390)):
        page = browser.new_page(color_scheme=mode, viewport={"width": width, "height": 800}, bypass_csp=True)
        page.goto((tmp_path / "report.html").as_uri())
        part = page.locator("section[aria-labelledby=_rulings]")
        assert "6 of 8 claims disputed, 2 of 12 with other rulings" in part.inner_text()
        assert part.locator("h3").all_inner_texts() == ["Codebook version 1.0"]
        assert part.locator("tbody th").all_inner_texts() == ["<b>", "D", "E"]
        disputes = page.locator(".disputes").inner_text()
        assert all(f"Ruling: {name}" in disputes for name in ("<b>", "D", "E"))
        assert Axe().run(page).response["violations"] == []
        part.locator("ul a").nth(3).click()
        assert page.url.endswith(f"#{claims[3]}")
        card = page.locator("[popover]:popover-open")
        assert "Ada Lund (ruling D)" in card.inner_text()
        page.close()
    judgements = (tmp_path / "judgements.csv").read_text(encoding="utf-8-sig")
    assert '"ruling"' in judgements.splitlines()[0]


def test_an_answer_in_the_workbook_names_its_ruling() -> None:
    raw, claims = twenty()
    said = said_of_claims(read_answers(raw).judgements)[claims[0]]
    assert list(map(answer_text, said)) == ["Opinion (D)", "Checkable fact (E)"]


# --------------------------------------------------------------------------- the codebook's table


def test_the_questions_of_the_codebook() -> None:
    assert [question.name for question in codebook().rulings] == list("ABCDEF")
    assert {q.name: q.leads_to for q in codebook().rulings}["B"] == "flag it split, label the first"
    assert [question.name for question in questions_about(codebook().text, {"Opinion"})] == ["D", "F"]


@pytest.mark.parametrize(
    ("table", "names"),
    [
        ("| | Ask | If yes |\n|--|:--|--:|\n| 1 | One? | a |\n| 2 | Two \\| three? | b |", ["1", "2"]),
        ("| | Ask | If yes |\n|--|--|--|\n| Q1 | One? | a |\n| **Q2** | Two? | b |", ["Q1", "Q2"]),
        ("| | Ask | If yes |\n|--|--|--|\n| A | One? | a |\n| a | Two? | b |", []),  # one key for both
        ("| | Ask | If yes |\n|--|--|--|\n| A | One? | a |\n| | Two? | b |", []),
        ("| claim | label | why |\n|--|--|--|\n| It rained. | fact | on record |", []),
        ("| A | One? |\n|--|--|\n| B | Two? |", []),
        ("No table.", []),
        ("", []),
    ],
)
def test_a_codebook_of_the_desks_own(table: str, names: list[str]) -> None:
    assert [question.name for question in rulings_in(f"# Rules\n\nVersion: 1\n\n{table}\n")] == names


def test_the_editors_guide_shows_this_example() -> None:
    raw, _ = twenty()
    table = rulings_table(read_answers(raw).judgements, RULES)
    columns = [
        *("codebook", "ruling", "needs_sentence", "judged_twice", "disputes", "share"),
        *("other_judged_twice", "other_disputes", "other_share", "low", "high"),
    ]
    shown = table[columns].to_string(index=False)
    guide = (Path(__file__).parents[2] / "docs" / "editors.md").read_text(encoding="utf-8")
    assert "\n".join(f"    {line}" for line in shown.splitlines()) in guide
