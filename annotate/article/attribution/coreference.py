"""Whom "he", "she", "his" or "her" as a source stands for, where only one named person near by can be meant;
which body or document "it" stands for, where the sentence before was about that one alone.

Safe is the word: with two persons in sight, one of them a mere "the mayor", the pronoun stays as it is.
Known limits: names of places taken for people's are kept out by prepositions and lists alone.
"""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from typing import Literal

from spacy.tokens import Token

from annotate.article.attribution.cues import is_document
from annotate.article.attribution.kinds import is_name, kind_of
from annotate.article.attribution.noun_phrases import noun_phrase
from annotate.article.nlp import Parsed, child_of
from annotate.config import word_list
from annotate.model import Span

Gender = Literal["f", "m"]
PRONOUNS: dict[str, Gender] = {"he": "m", "his": "m", "him": "m", "she": "f", "her": "f"}
#: Verbs that say what somebody makes of a thing.
NAMING = frozenset({"call", "describe"})
#: Verbs by which somebody lets a text go out.
PUBLISHING = frozenset({"circulate", "issue", "post", "present", "publish", "release", "send", "write"})
#: How many sentences are in sight: the pronoun's own and those right before.
IN_SIGHT = 3
#: Behind one of these a name is a place's rather than a person's.
OF_PLACES = frozenset({
    "in", "at", "near", "into", "across", "outside", "inside", "around", "throughout", "toward", "towards",
})  # fmt: skip
WOMEN = frozenset({"woman", "mother", "sister", "daughter", "wife", "girl", "spokeswoman", "chairwoman"})
MEN = frozenset({"man", "father", "brother", "son", "husband", "boy", "spokesman", "chairman"})
#: How a noun hangs in its sentence that names nobody new: "the mayor Lund", "Lund is the mayor".
OF_OTHERS = frozenset({"compound", "appos", "attr", "amod", "npadvmod", "nmod"})


@dataclass(frozen=True)
class Mention:
    """A person in the text: by the last word of a name, or by a noun; `sure` where it can be nothing else."""

    key: str
    span: Span
    named: bool
    sure: bool
    subject: bool
    gender: Gender | None


class Cast:
    """The persons of a text so far, sentence by sentence in reading order."""

    def __init__(self) -> None:
        self._near: deque[list[Mention]] = deque(maxlen=IN_SIGHT)
        self._fullest: dict[str, Mention] = {}
        self._genders: dict[str, Gender] = {}
        self._sure: set[str] = set()
        self._before: Span | None = None  # the body or document that the sentence before was about
        self._body: Span | None = None
        self._subjects: list[int] = []

    @property
    def sure(self) -> AbstractSet[str]:
        """The last words, in small letters, of what can be nobody but persons: names, and "the mayor"."""
        return self._sure

    def read(self, parsed: Parsed) -> None:
        """Take in the persons of the next sentence."""
        self._before, self._body = self._body, _body_of(parsed, self._body)
        self._subjects = [t.idx + parsed.span.start for t in parsed.doc if t.dep_ == "nsubj"]
        self._near.append(list(_mentions(parsed)))
        for mention in self._near[-1]:
            if mention.gender is not None:
                self._genders.setdefault(mention.key, mention.gender)
            if mention.sure:
                self._sure.add(mention.key)
            known = self._fullest.get(mention.key)
            if known is None or mention.span.length > known.span.length:
                self._fullest[mention.key] = mention

    def named_by(self, pronoun: str, at: int) -> Span | None:
        """Return where the name stands that a pronoun at a place is safe to stand for, or `None`."""
        if pronoun.lower() == "it":
            return None if any(subject < at for subject in self._subjects) else self._before
        gender = PRONOUNS.get(pronoun.lower())
        if gender is None:
            return None
        only = self._only_one(gender, at)
        if only is None or not only.named or only.key not in self._sure:
            return None
        full = self._fullest[only.key]
        return full.span if full.span.end <= at else only.span

    def _only_one(self, gender: Gender, at: int) -> Mention | None:
        """Return the one person before a place who can be meant: the only one near, or the last subject."""
        fitting = [
            [
                each
                for each in mentions
                if each.span.end <= at and self._genders.get(each.key, gender) == gender
            ]
            for mentions in self._near
        ]
        nearest = next((mentions for mentions in reversed(fitting) if mentions), [])
        if len({each.key for each in nearest}) != 1:
            return None
        alone = len({each.key for mentions in fitting for each in mentions}) == 1
        return nearest[-1] if alone or any(each.subject for each in nearest) else None


