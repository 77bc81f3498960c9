"""Trains the models of suggestions that are shipped, and measures them.

    python -m training.suggestions --newssd newssd.jsonl --gum gum.jsonl [--measure policlaim.jsonl …]

`--newssd` holds one sentence a line: {"text", "label": "SUBJ" or "OBJ"}; `--gum` one document a line: {"id",
"genre", "text", "sents": [[start, end], …]}. What is given to `--measure` trains nothing: lines as NewsSD's,
or with a label 1 (holds a claim that can be verified) or 0. The same data give the same weights. Each model
goes to annotate/article/weights/, its figures to the screen; docs/models/suggestions.md repeats them.
"""

from __future__ import annotations

import argparse
import json
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from sklearn.linear_model import LogisticRegression
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from annotate.article.single_sentences import parts_of
from annotate.article.suggest import Part
from annotate.article.suggest.features import SIGNS, signs_of
from annotate.article.suggest.label_weights import logistic, words_of
from annotate.article.suggest.model import CARRIED_BY, CARRIED_START
from annotate.config.resources import WEIGHTS
from annotate.report.frames.evaluation import calibration_error
from training import published
from training.genres import genre

HERE = Path(__file__).resolve().parent
NAMES = {"vectors": "minilm-4", "lexical": "lexical-4"}
#: Genres of GUM that stand for writing; its speeches are labelled in gum_labels.tsv.
WRITTEN_GENRES = tuple(map(genre, ("academic", "news")))
SIGN_SCALE, READING_SCALE = 0.5, 3.3
#: The inverse strength of the regularisation (scikit-learn's C): stronger for speech, of which there is less.
C, SPOKEN_C = 0.1, 0.05
#: The share of opinions that each head is trained to expect.
WRITTEN_SHARE, SPOKEN_SHARE = 0.45, 0.34
#: What one written sentence of our own counts beside one of NewsSD.
OWN_WEIGHT = 0.2
#: In writing, signs on which the codebook rules add a share of their weight by hand to what is learnt.
RULED = {
    "mind-reading": 0.5, "hedge": 0.5, "what should or might be": 0.65, "what would have been": 0.5,
    "what has to be done": 0.6, "superlative": 0.5, "comment": 0.5, "what will be": 0.2, "own mind": 0.2,
    "vague degree": 0.2, "assessment as predicate": 0.2, "in general": 0.2,
}  # fmt: skip
#: A word must stand in this many sentences to be one of the lexical model's.
LEAST_SENTENCES = 3
FOLDS = 10


@dataclass
class Set:
    """Sentences in numbers: signs, lengths, readings; who carries them; and what they are (1: opinion)."""

    texts: list[str]
    opinion: np.ndarray
    signs: np.ndarray
    lengths: np.ndarray
    vectors: np.ndarray
    carried: np.ndarray

    def rows(self, reading: np.ndarray) -> np.ndarray:
        return np.hstack([self.signs * SIGN_SCALE, self.lengths[:, None], reading])


def read_set(texts: Sequence[str], opinion: Sequence[int]) -> Set:
    parts = parts_of(texts)
    return Set(
        list(texts),
        np.array(opinion, dtype=int),
        np.array([signs_of(part) for part in parts]),
        np.log1p([len(text.split()) for text in texts]),
        published.embed(texts).astype(float),
        np.array([_carried(part) for part in parts]),
    )


def _carried(part: Part) -> bool:
    return part.attributed is not None and part.attributed.strong


def own_sentences(register: str) -> tuple[list[str], list[int]]:
    texts, opinion, now = [], [], ("", "")
    for line in (HERE / "sentences.txt").read_text(encoding="utf-8").splitlines():
        if line.startswith("## "):
            heading = line[3:].split()
            now = (heading[0], heading[1])
        elif line and not line.startswith("#") and now[0] == register:
            texts.append(line)
            opinion.append(int(now[1] == "opinion"))
    return texts, opinion


def gum_speeches(documents: dict[str, dict[str, Any]]) -> tuple[list[str], list[int]]:
    texts, opinion = [], []
    for name, label, numbers in _labelled_speeches():
        for number in _numbers(numbers):
            texts.append(_sentence(documents[name], number))
            opinion.append(int(label == "opinion"))
    return texts, opinion


def speech_names() -> set[str]:
    return {name for name, _, _ in _labelled_speeches()}


def _labelled_speeches() -> Iterator[list[str]]:
    lines = (HERE / "gum_labels.tsv").read_text(encoding="utf-8").splitlines()
    return (line.split("\t") for line in lines if not line.startswith("#"))


def _numbers(told: str) -> Iterator[int]:
    for stretch in told.split():
        first, _, last = stretch.partition("-")
        yield from range(int(first), int(last or first) + 1)


