"""Which claims make a round: even over labels and rulings, the same each time; the answers to the sample article."""

from __future__ import annotations

import re
import tomllib
from collections import Counter
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article import extract, read_article
from annotate.config import cases_in, codebook, config_text, sample_article
from annotate.errors import UsageError
from annotate.labels import LABELS
from annotate.report import read_answers
from annotate.text import fold
from annotate.training_round import DecidedClaim, Stock, choose, decided_claims, sample_stock
from tests.report.answers import decide, label, project
from tests.specimen import specimen

MARKED = "\n\n".join(f"{{On day {number} the ferry was late.}}" for number in range(60))


def stock_of(groups: list[tuple[str, str]], article_id: str = "ferry") -> Stock:
    """Return a stock of claims, each with a label and a group."""
    article, claims, skips = specimen(MARKED, article_id=article_id)
    chosen = claims[: len(groups)]
    decided = {
        claim.claim_id: DecidedClaim(claim.claim_id, label, group=group)
        for claim, (label, group) in zip(chosen, groups, strict=True)
    }
    return Stock(((article, tuple(chosen), tuple(skips)),), decided)


@given(
    st.lists(st.tuples(st.sampled_from(LABELS), st.sampled_from("abcde")), min_size=5, max_size=60),
    st.integers(5, 25),
)
def test_labels_are_as_even_as_the_stock_allows(groups: list[tuple[str, str]], wanted: int) -> None:
    stock = stock_of(groups)
    chosen = choose(stock, wanted=wanted)
    assert len(chosen) == min(wanted, len(groups))
    assert len({claim.claim_id for claim in chosen}) == len(chosen)
    assert [c.claim_id for c in chosen] == [i for i in stock.decided if i in {c.claim_id for c in chosen}]
    counts, there = (Counter(claim.label for claim in claims) for claims in (chosen, stock.decided.values()))
    most = max(counts.values())
    assert all(counts[label] >= min(there[label], most - 1) for label in there)
    for name in there:
        of_label = Counter(claim.group for claim in chosen if claim.label == name)
        in_stock = Counter(claim.group for claim in stock.decided.values() if claim.label == name)
        top = max(of_label.values(), default=0)
        assert all(of_label[group] >= min(in_stock[group], top - 1) for group in in_stock)
    assert choose(stock, wanted=wanted) == chosen


def test_a_broken_off_round_keeps_its_claims_and_a_second_one_has_others() -> None:
    stock = stock_of([(label, "a") for label in LABELS for _ in range(14)])
    first = {claim.claim_id for claim in choose(stock)}
    assert len(first) == 20
    part = set(sorted(first)[:7])
    assert {claim.claim_id for claim in choose(stock, kept=part)} == first
    other = set(list(stock.decided)[-3:])
    assert other <= {claim.claim_id for claim in choose(stock, kept=other)}
    second = {claim.claim_id for claim in choose(stock, earlier=first)}
    assert len(second) == 20
    assert not second & first
    few = stock_of([(label, "a") for label in LABELS for _ in range(9)])
    before = {claim.claim_id for claim in choose(few)}
    again = {claim.claim_id for claim in choose(few, earlier=before)}
    assert len(again) == 20
    assert set(few.decided) - before <= again


def test_claims_of_one_article_come_together() -> None:
    big, small = (
        stock_of([(each, "a") for each in LABELS * 7]),
        stock_of([(each, "a") for each in LABELS], "pier"),
    )
    moved = {f"pier-{name}": replace(each, claim_id=f"pier-{name}") for name, each in small.decided.items()}
    article, claims, skips = small.articles[0]
    renamed = tuple(replace(claim, claim_id=f"pier-{claim.claim_id}") for claim in claims)
    both = Stock(((article, renamed, skips), *big.articles), {**moved, **big.decided})
    assert all(claim.claim_id in big.decided for claim in choose(both))


# --------------------------------------------------------------------------- a project


