"""Parts of speech and lemmas are those that the language model's own components give."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import spacy
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from spacy.language import Language
from spacy.tokens import Doc
from threadpoolctl import ThreadpoolController, threadpool_limits

from annotate.article.nlp.parse import MODEL, UNREAD_PARTS, one_thread, parse_words
from annotate.article.nlp.sentences import split_sentences
from annotate.article.nlp.word_forms import WordForms, remember_forms

ROOT = Path(__file__).parents[2]
#: Sentences in which a word's form depends on its neighbour, its relation or on white space.
SENTENCES = (
    "There is a hole in the net, and there 's another.",
    "There were two boats.",
    "They are gonna sail, and we have got ta go: let's leave.",
    "He ain't paid, and y'all know it.",
    "C'm on, said the skipper.",
    "I saw you, you saw me, and it saw nothin'.",
    "Do what you did, as he does: he'd had it done.",
    "She has what the crew had; having it, they have won.",
    "That is the ship that sank, but that ship was old.",
    "While he slept they left, since nobody had asked whether  they   would.",
    "THE COUNCIL HAS VOTED, AND IT'S OVER.",
    "Lund's nets aren't Berg's; hers got torn, his gets mended.",
    "“Nothing,” he said — “nuff said.”",
    " ",
    "",
    "....",
    "42,000 crowns (£3.50) on 4 May 2019 @ https://harbour.example/quay?x=1",
    "Das ist nicht gut, dijo la alcaldesa.",
    "It got dark. \ufffd 🌉 ok",
)


@cache
def plain() -> Language:
    """Load the language model as it is shipped."""
    return spacy.load(MODEL, exclude=UNREAD_PARTS)


@cache
def remembering() -> Language:
    return remember_forms(spacy.load(MODEL, exclude=UNREAD_PARTS))


def forms_of(doc: Doc) -> list[tuple[str, str, str, str, str]]:
    return [(token.text, token.tag_, token.pos_, token.dep_, token.lemma_) for token in doc]


def sample() -> Iterator[str]:
    """Yield the sentences of the sample and of the articles for quality."""
    for file in (ROOT / "examples" / "harbour_talks.txt", ROOT / "tests" / "quality" / "articles.txt"):
        text = file.read_text(encoding="utf-8")
        for span in split_sentences(text):
            yield " ".join(span.of(text).split())


def test_the_forms_of_words_are_those_of_the_model() -> None:
    sentences = [*SENTENCES, *sample()]
    expected = [forms_of(doc) for doc in plain().pipe(sentences)]
    model = remember_forms(spacy.load(MODEL, exclude=UNREAD_PARTS))
    assert [forms_of(doc) for doc in model.pipe(sentences)] == expected  # at the first meeting
    assert [forms_of(doc) for doc in model.pipe(sentences)] == expected  # from memory
    assert [forms_of(doc) for doc in model.pipe(sentences[::-1])] == expected[::-1]


@settings(deadline=None, max_examples=150, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.sampled_from(sorted({word for each in SENTENCES for word in each.split()})), max_size=12))
def test_words_in_any_order_have_the_forms_of_the_model(words: list[str]) -> None:
    sentence = " ".join(words)
    assert forms_of(remembering()(sentence)) == forms_of(plain()(sentence))


@settings(deadline=None, max_examples=50, suppress_health_check=[HealthCheck.too_slow])
@given(st.text(alphabet=st.characters(exclude_categories=("Cs",)), max_size=60))
def test_any_characters_have_the_forms_of_the_model(text: str) -> None:
    assert forms_of(remembering()(text)) == forms_of(plain()(text))


def test_the_rules_see_nothing_that_a_case_leaves_out() -> None:
    ruler: Any = plain().get_pipe("attribute_ruler")
    tokens = [token for rule in ruler.patterns for pattern in rule["patterns"] for token in pattern]
    assert {name for token in tokens for name in token} == {"TAG", "DEP", "LOWER", "IS_SPACE"}
    assert max(len(pattern) for rule in ruler.patterns for pattern in rule["patterns"]) == 2


def test_more_words_than_are_remembered() -> None:
    ruler, lemmatizer = (plain().get_pipe(name) for name in ("attribute_ruler", "lemmatizer"))
    forms = WordForms(ruler, lemmatizer, most=5)  # type: ignore[arg-type]
    model = spacy.load(MODEL, exclude=[*UNREAD_PARTS, "attribute_ruler", "lemmatizer"], vocab=plain().vocab)
    for _ in range(2):
        for sentence in SENTENCES:
            assert forms_of(forms(model(sentence))) == forms_of(plain()(sentence))


def test_parsing_takes_one_thread_and_gives_the_others_back() -> None:
    def threads() -> set[int]:  # of numpy's library: other tests load that of scipy too
        pools = ThreadpoolController().select(user_api="blas").lib_controllers
        return {each.num_threads for each in pools if "numpy" in each.filepath}

    with threadpool_limits(limits=2, user_api="blas"):
        before = threads()
        with one_thread():
            assert threads() == {1}
        docs = parse_words(["The nets were mended."] * 40)
        next(docs)
        assert threads() == before == {2}  # between two batches nothing of ours is left
        list(docs)
        assert threads() == before