def _sentence(document: dict[str, Any], number: int) -> str:
    start, end = document["sents"][number]
    return " ".join(document["text"][start:end].split())


def lines_of(file: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in file.read_text(encoding="utf-8").splitlines()]


def labelled(file: Path) -> tuple[list[str], list[int]]:
    rows = lines_of(file)
    return [row["text"] for row in rows], [int(str(row["label"]) in {"SUBJ", "0"}) for row in rows]


@dataclass
class Corpus:
    """All that trains: NewsSD, our own written sentences, speeches (GUM's first), and unlabelled writing.

    `documents` names those of GUM.
    """

    newssd: Set
    own: Set
    speeches: Set
    writing: Set
    real_speeches: int
    documents: list[str]

    @property
    def sets(self) -> tuple[Set, ...]:
        return self.newssd, self.own, self.speeches, self.writing


class Words:
    """Reads sentences by the words that stand in a few of them, or by their vectors."""

    def __init__(self, kind: str, corpus: Corpus) -> None:
        often = Counter(word for each in corpus.sets for text in each.texts for word in set(words_of(text)))
        self.words = sorted(w for w, n in often.items() if n >= LEAST_SENTENCES) if kind == "lexical" else []
        self.center = corpus.newssd.vectors.mean(axis=0).round(4) if kind == "vectors" else np.zeros(0)

    def __call__(self, given: Set) -> np.ndarray:
        if not self.words:
            return np.asarray((given.vectors - self.center) * READING_SCALE)
        places = {word: place for place, word in enumerate(self.words)}
        read = np.zeros((len(given.texts), len(places)))
        for row, text in enumerate(given.texts):
            found = sorted({places[word] for word in words_of(text) if word in places})
            read[row, found] = READING_SCALE / np.sqrt(len(found) or 1)
        return read


Heads = dict[str, LogisticRegression]
BY_RULING = np.array([rule.weight * RULED.get(rule.name, 0.0) for rule in SIGNS])


def fit(
    corpus: Corpus, read: Words, kept: np.ndarray | None = None, heard: np.ndarray | None = None
) -> Heads:
    """Fit the three heads; `kept` and `heard` choose rows of NewsSD and of the speeches."""
    newssd, own, speech, writing = (each.rows(read(each)) for each in corpus.sets)
    kept = np.ones(len(newssd), bool) if kept is None else kept
    heard = np.ones(len(speech), bool) if heard is None else heard
    written = np.vstack([newssd[kept], own])
    opinion = np.r_[corpus.newssd.opinion[kept], corpus.own.opinion]
    weight = np.r_[
        _shares(corpus.newssd.opinion[kept], WRITTEN_SHARE),
        OWN_WEIGHT * _shares(corpus.own.opinion, WRITTEN_SHARE),
    ]
    spoken = corpus.speeches.opinion[heard]
    both = np.vstack([written, writing, speech[heard]])
    told = np.r_[np.zeros(len(written) + len(writing)), np.ones(heard.sum())]
    heads = {
        "register": _regression(C).fit(both, told, _shares(told, 0.5)),
        "written": _regression(C).fit(written, opinion, weight),
        "spoken": _regression(SPOKEN_C).fit(speech[heard], spoken, _shares(spoken, SPOKEN_SHARE)),
    }
    heads["written"].coef_[0][: len(SIGNS)] += BY_RULING / SIGN_SCALE
    return heads


def _regression(strength: float) -> LogisticRegression:
    return LogisticRegression(C=strength, max_iter=1000, tol=1e-4)


def _shares(labels: np.ndarray, wanted: float) -> np.ndarray:
    """Weigh rows so that the ones among them come to the share that is wanted."""
    share = labels.mean()
    return np.where(labels == 1, wanted / share, (1 - wanted) / (1 - share))


def mixed(heads: Heads, rows: np.ndarray) -> np.ndarray:
    share, spoken, written = (heads[h].predict_proba(rows)[:, 1] for h in ("register", "spoken", "written"))
    chance = np.clip(share * spoken + (1 - share) * written, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(chance / (1 - chance)))


def out_of_fold(corpus: Corpus, read: Words) -> tuple[np.ndarray, np.ndarray]:
    """Return the log odds of NewsSD and of the speeches, each from models that did not see the sentence."""
    news, speech = corpus.newssd, corpus.speeches
    rows, heard = news.rows(read(news)), speech.rows(read(speech))
    news_odds, speech_odds = np.zeros(len(rows)), np.zeros(len(heard))
    folds = StratifiedKFold(FOLDS, shuffle=True, random_state=0)
    for (_, out), (_, unheard) in zip(
        folds.split(rows, news.opinion), folds.split(heard, speech.opinion), strict=True
    ):
        kept, listened = np.ones(len(rows), bool), np.ones(len(heard), bool)
        kept[out], listened[unheard] = False, False
        heads = fit(corpus, read, kept, listened)
        news_odds[out], speech_odds[unheard] = mixed(heads, rows[out]), mixed(heads, heard[unheard])
    return news_odds, speech_odds


