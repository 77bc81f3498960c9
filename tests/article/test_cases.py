"""Small articles as people bring them: each file in `cases/` comes out as a careful editor would have it.

`cases/expected.json` has the checks of each file:

- `claim`: the words lie in one claim;
- `apart`: two stretches lie in different claims;
- `no_claim`: no claim holds the words;
- `source`: each claim with the words has this source, or "" for none;
- `label`: each claim with the words has this suggestion;
- `absent`: the words are no part of the article;
- `refused`: the file is refused.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from annotate.article import extract_claims, read_article
from annotate.errors import BadInput
from annotate.model import Article, Claim

CASES = Path(__file__).parent / "cases"
EXPECTED: dict[str, list[list[str]]] = json.loads((CASES / "expected.json").read_text(encoding="utf-8"))


def folded(words: str) -> str:
    return " ".join(words.split()).casefold()


def holding(claims: list[Claim], words: str) -> list[Claim]:
    return [claim for claim in claims if folded(words) in folded(claim.text)]


def source_of(article: Article, claim: Claim) -> str:
    attribution = claim.attribution
    span = attribution and (attribution.named or attribution.source)
    return folded(span.of(article.text)) if span else ""


def is_source(article: Article, claim: Claim, name: str) -> bool:
    source = source_of(article, claim)
    return source == folded(name) or bool(
        source and name and (folded(name) in source or source in folded(name))
    )


def holds(article: Article, claims: list[Claim], kind: str, words: str, more: str = "") -> bool:
    with_words = holding(claims, words)
    if kind == "claim":
        return len(with_words) == 1
    if kind == "apart":
        other = holding(claims, more)
        return bool(with_words and other) and not {c.claim_id for c in with_words} & {
            c.claim_id for c in other
        }
    if kind == "no_claim":
        return not with_words
    if kind == "source":
        return bool(with_words) and all(is_source(article, claim, more) for claim in with_words)
    if kind == "label":
        return bool(with_words) and all(c.suggestion and c.suggestion.label == more for c in with_words)
    assert kind == "absent", kind
    return folded(words) not in folded(article.text)


@pytest.mark.parametrize("name", sorted(EXPECTED))
def test_an_article_comes_out_right(name: str) -> None:
    if EXPECTED[name] == [["refused"]]:
        with pytest.raises(BadInput):
            read_article(CASES / name)
        return
    article = read_article(CASES / name)
    claims = extract_claims(article)
    assert [check for check in EXPECTED[name] if not holds(article, claims, *check)] == []


def test_each_file_has_its_checks() -> None:
    assert {path.name for path in CASES.iterdir()} == {*EXPECTED, "expected.json"}
