"""Suggested labels: clear cases of the codebook, and what always holds of the probabilities."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from annotate.article import label_probabilities
from annotate.article.analysis import analyse
from annotate.model import LABELS, Block

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


@pytest.mark.parametrize(("label", "text"), SPECIMENS.values(), ids=SPECIMENS)
def test_clear_cases(label: str, text: str) -> None:
    (odds,) = label_probabilities([text])
    assert max(odds, key=odds.__getitem__) == label


def test_the_rule_that_speaks_most_is_named() -> None:
    text = "The town should sell the dam. The mayor said it was old."
    ((first, second),) = analyse(text, [Block(0, len(text), "body")])
    assert first.suggestion is not None
    assert (first.suggestion.label, first.suggestion.rule) == ("opinion", "what should or might be")
    assert second.suggestion is not None
    assert second.suggestion.rule == "somebody said it"
    assert 0.5 < second.suggestion.score <= 1


@settings(deadline=None, max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.text(alphabet=st.characters(exclude_categories=()), max_size=50), max_size=4))
def test_probabilities_sum_to_one(texts: list[str]) -> None:
    found = label_probabilities(texts)
    assert len(found) == len(texts)
    for odds in found:
        assert set(odds) == set(LABELS)
        assert sum(odds.values()) == pytest.approx(1)
        assert all(0 <= p <= 1 for p in odds.values())
