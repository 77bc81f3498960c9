"""What a desk's judgements teach the suggestions: a shift of the odds, kept only where it does better.

The shift is a logistic regression on top of the shipped model, held near zero (a ridge), so that few
judgements move little. It weighs opinion against checkable fact; who carries a claim is not learnt, and
claims whose label is none of those that the model suggests are left out and counted. Whether it does better
is asked of claims it was not fitted on: folds of whole articles where there are enough of them, and the
difference of the macro-F1 with its bootstrap interval, both models on the same drawn claims (Efron &
Tibshirani, 1993, chapter 13).

Judgements lean towards a suggestion that was seen. Claims that showed none count whole, the others half; and
where a desk's own model was shown, a claim teaches but takes no part in the comparison, which it would win.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from annotate.article import SUGGESTED, Model, Shift, Suggester, parts_of, shift_text
from annotate.errors import BadInput
from annotate.labels import LABELS
from annotate.model import Claim, Label
from annotate.report.frames.judgements import final_labels, read_answers, votes
from annotate.report.stats import Method, consensus
from annotate.studio import Raw

OPINION, CARRIED, FACT = "opinion", "attributed_report", "checkable_fact"  # what the model tells apart
Numbers = npt.NDArray[np.float64]

LEAST_CLAIMS = 60  # judged opinion or checkable fact, below which nothing is fitted
LEAST_EACH = 10  # of either of the two
FOLDS = 5
RIDGE = 10.0  # as strong as in the training of the shipped models
FREE_RIDGE = 1.0  # for the bias: how many opinions a desk sees is soon learnt
SEEN_WEIGHT = 0.5  # of a claim that showed a suggestion
STEPS = 25
RESAMPLES = 2000
SURE = (2.5, 97.5)
DESK = "desk-"


@dataclass(frozen=True)
class Lesson:
    """A claim that the desk settled: its words, its label, whether a source carries it, and what was shown.

    `shown_by` is the model whose suggestion annotators saw, empty where they saw none.
    """

    article_id: str
    claim_id: str
    text: str
    label: Label
    carried: bool
    shown_by: str


@dataclass(frozen=True)
class Learnt:
    """What came of it: the macro-F1 of both models on `compared` claims, and the interval of the gain.

    `taught` claims were fitted, `unseen` of them showed no suggestion; `articles` is how many articles lie
    in the folds, 0 where single claims do. `left_out` counts the claims whose label the model does not
    suggest. `model` is the text of `model.json`.
    """

    name: str
    shipped: str
    before: float
    after: float
    interval: tuple[float, float]
    compared: int
    taught: int
    unseen: int
    articles: int
    left_out: int
    model: str = ""

    @property
    def better(self) -> bool:
        """Whether the gain is more than chance explains."""
        return self.interval[0] > 0


def lessons_of(raw: Raw, *, method: Method = "majority") -> list[Lesson]:
    """Return the claims that have a label: an editor's, else what the judgements come to; ties have none.

    Raises:
        BadInput: where the raw answers cannot be read.
    """
    answers = read_answers(raw)
    given = answers.judgements
    settled = consensus(
        votes(given), method=method, claims=answers.claims["claim_id"], final=final_labels(given)
    )
    labels = dict(zip(settled["claim_id"], settled["label"], strict=True))
    sent = {claim.claim_id: claim for a in answers.articles for claim in (*a.claims, *a.earlier)}
    seen = _seen(given)
    return [
        _lesson(claim, labels[claim.claim_id], shown=claim.claim_id in seen)
        for claim in sent.values()
        if labels.get(claim.claim_id) in LABELS
    ]


def _seen(judgements: pd.DataFrame) -> set[str]:
    """Return the claims of which somebody who counts saw a suggestion."""
    counted = judgements[judgements["counted"].isin(["yes", "final"])]
    return set(counted.loc[counted["shown"].isin(["hint", "preload"]), "claim_id"])


def _lesson(claim: Claim, label: Label, *, shown: bool) -> Lesson:
    by = claim.suggestion.model if claim.suggestion and shown else ""
    return Lesson(
        claim.article_id, claim.claim_id, claim.text, label, claim.attribution is not None, shown_by=by
    )


def learn(lessons: Sequence[Lesson], shipped: Suggester, *, date: str) -> Learnt:
    """Fit a shift of the shipped model on settled claims, and compare the two on claims held out.

    Args:
        lessons: the settled claims of all projects; those whose label is not in `SUGGESTED` are left out.
        shipped: the model as it was shipped, without a desk's shift.
        date: goes into the name.

    Raises:
        BadInput: where too few claims are settled.
    """
    if not isinstance(shipped, Model):
        raise BadInput("rules learn nothing: set suggester to vectors or lexical in configs/annotate.toml")
    settled, lessons = lessons, [lesson for lesson in lessons if lesson.label in SUGGESTED]
    compared = _compared(lessons)
    table = _Table.of(lessons, shipped)
    folds, articles = _folds(lessons)
    odds = np.zeros(len(lessons))
    for fold in range(FOLDS):
        held_out = folds == fold
        odds[held_out] = table.odds[held_out] + table.rows[held_out] @ table.fit(~held_out)
    gold = np.array([SUGGESTED.index(lesson.label) for lesson in lessons])[compared]
    old, new = table.labels(table.odds)[compared], table.labels(odds)[compared]
    weights = table.fit(np.ones(len(lessons), dtype=bool)).round(5)
    learnt = Learnt(
        name=f"{DESK}{date}-{hashlib.sha256(weights.tobytes()).hexdigest()[:8]}",
        shipped=shipped.weights.name,
        before=macro_f1(gold, old),
        after=macro_f1(gold, new),
        interval=_gain(gold, old, new),
        compared=len(gold),
        taught=int(table.fitted.sum()),
        unseen=sum(not lesson.shown_by for lesson, used in zip(lessons, table.fitted, strict=True) if used),
        articles=articles,
        left_out=len(settled) - len(lessons),
    )
    return replace(learnt, model=_model_text(learnt, weights))


def _model_text(learnt: Learnt, weights: Numbers) -> str:
    """Return the model as `model.json` keeps it, with its figures."""
    return shift_text(
        Shift(learnt.name, learnt.shipped, weights),
        claims=learnt.taught,
        compared=learnt.compared,
        macro_f1={"shipped": round(learnt.before, 4), "desk": round(learnt.after, 4)},
        gain=[round(end, 4) for end in learnt.interval],
    )


def _compared(lessons: Sequence[Lesson]) -> npt.NDArray[np.bool_]:
    """Return which claims take part in the comparison.

    Raises:
        BadInput: where too few claims are settled to fit or to compare.
    """
    _check_enough(lessons)
    compared = np.array([not lesson.shown_by.startswith(DESK) for lesson in lessons])
    if compared.sum() < LEAST_CLAIMS:
        raise BadInput(
            f"{compared.sum()} settled claims showed no suggestion of the desk's own model, it takes "
            f"{LEAST_CLAIMS} to compare: push with --blind 0.2 or --suggestions off"
        )
    return compared


def _check_enough(lessons: Iterable[Lesson]) -> None:
    counts = Counter(lesson.label for lesson in lessons if not lesson.carried)
    opinion, fact = counts[OPINION], counts[FACT]
    if opinion + fact < LEAST_CLAIMS or min(opinion, fact) < LEAST_EACH:
        raise BadInput(
            f"too few judgements to learn from: {opinion} claims settled as opinion and {fact} "
            f"as checkable fact; it takes {LEAST_CLAIMS}, with {LEAST_EACH} of each: label more, "
            "`annotate pull`, try again"
        )


@dataclass(frozen=True, eq=False)
class _Table:
    """The lessons in numbers: `fitted` are those whose author carries them and who are one of the two."""

    rows: Numbers
    odds: Numbers
    opinion: Numbers
    weight: Numbers
    carried: npt.NDArray[np.bool_]
    fitted: npt.NDArray[np.bool_]

    @classmethod
    def of(cls, lessons: Sequence[Lesson], shipped: Model) -> _Table:
        """Put the lessons into numbers."""
        parts = parts_of([lesson.text for lesson in lessons], [lesson.carried for lesson in lessons])
        rows = shipped.rows(parts)
        carried = np.array([lesson.carried for lesson in lessons])
        two = np.array([lesson.label != CARRIED for lesson in lessons])
        return cls(
            rows=np.array(rows),
            odds=np.array([shipped.weights.odds(row) for row in rows]),
            opinion=np.array([float(lesson.label == OPINION) for lesson in lessons]),
            weight=np.array([SEEN_WEIGHT if lesson.shown_by else 1.0 for lesson in lessons]),
            carried=carried,
            fitted=two & ~carried,
        )

    def fit(self, chosen: npt.NDArray[np.bool_]) -> Numbers:
        """Fit a shift by Newton's method: weighted log loss and a ridge towards no shift at all.

        It is a sum of the rows, so it is sought among their singular vectors, which are few.
        """
        used = chosen & self.fitted
        root = np.sqrt(np.r_[FREE_RIDGE, np.full(self.rows.shape[1] - 1, RIDGE)])
        left, sizes, right = np.linalg.svd(self.rows[used] / root, full_matrices=False)
        rows, odds, opinion, weight = left * sizes, self.odds[used], self.opinion[used], self.weight[used]
        shift: Numbers = np.zeros(rows.shape[1])
        for _ in range(STEPS):
            chance = 1 / (1 + np.exp(-np.clip(odds + rows @ shift, -30, 30)))
            slope = rows.T @ (weight * (chance - opinion)) + shift
            bend = (rows * (weight * chance * (1 - chance))[:, None]).T @ rows + np.eye(len(shift))
            step = np.linalg.solve(bend, slope)
            shift = shift - step
            if np.abs(step).max() < 1e-7:
                break
        predicted: Numbers = (shift @ right) / root
        return predicted

    def labels(self, odds: Numbers) -> npt.NDArray[np.intp]:
        """Return the place of each claim's suggested label in `SUGGESTED`."""
        opinion, carried, fact = map(SUGGESTED.index, (OPINION, CARRIED, FACT))
        return np.where(self.carried, carried, np.where(odds > 0, opinion, fact))


