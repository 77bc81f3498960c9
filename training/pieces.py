"""Fits the scores of word pieces that estimate the sentence vectors' model, and chooses when they decide.

    python -m training.pieces --newssd newssd.jsonl --gum gum.jsonl [--measure policlaim.jsonl …]

The files are those of `training.suggestions`, which comes first: the scores belong to the weights that it
wrote, and are refused with any others. A piece's vector is what the network makes of the piece alone. A ridge
regression from the mean of these vectors over a sentence to what each head makes of the sentence's vector
gives each piece a score. From which log odds on an estimate decides is chosen on NewsSD, out of fold: at most
`DIFFERING` of the labels may then differ from those by vectors for all. The same data give the same file.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from sklearn.metrics import f1_score
from sklearn.model_selection import StratifiedKFold

from annotate.article.nlp import embeddings
from annotate.article.suggest.label_weights import HEADS, Weights
from annotate.article.suggest.model import PIECES, shipped_model
from annotate.article.suggest.piece_weights import NOTHING, estimating, is_sure, piece_weights_text
from annotate.config.resources import WEIGHTS
from training.suggestions import (
    FOLDS,
    READING_SCALE,
    Corpus,
    Set,
    Words,
    fit,
    labelled,
    mixed,
    read_corpus,
    read_set,
)

#: The strength of the ridge penalty.
PENALTY = 0.3
#: The largest share of labels that an estimate may change.
DIFFERING = 0.01
THRESHOLDS = np.arange(0.2, 1.51, 0.05).round(2)


def piece_vectors() -> np.ndarray:
    """Return the vector of each word piece of the vocabulary, alone."""
    vocabulary = embeddings.tokenizer().get_vocab()
    first, last = vocabulary["[CLS]"], vocabulary["[SEP]"]
    return embeddings.vectors_of([[first, piece, last] for piece in range(len(vocabulary))]).astype(float)


def mean_pieces(texts: Sequence[str], vectors: np.ndarray) -> np.ndarray:
    """Return the mean of the vectors of each sentence's pieces."""
    none = np.zeros(vectors.shape[1])
    pieces = (embeddings.pieces_of(text)[1:-1] for text in texts)
    return np.array([vectors[each].mean(axis=0) if each else none for each in pieces])


