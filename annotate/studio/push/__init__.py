"""Push: what is there, what is missing, and sending it."""

from annotate.studio.push.identity import Aim, Search
from annotate.studio.push.index import Holdings
from annotate.studio.push.planning import Change, Drift, Plan, drift_in
from annotate.studio.push.predictions import Unshown, show_all, unshown
from annotate.studio.push.sync import (
    apply,
    apply_all,
    holdings_of,
    plan,
    plan_all,
    project_of_claims,
    repair_all,
)

__all__ = [
    "Aim",
    "Change",
    "Drift",
    "Holdings",
    "Plan",
    "Search",
    "Unshown",
    "apply",
    "apply_all",
    "drift_in",
    "holdings_of",
    "plan",
    "plan_all",
    "project_of_claims",
    "repair_all",
    "show_all",
    "unshown",
]