def _folds(lessons: Sequence[Lesson]) -> tuple[npt.NDArray[np.intp], int]:
    """Return each claim's fold: whole articles, where there are as many as folds, else single claims."""
    articles = sorted({lesson.article_id for lesson in lessons}, key=_drawn)
    if len(articles) >= FOLDS:
        place = {article: number % FOLDS for number, article in enumerate(articles)}
        return np.array([place[lesson.article_id] for lesson in lessons]), len(articles)
    claims = sorted((lesson.claim_id for lesson in lessons), key=_drawn)
    place = {claim: number % FOLDS for number, claim in enumerate(claims)}
    return np.array([place[lesson.claim_id] for lesson in lessons]), 0


def _drawn(name: str) -> str:
    """Put names into an order that has nothing to do with them, and is the same each time."""
    return hashlib.sha256(name.encode()).hexdigest()


def macro_f1(gold: npt.NDArray[np.intp], predicted: npt.NDArray[np.intp]) -> float:
    """Return the mean F1 of the labels that stand in `gold`.

    >>> round(macro_f1(np.array([0, 0, 1]), np.array([0, 1, 1])), 3)
    0.667
    """
    scores = []
    for label in np.unique(gold):
        both = ((gold == label) & (predicted == label)).sum()
        scores.append(2 * both / ((gold == label).sum() + (predicted == label).sum()))
    return float(np.mean(scores))


def _gain(
    gold: npt.NDArray[np.intp], old: npt.NDArray[np.intp], new: npt.NDArray[np.intp]
) -> tuple[float, float]:
    """Return the interval of the difference, both models on the same claims drawn with replacement."""
    draw = np.random.default_rng(0)
    gains = []
    for _ in range(RESAMPLES):
        at = draw.integers(0, len(gold), len(gold))
        gains.append(macro_f1(gold[at], new[at]) - macro_f1(gold[at], old[at]))
    low, high = np.percentile(gains, SURE)
    return float(low), float(high)
