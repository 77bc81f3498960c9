"""Suggested labels: clear cases of the codebook, and what always holds of the probabilities."""

import json
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.article import Model, Shift, Suggester, choose, label_probabilities, parts_of, shift_text
from annotate.article.analysis import analyse
from annotate.article.nlp.embeddings import WIDTH
from annotate.article.suggest.features import SIGNS
from annotate.article.suggest.label_weights import log_odds, read_weights
from annotate.article.suggest.model import SURE, shipped_model
from annotate.config import weights_text
from annotate.errors import BadInput, UsageError
from annotate.labels import LABELS
from annotate.model import Block, Suggestion
from annotate.registry import SUGGESTERS

SPECIMENS = {
    "reported": ("attributed_report", "The mayor said that the bridge was safe."),
    "reported-opinion": ("attributed_report", "The mayor called out: “This is a terrible plan,” she said."),
    "demanded": ("attributed_report", "Arden demanded that Orlan leave the valley."),
    "according": ("attributed_report", "According to the police, two men were hurt on 4 May 2019."),
    "document": ("attributed_report", "The report found that the dam was cracked."),
    "prediction-of-a-source": ("attributed_report", "The minister said that prices would fall in spring."),
    "hearsay": ("attributed_report", "The dam was reportedly sold."),
    "should": ("opinion", "The town should sell the dam."),
    "must": ("opinion", "The ferry must run every hour."),
    "might": ("opinion", "Without the ferry, the valley might become a wonderful place."),
    "mind-reading": ("opinion", "The mayor wants a beautiful bridge."),
    "regards": ("opinion", "Arden regards the valley as a buffer."),
    "judgement": ("opinion", "It was a cowardly and shameful decision."),
    "evidently": ("opinion", "Evidently, the council is unable to think ahead."),
    "author": ("opinion", "I say that this is a disgrace."),
    "event": ("checkable_fact", "Tove Lund opened the bridge over the Orrin on 3 May 1931."),
    "figure": ("checkable_fact", "The ferry company lost 310,000 crowns in 2019."),
    "false-date": ("checkable_fact", "Columbus reached America in 1612."),
    "speaker-as-an-aside": ("checkable_fact", "The town hired the man who told the mayor on 3 May."),
    "told-behind": (
        "attributed_report",
        "“It is a lie,” Jon Berg, a teacher from Orrin, told us on 3 May 2021.",
    ),
    "announced": ("checkable_fact", "The ministry announced a ceasefire on Monday."),
    "record": ("checkable_fact", "Orrin has 4,200 inhabitants and two schools."),
}


def suggested(text: str) -> list[Suggestion]:
    """Return the suggestions for the claims of a paragraph."""
    (found,) = analyse(text, [Block(0, len(text), "body")])
    return [each.suggestion for each in found if each.suggestion is not None]


@pytest.mark.parametrize(("label", "text"), SPECIMENS.values(), ids=SPECIMENS)
def test_clear_cases(label: str, text: str) -> None:
    (odds,) = label_probabilities([text])
    assert max(odds, key=odds.__getitem__) == label


@pytest.fixture(params=SUGGESTERS.names())
def chosen(request: pytest.FixtureRequest) -> Iterator[Suggester]:
    """Suggest by each of the suggesters in turn, then by the default again."""
    yield choose(request.param)
    choose()


@pytest.mark.parametrize(("label", "text"), SPECIMENS.values(), ids=SPECIMENS)
def test_rules_alone_know_the_clear_cases_too(label: str, text: str) -> None:
    choose("rules")
    (odds,) = label_probabilities([text])
    choose()
    assert max(odds, key=odds.__getitem__) == label


def test_what_speaks_most_is_named() -> None:
    first, second = suggested("The town should sell the dam. The mayor said it was old.")
    assert first.label == "opinion"
    assert "what should or might be" in first.rule.split(", ")
    assert len(first.rule.split(", ")) <= 2
    assert (second.label, second.rule) == ("attributed_report", "somebody said it")
    assert 0.5 < second.score <= 1


def test_each_suggestion_names_its_model(chosen: Suggester) -> None:
    assert {each.model for each in suggested("The dam is old. The mayor said it leaks.")} == {chosen.name}


@pytest.mark.parametrize(
    ("choice", "name"), [("vectors", "minilm-4"), ("lexical", "lexical-4"), ("rules", "rules-1")]
)
def test_suggesters_are_chosen_by_name(choice: str, name: str) -> None:
    assert choose(choice).name == name
    choose()


def test_a_suggester_that_does_not_exist() -> None:
    with pytest.raises(UsageError, match="no suggester 'magic': choose one of vectors, lexical, llm, rules"):
        choose("magic")


def test_a_suggester_weighs_a_claim_the_same_in_any_batch(chosen: Suggester) -> None:
    claim = "The ferry ran aground on 4 May."
    around = ["What a splendid mess this was.", "We must do better, my friends!"]
    alone = chosen.suggest(parts_of([claim]))[0]
    amid = chosen.suggest(parts_of([around[0], claim, around[1]]))[1]
    assert amid == alone


