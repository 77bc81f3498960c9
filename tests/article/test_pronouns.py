"""Whom "he" and "she" stand for, and where nobody can safely tell."""

import pytest

from annotate.article.analysis import analyse
from annotate.model import Block

SAFE = {
    "added": ("Tove Lund said the dam was old. She added that it leaked.", "Tove Lund"),
    "in-her-words": ("Tove Lund was calm. In her own words, the dam is safe.", "Tove Lund"),
    "his-claim": ("Jon Berg was calm. His claim that the dam leaks was false.", "Jon Berg"),
    "fuller-name-earlier": (
        "Tove Lund runs the dam. The dam is old. Lund said it leaked. It must close, she said.",
        "Tove Lund",
    ),
    "other-gender-near": ("Tove Lund met Jon Berg. She said the dam leaked.", "Tove Lund"),
    "title-tells": ("Mr Brekke met Tove Lund. He said the dam leaked.", "Brekke"),
    "apposition-is-no-rival": ("Tove Lund, the mayor, was calm. The dam leaked, she said.", "Tove Lund"),
    "subject-of-the-last-sentence": (
        "Jon Berg attacked Erik Holm. Berg was calm. The dam leaked, he said.",
        "Jon Berg",
    ),
}
THINGS = {
    "body-before-its-review": (
        "The harbour board published a review on Monday. It says the crane is safe.",
        "The harbour board",
    ),
    "paper-of-somebody": (
        "Jon Berg sent a letter to the council. It warns that the crane is old.",
        "Jon Berg",
    ),
    "document": ("The audit runs to nine pages. It says the crane is safe.", "The audit"),
    "goes-on": ("The ministry opposes the plan. It has no money. It says the crane is safe.", "The ministry"),
    "put-in": ("The council met on Monday. In a letter, it warned that the crane was old.", "The council"),
}
OPEN_THINGS = {
    "two-bodies": "The council sued the bank. It said the crane was old.",
    "own-sentence": "The council met on Monday. The bank said it had warned that the crane was old.",
    "a-thing": "The crane fell on Monday. It said nothing about the law, the ministry added.",
    "too-far": "The council met on Monday. The crane fell. It said the law was clear.",
    "nobody": "It said the crane was old.",
}
OPEN = {
    "two-women": "Tove Lund met Anna Holm. She said the dam leaked.",
    "two-unknown": "Holm spoke to Lund. He said the dam leaked.",
    "mayor-may-be-meant": "Tove Lund met the mayor. She said the dam leaked.",
    "only-an-office": "The mayor was calm. He said the dam leaked.",
    "nobody-before": "He said the dam leaked.",
    "name-only-behind": "The dam leaked, she said. Tove Lund was calm.",
    "wrong-gender": "Tove Lund was calm. He said the dam leaked.",
    "a-place": "It rained in Orrin. He said the dam leaked.",
    "too-far": "Tove Lund was calm. It rained. The dam held. The dam leaked. It broke, she said.",
    "they": "Tove Lund was calm. They said the dam leaked.",
}


def names(text: str) -> list[str]:
    """Return the names that pronouns as sources stand for, in the order of the claims."""
    parts = analyse(text, [Block(0, len(text), "body")])[0]
    found = [part.attribution for part in parts if part.attribution]
    return [each.named.of(text) for each in found if each.named]


@pytest.mark.parametrize(("text", "name"), SAFE.values(), ids=SAFE)
def test_a_pronoun_stands_for_the_only_one(text: str, name: str) -> None:
    assert names(text) == [name]


@pytest.mark.parametrize(("text", "name"), THINGS.values(), ids=THINGS)
def test_it_stands_for_the_only_body_or_document(text: str, name: str) -> None:
    assert names(text)[-1:] == [name]


@pytest.mark.parametrize("text", OPEN_THINGS.values(), ids=OPEN_THINGS)
def test_it_may_be_either(text: str) -> None:
    assert names(text) == []


@pytest.mark.parametrize("text", OPEN.values(), ids=OPEN)
def test_an_open_pronoun_stays_as_it_is(text: str) -> None:
    assert names(text) == []


def test_the_source_stays_the_pronoun() -> None:
    text = "Tove Lund said the dam was old. She added that it leaked."
    last = analyse(text, [Block(0, len(text), "body")])[0][-1].attribution
    assert last is not None
    assert last.source is not None
    assert (last.source.of(text), last.kind) == ("She", "person")


def test_a_name_is_known_from_an_earlier_block() -> None:
    first, second = "Tove Lund said the dam was old.", "She added that it leaked."
    text = f"{first}\n\n{second}"
    blocks = [Block(0, len(first), "body"), Block(len(first) + 2, len(text), "body")]
    last = analyse(text, blocks)[1][0].attribution
    assert last is not None
    assert last.named is not None
    assert last.named.of(text) == "Tove Lund"
