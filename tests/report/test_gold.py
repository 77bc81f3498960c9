"""Decided claims of other articles, mixed into a project: which they are, and what of the answers counts."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence

import pytest

from annotate.labels import LABELS
from annotate.model import Article
from annotate.report import choose, decided_claims, read_answers, share_of
from annotate.report.gold import GoldAnswer, drift_sentence, gold_answers, gold_table
from annotate.report.stats import fisher_lower, wilson_interval
from annotate.studio import Layout, Terms, gold_tasks, origin_of
from annotate.studio.format import digest_of, is_gold, section_tasks
from annotate.studio.gold import mixed
from tests.report.answers import annotation, decide, regions
from tests.report.gold import (
    ADA,
    ARTICLE,
    BO,
    CLAIMS,
    CLEO,
    DRIFTING,
    EDITOR,
    FACT,
    MILL_ARTICLE,
    MILL_CLAIMS,
    MILL_ID,
    MILL_SKIPS,
    OPINION,
    REPORT,
    answer,
    corrected,
    day,
    decided_bridge,
    figures,
    host,
    pool,
    with_gold,
)

# --------------------------------------------------------------------------- the tasks


@pytest.mark.parametrize("layout", ["article", "claim"])
def test_nothing_that_can_be_read_in_a_task_tells_gold_from_the_rest(layout: Layout) -> None:
    raw = host(layout=layout)
    ordinary = list(raw["tasks"])
    gold = with_gold(raw, decided_bridge())
    keys = {tuple(task["data"]) for task in ordinary}
    assert {tuple(task["data"]) for task in gold} <= keys
    for field in (
        "title",
        "address",
        "author",
        "date",
        "article_id",
        "revision",
        "codebook",
        "schema",
        "layout",
    ):
        assert {task["data"][field] for task in gold} == {ordinary[0]["data"][field]}, field
    packed = json.dumps(gold)
    for word in ("gold", "decided", "origin", "orrin-", "bridge-at-orrin", *CLAIMS):
        assert word not in packed.lower(), word
    assert all(
        claim["claim_id"].startswith(f"{MILL_ID}-") for task in gold for claim in task["data"]["claims"]
    )


def test_a_paragraph_is_shown_whole_with_all_its_claims() -> None:
    raw = host()
    tasks = with_gold(raw, decided_bridge(), chosen=[1])
    text = ARTICLE[0].text
    (task,) = tasks
    assert task["data"]["text"] == text[text.index("The council") : text.index("\n\n“We had")]
    assert [claim["end"] - claim["start"] for claim in task["data"]["claims"]] == [
        len(claim.text) for claim in ARTICLE[1][:4]
    ]
    origin = origin_of(task)
    assert origin
    assert sorted(claim.claim_id for claim in origin.decided.values()) == sorted(CLAIMS[:3])


def test_gold_stands_among_the_tasks_and_is_numbered_with_them() -> None:
    sections = section_tasks(MILL_ARTICLE, MILL_CLAIMS, MILL_SKIPS)
    assert len(sections) == 2
    (article,) = pool(decided_bridge())
    gold = gold_tasks(MILL_ARTICLE, article, CLAIMS, layout="article", terms=Terms())
    together = mixed(sections, gold, existing=[], whole=2)
    assert [task["data"]["position"].partition(",")[0] for task in together] == [
        f"section {number} of {len(together)}" for number in range(1, len(together) + 1)
    ]
    assert not is_gold(together[0])
    assert not is_gold(together[-1])
    assert all(task["data"]["digest"] == digest_of(task["data"]) for task in together)
    # a push that goes on after some were sent gives the others the same places
    rest = mixed(sections[1:], gold[1:], existing=gold[:1], whole=2)
    assert rest == [task for task in together if task in rest]
    assert len(rest) == len(together) - 2


def test_only_what_stands_in_the_newest_text_and_was_decided_with_a_label_is_gold() -> None:
    raw = decided_bridge()
    decide(raw, CLAIMS[2], by=EDITOR, as_=None, at="2031-05-05T10:00:00Z")  # taken back
    corrected(raw, "the old bridge", "the older bridge")
    found = decided_claims(read_answers(raw), key="k")
    assert {name for each in found.articles for name in each.decided} == {CLAIMS[1], CLAIMS[6]}
    assert found.corrected == 1


# --------------------------------------------------------------------------- the choice


def test_the_choice_is_repeatable_and_spread_over_the_labels() -> None:
    articles = pool(
        decided_bridge({0: FACT, 1: REPORT, 2: OPINION, 4: REPORT, 6: FACT, 8: FACT, 10: OPINION})
    )

    def chosen(wanted: int, existing: Sequence[str] = (), people: Sequence[str] = ()) -> list[str]:
        found = choose(
            articles,
            host=MILL_ARTICLE,
            claims=MILL_CLAIMS,
            wanted=wanted,
            existing=existing,
            people=people,
            layout="claim",
        )
        return [claim_id for ids in found.chosen.values() for claim_id in ids]

    three = chosen(3)
    assert three == chosen(3)
    assert Counter(articles[0].decided[each].label for each in three) == Counter(LABELS)
    assert set(three) < set(chosen(5)), "a larger share adds to the smaller one"
    assert set(chosen(2, existing=three)).isdisjoint(three)
    assert len(chosen(20)) == 7
    everybody = {code for each in articles[0].decided.values() for code in each.judges}
    assert chosen(3, people=sorted(everybody)) == []
    assert len(chosen(3, people=[*everybody, "somebody new"])) == 3


def test_no_claim_of_the_article_itself_is_chosen() -> None:
    articles = pool(decided_bridge())
    again = Article("another-id", ARTICLE[0].text, ARTICLE[0].blocks)
    for article in (ARTICLE[0], again):  # by its id, and by its words
        found = choose(
            articles, host=article, claims=ARTICLE[1], wanted=3, existing=(), people=(), layout="article"
        )
        assert not found.chosen


@pytest.mark.parametrize(
    ("claims", "share", "wanted"), [(54, 0.1, 5), (55, 0.1, 6), (3, 0.1, 1), (9, 0.0, 0)]
)
def test_the_share_is_of_the_claims_of_the_article(claims: int, share: float, wanted: int) -> None:
    assert share_of(claims, share) == wanted


# --------------------------------------------------------------------------- what counts


def test_answers_are_compared_with_the_decision() -> None:
    origin, raw = decided_bridge(), host(layout="claim")
    with_gold(raw, origin)
    answer(raw, 0, by=ADA, as_=FACT, when="2031-05-05T09:00:00Z")
    answer(raw, 1, by=ADA, as_=OPINION, when="2031-05-05T09:00:00Z")
    answer(raw, 6, by=ADA, as_=FACT, when="2031-05-12T09:00:00Z")
    answer(raw, 0, by=BO, as_=FACT)
    found = figures(raw, origin)
    assert (found.claims, found.notes) == (4, ())
    ada, bo = found.people
    assert (ada.name, ada.whole.agreeing, ada.whole.claims) == ("Ada Lund", 2, 3)
    assert [(monday, share.agreeing, share.claims) for monday, share in ada.weeks] == [
        ("2031-05-05", 1, 2),
        ("2031-05-12", 1, 1),
    ]
    assert [(each.claim, each.decided, each.label) for each in ada.differing] == [
        (ARTICLE[1][1].text, REPORT, OPINION)
    ]
    assert (bo.whole.agreeing, bo.whole.claims) == (1, 1)
    table = gold_table(found)
    assert table["annotator"].tolist() == ["Ada Lund"] * 3 + ["Bo Marsh"] * 2
    assert table["monday"].isna().tolist() == [True, False, False, True, False]
    assert table.iloc[0][["claims", "agreeing", "share", "low", "high"]].tolist() == [
        3,
        2,
        0.667,
        0.208,
        0.939,
    ]


def test_who_judged_a_claim_before_or_decided_it_does_not_count() -> None:
    origin, raw = decided_bridge(), host(layout="claim")
    with_gold(raw, origin)
    answer(raw, 0, by=CLEO, as_=FACT)
    answer(raw, 0, by=EDITOR, as_=FACT)
    answer(raw, 0, by=ADA, as_=FACT)
    found = figures(raw, origin)
    assert [person.name for person in found.people] == ["Ada Lund"]
    assert found.notes == (
        "2 answers by somebody who had judged the claim before, or decided it: not counted.",
    )
    assert figures(raw).people == found.people, "the same on a machine that lacks the other project"


def test_what_was_decided_anew_or_corrected_since_does_not_count() -> None:
    origin, raw = decided_bridge(), host(layout="claim")
    with_gold(raw, origin)
    for at in (0, 1, 6):
        answer(raw, at, by=ADA, as_=FACT)
    decide(origin, CLAIMS[1], by=EDITOR, as_=OPINION, at="2031-05-09T10:00:00Z")
    corrected(origin, "the old bridge", "the older bridge")
    found = figures(raw, origin)
    (ada,) = found.people
    assert (ada.whole.agreeing, ada.whole.claims) == (1, 1)
    assert found.notes == (
        "1 answer to claims whose article was corrected since, so that the words are gone: not counted.",
        "1 answer to claims whose decision was changed or taken back since: not counted.",
    )
    without = figures(raw)
    assert without.people[0].whole.claims == 3
    assert without.notes == (
        "4 claims compared with the decision at the time of the push: their projects were not pulled on this "
        "computer.",
    )


def test_answers_without_a_label_and_edited_tasks_are_said() -> None:
    origin, raw = decided_bridge(), host(layout="claim")
    tasks = with_gold(raw, origin)
    answer(raw, 0, by=ADA, as_=None)
    annotation(tasks[1], by=ADA, was_cancelled=True)
    tasks[2]["data"]["claim"] = "Other words"
    found = figures(raw, origin)
    assert not found.people
    assert found.notes == (
        "2 answers without a label: not counted.",
        "1 task edited by hand in Label Studio: not counted.",
    )


def test_a_project_without_gold_has_no_figures() -> None:
    assert gold_answers(host(), {}) is None


# --------------------------------------------------------------------------- intervals and drift


@pytest.mark.parametrize(
    ("successes", "trials", "low", "high"),
    # Computed by hand: for 1 of 2 with z² = 3.8415 the middle is 0.5, and half the width
    # 1.96 · sqrt(0.25 / 2 + 3.8415 / 16) / (1 + 3.8415 / 2) = 0.4055; for 0 of n the upper end is z² / (n + z²).
    [(1, 2, 0.0945, 0.9055), (0, 10, 0.0, 0.2775), (10, 10, 0.7225, 1.0), (81, 263, 0.2553, 0.3662)],
)
def test_wilson_interval(successes: int, trials: int, low: float, high: float) -> None:
    assert wilson_interval(successes, trials) == pytest.approx((low, high), abs=5e-5)


def test_wilson_interval_needs_a_trial() -> None:
    assert wilson_interval(0, 0) is None


@pytest.mark.parametrize(
    ("counts", "chance"),
    [
        ((0, 4, 4, 4), 1 / 70),  # Fisher's lady: 1 of the C(8, 4) = 70 ways
        ((1, 4, 3, 4), 17 / 70),  # 1 + 4 · 4 ways
        ((4, 4, 4, 4), 1.0),
        ((0, 3, 5, 5), 1 / 56),  # C(8, 5) = 56 ways, one has no success among three
    ],
)
def test_fisher_lower(counts: tuple[int, int, int, int], chance: float) -> None:
    assert fisher_lower(*counts) == pytest.approx(chance)


def answers_of(agreed: str) -> list[GoldAnswer]:
    """Return one answer a day from 1 April on: `+` agrees, `-` does not."""
    return [
        GoldAnswer("Bo", "a", f"c{at}", "words", FACT, FACT if sign == "+" else OPINION, day(at))
        for at, sign in enumerate(agreed)
    ]


BEFORE = "+" * 10 + "--" + "+" * 9  # 19 of 21


def test_drift_is_said_as_a_sentence() -> None:
    assert drift_sentence("Bo", answers_of(DRIFTING)) == (
        "Bo agreed with 9 of 20 decided claims since 22 April 2031, 19 of 21 before: look at it together."
    )


@pytest.mark.parametrize(
    "agreed",
    [
        "",
        "+" * 9 + "-" * 9,  # too few on either side
        BEFORE + "+" * 20,
        BEFORE + "+" * 15 + "-" * 5,  # 15 of 20 after 19 of 21 has the chance 0.18
        "-" * 20 + "+" * 20,  # better than before
    ],
)
def test_what_may_be_chance_is_no_drift(agreed: str) -> None:
    assert not drift_sentence("Bo", answers_of(agreed))


def test_fewer_answers_are_halved() -> None:
    assert drift_sentence("Bo", answers_of("+" * 10 + "-" * 6 + "++++"))


def test_regions_of_gold_are_those_of_its_claims() -> None:
    raw = host()
    for task in with_gold(raw, decided_bridge()):
        assert [region["value"]["text"] for region in regions(task)] == [
            next(claim.text for claim in ARTICLE[1] if claim.start == packed["start"])
            for packed in task["data"]["claims"]
        ]
