"""Gold: claims that an editor decided, chosen to be judged again elsewhere, and what came of it."""

from annotate.report.gold.choice import Choice, choose, share_of
from annotate.report.gold.decided import DecidedClaims, decided_claims, people_of
from annotate.report.gold.figures import (
    GOLD_COLUMNS,
    GoldFigures,
    GoldPerson,
    drift_sentence,
    gold_figures,
    gold_table,
)
from annotate.report.gold.judged import (
    GoldAnswer,
    GoldAnswers,
    gold_answers,
    gold_in,
    origins_in,
    together,
)

__all__ = [
    "GOLD_COLUMNS",
    "Choice",
    "DecidedClaims",
    "GoldAnswer",
    "GoldAnswers",
    "GoldFigures",
    "GoldPerson",
    "choose",
    "decided_claims",
    "drift_sentence",
    "gold_answers",
    "gold_figures",
    "gold_in",
    "gold_table",
    "origins_in",
    "people_of",
    "share_of",
    "together",
]
