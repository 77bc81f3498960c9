"""What the desk knows of claims that are about to go out: earlier judgements, and similar claims."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING

import annotate.report as tables
from annotate.config import Settings, load_settings
from annotate.errors import AnnotateError, UsageError
from annotate.labels import LABELS
from annotate.model import Article, Claim, Label
from annotate.order import Order, Placed, disagreement_by_suggestion
from annotate.text import fold
from annotate.workflows.articles import Extracted, extraction_frame
from annotate.workflows.memory.recall import Recall
from annotate.workflows.progress import SILENT, Progress

if TYPE_CHECKING:
    import pandas as pd

Votes = dict[str, tuple[int, ...]]


def refuse_sections(settings: Settings) -> None:
    """Refuse another order than that of the article where whole sections are labelled.

    Raises:
        UsageError: for the article layout.
    """
    if settings.order != "article" and settings.layout == "article":
        raise UsageError(
            f"the article layout shows whole sections in reading order: push with --layout claim for the "
            f"order {settings.order}, or with --order article"
        )


def ordered_claims(
    extracted: Iterable[Extracted], *, settings: Settings | None = None, progress: Progress = SILENT
) -> list[Placed]:
    """Return the claims of all articles in the order of the settings, as a push into a new project would.

    Raises:
        UsageError: where that is the order of the article.
    """
    desk = settings or load_settings()
    read = [(article, claims, claims) for article, claims, _ in extracted]
    order = OrderOf(desk, Recall(desk, progress=progress), progress=progress)([each[:2] for each in read])
    if order is None:
        raise UsageError("claims are in reading order: choose uncertain or check-worthy with --order")
    return order.placed(read)


def ordered_frame(placed: Iterable[Placed]) -> pd.DataFrame:
    """Return claims, at least one, as `extraction_frame` does, after `order` and `order_reason`."""
    import pandas as pd

    rows = list(placed)
    frame = pd.concat(extraction_frame([(each.article, [each.claim], [])]) for each in rows)
    frame.insert(0, "order", [each.place for each in rows])
    frame.insert(1, "order_reason", [each.priority.reason for each in rows])
    return frame.reset_index(drop=True)


class OrderOf:
    """Makes the order of claims; judgements count that were pulled from the project they go to."""

    def __init__(self, settings: Settings, recall: Recall, *, progress: Progress = SILENT) -> None:
        self._desk, self._recall, self._progress = settings, recall, progress

    def __call__(self, articles: Sequence[tuple[Article, Sequence[Claim]]], *, key: str = "") -> Order | None:
        """Return the order of the settings for claims; `None` for that of the article.

        Args:
            articles: the claims in question, by article.
            key: of the project that they go to, empty where there is none yet.
        """
        if self._desk.order == "article":
            return None
        judged = self._claims_of(key) if key else None
        if self._desk.order == "uncertain":
            known = {} if judged is None else disagreement_by_suggestion(_by_suggestion(judged))
            return Order("uncertain", disagreement=known)
        return Order(
            "check-worthy",
            weights=self._desk.check_weights,
            votes={} if judged is None else _votes(judged),
            repeated=frozenset(self._repeated(articles)),
        )

    def _claims_of(self, key: str) -> pd.DataFrame | None:
        """Return the claims of a project as last pulled; `None` where it was not, or cannot be read."""
        folder = tables.project_folder(self._desk.exports, key)
        if folder not in tables.folders_with_answers(self._desk.exports):
            return None
        try:
            return tables.claims_table(tables.read_answers(tables.read_raw(folder)))
        except AnnotateError as error:
            self._progress.note(f"Earlier judgements do not count for the order: {error}")
            return None

    def _repeated(self, articles: Iterable[tuple[Article, Sequence[Claim]]]) -> Iterator[str]:
        if self._recall.is_empty:
            return
        with self._progress.wait("Looking up similar claims ..."):
            for article, claims in articles:
                found = self._recall.of_article(article, claims)
                yield from (fold(claim.text) for claim in claims if claim.claim_id in found)


def _votes(claims: pd.DataFrame) -> Votes:
    """Return the votes by label of each claim, by its words."""
    counts = claims[list(LABELS)].itertuples(index=False)
    return {fold(words): tuple(row) for words, row in zip(claims["claim"], counts, strict=True)}


def _by_suggestion(claims: pd.DataFrame) -> Iterator[tuple[Label, Sequence[int]]]:
    """Yield the suggested label and the votes by label of each claim that has a suggestion."""
    known = claims[claims["suggestion"].notna()]
    counts = known[list(LABELS)].itertuples(index=False)
    yield from ((label, tuple(row)) for label, row in zip(known["suggestion"], counts, strict=True))
