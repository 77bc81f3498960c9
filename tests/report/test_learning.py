"""What a desk's judgements teach: kept where it does better on claims held out, and never by looking at them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest

from annotate.article import Model, Suggester, choose, label_probabilities, parts_of
from annotate.errors import BadInput
from annotate.labels import LABELS
from annotate.model import Label
from annotate.report import Learnt, learn, lessons_of
from annotate.report.frames import Lesson
from annotate.report.frames.learning import LEAST_CLAIMS, macro_f1
from tests.report.answers import label, project
from tests.specimen import specimen

pytestmark = pytest.mark.slow

PLACES = ["Orrin", "Tolle", "Haverby", "Brenna", "Kessa", "Marlow", "Weston", "Fallon", "Tarrow", "Orley"]
THINGS = ["dam", "ferry", "mill", "bridge", "school"]


@pytest.fixture(scope="module")
def shipped() -> Model:
    chosen = choose("lexical")
    assert isinstance(chosen, Model)
    return chosen


def lesson(
    text: str, given: Label, *, article: str = "a", carried: bool = False, shown_by: str = ""
) -> Lesson:
    return Lesson(article, f"{article}-{text}", text, given, carried, shown_by)


def house_rule(*, shown_by: str = "", articles: bool = False) -> list[Lesson]:
    """A desk that holds every claim about what is old for an opinion: no model can know that beforehand."""
    found = []
    for place in PLACES:
        article = place.lower() if articles else "a"
        for thing in THINGS:
            told = {"article": article, "shown_by": shown_by}
            found.append(lesson(f"The {thing} in {place} is old.", "opinion", **told))  # type: ignore[arg-type]
            found.append(lesson(f"The {thing} in {place} was sold in 1931.", "checkable_fact", **told))  # type: ignore[arg-type]
    return found


def as_suggested(shipped: Model, lessons: Sequence[Lesson], *, turned: int) -> list[Lesson]:
    """Return the labels that the model suggests, every so many turned round: there is nothing to learn."""
    found = []
    for number, each in enumerate(lessons):
        (part,) = parts_of([each.text], [False])
        opinion = (shipped.opinion(shipped.rows([part])[0]) > 0.5) != (number % turned == 0)
        found.append(lesson(each.text, "opinion" if opinion else "checkable_fact"))
    return found


@pytest.fixture(scope="module")
def ruled(shipped: Model) -> Learnt:
    """Return what the house rule teaches: learning it takes seconds."""
    return learn(house_rule(), shipped, date="2031-05-04")


def test_a_house_rule_is_learnt(ruled: Learnt) -> None:
    assert ruled.better
    assert ruled.after > ruled.before + 0.1
    assert ruled.interval[0] <= ruled.after - ruled.before <= ruled.interval[1]
    assert ruled.name.startswith("desk-2031-05-04-")
    assert (ruled.compared, ruled.taught, ruled.unseen, ruled.articles) == (100, 100, 100, 0)


def test_what_was_learnt_is_what_is_used_later(ruled: Learnt) -> None:
    text = "The tower in Dunmore is old."
    before = label_probabilities([text])[0]["opinion"]
    taught = choose("lexical", taught=ruled.model, source="model.json")
    after = label_probabilities([text])[0]["opinion"]
    choose()
    assert taught.name == ruled.name
    assert after > max(before, 0.5)
    assert json.loads(ruled.model)["claims"] == 100


def test_the_same_judgements_teach_the_same(shipped: Suggester, ruled: Learnt) -> None:
    assert learn(house_rule()[::-1], shipped, date="2031-05-04").before == ruled.before
    assert learn(house_rule(), shipped, date="2031-05-04") == ruled


def test_where_there_is_nothing_to_learn_nothing_is_kept(shipped: Suggester) -> None:
    learnt = learn(as_suggested(shipped, house_rule(), turned=7), shipped, date="2031-05-04")
    assert not learnt.better
    assert learnt.interval[0] <= 0


def test_few_judgements_move_little(shipped: Suggester) -> None:
    lessons = house_rule()[:LEAST_CLAIMS]
    learnt = learn(lessons, shipped, date="2031-05-04")
    weights = np.array(json.loads(learnt.model)["weights"])
    assert 0 < np.abs(weights[1:]).max() < 1


def test_whole_articles_are_held_out_where_there_are_enough(shipped: Suggester) -> None:
    assert learn(house_rule(articles=True), shipped, date="2031-05-04").articles == len(PLACES)


def test_too_few_judgements_are_told(shipped: Suggester) -> None:
    with pytest.raises(
        BadInput, match=rf"2 claims settled as opinion and 2 as checkable fact; it takes {LEAST_CLAIMS}"
    ):
        learn(house_rule()[:4], shipped, date="2031-05-04")
    lopsided = [each for each in house_rule() if each.label == "opinion"] * 2
    with pytest.raises(BadInput, match="0 as checkable fact"):
        learn(lopsided, shipped, date="2031-05-04")


def test_claims_that_showed_the_desks_own_model_take_no_part_in_the_comparison(shipped: Suggester) -> None:
    with pytest.raises(BadInput, match="0 settled claims showed no suggestion of the desk's own model"):
        learn(house_rule(shown_by="desk-2031-01-01-00000000"), shipped, date="2031-05-04")
    mixed = house_rule() + [
        Lesson("b", f"b-{n}", each.text, each.label, False, "desk-2031-01-01-00000000")
        for n, each in enumerate(house_rule())
    ]
    learnt = learn(mixed, shipped, date="2031-05-04")
    assert (learnt.compared, learnt.taught, learnt.unseen) == (100, 200, 100)


def test_a_label_that_the_model_does_not_suggest_is_left_out(shipped: Suggester, ruled: Learnt) -> None:
    promises = [lesson(f"We shall mend the road to {place}.", "promise") for place in PLACES]
    learnt = learn(house_rule() + promises, shipped, date="2031-05-04")
    assert learnt.left_out == len(PLACES)
    assert replace(learnt, left_out=0) == ruled


def test_rules_learn_nothing() -> None:
    rules = choose("rules")
    choose()
    with pytest.raises(BadInput, match="set suggester to vectors or lexical"):
        learn(house_rule(), rules, date="2031-05-04")


def test_lessons_are_settled_claims_with_what_was_shown() -> None:
    article, claims, skips = specimen()
    raw = project(article, claims, skips)
    tied, agreed, decided, *_ = (claim.claim_id for claim in claims)
    label(raw, tied, by=1, as_="opinion")
    label(raw, tied, by=2, as_="checkable_fact")
    label(raw, agreed, by=1, as_="opinion")
    label(raw, agreed, by=2, as_="opinion")
    label(raw, decided, by=1, as_="checkable_fact")
    found = {each.claim_id: each for each in lessons_of(raw)}
    assert set(found) == {agreed, decided}
    assert found[agreed].label == "opinion"
    by_id = {claim.claim_id: claim for claim in claims}
    for claim_id, each in found.items():
        assert each.text == by_id[claim_id].text
        assert each.carried == (by_id[claim_id].attribution is not None)
        suggestion = by_id[claim_id].suggestion
        assert each.shown_by == (suggestion.model if suggestion else "")


def test_macro_f1_by_hand() -> None:
    gold, found = np.array([0, 0, 1, 1, 2]), np.array([0, 1, 1, 1, 2])
    assert macro_f1(gold, found) == pytest.approx((2 / 3 + 4 / 5 + 1) / 3)
    assert len(LABELS) == 3