def slope_of(odds: np.ndarray, opinion: np.ndarray) -> float:
    """Return the factor that brings log odds to scale; the border between the labels stays where it is."""
    slopes = np.arange(0.4, 2.01, 0.02)
    losses = [np.mean(np.logaddexp(0, -np.where(opinion == 1, 1, -1) * s * odds)) for s in slopes]
    return float(round(slopes[int(np.argmin(losses))], 2))


def tell(name: str, chance: np.ndarray, given: Set, kept: np.ndarray | None = None) -> None:
    """Print the figures of one set: all sentences by the model, then with those that a source carries."""
    kept = np.ones(len(chance), bool) if kept is None else kept
    gold = given.opinion[kept]
    by_model = chance[kept] > 0.5
    whole = by_model & ~given.carried[kept]
    carried = np.where(
        given.carried, *(logistic(CARRIED_START + each) for each in (CARRIED_BY["somebody said it"], 0))
    )
    three = ((1 - carried) * chance)[kept]
    score = lambda found: 100 * f1_score(gold, found, average="macro")  # noqa: E731
    print(
        f"{name:34s} n {len(gold):5d}  macro-F1 {score(whole):5.1f} (model alone {score(by_model):5.1f})"
        f"  ECE {calibration_error(three, gold):.3f} (by the model alone "
        f"{calibration_error(chance[kept], gold):.3f})"
    )


def exported(name: str, read: Words, heads: Heads, slope: float, documents: Sequence[str]) -> dict[str, Any]:
    signs = len(SIGNS)
    told = {}
    for head, model in heads.items():
        weights = model.coef_[0]
        told[head] = {
            "bias": round(float(model.intercept_[0]), 4),
            "signs": [round(float(w) * SIGN_SCALE, 4) for w in weights[:signs]],
            "length": round(float(weights[signs]), 4),
            "reading": [round(float(w), 4) for w in weights[signs + 1 :]],
        }
    return {
        "name": name,
        "documents": list(documents),
        "signs": [rule.name for rule in SIGNS],
        "words": read.words,
        "center": [float(x) for x in read.center],
        "scale": READING_SCALE,
        "temper": [slope, 0.0],
        "heads": told,
    }


def train(kind: str, corpus: Corpus, measured: dict[str, Set]) -> None:
    read = Words(kind, corpus)
    news, speech = out_of_fold(corpus, read)
    real = corpus.real_speeches  # our own sentences are clearer than any that one meets
    slope = slope_of(np.r_[news, speech[:real]], np.r_[corpus.newssd.opinion, corpus.speeches.opinion[:real]])
    chance = lambda odds: 1 / (1 + np.exp(-slope * odds))  # noqa: E731
    print(f"\n{NAMES[kind]}: slope {slope}, {len(read.words)} words")
    tell("NewsSD, out of fold", chance(news), corpus.newssd)
    tell("speeches and own, out of fold", chance(speech), corpus.speeches)
    heads = fit(corpus, read)
    trained = set(corpus.newssd.texts)
    for name, given in measured.items():
        new = np.array([text not in trained for text in given.texts])
        tell(f"{name}, not in NewsSD", chance(mixed(heads, given.rows(read(given)))), given, new)
    file = WEIGHTS / f"{kind}.json"
    table = exported(NAMES[kind], read, heads, slope, corpus.documents)
    file.write_text(json.dumps(table) + "\n", encoding="utf-8")
    print(f"-> {file} ({file.stat().st_size / 1000:.0f} kB)")


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--newssd", type=Path, required=True)
    parser.add_argument("--gum", type=Path, required=True)
    parser.add_argument("--measure", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    documents = {document["id"]: document for document in lines_of(options.gum)}
    for name in speech_names():
        genre(documents[name]["genre"])
    written = [document for document in documents.values() if document["genre"] in WRITTEN_GENRES]
    writing = [_sentence(document, n) for document in written for n in range(len(document["sents"]))]
    gum, own = gum_speeches(documents), own_sentences("speech")
    corpus = Corpus(
        newssd=read_set(*labelled(options.newssd)),
        own=read_set(*own_sentences("news")),
        speeches=read_set(gum[0] + own[0], gum[1] + own[1]),
        writing=read_set(writing, [0] * len(writing)),
        real_speeches=len(gum[0]),
        documents=sorted({*speech_names(), *(document["id"] for document in written)}),
    )
    measured = {file.stem: read_set(*labelled(file)) for file in options.measure}
    for kind in NAMES:
        train(kind, corpus, measured)


if __name__ == "__main__":
    main()
