"""Trains the weights that decide where a claim begins: annotate/article/weights/claims.json.

    python -m training.claims gum_claims.jsonl

Each line of the file is one document: `id`, `genre`, `text`, `sents` and `claims`, both as [start, end] in
code points. Documents of other genres than those of `--genres` are left out, and only genres of
`training/genres.py` are taken: the licences of others do not allow weights that ship. The same file gives the
same weights. Printed are the figures of a cross-validation in which no document is measured with weights that
saw it.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.feature_extraction import DictVectorizer
from sklearn.linear_model import LogisticRegression

from annotate.article.claims import splitter as claims
from annotate.article.claims.split_features import features
from annotate.article.claims.split_rules import propose
from annotate.article.claims.split_weights import FeatureWeights, feature_weights_text
from annotate.article.nlp import Parsed, parse, trimmed
from annotate.config.resources import WEIGHTS
from annotate.model import Span
from training.genres import MAY_SHIP, genre, left_out

OUT = WEIGHTS / claims.WEIGHTS_FILE
FOLDS = 7
#: A mark that fewer places have says nothing.
RAREST = 5
#: The inverse strength of the regularisation; stronger and weaker ones gave no better figures.
C = 0.06
#: A cut is made from this probability on; it gives the best F between rare and frequent cuts.
THRESHOLD = 0.29
SCALE = 1000


@dataclass(frozen=True)
class Document:
    """A document with its parsed sentences, and where its claims begin."""

    name: str
    claims: list[Span]
    parsed: list[Parsed]
    text: str


@dataclass(frozen=True)
class Example:
    """A place that comes into question: its marks, and whether a claim begins there."""

    document: str
    marks: set[str]
    begins: bool


def main() -> None:
    """Read the arguments, print the figures, write the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("data", type=Path, help="documents with sentences and claims, one JSON object a line")
    parser.add_argument("--genres", nargs="+", type=genre, default=list(MAY_SHIP), help="which to train on")
    parser.add_argument("--out", type=Path, default=OUT)
    options = parser.parse_args()
    rows = [json.loads(line) for line in options.data.read_text(encoding="utf-8").splitlines()]
    if others := left_out((row["genre"] for row in rows), among=options.genres):
        print(f"left out: {others}")
    documents = [read(row) for row in rows if row["genre"] in options.genres]
    if not documents:
        parser.error(f"{options.data}: no document of the genres {', '.join(options.genres)}")
    examples = [example for document in documents for example in examples_of(document)]
    print(f"{len(documents)} documents, {len(examples)} places, {sum(e.begins for e in examples)} cuts")
    for line in cross_validated(documents, examples):
        print(line, flush=True)
    facts = {
        "about": "Weights of the marks that speak for a claim's beginning; see docs/models/claims.md",
        "credit": "Trained on GUM, the Georgetown University Multilayer corpus, genres "
        + ", ".join(options.genres),
        "documents": sorted(document.name for document in documents),
    }
    options.out.write_text(feature_weights_text(train(examples), **facts), encoding="utf-8")
    print(f"written: {options.out}")


def read(row: dict[str, Any]) -> Document:
    """Return a document with its sentences parsed."""
    sentences = [Span(*sentence) for sentence in row["sents"]]
    parsed = list(parse(row["text"], sentences))
    return Document(row["id"], [Span(*claim) for claim in row["claims"]], parsed, row["text"])


def examples_of(document: Document) -> Iterator[Example]:
    """Return every place of a document's sentences."""
    starts = {claim.start for claim in document.claims}
    for parsed in document.parsed:
        for at, found in features(parsed.doc, propose(parsed.doc)):
            offset = parsed.span.start + parsed.doc[at].idx
            yield Example(document.name, found, offset in starts)


def train(examples: Sequence[Example]) -> FeatureWeights:
    """Fit a logistic regression, and round its weights to whole numbers."""
    seen = Counter(mark for example in examples for mark in example.marks)
    vectorizer = DictVectorizer(dtype=np.float64)
    rows = [{mark: 1 for mark in sorted(e.marks) if seen[mark] >= RAREST} for e in examples]
    numbers = vectorizer.fit_transform(rows)
    model = LogisticRegression(C=C, max_iter=5000, tol=1e-6)
    model.fit(numbers, [example.begins for example in examples])
    weights = {
        str(mark): round(SCALE * weight)
        for mark, weight in zip(vectorizer.feature_names_, model.coef_[0].tolist(), strict=True)
    }
    bias = float(model.intercept_[0]) - float(np.log(THRESHOLD / (1 - THRESHOLD)))
    return weights | {"any": weights.get("any", 0) + round(SCALE * bias)}


def fold_of(name: str) -> int:
    """Return the fold of a document, by its name alone."""
    return int(sha256(name.encode()).hexdigest(), 16) % FOLDS


def cross_validated(documents: Sequence[Document], examples: Sequence[Example]) -> Iterator[str]:
    """Return the figures of weights that never saw the document measured, and of the rules alone."""
    trained: dict[int, FeatureWeights] = {}
    for fold in sorted({fold_of(document.name) for document in documents}):
        others = [example for example in examples if fold_of(example.document) != fold]
        if len({example.begins for example in others}) == 2:
            trained[fold] = train(others)
    kept = [document for document in documents if fold_of(document.name) in trained]
    if not kept:
        yield "too few documents for a cross-validation"
        return
    yield measured("weights", kept, lambda document: trained[fold_of(document.name)])
    yield measured("rules alone", kept, lambda _: RULES_ALONE)


class _RulesAlone(dict[str, int]):
    """Weights under which every proposal of a rule is a cut, and nothing else."""

    def get(self, mark: str, default: int = 0) -> int:  # type: ignore[override]
        if mark == "any":
            return -1
        return 1 if mark.startswith("rule=") and mark != "rule=none" else default


RULES_ALONE: FeatureWeights = _RulesAlone()


def measured(
    name: str, documents: Sequence[Document], weights_of: Callable[[Document], FeatureWeights]
) -> str:
    """Return F of the cuts inside sentences, and of whole claims."""
    cuts, spans = np.zeros(3), np.zeros(3)
    for document in documents:
        found = set(spans_of(document, weights_of(document)))
        gold = set(document.claims)
        heads = {parsed.span.start for parsed in document.parsed}
        cuts += _counts({s.start for s in gold} - heads, {s.start for s in found} - heads)
        spans += _counts(gold, found)
    return f"{name:12} cuts F {100 * _f(cuts):.1f}   whole claims F {100 * _f(spans):.1f}"


def spans_of(document: Document, weights: FeatureWeights) -> Iterator[Span]:
    """Cut a document as the package does, with other weights."""
    for parsed in document.parsed:
        starts = [parsed.span.start + parsed.doc[cut].idx for cut in claims.cuts_of(parsed.doc, weights)]
        for start, end in pairwise([parsed.span.start, *starts, parsed.span.end]):
            span = trimmed(document.text, Span(start, end))
            if span is not None:
                yield span


def _counts(gold: set[Span] | set[int], found: set[Span] | set[int]) -> np.ndarray:
    return np.array([len(gold & found), len(found - gold), len(gold - found)])  # type: ignore[operator]


def _f(counts: np.ndarray) -> float:
    hits, extra, missed = counts
    return float(2 * hits / max(2 * hits + extra + missed, 1))


if __name__ == "__main__":
    main()
