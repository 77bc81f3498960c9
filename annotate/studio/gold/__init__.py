"""Gold: claims of other articles, which an editor decided before, mixed into a project to be judged again."""

from annotate.studio.gold.mixing import mixed
from annotate.studio.gold.passages import GoldArticle, claims_shown, gold_tasks
from annotate.studio.gold.seal import (
    DecidedClaim,
    Origin,
    origin_of,
    origins_of,
    person_code,
    sealed,
    unsealed,
)

__all__ = [
    "DecidedClaim",
    "GoldArticle",
    "Origin",
    "claims_shown",
    "gold_tasks",
    "mixed",
    "origin_of",
    "origins_of",
    "person_code",
    "sealed",
    "unsealed",
]
