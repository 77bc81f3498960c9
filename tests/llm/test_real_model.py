"""Suggestions by a real language model, SmolLM2-135M, that is served on loopback.

These tests are about the contract alone: what goes out is understood, what comes back is checked, and what
cannot be used is counted. They say nothing about how well a model labels: one of this size labels badly.
"""

from __future__ import annotations

import re

import pytest

from annotate.labels import LABELS
from annotate.model import Article, Claim, Skip
from tests.llm.conftest import Desk
from tests.llm.test_suggestions import HIDDEN, holds_everything_once
from tests.proxy import Fault, proxy_to

SHORT = "The bridge at Norrby opened in 1931. Mayor Ada Lund said that it was no longer safe.\n"
SPANISH = "La alcaldesa dijo que el puente está cerrado desde el lunes y que nadie sabe por qué.\n"
MODEL = "smollm2-135m"
BY_MODEL, BY_RULES = f"llm-{MODEL}", "minilm-4"


@pytest.fixture
def patient(desk: Desk, real_model: str) -> Desk:
    """Return a desk that waits long, for the machine may have other work."""
    desk.use(real_model, MODEL, seconds=120)
    return desk


def keeps_the_contract(article: Article, claims: list[Claim], skips: list[Skip]) -> int:
    """Check labels, models and sources, and return how many claims have the model's suggestion."""
    assert holds_everything_once(article, claims, skips)
    for claim in claims:
        if claim.suggestion is None:
            continue
        assert claim.suggestion.label in LABELS
        assert claim.suggestion.model in {BY_MODEL, BY_RULES}
        assert 0 <= claim.suggestion.score <= 1
        if claim.attribution and claim.attribution.source:
            assert claim.attribution.source.of(article.text).strip()
            assert claim.attribution.source != claim.span
    return sum(c.suggestion is not None and c.suggestion.model == BY_MODEL for c in claims)


@pytest.mark.slow
def test_a_real_model_answers_by_the_schema(patient: Desk) -> None:
    article, claims, skips = patient.claims(SHORT)
    answered = keeps_the_contract(article, claims, skips)
    assert answered >= 1
    counts = re.search(r"answered (\d+) of 2 claims.* It took ([\d,]+) tokens sent", patient.notes[-1])
    assert counts
    assert int(counts[1]) == answered
    assert int(counts[2].replace(",", "")) > 500
    again = patient.claims(SHORT, dry_run=True)  # what it answered is known
    assert keeps_the_contract(*again) == answered


@pytest.mark.slow
def test_a_real_model_reads_instructions_in_an_article(patient: Desk) -> None:
    keeps_the_contract(*patient.claims(f"{HIDDEN} The bridge at Norrby opened in 1931.\n"))


@pytest.mark.slow
def test_a_real_model_cuts_a_sentence_or_it_stays_one_claim(patient: Desk) -> None:
    article, claims, skips = patient.claims(SPANISH)
    assert {claim.language for claim in claims} == {"es"}
    assert holds_everything_once(article, claims, skips)
    by_model = [claim for claim in claims if claim.splitter == "model"]
    answered = re.search(r"answered (\d) of 1 claim", patient.notes[1])
    assert answered
    assert bool(int(answered[1])) == bool(by_model)
    assert by_model or len(claims) == 1


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["cut", "reset"])
def test_an_answer_of_a_real_model_that_breaks_off_is_asked_for_again(
    kind: str, patient: Desk, real_model: str
) -> None:
    with proxy_to(real_model) as proxy:
        proxy.faults.append(Fault("after", path="/chat/completions", kind=kind))  # type: ignore[arg-type]
        patient.use(f"{proxy.url}/v1", MODEL, seconds=120)
        article, claims, skips = patient.claims("The bridge at Norrby opened in 1931.\n")
        assert len(proxy.met) == 1
        assert len(proxy.forwarded) >= 2
    assert keeps_the_contract(article, claims, skips) == 1, patient.notes


@pytest.mark.slow
def test_a_prompt_that_is_too_long_for_a_real_model(patient: Desk) -> None:
    """Its context has 4,096 tokens: the claims are sent in smaller groups until they fit, or not at all."""
    (patient.folder / "configs" / "codebook.md").write_text(
        "Version: 9\n\n" + "Ask whether it is a fact. " * 900
    )
    _, claims, _ = patient.claims(SHORT)
    assert {c.suggestion.model for c in claims if c.suggestion} == {BY_RULES}
    assert "2 × prompt too long" in patient.notes[-1]