def test_decided_claims_of_a_project() -> None:
    raw = project()
    article, claims, _ = specimen()
    for claim in claims:
        label(raw, claim.claim_id, by=1, as_="opinion")
    note = "It is a prediction by a source: the board says so."
    decide(raw, claims[9].claim_id, by=2, as_="attributed_report", note=note, fields={"source": "the board"})
    decide(raw, claims[0].claim_id, by=2, as_="checkable_fact")
    decide(raw, claims[2].claim_id, by=2, as_=None, note="To be discussed.")
    stock = decided_claims(read_answers(raw), cases_in(codebook().text))
    assert list(stock.decided) == [claims[0].claim_id, claims[9].claim_id]
    last = stock.decided[claims[9].claim_id]
    assert (last.label, last.source, last.by, last.note) == (
        "attributed_report",
        "the board",
        "Bo Marsh",
        note,
    )
    assert last.ruling == "a prediction by a source"
    assert stock.decided[claims[0].claim_id].ruling == ""
    ((sent, kept, _),) = stock.articles
    assert sent.text == article.text
    assert sent.revision == article.revision
    assert all(claim.suggestion is None for claim in kept)
    assert [claim.span.of(sent.text) for claim in kept] == [claims[0].text, claims[9].text]
    headings = [block.span.of(sent.text) for block in sent.blocks if block.kind == "heading"]
    assert headings == ["The bridge at Orrin", "What the ferry costs"]


def test_a_ruling_is_the_editors_or_that_of_the_answers_with_the_decided_label() -> None:
    raw, (_, claims, _) = project(), specimen()
    ids = [claim.claim_id for claim in claims]
    for each in ids[:3]:
        label(raw, each, by=1, as_="opinion", ruling="D")
        label(raw, each, by=2, as_="opinion", ruling="D")
        label(raw, each, by=3, as_="checkable_fact", ruling="E")
    decide(raw, ids[0], by=2, as_="checkable_fact")
    decide(raw, ids[1], by=2, as_="opinion", note="A claim that only points elsewhere.")
    decide(raw, ids[2], by=2, as_="attributed_report")
    stock = decided_claims(read_answers(raw), cases_in(codebook().text))
    assert [stock.decided[each].ruling for each in ids[:3]] == ["E", "a claim that only points elsewhere", ""]


# --------------------------------------------------------------------------- the sample article


def sample() -> Stock:
    article = read_article(sample_article())
    return sample_stock(article, *extract(article), config_text("training.toml"))


def test_the_sample_article_has_two_rounds_of_answers() -> None:
    stock, answers = sample(), tomllib.loads(config_text("training.toml"))["claim"]
    assert len(stock.decided) == len(answers)  # each is a claim of the article, as it is cut today
    assert len(stock.decided) >= 40
    first = choose(stock)
    assert Counter(claim.label for claim in first) == {
        "attributed_report": 7,
        "checkable_fact": 7,
        "opinion": 6,
    }
    assert len({claim.ruling for claim in first}) >= 12
    second = choose(stock, earlier={claim.claim_id for claim in first})
    assert not {claim.claim_id for claim in first} & {claim.claim_id for claim in second}
    assert all(claim.note.endswith((".", "”.")) for claim in stock.decided.values())


def test_rulings_of_the_sample_answers_are_those_of_the_codebook() -> None:
    cases, stock = cases_in(codebook().text), sample()
    assert len(cases) == 15
    known = {case.words for case in cases}
    used = {claim.ruling for claim in stock.decided.values()} - {""}
    assert used <= known
    examples = {fold(case.example) for case in cases}
    texts = {claim.text for _, claims, _ in stock.articles for claim in claims}
    assert not {fold(text) for text in texts} & examples  # the codebook, which is in view, does not have them


@pytest.mark.parametrize(
    ("old", "new", "why"),
    [
        ('label = "opinion"', 'label = "x"', "the claim “.*” has the label 'x', and labels.toml does not"),
        ('\nwhy = "', '\nreason = "', "has unknown fields (reason)"),
        ("[[claim]]", "[[claim", "Expected"),
    ],
)
def test_answers_that_cannot_be_used_are_refused_in_one_line(old: str, new: str, why: str) -> None:
    text = config_text("training.toml").replace(old, new, 1)
    assert new in text
    article, claims, skips = specimen()
    with pytest.raises(UsageError, match=r"\Aconfigs/training\.toml: .*: correct it") as refused:
        sample_stock(article, claims, skips, text)
    assert re.search(why if "“" in why else re.escape(why), str(refused.value))
    assert "\n" not in str(refused.value)
