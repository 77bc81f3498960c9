"""Suggesters beside each other on the desk's own labels: those of this computer, and a language model."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import annotate.report as tables
from annotate.article import choose, parts_of
from annotate.article.suggest.llm import Labelled, LanguageModel, questions_of
from annotate.config import Settings
from annotate.model import Suggestion
from annotate.report import SettledClaim
from annotate.workflows.language_model.opening import NAME, open_model
from annotate.workflows.language_model.suggesting import ask_model
from annotate.workflows.progress import Progress

SENT = "as sent: "


def compare_suggesters(
    settled: Sequence[SettledClaim], names: Sequence[str], *, desk: Settings, progress: Progress
) -> list[dict[str, Any]]:
    """Return the figures of what was suggested when claims were sent, then of each suggester that is named.

    Each of them gets the claims as they were sent, and whether a source was found then.

    Returns:
        For each the fields of `annotate.report.suggester_figures`, `suggester` (its name), and `tokens` and
        `cost` of a language model; the cost is `None` without prices.

    Raises:
        UsageError: where there is no suggester of a name, or a language model cannot or may not be asked.
    """
    model = open_model(desk) if NAME in names else None
    rows = [
        {"suggester": f"{SENT}{name}", **tables.suggester_figures(settled, suggestions)}
        for name, suggestions in tables.as_sent(settled).items()
    ]
    for name in names:
        if name == NAME and model is not None:
            rows.append(_by_model(settled, model, progress))
            continue
        chosen = choose(name)
        carried = [each.claim.attribution is not None for each in settled]
        suggestions = chosen.suggest(parts_of([each.claim.text for each in settled], carried))
        rows.append({"suggester": chosen.name, **tables.suggester_figures(settled, suggestions)})
    return [{"tokens": None, "cost": None} | row for row in rows]


def _by_model(settled: Sequence[SettledClaim], model: LanguageModel, progress: Progress) -> dict[str, Any]:
    """Return the figures of a language model; what it answered before is not asked again, but counted."""
    questions = [questions_of(each.text, [each.claim.span], ["label"])[0] for each in settled]
    answers = ask_model(model, questions, others="no part in its figures", progress=progress)
    suggestions = [
        Suggestion(answer.label, answer.score, answer.reason, model.name)
        if isinstance(answer, Labelled)
        else None
        for answer in answers.answers
    ]
    prices = model.terms.prices
    return {
        "suggester": model.name,
        **tables.suggester_figures(settled, suggestions),
        "tokens": round(answers.spent.total),
        "cost": round(prices.of(answers.spent), 6) if prices.known else None,
    }