def test_words_decide_where_they_are_sure() -> None:
    texts = ["The town should be ashamed of this shameful mess.", "The ferry is slow."]
    sure, unsure = parts_of(texts)
    model, lexical = choose(), shipped_model("lexical")
    assert isinstance(model, Model)
    sure_odds, unsure_odds = (abs(log_odds(lexical.opinion(row))) for row in lexical.rows([sure, unsure]))
    assert sure_odds > SURE > unsure_odds
    both, by_words, by_vectors = (
        each.probabilities([sure, unsure]) for each in (model, lexical, replace(model, first=None))
    )
    assert both == [by_words[0], by_vectors[1]]
    assert by_words[1] != by_vectors[1]
    assert model.suggest([sure])[0].model == model.name


def test_a_desk_is_taught_by_vectors_for_all() -> None:
    model = choose()
    assert isinstance(model, Model)
    weights = np.zeros(2 + len(SIGNS) + WIDTH)
    taught = model.taught(shift_text(Shift("desk-1", model.name, weights)), source="model.json")
    parts = parts_of(["The town should be ashamed of this shameful mess."])
    assert taught.probabilities(parts) == replace(model, first=None).probabilities(parts)
    assert taught.probabilities(parts) != model.probabilities(parts)


def test_speech_and_writing_are_told_apart() -> None:
    model = shipped_model("vectors")
    texts = [
        "Thank you, my friends, for standing with me tonight.",
        "The court fined the firm 3 million crowns.",
    ]
    spoken, written = (model.weights.heads["register"] @ row for row in model.rows(parts_of(texts)))
    assert spoken > 0 > written


def test_irony_in_plain_words_is_a_known_limit() -> None:
    (odds,) = label_probabilities(["The minister has once more solved the problem by moving it."])
    assert odds["checkable_fact"] > 0.2


def test_what_a_desk_taught_moves_the_odds_and_names_itself() -> None:
    text = "The ferry is slow."
    before = label_probabilities([text])[0]["opinion"]
    weights = np.zeros(2 + len(SIGNS) + WIDTH)
    weights[0] = 2.0
    taught = shift_text(Shift("desk-2031-05-04-0a1b2c3d", "minilm-4", weights))
    choose("vectors", taught=taught, source="model.json")
    after = label_probabilities([text])[0]["opinion"]
    (claim,) = suggested(text)
    choose()
    assert after > before
    assert claim.model == "desk-2031-05-04-0a1b2c3d"


def test_what_was_taught_to_another_model_is_left_aside() -> None:
    taught = shift_text(Shift("desk-1", "minilm-0", np.zeros(3)))
    chosen = choose("vectors", taught=taught, source="model.json")
    choose()
    assert isinstance(chosen, Model)
    assert (chosen.shift, chosen.name) == (None, "minilm-4")
    assert "minilm-0" in chosen.why_not


DAMAGED = {
    "no JSON": "{",
    "a list": "[]",
    "empty": "{}",
    "weights missing": '{"name": "desk-1", "base": "minilm-4", "weights": [1.0]}',
    "no number": '{"name": "desk-1", "base": "minilm-4", "weights": ["a"]}',
    "not finite": '{"name": "desk-1", "base": "minilm-4", "weights": ['
    + ", ".join(["NaN"] * (2 + len(SIGNS) + WIDTH))
    + "]}",
}


@pytest.mark.parametrize("taught", DAMAGED.values(), ids=DAMAGED)
def test_a_damaged_model_is_told_in_a_line(taught: str) -> None:
    with pytest.raises(BadInput, match="annotate learn --forget") as raised:
        choose("vectors", taught=taught, source="exports/model.json")
    choose()
    assert "\n" not in str(raised.value)


@pytest.mark.parametrize("choice", ["vectors", "lexical"])
def test_damaged_weights_are_told_in_a_line(choice: str) -> None:
    told = json.loads(weights_text(f"{choice}.json"))
    names = [rule.name for rule in SIGNS]
    assert read_weights(json.dumps(told), names, source="x").name == told["name"]
    short = told | {"heads": told["heads"] | {"written": told["heads"]["written"] | {"reading": [0.1]}}}
    for text in ("", "[]", json.dumps(told | {"signs": ["another"]}), json.dumps(short)):
        with pytest.raises(BadInput, match="install claimdesk again"):
            read_weights(text, names, source="x")


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=50), max_size=4))
def test_probabilities_sum_to_one(texts: list[str]) -> None:
    found = label_probabilities(texts)
    assert len(found) == len(texts)
    for odds in found:
        assert set(odds) == set(LABELS)
        assert sum(odds.values()) == pytest.approx(1)
        assert all(0 <= p <= 1 for p in odds.values())
