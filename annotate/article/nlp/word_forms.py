"""Parts of speech and lemmas of parsed tokens; what the language model's rules say of a case is remembered.

The model's own components match 179 patterns with each token and look its lemma up, which takes a third of
the time of a parse. What they give a token depends on its tag, its relation and, for the words that a pattern
names, on the word: there are few such cases. A pattern of two words is matched anew in each sentence that
contains its first word.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import Any, NamedTuple, cast

import numpy as np
from spacy.attrs import DEP, IS_SPACE, LEMMA, LOWER, ORTH, POS, TAG
from spacy.language import Language
from spacy.matcher import Matcher
from spacy.pipeline import AttributeRuler, Lemmatizer
from spacy.tokens import Doc
from thinc.types import Ints2d

#: So many words are remembered; at one more, all are forgotten and looked up again.
MOST_LEMMAS = 50_000

#: What rules see of a token: tag, relation, whether it is white space, and its word if a pattern names it.
Case = tuple[int, int, int, int]


class Form(NamedTuple):
    """What the rules give a token; a lemma of 0 is still to be looked up."""

    tag: int
    pos: int
    dep: int
    morph: int
    lemma: int


class WordForms:
    """A component that stands for an attribute ruler and the lemmatizer behind it, with the same results."""

    def __init__(self, ruler: AttributeRuler, lemmatizer: Lemmatizer, *, most: int = MOST_LEMMAS) -> None:
        self._ruler, self._lemmatizer, self._most = ruler, lemmatizer, most
        patterns = [pattern for rule in ruler.patterns for pattern in cast("Any", rule)["patterns"]]
        self._strings = ruler.vocab.strings
        self._words, self._expressions = _named_words(each for pattern in patterns for each in pattern)
        self._openings = Matcher(ruler.vocab)
        self._openings.add("opening", [pattern[:1] for pattern in patterns if len(pattern) > 1])
        self._named: dict[int, int] = {}
        self._forms: dict[Case, Form] = {}
        self._lemmas: dict[tuple[int, Form], int] = {}

    def __call__(self, doc: Doc) -> Doc:
        """Set part of speech and lemma of each token."""
        if not len(doc):
            return doc
        rows = cast("list[list[int]]", doc.to_array([TAG, DEP, IS_SPACE, LOWER, ORTH]).tolist())
        cases = [(tag, dep, space, self._named_word(word)) for tag, dep, space, word, _ in rows]
        forms = [form for case in cases if (form := self._forms.get(case)) is not None]
        if len(forms) < len(cases):
            return self._lemmatizer(self._by_rules(doc, cases))
        values = [
            (form.tag, form.pos, form.dep, form.lemma or self._lemma(doc, at, row[-1], form))
            for at, (row, form) in enumerate(zip(rows, forms, strict=True))
        ]
        doc.from_array([TAG, POS, DEP, LEMMA], cast("Ints2d", np.array(values, dtype=np.uint64)))
        return doc

    def _named_word(self, lower: int) -> int:
        """Return a word that a pattern names, else 0."""
        named = self._named.get(lower)
        if named is None:
            word = self._strings[lower]
            matches = word in self._words or any(each.search(word) for each in self._expressions)
            if len(self._named) >= self._most:
                self._named.clear()
            named = self._named[lower] = lower if matches else 0
        return named

    def _by_rules(self, doc: Doc, cases: Iterable[Case]) -> Doc:
        """Apply the model's rules, and remember what they gave where no pattern of two words interferes."""
        openings = {start for _, start, _ in self._openings(doc, allow_missing=True)}
        for token, case in zip(self._ruler(doc), cases, strict=True):
            if token.i not in openings and token.i - 1 not in openings:
                morph = cast("Any", token.morph).key
                self._forms[case] = Form(token.tag, token.pos, token.dep, morph, token.lemma)
        return doc

    def _lemma(self, doc: Doc, at: int, word: int, form: Form) -> int:
        """Look the lemma of a token up."""
        lemma = self._lemmas.get((word, form))
        if lemma is None:
            token: Any = doc[at]
            token.pos = form.pos
            token.set_morph(form.morph)
            lemma = self._strings.add(self._lemmatizer.lemmatize(token)[0])
            if len(self._lemmas) >= self._most:
                self._lemmas.clear()
            self._lemmas[word, form] = lemma
        return lemma


def _named_words(
    tokens: Iterable[Mapping[str, Any]],
) -> tuple[frozenset[str], list[re.Pattern[str]]]:
    """Return the words that patterns name, in small letters, and their regular expressions."""
    named = [token["LOWER"] for token in tokens if "LOWER" in token]
    words = {word for each in named for word in _literal(each)}
    return frozenset(words), [re.compile(each["REGEX"]) for each in named if "REGEX" in each]


def _literal(named: str | Mapping[str, Any]) -> Iterator[str]:
    yield from [named] if isinstance(named, str) else named.get("IN", ())


def remember_forms(model: Language) -> Language:
    """Put one `WordForms` in the place of a model's attribute ruler and lemmatizer."""
    ruler, lemmatizer = model.get_pipe("attribute_ruler"), model.get_pipe("lemmatizer")
    forms = WordForms(cast("AttributeRuler", ruler), cast("Lemmatizer", lemmatizer))
    for name in ("attribute_ruler", "lemmatizer"):
        model.remove_pipe(name)
    Language.component("word_forms", func=forms)
    model.add_pipe("word_forms")
    return model