def ridge(given: np.ndarray, wanted: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return weights and constants of the linear map from `given` to `wanted`."""
    center, level = given.mean(axis=0), wanted.mean(axis=0)
    square = (given - center).T @ (given - center) + PENALTY * np.eye(given.shape[1])
    weights = np.linalg.solve(square, (given - center).T @ (wanted - level))
    return weights, level - center @ weights


def out_of_fold(corpus: Corpus, vectors: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Return the log odds of NewsSD by vectors and by estimates that did not see the sentence, untempered."""
    news, read = corpus.newssd, Words("vectors", corpus)
    means = [mean_pieces(each.texts, vectors) for each in corpus.sets]
    rows = [each.rows(read(each)) for each in corpus.sets]
    by_vectors, estimated = np.zeros(len(news.texts)), np.zeros(len(news.texts))
    signs = rows[0].shape[1] - vectors.shape[1]
    for _, out in StratifiedKFold(FOLDS, shuffle=True, random_state=0).split(rows[0], news.opinion):
        kept = np.ones(len(news.texts), bool)
        kept[out] = False
        heads = fit(corpus, read, kept)
        reading = np.stack([heads[name].coef_[0][signs:] for name in HEADS], axis=1)
        given = np.vstack([means[0][kept], *means[1:]])
        wanted = np.vstack([rows[0][kept], *rows[1:]])[:, signs:] @ reading
        weights, constants = ridge(given, wanted)
        # the vector that is nearest to naught among those of which the heads make the same
        guessed = (means[0][out] @ weights + constants) @ np.linalg.pinv(reading)
        by_vectors[out] = mixed(heads, rows[0][out])
        estimated[out] = mixed(heads, np.hstack([rows[0][out][:, :signs], guessed]))
    return by_vectors, estimated


def decided(estimated: np.ndarray, given: Set, sure: float) -> np.ndarray:
    """Return of each sentence whether its estimate decides."""
    return np.array([is_sure(*each, sure=sure) for each in zip(estimated, given.signs, strict=True)])


def threshold(by_vectors: np.ndarray, estimated: np.ndarray, given: Set) -> float:
    """Return the least log odds from which on estimates change at most `DIFFERING` of all labels."""
    differ = (by_vectors > 0) != (estimated > 0)
    shares = np.array([np.mean(differ & decided(estimated, given, each)) for each in THRESHOLDS])
    return float(THRESHOLDS[np.flatnonzero(shares <= DIFFERING)[0]])


def scores_of(corpus: Corpus, vectors: np.ndarray, weights: Weights) -> np.ndarray:
    """Return the score of each piece for each head of the weights that are shipped."""
    reading = 2 + len(weights.signs)
    heads = np.stack([weights.heads[name][reading:] for name in HEADS], axis=1)
    given = np.vstack([mean_pieces(each.texts, vectors) for each in corpus.sets])
    wanted = np.vstack([each.vectors for each in corpus.sets])
    fitted, constants = ridge(given, (wanted - weights.center) * READING_SCALE @ heads)
    return np.asarray(vectors @ fitted + constants)


def tell(name: str, by_vectors: np.ndarray, estimated: np.ndarray, given: Set, sure: float) -> None:
    """Print what estimates change in one set."""
    asked = ~decided(estimated, given, sure)
    both = np.where(asked, by_vectors, estimated)
    score = lambda odds: 100 * f1_score(given.opinion, (odds > 0) & ~given.carried, average="macro")  # noqa: E731
    differing = 100 * np.mean((both > 0) != (by_vectors > 0))
    print(
        f"{name:24s} n {len(given.texts):5d}  macro-F1 {score(both):.1f}, by vectors for all "
        f"{score(by_vectors):.1f}; other labels {differing:.1f} %, network asked {100 * asked.mean():.0f} %"
    )


def odds_of(given: Set, weights: Weights, means: np.ndarray, scores: np.ndarray) -> tuple[np.ndarray, ...]:
    """Return the log odds of a set by vectors and by estimates, from the weights that are shipped."""
    small = estimating(weights)
    rows = zip(given.signs, given.texts, given.vectors, means, strict=True)
    both = [
        (weights.odds(weights.row(signs, text, vector)), small.odds(small.row(signs, text, mean)))
        for signs, text, vector, mean in rows
    ]
    return tuple(np.array(both).T)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--newssd", type=Path, required=True)
    parser.add_argument("--gum", type=Path, required=True)
    parser.add_argument("--measure", type=Path, nargs="*", default=[])
    options = parser.parse_args()
    corpus, vectors = read_corpus(options.newssd, options.gum), piece_vectors()
    weights = shipped_model("vectors").weights
    slope = weights.temper[0]
    by_vectors, estimated = (slope * odds for odds in out_of_fold(corpus, vectors))
    sure, scores = threshold(by_vectors, estimated, corpus.newssd), scores_of(corpus, vectors, weights)
    print(f"estimates decide from log odds of {sure} on")
    tell("NewsSD, out of fold", by_vectors, estimated, corpus.newssd, sure)
    for file in options.measure:
        rows = [row for row in zip(*labelled(file), strict=True) if row[0] not in corpus.newssd.texts]
        given = read_set(*map(list, zip(*rows, strict=True)))
        means = np.array(
            [
                scores[pieces].mean(axis=0) if (pieces := embeddings.pieces_of(text)[1:-1]) else NOTHING
                for text in given.texts
            ]
        )
        tell(file.stem, *odds_of(given, weights, means, scores), given, sure)
    file = WEIGHTS / PIECES
    file.write_text(piece_weights_text(scores, weights, sure=sure), encoding="utf-8")
    print(f"-> {file} ({file.stat().st_size / 1000:.0f} kB)")


if __name__ == "__main__":
    main()
