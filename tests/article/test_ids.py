"""Ids: slugs of articles, names of claims that stay."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from annotate.article.ids import address_id, article_id, claim_ids

WORDS = ["The quay is closed.", "It is old.", "Who pays?", "It is old.", "Nobody pays."]


@pytest.mark.parametrize(
    ("name", "slug"),
    [
        ("column", "column"),
        ("Harbour talks (2)", "harbour-talks-2"),
        ("2025 budget", "a-2025-budget"),
        ("Ærø", None),
    ],
)
def test_article_ids(name: str, slug: str | None) -> None:
    assert article_id(name) == (slug or article_id(name))
    assert re.fullmatch(r"[a-z][a-z0-9-]*", article_id(name))


def test_names_in_other_letters_stay_apart() -> None:
    assert article_id("港口") != article_id("谈判")
    assert article_id("x" * 80 + "a") != article_id("x" * 80 + "b")


def test_addresses() -> None:
    assert address_id("https://www.courier.example/2025/opinion/quay.html") == "courier-example-opinion-quay"
    assert address_id("https://courier.example/?p=12") != address_id("https://courier.example/?p=13")


def test_a_correction_elsewhere_changes_no_other_id() -> None:
    before = claim_ids("quay", WORDS)
    after = claim_ids("quay", [*WORDS[:4], "The province pays.", "That is new."])
    assert after[:3] == before[:3]


def test_white_space_and_composition_change_nothing() -> None:
    plain = claim_ids("quay", ["Zoë  owns\nit."])
    assert plain == claim_ids("quay", [unicodedata.normalize("NFD", "Zoë owns it.")])
    assert plain != claim_ids("other", ["Zoë owns it."])


def test_moving_a_claim_keeps_its_id() -> None:
    ids = dict(zip(WORDS[:3], claim_ids("quay", WORDS[:3]), strict=True))
    assert claim_ids("quay", [WORDS[2], WORDS[0], WORDS[1]]) == [ids[WORDS[2]], ids[WORDS[0]], ids[WORDS[1]]]


@given(st.lists(st.text(max_size=4)))
def test_ids_differ_and_begin_with_a_letter(words: list[str]) -> None:
    ids = claim_ids("a", words)
    assert len(set(ids)) == len(words)
    assert all(name[0].isalpha() for name in ids)


@given(st.text())
def test_any_name_gives_a_slug(name: str) -> None:
    assert re.fullmatch(r"[a-z][a-z0-9-]{0,60}", article_id(name))
