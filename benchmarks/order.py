"""Labels that the suggester needs to learn what it can: uncertain claims first, beside reading order.

    .venv/bin/python benchmarks/order.py [--splits 40]

Labels are those of the demo's three annotators (`make demo`; by majority) and those given by hand to the
articles of `tests/quality/`. Of each set three tenths of the claims are held out, `--splits` times. The
others are labelled in reading order, in the order of `--order uncertain`, and in a random one that differs
each time, five at a time. After each five the training of `annotate learn` is run on the labels so far.
Counted are the labels from which on the share of right suggestions among the claims held out is never below
what all labels lead to. Training starts from the shipped model, as `annotate learn` does, and once more from
a model that knows nothing, which shows what an order does where there is more to learn; the demo's labels
are left out there, since they follow the suggestions and are mostly facts. The intervals hold 95 % of the
splits, and of the differences between two orders on the same split.
"""

from __future__ import annotations

import sys
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import table
from table import Row

ROOT = Path(__file__).parents[1]
sys.path += [str(ROOT), str(ROOT / "examples")]

import demo  # noqa: E402

from annotate.article import Model, choose, extract_claims, read_article  # noqa: E402
from annotate.model import Article, Block, Claim, Label  # noqa: E402
from annotate.order import Order  # noqa: E402
from annotate.report.frames.learning import Lesson, _Table  # noqa: E402
from tests.quality.gold import gold  # noqa: E402

STEP, HELD_OUT = 5, 0.3
Data = list[tuple[Claim, Label]]
Numbers = np.ndarray[tuple[int], np.dtype[np.float64]]
Places = np.ndarray[tuple[int], np.dtype[np.intp]]


def of_demo() -> Data:
    """Return the claims on which most of the demo's annotators agree, with that label."""
    article, found = read_article(demo.ARTICLE), []
    for claim in extract_claims(article):
        source = demo.source_of(claim, article.text)
        given = [answer["label"] for each in demo.REVIEWERS.values() if (answer := each(claim, source))]
        label, count = Counter(given).most_common(1)[0]
        if 2 * count > len(given):
            found.append((claim, label))
    return found


def by_hand() -> Data:
    """Return the claims of our own articles that the program cuts as they should be, with their labels."""
    whole = gold()
    edges = [*sorted(whole.openers), len(whole.text)]
    blocks = tuple(Block(start, len(whole.text[:end].rstrip()), "body") for start, end in pairwise(edges))
    labels = {claim.span: claim.label for claim in whole.claims}
    claims = extract_claims(Article("own", whole.text, blocks))
    return [(claim, labels[claim.span]) for claim in claims if claim.span in labels]


def lessons(data: Data) -> list[Lesson]:
    """Return claims as `annotate learn` takes them; each showed a suggestion, as by default."""
    return [
        Lesson(c.article_id, c.claim_id, c.text, label, c.attribution is not None, shown_by="shipped")
        for c, label in data
    ]


def needed(known: _Table, right: Places, order: Places, held_out: Places) -> int:
    """Return the number of labels from which on no more make a difference."""
    shares = []
    counts = [*range(0, len(order), STEP), len(order)]
    for count in counts:
        chosen = np.zeros(len(right), dtype=bool)
        chosen[order[:count]] = True
        able = (chosen & known.fitted).any()
        odds = known.odds + known.rows @ known.fit(chosen) if able else known.odds
        shares.append(float((known.labels(odds)[held_out] == right[held_out]).mean()))
    below = [at for at, share in enumerate(shares) if share < shares[-1]]
    return counts[below[-1] + 1] if below else 0


def orders(data: Data, pool: Places, draw: np.random.Generator) -> dict[str, Places]:
    """Return the claims of a pool in each order."""
    claims = [claim for claim, _ in data]
    article = Article(claims[0].article_id, "", ())
    priorities = Order("uncertain").priorities(article, claims)
    unsure = np.array([-float(priorities[claim.claim_id].words) for claim in claims])
    return {
        "reading order": pool,
        "uncertain": pool[np.argsort(unsure[pool], kind="stable")],
        "random": draw.permutation(pool),
    }


def measure(data: Data, known: _Table, splits: int) -> dict[str, Numbers]:
    """Return by order the labels needed in each split."""
    right = np.array([("opinion", "attributed_report", "checkable_fact").index(label) for _, label in data])
    counts: dict[str, list[float]] = {}
    for split in range(splits):
        draw = np.random.default_rng(split)
        mixed = draw.permutation(len(data))
        cut = round(HELD_OUT * len(data))
        for name, order in orders(data, np.sort(mixed[cut:]), draw).items():
            counts.setdefault(name, []).append(needed(known, right, order, mixed[:cut]))
    return {name: np.array(found, dtype=float) for name, found in counts.items()}


def rows(name: str, data: Data, counts: dict[str, Numbers]) -> list[Row]:
    """Print the intervals, and return the rows of the table."""
    pool = len(data) - round(HELD_OUT * len(data))
    reading, found = counts["reading order"], []
    for order, labels in counts.items():
        low, high = np.percentile(labels, (2.5, 97.5))
        first, last = np.percentile(labels - reading, (2.5, 97.5))
        print(
            f"{name}, {order}: {labels.mean():.1f} of {pool} labels ({low:.0f} to {high:.0f}); "
            f"{(labels - reading).mean():+.1f} beside reading order ({first:+.0f} to {last:+.0f})"
        )
        found.append(
            Row(f"{name}, {order}", pool, "labels", labels.mean(), "labels", reading.mean(), "reading order")
        )
    return found[1:]


def main(arguments: Sequence[str] | None = None) -> int:
    """Measure both sets from both starts."""
    flags = table.flags(__doc__)
    flags.add_argument("--splits", type=int, nargs="+", default=[40])
    given = flags.parse_args(arguments)
    model, made = choose("vectors"), []
    assert isinstance(model, Model)
    sets: dict[str, Callable[[], Data]] = {"demo": of_demo, "by hand": by_hand}
    for name, read in sets.items():
        data = read()
        shipped = _Table.of(lessons(data), model)
        starts = {"from the shipped model": shipped, "from nothing": replace(shipped, odds=0 * shipped.odds)}
        if read is of_demo:
            del starts["from nothing"]
        for start, known in starts.items():
            for splits in given.splits:
                made += rows(f"{name}, {start}", data, measure(data, known, splits))
    return table.close(made, given)


if __name__ == "__main__":
    sys.exit(main())