def _body_of(parsed: Parsed, before: Span | None) -> Span | None:
    """Return the one body or document that a sentence is about, for which "it" stands in the next one.

    Whoever let a text go out goes before the text: "The agency published a review. It says …".
    """
    root = next((token for token in parsed.doc if token.dep_ == "ROOT"), None)
    subject = child_of(root, "nsubj") if root is not None else None
    if root is None or subject is None:
        return None
    if subject.lower_ == "it":
        return before
    kind = kind_of(subject, list(subject.subtree)) if subject.tag_ in {"NN", "NNP"} else None
    text = child_of(root, "dobj")
    wrote = text is not None and is_document(text) and root.lemma_.lower() in PUBLISHING
    if kind not in {"organisation", "document"} and not (kind == "person" and wrote):
        return None
    things = [t for t in parsed.doc if t.dep_ in {"dobj", "nsubjpass"} and t.tag_ in {"NN", "NNP"}]
    if not wrote and any(t != subject and kind_of(t, list(t.subtree)) is not None for t in things):
        return None  # "The council sued the bank. It says …" may be either
    first, last = noun_phrase(subject, root)
    start, end = parsed.doc[first].idx, parsed.doc[last].idx + len(parsed.doc[last])
    return Span(start, end).shift(parsed.span.start)


def _mentions(parsed: Parsed) -> Iterator[Mention]:
    for token in parsed.doc:
        if is_name(token) and token.pos_ in {"PROPN", "NOUN"}:
            yield from _by_name(token, parsed.span.start)
        elif token.pos_ == "NOUN" and token.tag_ == "NN" and token.dep_ not in OF_OTHERS:
            yield from _by_noun(token, parsed.span.start)


def _by_name(last: Token, offset: int) -> Iterator[Mention]:
    """Return the person that a name names, if it names one: `last` is its last word."""
    if last.dep_ == "compound" or last.lower_ in word_list("times"):
        return
    words = _words_of_name(last)
    if kind_of(last, list(last.subtree)) != "person":
        return
    titles = [word for word in words if _is_title(word)]
    first = next((word for word in words if _gender(word) is not None and word not in titles), None)
    name = [word for word in words if word.i >= first.i] if first is not None else [last]
    gender = next((g for word in words if (g := _gender(word)) is not None), None)
    sure = bool(titles) or gender is not None or _speaks(last)
    if not sure and last.dep_ == "pobj" and last.head.lower_ in OF_PLACES:
        return
    yield Mention(last.lower_, _span(name, offset), True, sure, last.dep_ == "nsubj", gender)


def _span(words: Sequence[Token], offset: int) -> Span:
    return Span(words[0].idx, words[-1].idx + len(words[-1])).shift(offset)


def _words_of_name(last: Token) -> list[Token]:
    """Return the capitalised words in a row that end in a name's last word."""
    first = last.i
    while first > 0 and last.doc[first - 1].pos_ == "PROPN" and last.doc[first - 1].head == last:
        first -= 1
    return list(last.doc[first : last.i + 1])


def _by_noun(noun: Token, offset: int) -> Iterator[Mention]:
    """Return the person that a noun stands for: "the mayor", unless a name beside it says who that is."""
    lemma = noun.lemma_.lower()
    person = lemma in word_list("person_nouns") or lemma in word_list("people_nouns")
    if not (lemma in WOMEN or lemma in MEN or (person and lemma not in word_list("organisation_nouns"))):
        return
    if not any(child.dep_ == "appos" and child.pos_ == "PROPN" for child in noun.children):
        gender: Gender | None = "f" if lemma in WOMEN else "m" if lemma in MEN else None
        yield Mention(f"the {lemma}", _span([noun], offset), False, True, noun.dep_ == "nsubj", gender)


def _is_title(word: Token) -> bool:
    plain = word.text.rstrip(".")
    return plain in word_list("address_titles") or plain in {"Mr", "Mrs", "Ms", "Miss", "Sir", "Lord", "Lady"}


def _gender(word: Token) -> Gender | None:
    plain = word.text.rstrip(".")
    return "f" if plain in word_list("female_names") else "m" if plain in word_list("male_names") else None


def _speaks(name: Token) -> bool:
    """Return whether a name is the subject of a verb of saying."""
    lists = (*map(word_list, ("cue_verbs", "clause_cue_verbs", "mind_verbs")), NAMING)
    return name.dep_ == "nsubj" and any(name.head.lemma_.lower() in words for words in lists)
