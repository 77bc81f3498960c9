"""What the program makes of articles written for this project is never worse than it was.

`floor.csv` holds what was reached, a row a change, the last one in force. A figure that falls fails here; one
that rises has to be written down, so that it cannot fall back unseen. The floor lies a point under what was
measured, for machines that reckon otherwise. The figures tell of change, not of quality: the sentences are
few, and the program was built beside them.
"""

from __future__ import annotations

import csv
import hashlib
import itertools
from collections.abc import Set as AbstractSet
from pathlib import Path

import pytest

from annotate.article import extract_claims, read_article, split_sentences
from annotate.config.resources import RULES_VERSION
from annotate.model import Claim
from tests.quality.gold import Gold, gold

FLOOR = Path(__file__).parent / "floor.csv"
FIGURES = ("sentence_boundary", "claim_boundary", "claim_span", "label", "cue", "source")
LEEWAY = 2.5  # points that a figure may stand above the floor unwritten


def rows() -> list[dict[str, str]]:
    with FLOOR.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def f1(wanted: AbstractSet[object], found: AbstractSet[object]) -> float:
    """Return F (equal weights) in per cent."""
    return 200 * len(wanted & found) / (len(wanted) + len(found))


def macro_f1(pairs: list[tuple[str, str]]) -> float:
    labels = {wanted for wanted, _ in pairs}
    sets = ((_where(pairs, 0, label), _where(pairs, 1, label)) for label in labels)
    return sum(f1(wanted, found) for wanted, found in sets) / len(labels)


def _where(pairs: list[tuple[str, str]], side: int, label: str) -> set[int]:
    return {at for at, pair in enumerate(pairs) if pair[side] == label}


@pytest.fixture(scope="module")
def wanted() -> Gold:
    return gold()


@pytest.fixture(scope="module")
def found(wanted: Gold, tmp_path_factory: pytest.TempPathFactory) -> list[Claim]:
    file = tmp_path_factory.mktemp("quality") / "articles.txt"
    file.write_text(wanted.text, encoding="utf-8")
    return extract_claims(read_article(file))


@pytest.fixture(scope="module")
def measured(wanted: Gold, found: list[Claim]) -> dict[str, float]:
    have = {claim.span: claim for claim in found}
    want = {claim.span: claim for claim in wanted.claims}
    shared = [(want[span], have[span]) for span in want.keys() & have.keys()]
    attributions = {span: claim.attribution for span, claim in have.items() if claim.attribution}
    return {
        "sentence_boundary": f1(
            {s.start for s in wanted.sentences} - wanted.openers,
            {s.start for s in split_sentences(wanted.text)} - wanted.openers,
        ),
        "claim_boundary": f1(
            {s.start for s in want} - wanted.openers, {s.start for s in have} - wanted.openers
        ),
        "claim_span": f1(set(want), set(have)),
        "label": macro_f1([(a.label, b.suggestion.label if b.suggestion else "") for a, b in shared]),
        "cue": f1(
            {(span, claim.cue) for span, claim in want.items() if claim.cue},
            {(span, a.cue) for span, a in attributions.items() if a.cue and a.cue.overlaps(span)},
        ),
        "source": f1(
            {(span, claim.source) for span, claim in want.items() if claim.source},
            {(span, a.source) for span, a in attributions.items() if a.source},
        ),
    }


@pytest.mark.parametrize("figure", FIGURES)
def test_nothing_is_worse_than_it_was(measured: dict[str, float], figure: str) -> None:
    floor = float(rows()[-1][figure])
    assert measured[figure] >= floor, "worse than floor.csv says it was"
    assert measured[figure] < floor + LEEWAY, "better: add a row to floor.csv, so that it stays"


#: By version of the rules a digest of what they make of these articles: spans of claims and attributions.
OUTCOMES = {
    1: "e5bb651c21c8",
    2: "0dd85908bd7c",
    3: "5b61a59f99ff",
    4: "5b61a59f99ff",
    5: "ae3c45e2a01c",
    6: "1f974d0b991a",
}


def test_rules_that_give_something_else_have_a_new_version(found: list[Claim]) -> None:
    outcome = "\n".join(f"{claim.span} {claim.attribution}" for claim in found)
    digest = hashlib.sha256(outcome.encode()).hexdigest()[:12]
    assert OUTCOMES.get(RULES_VERSION) == digest, "raise RULES_VERSION in annotate/config/resources.py"


def test_what_holds_no_claim_gives_none(wanted: Gold, found: list[Claim]) -> None:
    assert [c.text for c in found if any(c.span.overlaps(empty) for empty in wanted.empty)] == []


def test_a_floor_is_lowered_with_a_reason_only() -> None:
    history = rows()
    for before, after in itertools.pairwise(history):
        lowered = [figure for figure in FIGURES if float(after[figure]) < float(before[figure])]
        assert not lowered or after["why"].startswith("Lowered: "), f"{after['since']}: {lowered}"
