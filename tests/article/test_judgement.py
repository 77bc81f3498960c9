"""Judgement in plain words: each feature with sentences that have it and that lack it; the claims around."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article import extract_claims, label_probabilities, parts_of, read_article
from annotate.article.analysis import analyse
from annotate.article.suggest import in_context
from annotate.article.suggest.features import JUDGEMENT, Feature
from annotate.article.suggest.judgement.context import AROUND, REACH
from annotate.model import Block, Span, Suggestion

#: By feature a sentence that has it, and one with similar words that lacks it.
SPECIMENS = {
    "what will be": ("The yard will lose its best welders.", "The yard lost its best welders."),
    "what would have been": ("The pump would have saved the mill.", "The pump saved the mill."),
    "what can be": ("A cold spring can ruin the plums.", "A cold spring ruined the plums."),
    "what has to be done": ("The town needs to hire a second doctor.", "The town hired a second doctor."),
    "own mind": ("We are proud of the crew.", "We sold the boat in May."),
    "assessing verb": ("The strike undermined the board.", "The strike began at noon."),
    "vague degree": ("The gap between the two banks is significant.", "The gap between the rails is 1.4 m."),
    "assessment as predicate": ("The reply was inadequate.", "The inadequate reply came on Friday."),
    "assessing noun": ("The chapel is a burden on the parish.", "The chapel stands beside the mill."),
    "kind ascribed": ("The ruling is a sober reading of the law.", "The ruling was read in court."),
    "superlative": ("It was the boldest reform of the age.", "It was a reform of the age of 14 years."),
    "comment": ("Fortunately, the wind turned.", "At noon, the wind turned."),
    "in general": ("Voters punish a party that quarrels.", "The 40 voters left the hall."),
    "abstract subject": ("The indifference of the owners killed the village.", "The flood killed two men."),
    "recorded deed": ("The town elected a new mayor.", "The town likes its mayor."),
    "place": ("The brothers met in Tolle.", "The brothers met in secret."),
    "measure": ("The fire injured nineteen passengers.", "The fire injured many passengers."),
}


@pytest.mark.parametrize("feature", JUDGEMENT, ids=lambda feature: feature.name)
def test_a_feature_is_in_one_sentence_and_not_in_the_other(feature: Feature) -> None:
    having, lacking = parts_of(SPECIMENS[feature.name])
    assert feature.weigh(having) > 0
    assert feature.weigh(lacking) == 0


def test_each_feature_has_a_specimen() -> None:
    assert SPECIMENS.keys() == {feature.name for feature in JUDGEMENT}


LABELLED = {
    "degree": ("opinion", "The influence of the guilds is considerable."),
    "counterfactual": ("opinion", "A wider gate would have saved the lock."),
    "generic": ("opinion", "Good harvests make proud villages."),
    "predicate": ("opinion", "The new organ sounds wonderful."),
    "scheduled deed": ("checkable_fact", "The guilds elected two stewards on 9 May 1714."),
    "count": ("checkable_fact", "The lock has two gates and lies 40 metres above the sea."),
    "loaded but past": ("checkable_fact", "The lock was widened in 1911 by 3 metres."),
}


@pytest.mark.parametrize(("label", "text"), LABELLED.values(), ids=LABELLED)
def test_judgement_in_plain_words(label: str, text: str) -> None:
    (odds,) = label_probabilities([text])
    assert max(odds, key=odds.__getitem__) == label


def suggestions_of(text: str) -> list[Suggestion | None]:
    (pieces,) = analyse(text, [Block(0, len(text), "body")])
    return [piece.suggestion for piece in pieces if not piece.skip]


DRY = "The lock was built in 1884. It has two gates. "
WARM = "The lock is a marvel. Its gates are splendid things, and nobody should dare to touch them. "


def _opinion(suggestion: Suggestion | None) -> float:
    assert suggestion is not None
    return suggestion.score if suggestion.label == "opinion" else 1 - suggestion.score


def test_a_claim_leans_to_the_claims_around_it() -> None:
    claim = "The towpath is quiet. "
    amid_facts = suggestions_of(DRY + claim + DRY)[2]
    amid_praise = suggestions_of(WARM + claim + WARM)[3]
    assert _opinion(amid_facts) < _opinion(amid_praise)


def test_a_claim_alone_has_what_its_words_say() -> None:
    text = "The lock is rather old."
    (alone,) = suggestions_of(text)
    assert _opinion(alone) == pytest.approx(label_probabilities([text])[0]["opinion"], abs=0.06)


def _at(odds: list[tuple[str, float]]) -> dict[Span, Suggestion | None]:
    return {
        Span(at, at + 1): Suggestion(label, score, "figure", "model")
        for at, (label, score) in enumerate(odds)
    }


def test_a_label_that_the_claims_around_decide_has_that_reason() -> None:
    opinions = ("opinion", 0.9)
    moved = list(in_context(_at([opinions, opinions, ("checkable_fact", 0.5), opinions])).values())[2]
    assert moved is not None
    assert (moved.label, moved.rule, moved.model) == ("opinion", AROUND, "model")


def test_what_somebody_else_says_neither_leans_nor_is_leant_to() -> None:
    reports = [("attributed_report", 0.85)] * 4
    assert in_context(_at(reports)) == _at(reports)
    alone = _at([*reports[:2], ("opinion", 0.6), *reports[:2]])
    assert in_context(alone) == alone


scores = st.floats(0.48, 0.95).map(lambda score: round(score, 3))
labelled = st.tuples(st.sampled_from(["opinion", "checkable_fact"]), scores)


@given(st.lists(labelled, min_size=1, max_size=12), st.data())
def test_a_correction_far_away_changes_nothing(claims: list[tuple[str, float]], data: st.DataObject) -> None:
    at = data.draw(st.integers(0, len(claims) - 1))
    changed = [*claims]
    changed[at] = data.draw(labelled)
    before, after = (list(in_context(_at(each)).values()) for each in (claims, changed))
    far = [i for i in range(len(claims)) if abs(i - at) > REACH]
    assert [before[i] for i in far] == [after[i] for i in far]


@given(st.lists(labelled, min_size=2, max_size=8))
def test_a_sure_suggestion_keeps_its_label(claims: list[tuple[str, float]]) -> None:
    sure = [("checkable_fact", 0.94), *claims]
    first = next(iter(in_context(_at(sure)).values()))
    assert first is not None
    assert first.label == "checkable_fact"


def test_an_article_has_the_same_suggestions_every_time(tmp_path: Path) -> None:
    file = tmp_path / "lock.txt"
    file.write_text("The lock\n\n" + DRY + "\n\n" + WARM + "\n\n" + DRY, encoding="utf-8")
    first, second = (extract_claims(read_article(file)) for _ in range(2))
    assert first == second
